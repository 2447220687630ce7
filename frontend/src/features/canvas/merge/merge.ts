/** Bringing two drafts together that began from the same one, by step and by setting. Pure. */
import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { isContainer } from "../graph/model";
import { around, descendantsOf, nodesById } from "../graph/structure";
import { edgeKey } from "../versions/overlay";
import { type FieldKind, isRecord, type Json, type Path, rowName, same } from "../versions/value-diff";

export type Side = "mine" | "theirs";
/** Where both drafts changed the same thing. Without a path it is a step that one changed and the other removed. */
export interface Clash {
  id: string;
  node: FlowNode | null;
  path: Path | null;
  kind: FieldKind;
  mine: unknown;
  theirs: unknown;
  side: Side;
}
export interface Merged {
  document: FlowDocument;
  clashes: Clash[];
}
export type Choices = Readonly<Record<string, Side>>;

/** What the studio remembers of a step: nobody minds whose it is. */
const LOOKS = new Set(["selected", "width", "height", "isInIteration", "isInLoop", "iteration_id", "loop_id"]);
/** What only together names a model. */
const MODEL = ["provider", "name", "mode"] as const;

const isModel = (value: Json): boolean => typeof value.provider === "string" && typeof value.name === "string";
const part = (value: unknown, keys: readonly string[]): Json | undefined =>
  isRecord(value) ? Object.fromEntries(keys.filter((key) => key in value).map((key) => [key, value[key]])) : undefined;

/** The rows of lists by their names; null when some have none, or one of another. */
function byName(list: unknown): Map<string, unknown> | null {
  if (list === undefined || list === null) return new Map();
  if (!Array.isArray(list)) return null;
  const rows = new Map(list.map((row: unknown) => [rowName(row), row]));
  return rows.size === list.length && !rows.has(null) ? (rows as Map<string, unknown>) : null;
}

class Merge {
  readonly clashes: Clash[] = [];
  private node: FlowNode | null = null;

  constructor(private readonly choices: Choices) {}

  /** Settle by choice what both have changed; mine until somebody chooses. */
  private clash(path: Path | null, mine: unknown, theirs: unknown, usual: Side = "mine"): unknown {
    const id = `${this.node?.id ?? ""}:${path?.join("/") ?? "step"}`;
    const side = this.choices[id] ?? usual;
    const long = [mine, theirs].some((value) => typeof value === "string" && (value.length > 60 || value.includes("\n")));
    const kind: FieldKind = long ? "text" : Array.isArray(mine) || Array.isArray(theirs) ? "list" : isRecord(mine) ? "object" : "value";
    this.clashes.push({ id, node: this.node, path, kind, mine, theirs, side });
    return side === "mine" ? mine : theirs;
  }

  value(base: unknown, mine: unknown, theirs: unknown, path: Path): unknown {
    if (same(mine, theirs) || same(base, theirs)) return mine;
    if (same(base, mine)) return theirs;
    if (isRecord(mine) && isRecord(theirs)) return this.record(isRecord(base) ? base : {}, mine, theirs, path);
    if (Array.isArray(mine) && Array.isArray(theirs)) return this.list(base, mine, theirs, path);
    return this.clash(path, mine, theirs);
  }

  record(base: Json, mine: Json, theirs: Json, path: Path, whole: ReadonlySet<string> = new Set()): Json {
    const result: Json = {};
    const model = isModel(mine) && isModel(theirs);
    const together: readonly string[] = model ? MODEL : [];
    if (model) {
      const [old, ours, other] = [part(base, MODEL), part(mine, MODEL), part(theirs, MODEL)];
      const chosen = same(old, other) || same(ours, other) ? ours : same(old, ours) ? other : this.clash(path, ours, other);
      Object.assign(result, chosen);
    }
    for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
      if (together.includes(key)) continue;
      const value = whole.has(key) ? mine[key] : this.value(base[key], mine[key], theirs[key], [...path, key]);
      if (value !== undefined) result[key] = value;
    }
    return result;
  }

  private list(base: unknown, mine: unknown[], theirs: unknown[], path: Path): unknown {
    const [old, ours, other] = [byName(base), byName(mine), byName(theirs)];
    if (old && ours && other) {
      const gone = (one: Map<string, unknown>, two: Map<string, unknown>): boolean =>
        [...two].some(([name, row]) => old.has(name) && !one.has(name) && !same(old.get(name), row));
      // A row that one changed and the other took away.
      if (gone(ours, other) || gone(other, ours)) return this.clash(path, mine, theirs);
      const kept = [...ours].filter(([name]) => other.has(name) || !old.has(name));
      const rows = kept.map(([name, row]): [string, unknown] =>
        other.has(name) ? [name, this.value(old.get(name), row, other.get(name), [...path, mine.indexOf(row)])] : [name, row],
      );
      for (const [at, [name, row]] of [...other].entries()) {
        if (ours.has(name) || old.has(name)) continue;
        const before = [...other.keys()].slice(0, at).findLast((one) => rows.some(([known]) => known === one));
        rows.splice(rows.findIndex(([known]) => known === before) + 1, 0, [name, row]);
      }
      return rows.map(([, row]) => row);
    }
    const alike = Array.isArray(base) && base.length === mine.length && mine.length === theirs.length;
    if (alike && [...base, ...mine, ...theirs].every(isRecord)) {
      return mine.map((row, at) => this.value((base as unknown[])[at], row, theirs[at], [...path, at]));
    }
    return this.clash(path, mine, theirs);
  }

  /** A step that both have. Where it stands is nobody's loss: mine when I moved it. */
  private both(base: FlowNode | undefined, mine: FlowNode, theirs: FlowNode): FlowNode {
    this.node = mine;
    const moved = !base || !same(base.position, mine.position) || base.parentId !== mine.parentId;
    const place = moved ? mine : theirs;
    const data =
      mine.data.type === theirs.data.type
        ? this.record(base?.data ?? {}, mine.data, theirs.data, [], LOOKS)
        : same(base?.data, mine.data)
          ? theirs.data
          : same(base?.data, theirs.data)
            ? mine.data
            : this.clash([], mine.data, theirs.data);
    this.node = null;
    return { ...place, data: { ...(data as FlowNode["data"]), ...part(place.data, [...LOOKS]) } };
  }

  /** A step that only one has: new there, or taken away by the other, unless it or what is in it was changed since. */
  private one(base: FlowNode | undefined, node: FlowNode, side: Side, holds: ReadonlySet<string>): FlowNode | null {
    if (!base || holds.has(node.parentId ?? "")) return node;
    if (!holds.has(node.id) && !isChanged(base, node)) return null;
    this.node = node;
    const kept = this.clash(null, side === "mine" ? node : null, side === "theirs" ? node : null, side);
    this.node = null;
    return kept as FlowNode | null;
  }

  nodes(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument): FlowNode[] {
    const [old, ours, other] = [nodesById(base), nodesById(mine), nodesById(theirs)];
    const found: FlowNode[] = [];
    const holds = { mine: losing(old, mine, other), theirs: losing(old, theirs, ours) };
    for (const id of new Set([...ours.keys(), ...other.keys()])) {
      const [one, two] = [ours.get(id), other.get(id)];
      const side = one ? "mine" : "theirs";
      const node = one && two ? this.both(old.get(id), one, two) : this.one(old.get(id), (one ?? two)!, side, holds[side]);
      if (node) found.push(node);
    }
    return withParents(found);
  }
}

const settings = (node: FlowNode): string[] => Object.keys(node.data).filter((key) => !LOOKS.has(key));

const isChanged = (base: FlowNode, node: FlowNode): boolean => !same(part(base.data, settings(base)), part(node.data, settings(node)));

type Nodes = ReadonlyMap<string, FlowNode>;

/** The containers that the other took away although there is something new in them, and the containers in those. */
function losing(base: Nodes, document: FlowDocument, other: Nodes): ReadonlySet<string> {
  const nodes = nodesById(document);
  const found = new Set<string>();
  for (const node of nodes.values()) {
    const before = base.get(node.id);
    if (before && !isChanged(before, node)) continue;
    for (const container of around(document, node)) if (base.has(container.id) && !other.has(container.id)) found.add(container.id);
  }
  for (const id of descendantsOf(document, found)) if (nodes.get(id) && isContainer(nodes.get(id)!.data.type)) found.add(id);
  return found;
}

/** Without what was in a container that is gone. */
function withParents(nodes: FlowNode[]): FlowNode[] {
  const ids = new Set(nodes.map((node) => node.id));
  const kept = nodes.filter((node) => !node.parentId || ids.has(node.parentId));
  return kept.length === nodes.length ? nodes : withParents(kept);
}

function mergedEdges(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument, nodes: readonly FlowNode[]): FlowEdge[] {
  const [old, other] = [base, theirs].map((document) => new Set(document.graph.edges.map(edgeKey)));
  const own = new Set(mine.graph.edges.map(edgeKey));
  const ids = new Set(nodes.map((node) => node.id));
  const kept = mine.graph.edges.filter((edge) => other!.has(edgeKey(edge)) || !old!.has(edgeKey(edge)));
  const added = theirs.graph.edges.filter((edge) => !own.has(edgeKey(edge)) && !old!.has(edgeKey(edge)));
  return [...kept, ...added].filter((edge) => ids.has(edge.source) && ids.has(edge.target));
}

/** Bring together what both made of `base`. What only one changed is taken; where both did, the choice, or mine. */
export function merge(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument, choices: Choices = {}): Merged {
  const work = new Merge(choices);
  const nodes = work.nodes(base, mine, theirs);
  const edges = mergedEdges(base, mine, theirs, nodes);
  const rest = work.record(base, mine, theirs, [], new Set(["graph"])) as FlowDocument;
  return { document: { ...rest, graph: { ...mine.graph, nodes, edges } }, clashes: work.clashes };
}
