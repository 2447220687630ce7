import { useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useScope } from "./scope-context";
import { firstUsable, type VariableRow, variableRows } from "./variable-rows";

export interface VariableListState {
  listId: string;
  rows: VariableRow[];
  active: number;
  setActive(index: number): void;
  toggle(row: VariableRow): void;
  pick(row: VariableRow): void;
  /** Whether a step can be added that makes a fitting value of this one. */
  canTakeFirst(row: VariableRow): boolean;
  /** Arrow keys, Enter and Tab; true when the key was used. */
  handleKey(event: { key: string; isComposing?: boolean; keyCode?: number; preventDefault(): void }): boolean;
  optionId(index: number): string;
}

interface Options {
  query: string;
  wanted?: readonly string[];
  onPick(selector: string[], type: string): void;
}

/** Keeps what is unfolded and which row is active while the person searches and walks by keys. */
export function useVariableList({ query, wanted, onPick }: Options): VariableListState {
  const { groups, firstOf } = useScope();
  const { t } = useTranslation("prompt");
  const listId = useId();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState({ query, index: -1 });
  const rows = useMemo(
    () =>
      variableRows(groups, {
        query,
        wanted,
        unfolded,
        groupWords: (group) => (group.kind === "node" ? (group.nodeType ?? "") : t(`group.${group.kind}`)),
      }),
    [groups, query, wanted, unfolded, t],
  );
  // A new search starts again from the first that can be taken.
  const kept = chosen.query === query && chosen.index >= 0 && chosen.index < rows.length;
  const current = kept ? chosen.index : firstUsable(rows, query);
  const setActive = (index: number) => setChosen({ query, index });
  const setOpen = (key: string, open: boolean) =>
    setUnfolded((before) => {
      const next = new Set(before);
      if (open) next.add(key);
      else next.delete(key);
      return next;
    });
  const canTakeFirst = ({ blocked }: VariableRow): boolean =>
    firstOf !== undefined && blocked?.code === "wrong_type" && blocked.type.startsWith("array") && !blocked.wanted.includes("array");
  const pick = (row: VariableRow) => {
    if (!row.blocked) return onPick(row.variable.selector, row.variable.type);
    const first = canTakeFirst(row) ? firstOf?.(row.variable.selector, row.variable.type) : null;
    if (first) onPick(first, "any");
  };
  const handleKey: VariableListState["handleKey"] = (event) => {
    if (event.isComposing || event.keyCode === 229) return false;
    const row = rows[current];
    const used = act(event.key, row);
    if (used) event.preventDefault();
    return used;
  };
  const act = (key: string, row: VariableRow | undefined): boolean => {
    if (!row) return false;
    if (key === "ArrowDown") setActive((current + 1) % rows.length);
    else if (key === "ArrowUp") setActive((current - 1 + rows.length) % rows.length);
    else if (key === "ArrowRight" && row.variable.children.length > 0 && !row.unfolded) setOpen(row.key, true);
    else if (key === "ArrowLeft" && row.unfolded) setOpen(row.key, false);
    else if (key === "Enter" || key === "Tab") pick(row);
    else return false;
    return true;
  };
  return {
    listId,
    rows,
    active: current,
    setActive,
    toggle: (row) => setOpen(row.key, !row.unfolded),
    pick,
    canTakeFirst,
    handleKey,
    optionId: (index) => `${listId}-${index}`,
  };
}
