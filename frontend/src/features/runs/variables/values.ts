import type { RunView, StepView } from "@/features/canvas/run-reducer";

/** One value of a run. `nodeId` is null for an input. */
export interface RunValue {
  /** Names it among all of the run. */
  key: string;
  name: string;
  value: unknown;
}

/** The values that one execution gave, or what the run began with. */
export interface ValueGroup {
  key: string;
  /** Null for the inputs. */
  step: StepView | null;
  values: RunValue[];
}

/** Edited outputs by node and name. */
export type Edits = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** All values of a run by where they came from, in the order in which they came; only those whose names or texts hold `wanted`. */
export function groupsOf(run: RunView, wanted: string): ValueGroup[] {
  const groups: ValueGroup[] = [{ key: "", step: null, values: valuesOf("", run.inputs) }];
  for (const step of run.trace) {
    // What a step gave comes last in its own right: repeated attempts and rounds are executions of their own.
    groups.push({ key: step.nodeRunId, step, values: valuesOf(step.nodeRunId, step.outputs) });
  }
  const text = wanted.trim().toLowerCase();
  const fits = ({ name, value }: RunValue, title: string): boolean =>
    !text || `${title}.${name}`.toLowerCase().includes(text) || asText(value).toLowerCase().includes(text);
  return groups
    .map((group) => ({ ...group, values: group.values.filter((value) => fits(value, group.step?.title ?? "")) }))
    .filter((group) => group.values.length > 0);
}

const valuesOf = (key: string, values: Record<string, unknown>): RunValue[] =>
  Object.entries(values).map(([name, value]) => ({ key: `${key}.${name}`, name, value }));

/** A text as it is, everything else as JSON. */
export const asText = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? ""));

/** The name of a value's type, as flows have it. */
export function typeName(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
}

/** Read what was typed for a value: a text stays one, the rest is JSON; undefined where it is none. */
export function readValue(text: string, before: unknown): unknown {
  if (typeof before === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Set an edited value; one that is as it was is no edit. */
export function withEdit(edits: Edits, nodeId: string, name: string, value: unknown, before: unknown): Edits {
  const { [name]: _, ...others } = edits[nodeId] ?? {};
  const changed = JSON.stringify(value) === JSON.stringify(before) ? others : { ...others, [name]: value };
  const { [nodeId]: __, ...rest } = edits;
  return Object.keys(changed).length ? { ...rest, [nodeId]: changed } : rest;
}

export const PAGE = 10_000;

/** A page of a long text, counted from 0. */
export const pageOf = (text: string, page: number): string => text.slice(page * PAGE, (page + 1) * PAGE);
export const pagesOf = (text: string): number => Math.max(1, Math.ceil(text.length / PAGE));
