import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Command, useCommands } from "@/lib/commands";
import { isTyping, useShortcutHelp } from "@/lib/shortcuts";
import type { Replay } from "./replay";

/** Keys of the replay that work wherever the focus is, but for text fields; with the `?` sheet and the command bar. */
export function useReplayKeys(replay: Replay): void {
  const { t } = useTranslation("replay");
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      if (document.querySelector("[role=dialog]")) return;
      if (event.key === ",") replay.step(-1);
      else if (event.key === ".") replay.step(1);
      else if (event.key.toLowerCase() === "k") replay.toggle();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [replay]);
  const commands = useMemo(
    (): Command[] => [
      { id: "replay.play", label: t("keys.play"), keys: ["K"], run: replay.toggle },
      { id: "replay.next", label: t("keys.next"), keys: ["."], run: () => replay.step(1) },
      { id: "replay.previous", label: t("keys.previous"), keys: [","], run: () => replay.step(-1) },
    ],
    [t, replay],
  );
  useCommands(t("title"), commands);
  useShortcutHelp(
    t("title"),
    useMemo(() => commands.map(({ keys = [], label }) => ({ keys, label })), [commands]),
  );
}
