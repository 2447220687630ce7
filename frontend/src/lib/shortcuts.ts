import { useEffect } from "react";
import { create } from "zustand";

/** One line of the shortcut sheet. `keys` as people read them, "Mod" for Cmd or Ctrl: ["Mod", "Enter"]. */
export interface ShortcutLine {
  keys: readonly string[];
  label: string;
}

interface ShortcutGroups {
  groups: Record<string, readonly ShortcutLine[]>;
  put(group: string, lines: readonly ShortcutLine[] | null): void;
}

export const useShortcutGroups = create<ShortcutGroups>((set) => ({
  groups: {},
  put: (group, lines) =>
    set((state) => {
      const { [group]: _, ...rest } = state.groups;
      return { groups: lines ? { ...rest, [group]: lines } : rest };
    }),
}));

/** Lists a page's shortcuts in the `?` sheet while the page is open. Keep `lines` stable (useMemo). */
export function useShortcutHelp(group: string, lines: readonly ShortcutLine[]): void {
  const put = useShortcutGroups((state) => state.put);
  useEffect(() => {
    put(group, lines);
    return () => put(group, null);
  }, [group, lines, put]);
}

const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

export function keyName(key: string): string {
  if (key === "Mod") return isMac ? "⌘" : "Ctrl";
  if (key === "Alt" && isMac) return "⌥";
  return key;
}

/** True where keys belong to the text being typed, also in the middle of an input method's composition. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
