import { Paper, Portal } from "@mantine/core";
import { type RefObject, useImperativeHandle } from "react";
import { useVariableList } from "./use-variable-list";
import { VariableList } from "./variable-list";
import classes from "./cursor-popup.module.css";

interface Props {
  query: string;
  left: number;
  top: number;
  bottom: number;
  wanted?: readonly string[];
  onPick(selector: string[]): void;
  keyHandler: RefObject<((key: string) => boolean) | null>;
}

const WIDTH = 380;
const HEIGHT = 330;

/** The variable list at the cursor. The editor keeps the focus and hands over the keys. */
export function CursorPopup({ query, left, top, bottom, wanted, onPick, keyHandler }: Props) {
  const state = useVariableList({ query, wanted, onPick });
  // Nothing found: Enter and Tab are the text's again.
  useImperativeHandle(
    keyHandler,
    () => (key: string) => state.rows.length > 0 && state.handleKey({ key, preventDefault: () => undefined }),
  );
  if (state.rows.length === 0 && query) return null;
  const above = bottom + HEIGHT > window.innerHeight && top > HEIGHT;
  const x = Math.max(8, Math.min(left, window.innerWidth - WIDTH - 8));
  const place = above ? { left: x, bottom: window.innerHeight - top + 4 } : { left: x, top: bottom + 4 };
  return (
    <Portal>
      <Paper shadow="md" withBorder className={classes.popup} style={{ ...place, width: WIDTH }}>
        <VariableList state={state} />
      </Paper>
    </Portal>
  );
}
