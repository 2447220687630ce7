/** What a template asks for and gives back, for people who have not opened it. Pure. */
import type { Template } from "@/api/types";
import { startFields } from "@/features/runs/input-fields";

export interface Sample {
  label: string;
  value: string;
}

const said = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The sample inputs under the labels that people see. */
export function samplesOf(template: Template): Sample[] {
  const fields = startFields(template.document);
  return Object.entries(template.sample_inputs).map(([name, value]) => ({
    label: fields.find((field) => field.name === name)?.label ?? name,
    value: said(value),
  }));
}

/** The names of what a workflow returns; none where it answers in a conversation. */
export function outputsOf(template: Template): string[] {
  const ends = template.document.graph.nodes.filter((node) => node.data.type === "end");
  const rows = ends.flatMap((node) => (Array.isArray(node.data.outputs) ? (node.data.outputs as { variable?: unknown }[]) : []));
  return [...new Set(rows.map((row) => row.variable).filter((name): name is string => typeof name === "string"))];
}

/** How many steps it has, without the marks at the beginning of containers and notes. */
export function stepsOf(template: Template): number {
  return template.document.graph.nodes.filter(({ type, data }) => data.type && !data.type.endsWith("-start") && !type?.includes("note"))
    .length;
}
