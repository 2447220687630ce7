import { IconPlus } from "@tabler/icons-react";
import { Handle, Position } from "@xyflow/react";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import classes from "./node-card.module.css";
import { useEditorFacts } from "./store";

interface Props {
  nodeId: string;
  handleId: string;
  label: string;
  /** Whether the Tab key stops here: on the selected card only. */
  reachable: boolean;
}

/** Where edges leave: drag it to connect, click it to choose the next step. */
export function SourceHandle({ nodeId, handleId, label, reachable }: Props) {
  const ui = useCanvasUiStore();
  const { readOnly } = useEditorFacts();
  // From afar the targets get too small; N and the menu offer the same. Asked for where it matters: coming near draws no other card anew.
  const near = useCanvasUi((state) => reachable && state.near);
  const choose = (handle: HTMLElement): void => {
    if (readOnly) return;
    const box = handle.getBoundingClientRect();
    ui.setState({ palette: { at: { x: box.right + 8, y: box.top }, place: { kind: "after", nodeId, handle: handleId } } });
  };
  return (
    <Handle
      type="source"
      id={handleId}
      position={Position.Right}
      className={classes.source}
      {...(readOnly ? {} : { role: "button", tabIndex: near ? 0 : -1, "aria-label": label })}
      title={readOnly ? undefined : label}
      onClick={(event) => {
        event.stopPropagation();
        choose(event.currentTarget);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        choose(event.currentTarget);
      }}
    >
      {!readOnly && <IconPlus size={12} stroke={3} aria-hidden className={classes.plus} />}
    </Handle>
  );
}
