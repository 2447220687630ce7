import { createContext, useContext } from "react";
import type { AppMode, FlowNode, NodeType, Problem } from "@/api/types";
import type { FieldSchema } from "./field-schema";

/** The node whose form this is. */
export interface NodeForm {
  node: FlowNode;
  nodeType: NodeType | undefined;
  mode: AppMode;
  readOnly: boolean;
  problems: readonly Problem[];
  /** Change the node's data; edits with one key within a second are one act of the history. */
  update(recipe: (data: FlowNode["data"]) => void, mergeKey?: string): void;
  /** Rename an output of this node everywhere it is used. Called after the new name stands in the data, at `path`. */
  renameOutput(from: string, to: string, path: string): void;
  /** How many places of the flow use an output of this node. */
  usesOf(name: string): number;
}

export interface FieldProps<Value = unknown> {
  field: FieldSchema;
  value: Value;
  onChange(value: unknown): void;
}

const FormContext = createContext<NodeForm | null>(null);
export const FormProvider = FormContext.Provider;

export function useNodeForm(): NodeForm {
  const form = useContext(FormContext);
  if (!form) throw new Error("a form field outside of FormProvider");
  return form;
}
