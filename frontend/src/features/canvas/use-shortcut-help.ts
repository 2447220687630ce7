import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useShortcutHelp } from "@/lib/shortcuts";

const LINES: readonly (readonly [key: string, ...keys: string[]])[] = [
  ["add", "N"],
  ["open", "Enter"],
  ["walk", "←", "→", "↑", "↓"],
  ["extend", "Shift", "→"],
  ["nudge", "Alt", "→"],
  ["rename", "F2"],
  ["delete", "Delete"],
  ["connect", "E"],
  ["copy", "Mod", "C"],
  ["cut", "Mod", "X"],
  ["paste", "Mod", "V"],
  ["duplicate", "Mod", "D"],
  ["selectAll", "Mod", "A"],
  ["downstream", "Mod", "]"],
  ["undo", "Mod", "Z"],
  ["redo", "Mod", "Y"],
  ["save", "Mod", "S"],
  ["run", "Mod", "Enter"],
  ["runNode", "Mod", "Shift", "Enter"],
  ["stop", "Mod", "."],
  ["tidy", "Shift", "Alt", "T"],
  ["fit", "1"],
  ["fitSelection", "2"],
  ["actualSize", "0"],
  ["zoom", "+", "-"],
  ["minimap", "M"],
  ["pointer", "V"],
  ["hand", "H"],
  ["note", "Shift", "S"],
  ["frame", "Mod", "G"],
  ["disable", "D"],
  ["pin", "P"],
  ["changeType", "R"],
  ["search", "Mod", "F"],
  ["outline", "L"],
  ["versions", "Mod", "Shift", "H"],
];
  ["heat", "Shift", "H"],

/** List the canvas' keys in the `?` sheet. */
export function useEditorShortcutHelp(): void {
  const { t } = useTranslation("canvas");
  const lines = useMemo(() => LINES.map(([key, ...keys]) => ({ keys, label: t(`shortcut.${key}`) })), [t]);
  useShortcutHelp(t("shortcut.title"), lines);
}
