import type { FlowDocument } from "@/api/types";

/** Keys of `data` whose value is the id of a node, not a text. */
const ID_KEYS = new Set(["start_node_id", "iteration_id", "loop_id"]);
/** The key of `data` that lists ids of nodes: what a collapsed frame keeps. */
const ID_LIST = "members";
/** Names that stand where a node id could: they never need re-pointing. */
const NAMESPACES = new Set(["sys", "env", "conversation", "rag"]);
const TEMPLATE = /\{\{#([A-Za-z0-9_]{1,50})((?:\.[A-Za-z_][A-Za-z0-9_]{0,29}){1,10})#\}\}/g;
const ID = /^[A-Za-z0-9_]{1,50}$/;

const isSelector = (value: unknown[]): value is string[] =>
  value.length >= 2 && value.every((part) => typeof part === "string") && ID.test(value[0] as string);

/** Rewrite node ids inside a node's `data`: in `{{#id.name#}}`, in selectors `[id, name]` and in the keys that hold an id. */
export function repoint(value: unknown, ids: ReadonlyMap<string, string>, key = ""): unknown {
  if (typeof value === "string") {
    if (ID_KEYS.has(key)) return ids.get(value) ?? value;
    return value.includes("{{#")
      ? value.replace(TEMPLATE, (whole, id: string, path: string) => (ids.has(id) ? `{{#${ids.get(id)}${path}#}}` : whole))
      : value;
  }
  if (Array.isArray(value)) {
    if (key === ID_LIST) return value.map((id: unknown) => (typeof id === "string" ? (ids.get(id) ?? id) : id));
    if (isSelector(value) && ids.has(value[0]!)) return [ids.get(value[0]!), ...value.slice(1)];
    return value.map((item) => repoint(item, ids));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, repoint(item, ids, name)]));
  }
  return value;
}

/** Node ids that templates and selectors in this `data` point at. `known` tells ids of nodes from ordinary texts in lists. */
export function referencedIds(value: unknown, known: (id: string) => boolean, found = new Set<string>()): Set<string> {
  if (typeof value === "string") {
    for (const match of value.matchAll(TEMPLATE)) if (!NAMESPACES.has(match[1]!)) found.add(match[1]!);
  } else if (Array.isArray(value)) {
    if (isSelector(value) && known(value[0]!)) found.add(value[0]!);
    else for (const item of value) referencedIds(item, known, found);
  } else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) referencedIds(item, known, found);
  }
  return found;
}

/** Titles of the nodes that use what some nodes give, and are not among them. */
export function usersOf({ graph }: FlowDocument, ids: ReadonlySet<string>): string[] {
  const uses = (value: unknown): boolean => [...referencedIds(value, (id) => ids.has(id))].some((id) => ids.has(id));
  return graph.nodes.filter((node) => !ids.has(node.id) && node.data.type && uses(node.data)).map((node) => node.data.title);
}
