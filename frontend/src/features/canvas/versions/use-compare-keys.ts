import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "@/lib/commands";
import { useShortcutHelp } from "@/lib/shortcuts";
import { isInOverlay, isTypingIn } from "../keys";

/** `[` and `]` walk over the changes, Escape steps back; the sheet of keys and the command bar name them. */
export function useCompareKeys(step: (by: number) => void, back: () => void): void {
  const { t } = useTranslation("versions");
  const lines = useMemo(
    () => [
      { keys: ["["], label: t("compare.previous") },
      { keys: ["]"], label: t("compare.next") },
      { keys: ["Esc"], label: t("compare.leave") },
    ],
    [t],
  );
  const commands = useMemo(
    () => [
      { id: "compare-previous", label: t("compare.previous"), keys: ["["], run: () => step(-1) },
      { id: "compare-next", label: t("compare.next"), keys: ["]"], run: () => step(1) },
    ],
    [t, step],
  );
  useShortcutHelp(t("compare.keys"), lines);
  useCommands(t("compare.keys"), commands);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isInOverlay(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      // In a field these keys are text, and Escape closes its list.
      if (isTypingIn(event.target)) return;
      if (event.key === "Escape") back();
      else if (event.key === "[") step(-1);
      else if (event.key === "]") step(1);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [step, back]);
}
