import { UnstyledButton } from "@mantine/core";
import { IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import type { ChangeWords } from "./change-words";
import type { FlowChange } from "./flow-diff";
import classes from "./versions.module.css";

interface Props {
  label: string;
  changes: readonly FlowChange[];
  words: ChangeWords;
  selected: string | null;
  onSelect: (id: string | null) => void;
  /** What is shown below the selected change. */
  children: (change: FlowChange) => ReactNode;
}

const ICONS = { added: IconPlus, removed: IconMinus, changed: IconPencil };

/** Changes as sentences. One at a time is open; the arrow keys walk. */
export function ChangeList({ label, changes, words, selected, onSelect, children }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const id = useId();
  useEffect(() => {
    if (selected) list.current?.querySelector(`[data-open]`)?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const walk = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("[data-change]") ?? [])];
    const at = buttons.indexOf(event.currentTarget);
    if (at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
  };
  return (
    <ol ref={list} className={classes.changes} aria-label={label}>
      {changes.map((change, at) => {
        const Icon = ICONS[change.change];
        const open = selected === change.id;
        return (
          <li key={change.id} data-open={open || undefined}>
            <UnstyledButton
              className={classes.change}
              data-change={change.id}
              aria-expanded={open}
              aria-controls={`${id}-${at}`}
              onKeyDown={walk}
              onClick={() => onSelect(open ? null : change.id)}
            >
              <Icon size={16} stroke={2.2} data-kind={change.change} aria-hidden />
              <span>{words.sentence(change)}</span>
            </UnstyledButton>
            <div id={`${id}-${at}`} hidden={!open} className={classes.details}>
              {open && children(change)}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
