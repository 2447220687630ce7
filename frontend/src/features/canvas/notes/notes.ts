import type { FlowDocument, FlowNode } from "@/api/types";
import { newNodeId, NOTE, NOTE_SIZE, type Point, type Size, sizeOf, snap, withGraph } from "../graph/model";
import { absoluteOf, nodeById } from "../graph/structure";
import { writeNote } from "./note-text";

/** The colours that app files know. */
export const THEMES = ["blue", "cyan", "green", "yellow", "pink", "violet"] as const;
export type Theme = (typeof THEMES)[number];

export const themeOf = (data: FlowNode["data"]): Theme => THEMES.find((theme) => theme === data.theme) ?? "blue";

interface NewNote {
  position: Point;
  text?: string;
  author?: string;
  size?: Size;
  frame?: boolean;
}

/** Put a note on the canvas, in the form of app files. A frame is a note that lies behind the steps. */
export function addNote(
  document: FlowDocument,
  { position, text = "", author = "", size = NOTE_SIZE, frame = false }: NewNote,
): { document: FlowDocument; id: string } {
  const id = newNodeId();
  const node: FlowNode = {
    id,
    type: NOTE,
    position: { x: snap(position.x), y: snap(position.y) },
    ...size,
    data: {
      type: "",
      title: "",
      desc: "",
      theme: frame ? "cyan" : "yellow",
      author,
      showAuthor: false,
      text: writeNote("", text),
      ...size,
      ...(frame ? { frame: true } : {}),
    },
  };
  return { document: withGraph(document, [...document.graph.nodes, node], document.graph.edges), id };
}

const ROOM = { side: 32, top: 56, bottom: 72 };

/** Draw a frame around nodes, with its title; null when there is none of them. */
export function addFrame(document: FlowDocument, ids: Iterable<string>, title: string): { document: FlowDocument; id: string } | null {
  const boxes = [...ids].flatMap((id) => {
    const node = nodeById(document, id);
    return node ? [{ ...absoluteOf(document, node), ...sizeOf(node) }] : [];
  });
  if (!boxes.length) return null;
  const x = Math.min(...boxes.map((box) => box.x)) - ROOM.side;
  const y = Math.min(...boxes.map((box) => box.y)) - ROOM.top;
  const size = {
    width: Math.max(...boxes.map((box) => box.x + box.width)) + ROOM.side - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) + ROOM.bottom - y,
  };
  return addNote(document, { position: { x, y }, text: title, size, frame: true });
}
