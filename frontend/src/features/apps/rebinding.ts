import type { Missing, ModelName, Rebinding } from "@/api/types";

/** The value that takes a dataset out. */
export const WITHOUT = "without";

/** What was chosen or typed, by the key of the missing thing. */
export type Picked = Readonly<Record<string, string>>;

const SEPARATOR = "\n";

export function keyOf(one: Missing): string {
  return [one.kind, one.type, one.provider, one.name].join(SEPARATOR);
}

/** Names a missing model for people. */
export function modelNameOf(one: Missing): string {
  return `${one.provider.split("/").at(-1)} · ${one.name}`;
}

export function isChosen(picked: Picked): boolean {
  return Object.values(picked).some((value) => value !== "");
}

/** What could take the place of a missing thing, for a select. */
export function choiceOf(one: Missing): { value: string; label: string }[] {
  return one.choices.map((choice) =>
    one.kind === "model"
      ? { value: `${choice.provider}${SEPARATOR}${choice.name}`, label: `${choice.label} · ${choice.name}` }
      : { value: choice.name, label: choice.label },
  );
}

function modelOf(value: string): ModelName {
  const [provider = "", ...name] = value.split(SEPARATOR);
  return { provider, name: name.join(SEPARATOR) };
}

/** Turns choices into what the server is asked to do. `all` stands for every model without a choice of its own. */
export function rebindingOf(missing: readonly Missing[], picked: Picked, all: string | null): Rebinding {
  const chosen = (kind: Missing["kind"]) =>
    missing.flatMap((one) => {
      const value = one.kind === kind ? picked[keyOf(one)] : undefined;
      return value ? [{ one, value }] : [];
    });
  return {
    models: chosen("model").map(({ one, value }) => ({ from: { provider: one.provider, name: one.name }, to: modelOf(value) })),
    unknown_models: all ? modelOf(all) : null,
    datasets: chosen("dataset").map(({ one, value }) => ({ from: one.name, to: value === WITHOUT ? null : value })),
    secrets: chosen("secret").map(({ one, value }) => ({ name: one.name, value })),
  };
}
