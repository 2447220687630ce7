import type { Dataset, DocForm } from "@/api/types";

/** How documents are cut, as the form holds it. Separators are as people type them: `\n` for a line's end. */
export interface Cutting {
  form: DocForm;
  how: "automatic" | "custom";
  separator: string;
  maxTokens: number;
  overlap: number;
  extraSpaces: boolean;
  urlsEmails: boolean;
  parentMode: "paragraph" | "full-doc";
  childSeparator: string;
  childMaxTokens: number;
}

export const MIN_TOKENS = 10;
export const MAX_TOKENS = 8000;

export const DEFAULT_CUTTING: Cutting = {
  form: "text_model",
  how: "automatic",
  separator: "\\n\\n",
  maxTokens: 512,
  overlap: 50,
  extraSpaces: true,
  urlsEmails: false,
  parentMode: "paragraph",
  childSeparator: "\\n",
  childMaxTokens: 200,
};

/** Separators to choose from, each told by an example; the key names its text. */
export const SEPARATORS = [
  { key: "paragraph", value: "\\n\\n" },
  { key: "line", value: "\\n" },
  { key: "rule", value: "---" },
  { key: "heading", value: "\\n## " },
  { key: "sentenceZh", value: "。" },
] as const;

/** Names of the fields that cannot be followed. */
export function wrongFields(cutting: Cutting): Set<keyof Cutting> {
  const wrong = new Set<keyof Cutting>();
  if (cutting.how === "automatic") return wrong;
  const fits = (tokens: number) => Number.isInteger(tokens) && tokens >= MIN_TOKENS && tokens <= MAX_TOKENS;
  if (!cutting.separator) wrong.add("separator");
  if (!fits(cutting.maxTokens)) wrong.add("maxTokens");
  if (!Number.isInteger(cutting.overlap) || cutting.overlap < 0 || cutting.overlap >= cutting.maxTokens) wrong.add("overlap");
  if (cutting.form === "hierarchical_model") {
    if (!cutting.childSeparator) wrong.add("childSeparator");
    if (!fits(cutting.childMaxTokens)) wrong.add("childMaxTokens");
  }
  return wrong;
}

export interface ProcessRule {
  [key: string]: unknown;
  mode: "automatic" | "custom" | "hierarchical";
  rules: Record<string, unknown>;
}

/** The API's process rule. Parents never overlap. */
export function toProcessRule(cutting: Cutting): ProcessRule {
  if (cutting.how === "automatic") return { mode: "automatic", rules: {} };
  const nested = cutting.form === "hierarchical_model";
  const rules: Record<string, unknown> = {
    pre_processing_rules: [
      { id: "remove_extra_spaces", enabled: cutting.extraSpaces },
      { id: "remove_urls_emails", enabled: cutting.urlsEmails },
    ],
    segmentation: { separator: cutting.separator, max_tokens: cutting.maxTokens, chunk_overlap: nested ? 0 : cutting.overlap },
  };
  if (!nested) return { mode: "custom", rules };
  return {
    mode: "hierarchical",
    rules: {
      ...rules,
      parent_mode: cutting.parentMode,
      subchunk_segmentation: { separator: cutting.childSeparator, max_tokens: cutting.childMaxTokens, chunk_overlap: 0 },
    },
  };
}

function part(rules: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = rules[name];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

const text = (value: unknown, or: string) =>
  typeof value === "string" && value ? value.replaceAll("\n", "\\n").replaceAll("\t", "\\t") : or;
const number = (value: unknown, or: number) => (typeof value === "number" ? value : or);

/** Reads a stored process rule back into the form. */
export function fromProcessRule(rule: Record<string, unknown>, form: DocForm | ""): Cutting {
  const start: Cutting = { ...DEFAULT_CUTTING, form: form || "text_model" };
  if (rule.mode !== "custom" && rule.mode !== "hierarchical") return start;
  const rules = part(rule, "rules");
  const outer = part(rules, "segmentation");
  const inner = part(rules, "subchunk_segmentation");
  const cleaning = Array.isArray(rules.pre_processing_rules) ? (rules.pre_processing_rules as Record<string, unknown>[]) : [];
  const cleans = (id: string) => cleaning.some((one) => one.id === id && one.enabled === true);
  const maxTokens = number(outer.max_tokens, start.maxTokens);
  return {
    ...start,
    how: "custom",
    separator: text(outer.separator, start.separator),
    maxTokens,
    overlap: number(outer.chunk_overlap, Math.min(start.overlap, Math.floor(maxTokens / 4))),
    extraSpaces: cleans("remove_extra_spaces"),
    urlsEmails: cleans("remove_urls_emails"),
    parentMode: rules.parent_mode === "full-doc" || rules.parent_mode === "full_doc" ? "full-doc" : "paragraph",
    childSeparator: text(inner.separator, start.childSeparator),
    childMaxTokens: number(inner.max_tokens, start.childMaxTokens),
  };
}

/** What new documents of a dataset start from. */
export const cuttingOf = (dataset: Dataset | undefined): Cutting =>
  dataset ? fromProcessRule(dataset.process_rule, dataset.doc_form) : DEFAULT_CUTTING;
