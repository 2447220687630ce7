import type { DefaultModel, Model } from "@/api/types";

export type SearchMethod = "hybrid_search" | "semantic_search" | "full_text_search";

/** How new knowledge is indexed and searched, as the form holds it. */
export interface IndexChoice {
  technique: "high_quality" | "economy";
  /** Empty: the workspace's default embedding model. */
  provider: string;
  model: string;
  method: SearchMethod;
  topK: number;
  limited: boolean;
  threshold: number;
}

export const DEFAULT_INDEX: IndexChoice = {
  technique: "high_quality",
  provider: "",
  model: "",
  method: "hybrid_search",
  topK: 4,
  limited: false,
  threshold: 0.5,
};

/** The embedding model that is taken: the chosen one, else the default, else the first there is. */
export function modelTaken(choice: IndexChoice, models: readonly Model[], defaults: readonly DefaultModel[]): Model | undefined {
  const usual = defaults.find(({ type }) => type === "text-embedding");
  const named = (provider: string, name: string) => models.find((model) => model.provider === provider && model.name === name);
  return named(choice.provider, choice.model) ?? (usual && named(usual.provider, usual.name)) ?? models[0];
}

/** The API's retrieval model; without vectors only words are searched. */
export function toRetrieval({ technique, method, topK, limited, threshold }: IndexChoice): Record<string, unknown> {
  return {
    search_method: technique === "economy" ? "keyword_search" : method,
    top_k: topK,
    score_threshold_enabled: limited,
    score_threshold: limited ? threshold : null,
  };
}
