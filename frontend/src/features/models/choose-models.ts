import type { CredentialTest, Model } from "@/api/types";
import type { ChosenModel } from "@/features/models/model-mutations";

export type FoundModel = CredentialTest["models"][number];

const CHECK_ALL_UP_TO = 20;
const FIRST_LLMS = 8;
const FIRST_EMBEDDINGS = 2;

export function modelKey(model: ChosenModel): string {
  return `${model.type}/${model.name}`;
}

/** What is ticked at first: all of a short list; of a long one the first chat and embedding models with a known price. */
export function initialChoice(found: readonly FoundModel[], current: readonly Model[] | undefined): Set<string> {
  if (current) return new Set(current.filter((model) => model.enabled).map(modelKey));
  if (found.length <= CHECK_ALL_UP_TO) return new Set(found.map(modelKey));
  const priced = found.filter((model) => model.input_price !== null);
  const llms = priced.filter((model) => model.type === "llm").slice(0, FIRST_LLMS);
  const embeddings = priced.filter((model) => model.type === "text-embedding").slice(0, FIRST_EMBEDDINGS);
  return new Set([...llms, ...embeddings].map(modelKey));
}

/** The found ones, with what the workspace has set for them, and those in use that the provider did not list. */
export function mergeCurrent(found: readonly FoundModel[], current: readonly Model[] = []): FoundModel[] {
  const known = new Map(current.map((model) => [modelKey(model), model]));
  const listed = new Set(found.map(modelKey));
  return [...found.map((model) => known.get(modelKey(model)) ?? model), ...current.filter((model) => !listed.has(modelKey(model)))];
}
