import type { Edge, Node, ReactFlowInstance } from "@xyflow/react";
import type { FlowNode } from "@/api/types";

/** What the canvas library knows of a node: its `data` is the very object of the document. */
export type ViewNode = Node<FlowNode["data"], "step" | "container" | "entry" | "note" | "frame">;
export type Flow = ReactFlowInstance<ViewNode, Edge>;
