import { createContext, useContext } from "react";
import type { VariableGroup } from "./variables-in-scope";

/** What the variable picker and chips need to know about the flow around them. */
export interface Scope {
  groups: readonly VariableGroup[];
  /** The value of the last run; undefined when there is none. */
  lastValue(selector: readonly string[]): unknown;
  /** Put a step before the asking one that takes the first item of a list; the selector of that item. Absent where nothing can be added. */
  firstOf?(selector: readonly string[], type: string): string[] | null;
}

const NOTHING: Scope = { groups: [], lastValue: () => undefined };
const ScopeContext = createContext<Scope>(NOTHING);

export const ScopeProvider = ScopeContext.Provider;
export const useScope = (): Scope => useContext(ScopeContext);
