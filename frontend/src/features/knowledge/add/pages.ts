import type { WebPage } from "@/features/knowledge/add/use-wizard";

/** What a look around a site found. */
export interface Crawl {
  pages: { url: string; title: string; characters: number }[];
  failed: { url: string; reason: string }[];
  skipped_by_robots: number;
}

/** An http(s) address as people type it, perhaps without its beginning; null where it is none. */
export function withScheme(typed: string): string | null {
  const text = typed.trim();
  if (!text || /\s/.test(text)) return null;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) return null;
  const { protocol, hostname, href } = new URL(whole);
  const isHost = hostname.includes(".") || hostname.includes(":") || hostname === "localhost";
  return (protocol === "http:" || protocol === "https:") && isHost ? href : null;
}

/** Adds pages that are not among them yet. */
export function withPages(pages: readonly WebPage[], more: readonly WebPage[]): WebPage[] {
  const known = new Set(pages.map(({ url }) => url));
  const fresh = more.filter(({ url }) => !known.has(url) && known.add(url));
  return [...pages, ...fresh];
}
