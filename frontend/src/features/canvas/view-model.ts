import type { Edge } from "@xyflow/react";
import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { handleId } from "./graph/connect";
import { isContainer, isDecoration, isFrame, isInnerStart, sizeOf, TARGET } from "./graph/model";
import { readingOrder, structureOf, type Structure } from "./graph/structure";
import type { Selection } from "./store";
import type { ViewNode } from "./view-types";

const orders = new WeakMap<Structure, string[]>();

/** Tab order of the cards. Kept while the structure is the same, so that a moved card keeps its place in it. */
function tabOrder(document: FlowDocument): string[] {
  const structure = structureOf(document);
  let order = orders.get(structure);
  if (!order || order.length !== document.graph.nodes.length) {
    order = readingOrder(document);
    orders.set(structure, order);
  }
  return order;
}

function kindOf(node: FlowNode): NonNullable<ViewNode["type"]> {
  if (isFrame(node)) return "frame";
  if (isDecoration(node)) return "note";
  if (isInnerStart(node.data.type)) return "entry";
  return isContainer(node.data.type) ? "container" : "step";
}

/** Frames lie behind everything, containers behind the steps. */
const LAYER: Partial<Record<NonNullable<ViewNode["type"]>, number>> = { frame: -20, container: -1 };

function viewNode(node: FlowNode, selected: boolean, old: ViewNode | undefined, known: ReadonlySet<string>): ViewNode {
  const position = old?.dragging ? old.position : node.position;
  const type = kindOf(node);
  const size = type === "step" ? {} : old?.resizing ? { width: old.width, height: old.height } : sizeOf(node);
  const parentId = node.parentId && known.has(node.parentId) ? node.parentId : undefined;
  const same = old && old.data === node.data && old.selected === selected && old.parentId === parentId && old.type === type;
  const sameSize = type === "step" || (old?.width === size.width && old?.height === size.height);
  if (same && sameSize && old.position.x === position.x && old.position.y === position.y) return old;
  const zIndex = LAYER[type];
  return {
    ...old,
    id: node.id,
    type,
    position,
    data: node.data,
    selected,
    parentId,
    ...(type === "entry" ? { draggable: false } : {}),
    ...(zIndex === undefined ? {} : { zIndex }),
    ...size,
  } as ViewNode;
}

/** What the canvas library draws, with every unchanged object the same as before. Parents come before their children. */
export function viewNodes(old: readonly ViewNode[], document: FlowDocument, selection: Selection): ViewNode[] {
  const before = new Map(old.map((node) => [node.id, node]));
  const chosen = new Set(selection.nodes);
  const nodes = new Map(document.graph.nodes.map((node) => [node.id, node]));
  const known = new Set<string>();
  const next: ViewNode[] = [];
  for (const id of tabOrder(document)) {
    const node = nodes.get(id);
    if (!node) continue;
    // Only parents that are drawn already count: a circle of containers must not stop the canvas.
    next.push(viewNode(node, chosen.has(id), before.get(id), known));
    known.add(id);
  }
  return next.length === old.length && next.every((node, at) => node === old[at]) ? (old as ViewNode[]) : next;
}

const edges = new WeakMap<FlowEdge, Edge>();

/** Edges of a selected node can be reached with the Tab key. */
export function viewEdges(document: FlowDocument, selection: Selection): Edge[] {
  const chosenEdges = new Set(selection.edges);
  const chosenNodes = new Set(selection.nodes);
  return document.graph.edges.map((edge) => {
    const selected = chosenEdges.has(edge.id);
    const focusable = selected || chosenNodes.has(edge.source) || chosenNodes.has(edge.target);
    const known = edges.get(edge);
    if (known && known.selected === selected && known.focusable === focusable) return known;
    const view: Edge = {
      id: edge.id,
      type: "line",
      source: edge.source,
      target: edge.target,
      sourceHandle: handleId(edge.sourceHandle),
      targetHandle: TARGET,
      selected,
      focusable,
    };
    edges.set(edge, view);
    return view;
  });
}
