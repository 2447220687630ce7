import type { NodeType } from "@/api/types";
import { FAIL, SOURCE } from "./model";

/** `index` counts the branches of one kind from 0; `text` is what the user wrote, if anything. */
export interface NodeHandle {
  id: string;
  kind: "next" | "case" | "else" | "class" | "action" | "timeout" | "fail";
  index: number;
  text: string;
}

type Row = Record<string, unknown>;
const rows = (value: unknown): Row[] =>
  Array.isArray(value) ? value.filter((row): row is Row => typeof row === "object" && row !== null) : [];
const text = (value: unknown): string => (typeof value === "string" ? value : "");

function branches(data: Row): NodeHandle[] {
  if (Array.isArray(data.classes)) {
    return rows(data.classes).map((row, index) => ({ id: text(row.id), kind: "class", index, text: text(row.label) || text(row.name) }));
  }
  if (Array.isArray(data.user_actions)) {
    const actions = rows(data.user_actions).map(
      (row, index): NodeHandle => ({ id: text(row.id), kind: "action", index, text: text(row.title) }),
    );
    return [...actions, { id: "__timeout", kind: "timeout", index: 0, text: "" }];
  }
  // Old files have one unnamed case; its handle is called "true".
  const cases = Array.isArray(data.cases) ? rows(data.cases).map((row) => text(row.case_id)) : ["true"];
  return [
    ...cases.map((id, index): NodeHandle => ({ id, kind: "case", index, text: "" })),
    { id: "false", kind: "else", index: 0, text: "" },
  ];
}

/** The outgoing handles of a node, top to bottom. An unknown type has the plain one, so that its edges stay visible. */
export function nodeHandles(type: NodeType | undefined, data: Row): NodeHandle[] {
  const kind = type?.handles ?? "single";
  if (kind === "none") return [];
  const handles: NodeHandle[] = kind === "cases" ? branches(data) : [{ id: SOURCE, kind: "next", index: 0, text: "" }];
  if (data.error_strategy === FAIL) handles.push({ id: FAIL, kind: "fail", index: 0, text: "" });
  return handles;
}
