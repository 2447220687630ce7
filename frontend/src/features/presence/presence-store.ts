import { create } from "zustand";
import type { Id } from "@/api/types";

/** Somebody who has an app open; `node` is the step whose settings they see. One person may be there in several tabs. */
export interface Present {
  id: Id;
  name: string;
  node: string | null;
}

interface Presence {
  /** The others who have the app open. */
  people: readonly Present[];
  set(people: readonly Present[]): void;
}

export const usePresence = create<Presence>((set) => ({ people: [], set: (people) => set({ people }) }));

/** Each other person once. */
export function othersOf(people: readonly Present[], me: Id): Present[] {
  const found = new Map<Id, Present>();
  for (const one of people) {
    if (one.id !== me && (!found.has(one.id) || one.node !== null)) found.set(one.id, one);
  }
  return [...found.values()];
}

/** The names of the others who have a step open; an empty text for nobody. */
export const namesAt = (people: readonly Present[], node: string): string =>
  people
    .filter((one) => one.node === node)
    .map((one) => one.name)
    .join(", ");
