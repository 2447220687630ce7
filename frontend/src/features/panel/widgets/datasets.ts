/** How what was found in datasets is put in order. Pure. */
import { type Json, record } from "../form/field-schema";

export type Ranking = "none" | "weighted_score" | "reranking_model";

/** How what was found is put in order. */
export function rankingOf(config: Json): Ranking {
  if (config.reranking_enable === false) return "none";
  if (config.reranking_mode === "weighted_score") return "weighted_score";
  const model = record(config.reranking_model);
  const named = model.model ?? model.reranking_model_name;
  return config.reranking_enable === true || named ? "reranking_model" : "none";
}

export function withRanking(config: Json, ranking: Ranking): Json {
  if (ranking === "none") return { ...config, reranking_enable: false };
  const weights = record(config.weights);
  return {
    ...config,
    reranking_enable: true,
    reranking_mode: ranking,
    ...(ranking === "weighted_score" ? { weights: withVectorWeight(weights, vectorWeight(weights)) } : {}),
  };
}

const USUAL_WEIGHT = 0.7;

/** The share of meaning against words, 0 to 1. */
export function vectorWeight(weights: Json): number {
  const value = record(weights.vector_setting).vector_weight;
  return typeof value === "number" ? value : USUAL_WEIGHT;
}

export function withVectorWeight(weights: Json, weight: number): Json {
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    ...weights,
    vector_setting: { ...record(weights.vector_setting), vector_weight: round(weight) },
    keyword_setting: { ...record(weights.keyword_setting), keyword_weight: round(1 - weight) },
  };
}
