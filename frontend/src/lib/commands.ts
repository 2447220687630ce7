import { useEffect } from "react";
import { create } from "zustand";

/** One entry of the command bar. */
export interface Command {
  id: string;
  label: string;
  description?: string;
  /** Shown beside the entry: ["Mod", "Enter"]. */
  keys?: readonly string[];
  run(): void;
}

interface CommandGroups {
  groups: Record<string, readonly Command[]>;
  put(group: string, commands: readonly Command[] | null): void;
}

export const useCommandGroups = create<CommandGroups>((set) => ({
  groups: {},
  put: (group, commands) =>
    set((state) => {
      const { [group]: _, ...rest } = state.groups;
      return { groups: commands ? { ...rest, [group]: commands } : rest };
    }),
}));

/** Whether the command bar is open; anything that cannot find something may open it. */
export const useCommandBar = create<{ open: boolean; show(): void; hide(): void }>((set) => ({
  open: false,
  show: () => set({ open: true }),
  hide: () => set({ open: false }),
}));

/** Offers a page's commands in the command bar while the page is open. Keep `commands` stable (useMemo). */
export function useCommands(group: string, commands: readonly Command[]): void {
  const put = useCommandGroups((state) => state.put);
  useEffect(() => {
    put(group, commands);
    return () => put(group, null);
  }, [group, commands, put]);
}
