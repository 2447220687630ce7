import { ViewportPortal } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { useLocalized } from "@/lib/use-language";
import classes from "./canvas.module.css";
import { useCommands } from "./commands-context";
import { GAP_X, NODE_WIDTH, SOURCE } from "./graph/model";
import { NodeIcon } from "./node-icon";
import { type EditorState, useEditor } from "./store";

const LIKELY: Record<string, readonly string[]> = {
  workflow: ["llm", "if-else", "end"],
  "advanced-chat": ["llm", "answer", "if-else"],
};

/** The start node while it is all there is. */
const selectLonelyStart = (state: EditorState) => {
  const { nodes, edges } = state.document.graph;
  return nodes.length === 1 && edges.length === 0 && nodes[0]!.data.type === "start" ? nodes[0] : undefined;
};

/** The ghost beside a lonely start node: the likeliest next steps. */
export function FirstSteps() {
  const { t } = useTranslation("canvas");
  const localized = useLocalized();
  const start = useEditor(selectLonelyStart);
  const types = useEditor((state) => state.nodeTypes);
  const mode = useEditor((state) => state.mode);
  const readOnly = useEditor((state) => state.readOnly);
  const commands = useCommands();
  if (!start || readOnly) return null;
  const x = start.position.x + NODE_WIDTH + GAP_X;
  const place = { kind: "after", nodeId: start.id, handle: SOURCE } as const;
  const likely = (LIKELY[mode] ?? LIKELY.workflow!).map((name) => types[name]).filter((type) => type !== undefined);
  return (
    <ViewportPortal>
      <div className={classes.ghost} style={{ transform: `translate(${x}px, ${start.position.y}px)` }}>
        <p>{t("empty.title")}</p>
        {likely.map((type) => (
          <button key={type.type} type="button" onClick={() => commands.add(type, place)}>
            <NodeIcon type={type.type} group={type.group} />
            {localized(type.title)}
          </button>
        ))}
        <button
          type="button"
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            commands.openPalette({ x: box.right + 8, y: box.top }, place);
          }}
        >
          {t("empty.more")}
        </button>
      </div>
    </ViewportPortal>
  );
}
