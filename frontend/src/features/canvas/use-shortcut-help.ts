import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useShortcutHelp } from "@/lib/shortcuts";

/** Every key of the canvas, by the name of its text. */
export const LINES: readonly (readonly [key: string, ...keys: string[]])[] = [
  ["add", "N"],
  ["insert", "Mod", "Click"],
  ["open", "Enter"],
  ["output", "O"],
  ["walk", "←", "→", "↑", "↓"],
  ["extend", "Shift", "→"],
  ["nudge", "Alt", "→"],
  ["stepOut", "Esc"],
  ["addToSelection", "Shift", "Click"],
  ["boxSelect", "Shift", "Drag"],
  ["pan", "Space", "Drag"],
  ["wheelZoom", "Mod", "Wheel"],
  ["rename", "F2"],
  ["delete", "Delete"],
  ["connect", "E"],
  ["copy", "Mod", "C"],
  ["cut", "Mod", "X"],
  ["paste", "Mod", "V"],
  ["duplicate", "Mod", "D"],
  ["dragCopy", "Alt", "Drag"],
  ["selectAll", "Mod", "A"],
  ["downstream", "Mod", "]"],
  ["undo", "Mod", "Z"],
  ["redo", "Mod", "Y"],
  ["save", "Mod", "S"],
  ["run", "Mod", "Enter"],
  ["runNode", "Mod", "Shift", "Enter"],
  ["stop", "Mod", "."],
  ["breakpoint", "B"],
  ["step", "F10"],
  ["goOn", "F5"],
  ["tidy", "Shift", "Alt", "T"],
  ["fit", "1"],
  ["fitSelection", "2"],
  ["actualSize", "0"],
  ["zoom", "+", "-"],
  ["minimap", "M"],
  ["pointer", "V"],
  ["hand", "H"],
  ["heat", "Shift", "H"],
  ["note", "Shift", "S"],
  ["frame", "Mod", "G"],
  ["collapse", "Alt", "G"],
  ["dim", "Alt"],
  ["disable", "D"],
  ["pin", "P"],
  ["changeType", "R"],
  ["search", "Mod", "F"],
  ["outline", "L"],
  ["list", "Shift", "L"],
  ["exportFile", "Mod", "Shift", "E"],
  ["versions", "Mod", "Shift", "H"],
];

/** List the canvas' keys in the `?` sheet. */
export function useEditorShortcutHelp(): void {
  const { t } = useTranslation("canvas");
  const lines = useMemo(() => LINES.map(([key, ...keys]) => ({ keys, label: t(`shortcut.${key}`) })), [t]);
  useShortcutHelp(t("shortcut.title"), lines);
}
