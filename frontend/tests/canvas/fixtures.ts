import type { FlowDocument, FlowEdge, FlowNode, NodeType, RunEvent } from "@/api/types";
import type { NodeTypes } from "@/features/canvas/graph/model";

/** Documents, node types and events for tests. */
const BOTH = ["workflow", "advanced-chat"] as const;

function nodeType(type: string, handles: NodeType["handles"], more: Partial<NodeType> = {}): NodeType {
  return {
    type,
    title: { en: type.toUpperCase(), "zh-Hans": `${type}节点` },
    description: { en: `About ${type}.`, "zh-Hans": "说明" },
    group: "logic",
    icon: "box",
    modes: [...BOTH],
    addable: true,
    config_schema: {},
    defaults: { type, title: type },
    outputs: [],
    outputs_from: null,
    handles,
    error_handling: false,
    ...more,
  };
}

export const TYPES: NodeTypes = Object.fromEntries(
  [
    nodeType("start", "single", { addable: false, group: "triggers" }),
    nodeType("llm", "single", {
      group: "model",
      error_handling: true,
      defaults: { model: { provider: "", name: "" }, prompt_template: [] },
    }),
    nodeType("if-else", "cases", { defaults: { cases: [{ case_id: "true", logical_operator: "and", conditions: [] }] } }),
    nodeType("end", "none", { modes: ["workflow"] }),
    nodeType("answer", "single", { modes: ["advanced-chat"] }),
    nodeType("template-transform", "single", { group: "data" }),
    nodeType("iteration", "single"),
    nodeType("iteration-start", "single", { addable: false }),
    nodeType("loop", "single"),
    nodeType("loop-start", "single", { addable: false }),
    nodeType("loop-end", "none", { addable: false }),
  ].map((type) => [type.type, type]),
);

export function node(id: string, type: string, x = 0, y = 0, data: Record<string, unknown> = {}, more: Partial<FlowNode> = {}): FlowNode {
  return { id, type: "custom", position: { x, y }, data: { type, title: id, ...data }, ...more };
}

export function edge(source: string, target: string, sourceHandle = "source"): FlowEdge {
  return {
    id: `${source}-${sourceHandle}-${target}-target`,
    type: "custom",
    source,
    target,
    sourceHandle,
    targetHandle: "target",
    data: {},
  };
}

export function flow(nodes: FlowNode[], edges: FlowEdge[] = []): FlowDocument {
  return { graph: { nodes, edges }, features: {} };
}

/** start → a → b → end */
export function line(): FlowDocument {
  return flow(
    [node("start", "start"), node("a", "llm", 320), node("b", "llm", 640), node("end", "end", 960)],
    [edge("start", "a"), edge("a", "b"), edge("b", "end")],
  );
}

/** start → branch, which leads to yes (true) or no (false); both lead to end. */
export function fork(): FlowDocument {
  return flow(
    [
      node("start", "start"),
      node("branch", "if-else", 320, 0, { cases: [{ case_id: "true", conditions: [] }] }),
      node("yes", "llm", 640, -100),
      node("no", "llm", 640, 100),
      node("end", "end", 960),
    ],
    [edge("start", "branch"), edge("branch", "yes", "true"), edge("branch", "no", "false"), edge("yes", "end"), edge("no", "end")],
  );
}

/** start → each → end; in each: eachstart → one. */
export function rounds(): FlowDocument {
  const flags = { isInIteration: true, iteration_id: "each" };
  return flow(
    [
      node("start", "start"),
      node("each", "iteration", 320, 0, { start_node_id: "eachstart" }, { width: 424, height: 232 }),
      node("eachstart", "iteration-start", 24, 64, flags, { parentId: "each" }),
      node("one", "llm", 144, 64, { ...flags, text: "{{#each.item#}}" }, { parentId: "each" }),
      node("end", "end", 820),
    ],
    [edge("start", "each"), edge("each", "end"), edge("eachstart", "one")],
  );
}

/** Numbers a list of events as the runner does. */
export function events(...list: (Record<string, unknown> & { type: RunEvent["type"] })[]): RunEvent[] {
  return list.map((event, at) => ({ seq: at + 1, at: 1000 + at, ...event }) as RunEvent);
}

/** Deterministic pseudo-random numbers in [0, 1): mulberry32. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
