import type { Edge } from "@xyflow/react";
import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { handleId } from "./graph/connect";
import { isContainer, isDecoration, TARGET } from "./graph/model";
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

function kindOf(node: FlowNode): ViewNode["type"] {
  if (isDecoration(node)) return "note";
  return isContainer(node.data.type) ? "container" : "step";
}

function viewNode(node: FlowNode, selected: boolean, old: ViewNode | undefined): ViewNode {
  const position = old?.dragging ? old.position : node.position;
  const same = old && old.data === node.data && old.selected === selected && old.parentId === node.parentId;
  if (same && old.position.x === position.x && old.position.y === position.y) return old;
  const type = kindOf(node);
  const sized = type === "step" ? {} : { width: node.width, height: node.height };
  return {
    ...old,
    id: node.id,
    type,
    position,
    data: node.data,
    selected,
    ...(node.parentId ? { parentId: node.parentId, extent: "parent" as const } : {}),
    ...(type === "container" ? { zIndex: -1 } : {}),
    ...sized,
  } as ViewNode;
}

/** What the canvas library draws, with every unchanged object the same as before. Parents come before their children. */
export function viewNodes(old: readonly ViewNode[], document: FlowDocument, selection: Selection): ViewNode[] {
  const before = new Map(old.map((node) => [node.id, node]));
  const chosen = new Set(selection.nodes);
  const nodes = new Map(document.graph.nodes.map((node) => [node.id, node]));
  const order = tabOrder(document).filter((id) => nodes.has(id));
  const sorted = [...order.filter((id) => !nodes.get(id)!.parentId), ...order.filter((id) => nodes.get(id)!.parentId)];
  const next = sorted.map((id) => viewNode(nodes.get(id)!, chosen.has(id), before.get(id)));
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
