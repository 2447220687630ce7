import { useLocation } from "@tanstack/react-router";
import { useRef } from "react";

/** Closes a dialog that may have changed the draft; an editor that is open behind it then starts afresh with the new one. */
export function useFreshEditor(onClose: () => void) {
  const changed = useRef(false);
  const inEditor = useLocation({ select: (location) => location.pathname.startsWith("/app/") });
  return {
    markChanged: () => {
      changed.current = true;
    },
    close: () => (changed.current && inEditor ? window.location.reload() : onClose()),
  };
}
