import { IconPlus } from "@tabler/icons-react";
import { Handle, Position } from "@xyflow/react";
import { useCanvasUiStore } from "./canvas-ui";
import classes from "./node-card.module.css";
import { useEditor } from "./store";

interface Props {
  nodeId: string;
  handleId: string;
  label: string;
}

/** Where edges leave: drag it to connect, click it to choose the next step. */
export function SourceHandle({ nodeId, handleId, label }: Props) {
  const ui = useCanvasUiStore();
  const readOnly = useEditor((state) => state.readOnly);
  return (
    <Handle
      type="source"
      id={handleId}
      position={Position.Right}
      className={classes.source}
      aria-label={readOnly ? undefined : label}
      title={readOnly ? undefined : label}
      onClick={(event) => {
        if (readOnly) return;
        event.stopPropagation();
        const box = event.currentTarget.getBoundingClientRect();
        ui.setState({ palette: { at: { x: box.right + 8, y: box.top }, place: { kind: "after", nodeId, handle: handleId } } });
      }}
    >
      {!readOnly && <IconPlus size={12} stroke={3} aria-hidden className={classes.plus} />}
    </Handle>
  );
}
