import type { Point } from "../graph/model";

/** A box of the page in the coordinates of the canvas. */
export interface Box extends Point {
  width: number;
  height: number;
}
export type ToCanvas = (rect: DOMRect) => Box;

export const escapeXml = (text: string): string => text.replace(/\p{Cc}/gu, " ").replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

export const round = (value: number): number => Math.round(value * 100) / 100;

const attributes = (values: Record<string, string | number | undefined>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => ` ${name}="${typeof value === "number" ? round(value) : escapeXml(value!)}"`)
    .join("");

export const tag = (name: string, values: Record<string, string | number | undefined>, content = ""): string =>
  `<${name}${attributes(values)}${content ? `>${content}</${name}>` : "/>"}`;

const isClear = (colour: string): boolean => colour === "transparent" || /^rgba\(.*,\s*0\)$/.test(colour) || colour.endsWith(" / 0)");

/** The colour as every program that reads SVG knows it. */
export function plainColour(colour: string, probe: CanvasRenderingContext2D): { colour: string; opacity?: number } {
  if (/^rgb\(\d+, \d+, \d+\)$/.test(colour)) return { colour };
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = probe.getImageData(0, 0, 1, 1).data as unknown as [number, number, number, number];
  return { colour: `rgb(${red}, ${green}, ${blue})`, opacity: alpha < 255 ? alpha / 255 : undefined };
}

function surface(element: Element, style: CSSStyleDeclaration, to: ToCanvas, probe: CanvasRenderingContext2D): string {
  const border = Number.parseFloat(style.borderTopWidth) || 0;
  const bordered = border > 0 && style.borderTopStyle !== "none" && !isClear(style.borderTopColor);
  const filled = !isClear(style.backgroundColor);
  if (!bordered && !filled) return "";
  const { x, y, width, height } = to(element.getBoundingClientRect());
  const inset = bordered ? border / 2 : 0;
  const fill = filled ? plainColour(style.backgroundColor, probe) : undefined;
  const stroke = bordered ? plainColour(style.borderTopColor, probe) : undefined;
  return tag("rect", {
    x: x + inset,
    y: y + inset,
    width: Math.max(0, width - 2 * inset),
    height: Math.max(0, height - 2 * inset),
    rx: Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, height / 2),
    fill: fill?.colour ?? "none",
    "fill-opacity": fill?.opacity,
    stroke: stroke?.colour,
    "stroke-opacity": stroke?.opacity,
    "stroke-width": stroke ? border : undefined,
    "stroke-dasharray": stroke && style.borderTopStyle === "dashed" ? "4 3" : undefined,
  });
}

/** What an element is cut off by: the nearest box around it that hides what does not fit. */
function clipOf(element: Element, card: Element): DOMRect {
  for (let up: Element | null = element; up && up !== card; up = up.parentElement) {
    if (getComputedStyle(up).overflowX !== "visible") return up.getBoundingClientRect();
  }
  return card.getBoundingClientRect();
}

interface Line {
  text: string;
  rect: DOMRect;
}

/** One box a line. */
function rowsOf(rects: Iterable<DOMRect>): DOMRect[] {
  const rows: DOMRect[] = [];
  for (const rect of rects) {
    const last = rows.at(-1);
    if (last && Math.abs(last.top - rect.top) < rect.height / 2) {
      rows[rows.length - 1] = new DOMRect(last.left, last.top, Math.max(last.right, rect.right) - last.left, last.height);
    } else rows.push(rect);
  }
  return rows;
}

/** The lines that a text is broken into on the page. */
function linesOf(node: Text): Line[] {
  const lines: Line[] = [];
  const range = document.createRange();
  for (const word of node.data.matchAll(/\S+/g)) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    // A long word is broken in itself; one that is cut off by an ellipsis has several boxes in one line.
    const rects = rowsOf(range.getClientRects());
    for (const [at, rect] of rects.entries()) {
      const from = Math.floor((word[0].length * at) / rects.length);
      const text = rects.length === 1 ? word[0] : word[0].slice(from, Math.floor((word[0].length * (at + 1)) / rects.length));
      const last = lines.at(-1);
      if (last && Math.abs(last.rect.top - rect.top) < rect.height / 2) {
        last.text += ` ${text}`;
        last.rect = new DOMRect(last.rect.left, last.rect.top, rect.right - last.rect.left, last.rect.height);
      } else lines.push({ text, rect: DOMRect.fromRect(rect) });
    }
  }
  return lines;
}

function cut({ text, rect }: Line, clip: DOMRect): string {
  const over = rect.right - clip.right;
  if (over <= rect.height * 0.1) return text;
  const fits = Math.floor((text.length * (rect.width - over)) / rect.width) - 1;
  return fits > 0 ? `${text.slice(0, fits).trimEnd()}…` : "";
}

function words(node: Text, card: Element, to: ToCanvas, probe: CanvasRenderingContext2D): string {
  const parent = node.parentElement!;
  const style = getComputedStyle(parent);
  const clip = clipOf(parent, card);
  const size = Number.parseFloat(style.fontSize);
  probe.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = probe.measureText("x");
  const { colour, opacity } = plainColour(style.color, probe);
  return linesOf(node)
    .filter(({ rect }) => rect.width > 0 && rect.top + rect.height / 2 < clip.bottom && rect.left < clip.right)
    .map((line) => {
      const { x, y, height } = to(line.rect);
      const baseline = y + (height - size * 1.2) / 2 + size * 1.2 * (ascent / (ascent + descent || 1));
      const mono = /mono/i.test(style.fontFamily);
      return tag(
        "text",
        {
          x,
          y: baseline,
          "font-size": size,
          "font-weight": style.fontWeight === "400" ? undefined : style.fontWeight,
          "font-family": mono ? "monospace" : undefined,
          "font-style": style.fontStyle === "normal" ? undefined : style.fontStyle,
          fill: colour,
          "fill-opacity": opacity,
        },
        escapeXml(cut(line, clip)),
      );
    })
    .join("");
}

function icon(svg: Element, style: CSSStyleDeclaration, to: ToCanvas, probe: CanvasRenderingContext2D): string {
  const { x, y, width, height } = to(svg.getBoundingClientRect());
  const { colour } = plainColour(style.color, probe);
  const copy = svg.cloneNode(true) as Element;
  for (const name of ["class", "style", "aria-hidden", "aria-label", "xmlns"]) copy.removeAttribute(name);
  for (const part of copy.querySelectorAll("*")) for (const name of ["class", "style"]) part.removeAttribute(name);
  for (const [name, value] of Object.entries({ x, y, width, height })) copy.setAttribute(name, String(round(value)));
  copy.setAttribute("color", colour);
  return new XMLSerializer().serializeToString(copy).replace(/ xmlns="[^"]*"/g, "");
}

/** Draw what an element shows as plain SVG: its boxes, icons and texts, with no styles of the page. */
export function svgOf(element: Element, to: ToCanvas, probe: CanvasRenderingContext2D, card = element): string {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden" || element.matches("button, .react-flow__handle, textarea, input"))
    return "";
  if (element instanceof SVGSVGElement) return icon(element, style, to, probe);
  let content = surface(element, style, to, probe);
  for (const child of element.childNodes) {
    if (child instanceof Text) content += words(child, card, to, probe);
    else if (child instanceof Element) content += svgOf(child, to, probe, card);
  }
  const opacity = Number.parseFloat(style.opacity);
  return opacity < 1 && content ? tag("g", { opacity }, content) : content;
}
