import {
  IconArrowsJoin2,
  IconArrowsSplit2,
  IconBolt,
  IconBooks,
  IconBox,
  IconCategory,
  IconCode,
  IconFileText,
  IconFilter,
  IconFlag,
  IconHome,
  IconListDetails,
  IconLogout,
  IconMessage2,
  IconNote,
  IconPlayerPlay,
  type IconProps,
  IconRefresh,
  IconRepeat,
  IconRobot,
  IconSparkles,
  IconTemplate,
  IconTool,
  IconUserCheck,
  IconVariable,
  IconWorld,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import classes from "./node-icon.module.css";

const ICONS: Record<string, ComponentType<IconProps>> = {
  start: IconPlayerPlay,
  end: IconFlag,
  answer: IconMessage2,
  llm: IconSparkles,
  "if-else": IconArrowsSplit2,
  "template-transform": IconTemplate,
  "variable-aggregator": IconArrowsJoin2,
  code: IconCode,
  "http-request": IconWorld,
  "knowledge-retrieval": IconBooks,
  "question-classifier": IconCategory,
  "parameter-extractor": IconFilter,
  iteration: IconRepeat,
  "iteration-start": IconHome,
  loop: IconRefresh,
  "loop-start": IconHome,
  "loop-end": IconLogout,
  assigner: IconVariable,
  "document-extractor": IconFileText,
  "list-operator": IconListDetails,
  tool: IconTool,
  agent: IconRobot,
  "human-input": IconUserCheck,
  note: IconNote,
};

interface Props {
  type: string;
  /** Colours the tile; see NodeType.group. */
  group?: string;
  size?: number;
}

/** The coloured tile of a node type. Decorative: the name stands beside it. */
export function NodeIcon({ type, group, size = 24 }: Props) {
  const Icon = ICONS[type] ?? (type.startsWith("trigger-") ? IconBolt : IconBox);
  return (
    <span className={classes.tile} data-group={group} style={{ width: size, height: size }} aria-hidden>
      <Icon size={size * 0.62} stroke={1.8} />
    </span>
  );
}
