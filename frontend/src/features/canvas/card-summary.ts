import type { FlowDocument, FlowNode } from "@/api/types";

/** Titles by node id. The same object for as long as no title changed, so that cards need not be drawn anew. */
export type Titles = ReadonlyMap<string, string>;

const cache = new WeakMap<readonly FlowNode[], Titles>();
let latest: Titles = new Map();

export function titlesOf(document: FlowDocument): Titles {
  const { nodes } = document.graph;
  const known = cache.get(nodes);
  if (known) return known;
  const same = latest.size === nodes.length && nodes.every((node) => latest.get(node.id) === node.data.title);
  if (!same) latest = new Map(nodes.map((node) => [node.id, node.data.title]));
  cache.set(nodes, latest);
  return latest;
}

/** One line of a card. `chips` are short names, `model` is shown with its icon, `text` is cut to two lines. */
export type CardLine = { kind: "text" | "model" | "code"; text: string } | { kind: "chips"; items: string[]; more: number };

type Data = Record<string, unknown>;
const TEMPLATE = /\{\{#([A-Za-z0-9_]{1,50})\.([^#]+)#\}\}/g;
const LONGEST = 160;
const CHIPS = 4;

const object = (value: unknown): Data => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Data) : {});
const rows = (value: unknown): Data[] => (Array.isArray(value) ? value.map(object) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Prompt text with references as `{Title.name}`, on one line. */
export function plain(template: string, titles: Titles): string {
  const shown = template.replace(
    TEMPLATE,
    (_, id: string, path: string) => `{${titles.has(id) ? `${titles.get(id)}.` : id === "sys" ? "" : `${id}.`}${path}}`,
  );
  return shown.replace(/\s+/g, " ").trim().slice(0, LONGEST);
}

/** `[node, name]` as `Title.name`. */
export function selectorName(selector: unknown, titles: Titles): string {
  if (!Array.isArray(selector) || selector.length < 2) return "";
  const [id, ...path] = selector as string[];
  const title = titles.get(id!);
  if (title) return `${title}.${path.join(".")}`;
  return id === "sys" ? path.join(".") : `${id}.${path.join(".")}`;
}

const line = (kind: "text" | "model" | "code", value: string): CardLine[] => (value ? [{ kind, text: value }] : []);

function chips(items: string[]): CardLine[] {
  const named = items.filter(Boolean);
  return named.length ? [{ kind: "chips", items: named.slice(0, CHIPS), more: Math.max(0, named.length - CHIPS) }] : [];
}

function prompt(data: Data, titles: Titles): CardLine[] {
  const template = data.prompt_template;
  const messages = Array.isArray(template) ? rows(template) : [object(template)];
  const texts = messages.map((message) => text(message.edition_type === "jinja2" ? message.jinja2_text : message.text));
  return line("text", plain(texts.find((one) => one.trim()) ?? "", titles));
}

function host(url: string): string {
  const match = /^[a-z]+:\/\/([^/?#]+)/i.exec(url);
  return match?.[1] ?? url.slice(0, 40);
}

/** The one to three lines that matter for a node of this type. Branches are told beside their handles instead. */
export function summarise(data: FlowNode["data"], titles: Titles): CardLine[] {
  const model = line("model", text(object(data.model).name));
  switch (data.type) {
    case "start":
      return chips(rows(data.variables).map((row) => text(row.variable)));
    case "llm":
      return [...model, ...prompt(data, titles)];
    case "answer":
      return line("text", plain(text(data.answer), titles));
    case "end":
      return chips(rows(data.outputs).map((row) => text(row.variable)));
    case "template-transform":
      return line("code", plain(text(data.template), titles));
    case "variable-aggregator":
      return chips((Array.isArray(data.variables) ? data.variables : []).map((selector) => selectorName(selector, titles)));
    case "code":
      return line("code", text(data.code_language));
    case "http-request":
      return line("code", `${text(data.method).toUpperCase()} ${host(plain(text(data.url), titles))}`.trim());
    case "question-classifier":
    case "parameter-extractor":
      return [...model, ...chips(rows(data.parameters).map((row) => text(row.name)))];
    default:
      return line("text", text(data.desc).slice(0, LONGEST));
  }
}

export interface ConditionText {
  left: string;
  /** Wire name of the operator, worded by `canvas:operator.<name>`. */
  operator: string;
  right: string;
}

/** A case of a branch node as its first condition in words, and how many more there are. */
export function caseSummary(data: Data, caseId: string, titles: Titles): { conditions: ConditionText[]; joint: "and" | "or" } {
  const legacy = !Array.isArray(data.cases);
  const found = legacy ? data : rows(data.cases).find((row) => row.case_id === caseId);
  const conditions = rows(found?.conditions).map((row) => ({
    left: selectorName(row.variable_selector, titles).split(".").slice(-1)[0] ?? "",
    operator: text(row.comparison_operator),
    right: Array.isArray(row.value) ? row.value.join(", ") : plain(String(row.value ?? ""), titles),
  }));
  return { conditions, joint: found?.logical_operator === "or" ? "or" : "and" };
}
