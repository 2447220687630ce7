/** What a step and the whole flow will likely take: as in the last runs, else by the size of the prompts. Pure. */
import type { FlowDocument, Model } from "@/api/types";
import { lastValueIn } from "@/features/prompt/last-value";
import { tokenFamily } from "@/features/prompt/tokens";
import type { StepView } from "../run-reducer";
import { findModel, type NodeNumbers } from "./data";
import { CALLS_MODEL, modelOf, promptSize } from "./prompt-size";

export interface Estimate {
  /** `runs`: the middle of the last ones. `prompt`: the prompt's size; the answer comes on top. */
  from: "runs" | "prompt";
  seconds: number | null;
  tokens: number;
  cost: number | null;
}

/** Steps that take less time than this tell none. */
const WORTH_TELLING_S = 0.2;

export function estimates(
  document: FlowDocument,
  numbers: NodeNumbers | undefined,
  models: readonly Model[] | undefined,
  trace: readonly StepView[],
): Map<string, Estimate> {
  const known = new Map(numbers?.nodes.map((node) => [node.node_id, node]));
  const found = new Map<string, Estimate>();
  for (const { id, data } of document.graph.nodes) {
    if (data.disabled === true) continue;
    const node = known.get(id);
    const calls = CALLS_MODEL.has(data.type);
    if (node && node.p50_tokens !== null) {
      if (calls || node.p50_s >= WORTH_TELLING_S)
        found.set(id, { from: "runs", seconds: node.p50_s, tokens: node.p50_tokens, cost: node.p50_cost_usd || null });
    } else if (calls) {
      const { provider, name } = modelOf(data);
      const { total } = promptSize(data, tokenFamily(name), (selector) => lastValueIn(trace, selector));
      const price = findModel(models, provider, name)?.input_price ?? null;
      if (total) found.set(id, { from: "prompt", seconds: null, tokens: total, cost: price ? (total * price) / 1e6 : null });
    }
  }
  return found;
}

/** Of the whole flow; null where nothing is known. */
export function flowEstimate(steps: ReadonlyMap<string, Estimate>, numbers: NodeNumbers | undefined): Estimate | null {
  if (numbers?.succeeded)
    return { from: "runs", seconds: numbers.p50_s, tokens: numbers.p50_tokens ?? 0, cost: numbers.p50_cost_usd || null };
  const prompts = [...steps.values()].filter((step) => step.tokens > 0);
  if (prompts.length === 0) return null;
  const costs = prompts.map((step) => step.cost);
  return {
    from: "prompt",
    seconds: null,
    tokens: prompts.reduce((sum, step) => sum + step.tokens, 0),
    cost: costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
  };
}
