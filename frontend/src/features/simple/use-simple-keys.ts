import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "@/lib/commands";
import { isTyping, useShortcutHelp } from "@/lib/shortcuts";
import { useLatest } from "@/lib/use-latest";
import type { EditedSettings } from "./use-settings";

/** Saving, undo and redo by keys and by the command bar. In a text, undo is the browser's own. */
export function useSimpleKeys(edited: EditedSettings, canEdit: boolean): void {
  const { t } = useTranslation("simple");
  const latest = useLatest(edited);
  useEffect(() => {
    if (!canEdit) return;
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "s" && !event.shiftKey) void latest.current.flush();
      else if (isTyping(event)) return;
      else if (key === "z" && !event.shiftKey) latest.current.undo();
      else if ((key === "z" && event.shiftKey) || key === "y") latest.current.redo();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [canEdit, latest]);
  const lines = useMemo(
    () =>
      canEdit
        ? [
            { keys: ["Mod", "S"], label: t("keys.save") },
            { keys: ["Mod", "Z"], label: t("undo") },
            { keys: ["Mod", "Y"], label: t("redo") },
          ]
        : [],
    [canEdit, t],
  );
  useShortcutHelp(t("settings"), lines);
  const commands = useMemo(
    () =>
      canEdit
        ? [
            { id: "simple.undo", label: t("undo"), keys: ["Mod", "Z"], run: () => latest.current.undo() },
            { id: "simple.redo", label: t("redo"), keys: ["Mod", "Y"], run: () => latest.current.redo() },
          ]
        : [],
    [canEdit, latest, t],
  );
  useCommands(t("settings"), commands);
}
