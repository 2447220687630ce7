import { downloadBlob } from "@/lib/download";
import type { CanvasUiStore } from "../canvas-ui";
import { hiddenNodes } from "../graph/frames";
import { descendantsOf } from "../graph/structure";
import type { EditorStore } from "../store";
import type { Flow } from "../view-types";
import { type Box, escapeXml, plainColour, svgOf, tag, type ToCanvas } from "./svg-of";

interface Options {
  editor: EditorStore;
  ui: CanvasUiStore;
  flow: Flow;
  root: HTMLElement | null;
  format: "png" | "svg";
  /** Empty: everything. */
  ids: readonly string[];
}

const MARGIN = 32;
/** Browsers make no larger pictures than this. */
const LARGEST_SIDE = 8192;

function edgePath(path: SVGPathElement, probe: CanvasRenderingContext2D): string {
  const style = getComputedStyle(path);
  const { colour, opacity } = plainColour(style.stroke, probe);
  return tag("path", {
    d: path.getAttribute("d") ?? "",
    fill: "none",
    stroke: colour,
    "stroke-opacity": opacity === undefined && style.opacity === "1" ? undefined : (opacity ?? 1) * Number(style.opacity),
    "stroke-width": Number.parseFloat(style.strokeWidth),
    "stroke-dasharray": style.strokeDasharray === "none" ? undefined : style.strokeDasharray,
  });
}

/** The whole drawing as SVG that needs nothing else, and its size. */
export function pictureOf({
  editor,
  flow,
  root,
  ids,
}: Omit<Options, "format" | "ui">): { svg: string; width: number; height: number } | null {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!root || !probe) return null;
  const { document: flowDocument } = editor.getState();
  const chosen = ids.length ? descendantsOf(flowDocument, ids) : null;
  const { zoom } = flow.getViewport();
  const to: ToCanvas = (rect) => {
    const corner = flow.screenToFlowPosition({ x: rect.left, y: rect.top }, { snapToGrid: false });
    return { ...corner, width: rect.width / zoom, height: rect.height / zoom };
  };
  const shown = new Set<string>();
  const boxes: Box[] = [];
  const cards = [...root.querySelectorAll<HTMLElement>(".react-flow__node [data-node-id]")]
    .filter((card) => !chosen || chosen.has(card.dataset.nodeId!))
    .map((card) => {
      shown.add(card.dataset.nodeId!);
      for (const part of [card, ...card.querySelectorAll(":scope > *")])
        if (!part.matches(".react-flow__handle")) boxes.push(to(part.getBoundingClientRect()));
      const layer = Number.parseInt(card.closest<HTMLElement>(".react-flow__node")!.style.zIndex || "0", 10);
      return { layer, svg: tag("g", {}, svgOf(card, to, probe)) };
    })
    .toSorted((a, b) => a.layer - b.layer);
  if (!cards.length) return null;
  const hidden = hiddenNodes(flowDocument);
  const edges = flowDocument.graph.edges
    .filter(({ source, target }) => [source, target].every((id) => shown.has(hidden.get(id) ?? id)))
    .map(({ id }) => root.querySelector<SVGPathElement>(`[data-edge-id="${CSS.escape(id)}"] > path`))
    .filter((path) => path !== null)
    .map((path) => edgePath(path, probe));
  const x = Math.floor(Math.min(...boxes.map((box) => box.x))) - MARGIN;
  const y = Math.floor(Math.min(...boxes.map((box) => box.y))) - MARGIN;
  const width = Math.ceil(Math.max(...boxes.map((box) => box.x + box.width))) + MARGIN - x;
  const height = Math.ceil(Math.max(...boxes.map((box) => box.y + box.height))) + MARGIN - y;
  const ground = plainColour(getComputedStyle(root).backgroundColor, probe).colour;
  const behind = cards.filter(({ layer }) => layer < 0).map(({ svg }) => svg);
  const front = cards.filter(({ layer }) => layer >= 0).map(({ svg }) => svg);
  const content = [tag("rect", { x, y, width, height, fill: ground }), ...behind, ...edges, ...front].join("\n");
  const family = escapeXml(getComputedStyle(root).fontFamily.replaceAll('"', "'"));
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}" font-family="${family}">\n${content}\n</svg>\n`,
    width,
    height,
  };
}

async function pngOf({ svg, width, height }: { svg: string; width: number; height: number }): Promise<Blob | null> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(2, LARGEST_SIDE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Hand a picture of the canvas to the browser as a file. Drawn with every detail, however far away the canvas is seen from. */
export async function savePicture(options: Options): Promise<void> {
  const { root, format, ui } = options;
  ui.setState({ drawAll: true });
  // Cards that come now are measured in the first frame, and their edges drawn in the next.
  for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  const lod = root?.getAttribute("data-lod");
  root?.setAttribute("data-lod", "full");
  const picture = pictureOf(options);
  if (lod) root?.setAttribute("data-lod", lod);
  ui.setState({ drawAll: false });
  if (!picture) return;
  const file = format === "svg" ? new Blob([picture.svg], { type: "image/svg+xml" }) : await pngOf(picture);
  const title = document.title.split(/[·|–-]/)[0]!.trim() || "flow";
  if (file) downloadBlob(`${title.replace(/[\\/:*?"<>|\s]+/g, "-")}.${format}`, file);
}
