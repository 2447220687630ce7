/** How a dataset is searched, as the form holds it. Pure. */
import type { Dataset, MetadataField } from "@/api/types";

export type Method = "semantic_search" | "full_text_search" | "hybrid_search" | "keyword_search";
export const METHODS = ["semantic_search", "full_text_search", "hybrid_search"] as const;
/** How a hybrid search puts meaning and words together, or whether a model orders what was found. */
export type Ranking = "fused" | "weights" | "model";
export type FieldType = MetadataField["type"];

export interface Condition {
  name: string;
  comparison_operator: string;
  value: string | number | null;
}

export interface RetrievalSettings {
  method: Method;
  ranking: Ranking;
  /** The share of meaning against words, 0 to 1. */
  meaning: number;
  rerank: { provider: string; name: string } | null;
  topK: number;
  limited: boolean;
  threshold: number;
  join: "and" | "or";
  conditions: Condition[];
}

export const MAX_TOP_K = 100;
const USUAL_MEANING = 0.7;
const USUAL_THRESHOLD = 0.5;

type Raw = Record<string, unknown>;

function part(raw: Raw, name: string): Raw {
  const value = raw[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

const number = (value: unknown, or: number) => (typeof value === "number" ? value : or);
const text = (value: unknown) => (typeof value === "string" ? value : "");

function methodOf(raw: Raw): Method {
  if (raw.search_method === "keyword_search") return "keyword_search";
  return METHODS.find((method) => method === raw.search_method) ?? "hybrid_search";
}

function conditionOf(raw: unknown): Condition[] {
  if (typeof raw !== "object" || raw === null) return [];
  const { name, comparison_operator, value } = raw as Raw;
  if (typeof name !== "string") return [];
  return [{ name, comparison_operator: text(comparison_operator), value: typeof value === "number" ? value : text(value) }];
}

/** Reads the API's retrieval model. */
export function fromRetrieval(raw: Raw): RetrievalSettings {
  const model = part(raw, "reranking_model");
  const name = text(model.reranking_model_name);
  const filter = part(raw, "metadata_filtering_conditions");
  const weighted = raw.reranking_mode === "weighted_score";
  return {
    method: methodOf(raw),
    ranking: weighted ? "weights" : raw.reranking_enable === true && name ? "model" : "fused",
    meaning: number(part(part(raw, "weights"), "vector_setting").vector_weight, USUAL_MEANING),
    rerank: name ? { provider: text(model.reranking_provider_name), name } : null,
    topK: number(raw.top_k, 4),
    limited: raw.score_threshold_enabled === true,
    threshold: number(raw.score_threshold, USUAL_THRESHOLD),
    join: filter.logical_operator === "or" ? "or" : "and",
    conditions: Array.isArray(filter.conditions) ? filter.conditions.flatMap(conditionOf) : [],
  };
}

/** What a search really does: only a hybrid one weighs. */
export function rankingIn(settings: RetrievalSettings): Ranking {
  if (settings.ranking === "weights" && settings.method !== "hybrid_search") return "fused";
  return settings.ranking;
}

const round = (value: number) => Math.round(value * 100) / 100;

/** Writes the API's retrieval model, whole: what is left out would be the dataset's own. */
export function toRetrieval(settings: RetrievalSettings): Raw {
  const ranking = rankingIn(settings);
  const { conditions, rerank } = settings;
  return {
    search_method: settings.method,
    reranking_enable: ranking === "model",
    reranking_mode: ranking === "fused" ? null : ranking === "weights" ? "weighted_score" : "reranking_model",
    reranking_model: { reranking_provider_name: rerank?.provider ?? "", reranking_model_name: rerank?.name ?? "" },
    weights: {
      weight_type: "customized",
      vector_setting: { vector_weight: round(settings.meaning) },
      keyword_setting: { keyword_weight: round(1 - settings.meaning) },
    },
    top_k: settings.topK,
    score_threshold_enabled: settings.limited,
    score_threshold: settings.threshold,
    metadata_filtering_conditions: conditions.length > 0 ? { logical_operator: settings.join, conditions } : null,
  };
}

/** The part that a dataset keeps: a filter belongs to a question. */
export function toDefaults(settings: RetrievalSettings): Raw {
  const { metadata_filtering_conditions: _, ...kept } = toRetrieval(settings);
  return kept;
}

/** Whether a search by both does the same. */
export function sameSearch(a: RetrievalSettings, b: RetrievalSettings): boolean {
  return essence(a) === essence(b);
}

function essence(settings: RetrievalSettings): string {
  const ranking = rankingIn(settings);
  return JSON.stringify([
    settings.method,
    ranking,
    ranking === "weights" ? round(settings.meaning) : null,
    ranking === "model" ? settings.rerank : null,
    settings.topK,
    settings.limited ? settings.threshold : null,
    settings.conditions.length > 0 ? [settings.join, settings.conditions] : null,
  ]);
}

/** Names of what must be mended before a search. */
export function wrongIn(settings: RetrievalSettings): Set<"topK" | "threshold" | "rerank" | "conditions"> {
  const wrong = new Set<"topK" | "threshold" | "rerank" | "conditions">();
  if (!Number.isInteger(settings.topK) || settings.topK < 1 || settings.topK > MAX_TOP_K) wrong.add("topK");
  if (settings.limited && !(settings.threshold >= 0 && settings.threshold <= 1)) wrong.add("threshold");
  if (rankingIn(settings) === "model" && !settings.rerank) wrong.add("rerank");
  if (settings.conditions.some((one) => !one.name || !one.comparison_operator || (takesValue(one.comparison_operator) && one.value === "")))
    wrong.add("conditions");
  return wrong;
}

const TEXT_OPERATORS = ["contains", "not contains", "start with", "end with", "is", "is not", "in", "not in", "empty", "not empty"];
const OPERATORS: Record<FieldType, readonly string[]> = {
  string: TEXT_OPERATORS,
  number: ["=", "≠", ">", "<", "≥", "≤", "empty", "not empty"],
  time: ["before", "after", "empty", "not empty"],
};

export const operatorsOf = (type: FieldType): readonly string[] => OPERATORS[type];
export const takesValue = (operator: string): boolean => operator !== "empty" && operator !== "not empty";

const BUILT_IN: readonly [string, FieldType][] = [
  ["document_name", "string"],
  ["uploader", "string"],
  ["upload_date", "time"],
  ["last_update_date", "time"],
  ["source", "string"],
];

/** The names a filter may use, with their types. */
export function filterFields(dataset: Dataset): Map<string, FieldType> {
  const own = dataset.metadata_fields.map((field): [string, FieldType] => [field.name, field.type]);
  return new Map([...own, ...(dataset.built_in_fields ? BUILT_IN : [])]);
}
