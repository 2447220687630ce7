/** A page's own colour, made readable: text on it, and it as text on the page's background. Pure; contrast as in WCAG 2.2. */

type Rgb = readonly [number, number, number];
const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [23, 33, 40];
const DARK: Rgb = [22, 29, 35];
export const DEFAULT_ACCENT = "#1b6f86";

function parse(hex: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  return match ? [Number.parseInt(match[1] ?? "", 16), Number.parseInt(match[2] ?? "", 16), Number.parseInt(match[3] ?? "", 16)] : null;
}

function written(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: string, b: string): number {
  return ratio(parse(a) ?? WHITE, parse(b) ?? WHITE);
}

function ratio(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => (from[i] ?? 0) + ((to[i] ?? 0) - (from[i] ?? 0)) * share) as unknown as Rgb;
}

function readableOn(color: Rgb, ground: Rgb, towards: Rgb, least: number): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(color, towards, share);
    if (ratio(tried, ground) >= least) return tried;
  }
  return towards;
}

export interface Accent {
  /** Fills buttons and the visitor's own messages. */
  fill: string;
  /** Text on `fill`. */
  on: string;
  /** Links and focus rings on the page. */
  text: string;
}

/** The colours of a page in one scheme; an unknown colour becomes our own. */
export function accentOf(hex: string, dark: boolean): Accent {
  const color = parse(hex) ?? (parse(DEFAULT_ACCENT) as Rgb);
  const on = ratio(color, WHITE) >= ratio(color, INK) ? WHITE : INK;
  const fill = readableOn(color, on, on === WHITE ? INK : WHITE, 4.6);
  const text = dark ? readableOn(color, DARK, WHITE, 5) : readableOn(color, WHITE, INK, 5);
  return { fill: written(fill), on: written(on), text: written(text) };
}

export function accentStyle(hex: string): string {
  const rule = (accent: Accent) => `--accent:${accent.fill};--on-accent:${accent.on};--accent-text:${accent.text}`;
  return `:root{${rule(accentOf(hex, false))}}@media (prefers-color-scheme:dark){:root{${rule(accentOf(hex, true))}}}`;
}
