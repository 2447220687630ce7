import type { FlowDocument, FlowEdge, FlowNode, NodeType } from "@/api/types";
import { edgeId, handleId, makeEdge } from "./connect";
import { nodeHandles } from "./handles";
import { FAIL, freeTitle, type NodeTypes, withGraph } from "./model";
import { edgesFrom, nodeById, parentOf } from "./structure";
import { canChangeType } from "./switches";

type Data = FlowNode["data"];

/** Kept whatever the type: they belong to the place of a node, not to what it does. */
const ALWAYS = new Set(["title", "desc", "selected", "isInIteration", "iteration_id", "isInLoop", "loop_id", "disabled"]);
const ERRORS = new Set(["error_strategy", "default_value", "retry_config"]);

export interface Changed {
  document: FlowDocument;
  /** Names of settings that the new type does not have. */
  lost: string[];
  /** How many connections had no place any more. */
  cut: number;
}

const kind = (value: unknown): string => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  value === false ||
  (typeof value === "object" && Object.keys(value).length === 0);

function fits(key: string, value: unknown, type: NodeType): boolean {
  if (ERRORS.has(key)) return type.error_handling;
  const properties = (type.config_schema as { properties?: Record<string, unknown> }).properties ?? {};
  if (!(key in type.defaults) && !(key in properties)) return false;
  const standard = type.defaults[key];
  return standard === undefined || standard === null || kind(standard) === kind(value);
}

/** Make a node one of another type. What fits is kept, and the answer tells what is lost. */
export function changeType(document: FlowDocument, id: string, type: NodeType, typeTitle: string, types: NodeTypes): Changed {
  const node = nodeById(document, id);
  if (!node || !canChangeType(node) || node.data.type === type.type) return { document, lost: [], cut: 0 };
  const before = types[node.data.type];
  const own = Object.values(before?.title ?? {});
  // A title that only names the old type would be wrong from now on.
  const stem = node.data.title.replace(/ \d+$/, "");
  const title = own.includes(stem) ? freeTitle(document, typeTitle) : node.data.title;
  const data: Data = { ...structuredClone(type.defaults), type: type.type, title };
  const lost: string[] = [];
  for (const [key, value] of Object.entries(node.data)) {
    if (key === "type" || key === "title") continue;
    if (ALWAYS.has(key) || fits(key, value, type)) data[key] = value;
    else if (!isEmpty(value) && JSON.stringify(value) !== JSON.stringify(before?.defaults[key])) lost.push(key);
  }
  const changed: FlowNode = { ...node, data };
  const nodes = document.graph.nodes.map((one) => (one.id === id ? changed : one));
  const { edges, cut } = reattached(document, changed, type);
  return { document: withGraph(document, nodes, edges), lost, cut };
}

/** Edges keep their exit where the new type has it; when none does, those of the first exit move to the first one. */
function reattached(document: FlowDocument, node: FlowNode, type: NodeType): { edges: FlowEdge[]; cut: number } {
  const handles = nodeHandles(type, node.data).map((handle) => handle.id);
  const used = edgesFrom(document, node.id).map((edge) => handleId(edge.sourceHandle));
  const stays = used.some((handle) => handles.includes(handle));
  const first = stays ? undefined : used.find((handle) => handle !== FAIL);
  const known = new Set<string>();
  let cut = 0;
  const edges = document.graph.edges.flatMap((edge): FlowEdge[] => {
    if (edge.source !== node.id) return [edge.target === node.id ? { ...edge, data: { ...edge.data, targetType: node.data.type } } : edge];
    const handle = handleId(edge.sourceHandle);
    const to = handles.includes(handle) ? handle : handle === first ? handles[0] : undefined;
    const target = nodeById(document, edge.target);
    const link = { source: edge.source, sourceHandle: to, target: edge.target };
    if (to === undefined || !target || known.has(edgeId(link))) {
      cut += 1;
      return [];
    }
    known.add(edgeId(link));
    const made = makeEdge(node, target, link, parentOf(document, node));
    return [{ ...edge, ...made, data: { ...edge.data, ...made.data } }];
  });
  return { edges, cut };
}
