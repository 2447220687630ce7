import { IconCloudOff } from "@tabler/icons-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/app/frame.module.css";
import { live } from "@/lib/live";

/** A blink of the connection is nobody's concern. */
const TELL_AFTER_MS = 4000;

function subscribeOnline(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}

/** True once the server has been out of reach for a while. */
function useServerAway(): boolean {
  const [away, setAway] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = live.watchState((state) => {
      if (state === "open" || state === "idle") {
        clearTimeout(timer);
        timer = undefined;
        setAway(false);
      } else if (state === "waiting") {
        timer ??= setTimeout(() => setAway(true), TELL_AFTER_MS);
      }
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return away;
}

/** Says that the network or the server is away, and what becomes of what one types; nothing otherwise. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  const away = useServerAway();
  const shown = !online || away;
  return (
    <div role="status" className={shown ? classes.away : undefined}>
      {shown && (
        <>
          <IconCloudOff size={16} aria-hidden />
          <strong>{t(online ? "away.server" : "away.offline")}</strong>
          <span>{t("away.kept")}</span>
        </>
      )}
    </div>
  );
}
