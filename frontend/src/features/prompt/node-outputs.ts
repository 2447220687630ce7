/** The outputs of a node as variables: fixed ones, declared rows, structured output, and what error handling adds. */
import type { FlowNode, NodeType } from "@/api/types";

export interface Variable {
  selector: string[];
  type: string;
  description: string;
  children: Variable[];
  /** Any key may follow: an object whose fields are not known beforehand. */
  open: boolean;
}

type Json = Record<string, unknown>;

const FILE_FIELDS: [string, string][] = [
  ["name", "string"],
  ["type", "string"],
  ["size", "number"],
  ["extension", "string"],
  ["mime_type", "string"],
  ["url", "string"],
  ["transfer_method", "string"],
  ["related_id", "string"],
];

/** Types of the values that the start node's controls give. */
const CONTROL_TYPES: Record<string, string> = {
  "text-input": "string",
  paragraph: "string",
  select: "string",
  external_data_tool: "string",
  number: "number",
  checkbox: "boolean",
  bool: "boolean",
  json_object: "object",
  file: "file",
  "file-list": "array[file]",
};

export function variable(selector: string[], type: string, children: Variable[] = [], description = ""): Variable {
  const own = type === "file" ? FILE_FIELDS.map(([name, fieldType]) => variable([...selector, name], fieldType)) : children;
  return { selector, type, description, children: own, open: type === "object" && own.length === 0 };
}

/** Variables that `node` gives to those after it. An unknown node type has none. */
export function outputsOf(node: FlowNode, nodeType: NodeType | undefined): Variable[] {
  if (!nodeType) return [];
  const cached = cache.get(node.data);
  if (cached?.nodeType === nodeType && cached.id === node.id) return cached.outputs;
  const outputs = computeOutputs(node, nodeType);
  cache.set(node.data, { nodeType, id: node.id, outputs });
  return outputs;
}

const cache = new WeakMap<object, { nodeType: NodeType; id: string; outputs: Variable[] }>();

function computeOutputs({ id, data }: FlowNode, nodeType: NodeType): Variable[] {
  const byName = new Map<string, Variable>();
  const add = (name: string, type: string, children: Variable[] = [], description = "") =>
    byName.set(name, variable([id, name], type, children, description));
  for (const output of nodeType.outputs) {
    if (output.name === "structured_output") continue;
    add(output.name, output.name === "output" && typeof data.output_type === "string" && data.output_type ? data.output_type : output.type);
  }
  for (const row of declaredRows(data, nodeType)) add(row.name, row.type, [], row.description);
  if (data.structured_output_enabled === true) {
    const schema = record(record(data.structured_output)?.schema);
    add("structured_output", "object", schema ? schemaVariables(schema, [id, "structured_output"]) : []);
  }
  addGroups(id, data, byName);
  if (data.error_strategy === "fail-branch" || data.error_strategy === "default-value") {
    add("error_message", "string");
    add("error_type", "string");
  }
  return [...byName.values()];
}

function declaredRows(data: Json, nodeType: NodeType): { name: string; type: string; description: string }[] {
  const spec = nodeType.outputs_from;
  // Groups are objects with one output each: see addGroups.
  if (!spec || spec.path.startsWith("advanced_settings.")) return [];
  const rows = valueAt(data, spec.path);
  const list: [string | null, unknown][] = Array.isArray(rows) ? rows.map((row) => [null, row]) : Object.entries(record(rows) ?? {});
  return list.flatMap(([key, raw]) => {
    const row = record(raw);
    const name = key ?? row?.[spec.name];
    if (!row || typeof name !== "string" || !name) return [];
    const declared = typeof row[spec.type] === "string" ? String(row[spec.type]) : "string";
    return [{ name, type: CONTROL_TYPES[declared] ?? declared, description: typeof row.label === "string" ? row.label : "" }];
  });
}

/** Groups of the aggregator: `<group>.output` each; they take the place of the single output. */
function addGroups(id: string, data: Json, byName: Map<string, Variable>): void {
  const settings = record(data.advanced_settings);
  if (settings?.group_enabled !== true || !Array.isArray(settings.groups)) return;
  byName.delete("output");
  for (const raw of settings.groups) {
    const group = record(raw);
    const name = group?.group_name;
    if (typeof name !== "string" || !name) continue;
    const type = typeof group?.output_type === "string" ? group.output_type : "any";
    byName.set(name, variable([id, name], "object", [variable([id, name, "output"], type)]));
  }
}

/** What the children of an iteration or loop see of their container. */
export function containerVariables(node: FlowNode): Variable[] {
  const { id, data } = node;
  if (data.type === "iteration") {
    const inner = /^array\[(.+)]$/.exec(String(data.iterator_input_type ?? ""))?.[1] ?? "any";
    return [variable([id, "item"], inner), variable([id, "index"], "number")];
  }
  const rows = Array.isArray(data.loop_variables) ? data.loop_variables : [];
  return rows.flatMap((raw) => {
    const row = record(raw);
    return typeof row?.label === "string" ? [variable([id, row.label], String(row.var_type ?? "any"))] : [];
  });
}

/** The fields of a JSON schema of an object, as variables under `selector`. */
export function schemaVariables(schema: Json, selector: string[]): Variable[] {
  const properties = record(schema.properties);
  if (!properties) return [];
  return Object.entries(properties).map(([name, raw]) => {
    const field = record(raw) ?? {};
    const path = [...selector, name];
    const description = typeof field.description === "string" ? field.description : "";
    return variable(path, schemaType(field), schemaType(field) === "object" ? schemaVariables(field, path) : [], description);
  });
}

export function schemaType(schema: Json): string {
  const type = Array.isArray(schema.type) ? schema.type.find((item) => item !== "null") : schema.type;
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean" || type === "object") return type;
  if (type === "array") {
    const inner = record(schema.items);
    const item = inner ? schemaType(inner) : "any";
    return item.startsWith("array") ? "array[any]" : `array[${item}]`;
  }
  return "string";
}

function record(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function valueAt(data: Json, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (record(value) ?? (Array.isArray(value) ? value : null))?.[key as never], data);
}
