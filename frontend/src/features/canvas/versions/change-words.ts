/** Sentences for changes, such as «Draft reply: prompt edited (+12 −3 words), temperature 0.2 → 0.7». */
import type { TFunction } from "i18next";
import type { NodeType } from "@/api/types";
import { record, resolve } from "@/features/panel/form/field-schema";
import { textDiff } from "@/lib/text-diff";
import { nodeHandles } from "../graph/handles";
import { isDecoration, type NodeTypes } from "../graph/model";
import { handleId } from "../graph/connect";
import { notePlain } from "../notes/note-text";
import type { EdgeChange, FlowChange, NodeChange, VariableChange } from "./flow-diff";
import { type FieldChange, isMissing, isRecord, type Path, rowCounts, rowName, valueAt } from "./value-diff";

export interface WordsOf {
  t: TFunction<"versions">;
  language: string;
  types: NodeTypes;
  /** The title of a step in either of the two documents. */
  titleOf(id: string): string | undefined;
}
export interface ChangeWords {
  /** The whole change in one sentence. */
  sentence(change: FlowChange): string;
  /** What a setting is called. */
  label(change: FlowChange, field: FieldChange): string;
  /** One setting of a change as part of a sentence. */
  phrase(change: FlowChange, field: FieldChange): string;
  /** A short value as it is read. */
  value(value: unknown): string;
  /** A prompt with the titles of steps in place of their ids. */
  readable(text: string): string;
}

const LONGEST = 40;
const SPACES = new Set(["sys", "env", "conversation", "rag"]);
const TEMPLATE = /\{\{#([A-Za-z0-9_]{1,50})((?:\.[A-Za-z_]\w*)+)#\}\}/g;
const WORD = new Intl.Segmenter(undefined, { granularity: "word" });
/** Steps on the way to a setting whose names say nothing more. */
const SILENT = new Set(["completion_params", "data", "model_config", "features", "enabled", "datasets", "prompt"]);

function wordsIn(text: string): number {
  let count = 0;
  for (const part of WORD.segment(text)) if (part.isWordLike) count += 1;
  return count;
}

export function wordCounts(before: string, after: string): { added: number; removed: number } {
  const parts = textDiff(before, after, "words");
  const count = (kind: "added" | "removed") => parts.reduce((sum, part) => sum + (part.kind === kind ? wordsIn(part.text) : 0), 0);
  return { added: count("added"), removed: count("removed") };
}

export function changeWords({ t, language, types, titleOf }: WordsOf): ChangeWords {
  const exists = (key: string): boolean => t(key as never, { defaultValue: "" }) !== "";
  const list = (parts: readonly string[]): string => parts.join(t("comma"));
  const lower = (text: string): string =>
    /^\p{Lu}(\p{Ll}|\s|$)/u.test(text) ? text.charAt(0).toLocaleLowerCase(language) + text.slice(1) : text;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 6 });

  const readable = (text: string): string =>
    text.replace(TEMPLATE, (whole, id: string, path: string) =>
      titleOf(id) ? `{{${titleOf(id)}${path}}}` : SPACES.has(id) ? `{{${id}${path}}}` : whole,
    );

  const value = (shown: unknown): string => {
    if (isMissing(shown)) return t("value.none");
    if (typeof shown === "boolean") return t(shown ? "value.on" : "value.off");
    if (typeof shown === "number") return number.format(shown);
    if (Array.isArray(shown))
      return shown.length ? cut(isReference(shown) ? reference(shown) : shown.map(short).join(", ")) : t("value.empty");
    if (isRecord(shown)) return cut(typeof shown.name === "string" ? shown.name : JSON.stringify(shown));
    const text = readable(String(shown)).replace(/\s+/g, " ").trim();
    return text ? t("value.quoted", { text: cut(text) }) : t("value.empty");
  };
  const short = (item: unknown): string => (typeof item === "string" ? item : (rowName(item) ?? JSON.stringify(item)));
  const isReference = (shown: unknown[]): shown is string[] =>
    shown.length > 1 && shown.every((part) => typeof part === "string") && (SPACES.has(shown[0]!) || titleOf(shown[0]!) !== undefined);
  const reference = ([id, ...path]: string[]): string => [titleOf(id!) ?? id!, ...path].join(".");

  const keyName = (key: string): string => (exists(`key.${key}`) ? t(`key.${key}` as never) : key.replaceAll("_", " "));

  /** What the node type's schema calls the setting at a path; null where it has no name of its own. */
  const schemaName = (type: NodeType | undefined, path: Path): string | null => {
    const root = record(type?.config_schema);
    let schema = root;
    for (const key of path) {
      const options = Array.isArray(schema.oneOf) ? schema.oneOf.map(record) : [schema];
      const next = options
        .map((one) => (typeof key === "number" ? one.items : record(one.properties)[key]))
        .find((one) => one !== undefined);
      if (next === undefined) return null;
      schema = resolve(root, record(next));
    }
    const local = schema[`x-title-${language}`] ?? (language === "en" ? schema.title : undefined);
    return typeof local === "string" ? local : null;
  };

  const rowLabel = (row: unknown, index: number): string => {
    const name = isRecord(row) ? (row.role ?? row.label ?? row.variable ?? row.name ?? row.key ?? row.title) : null;
    if (typeof name !== "string" || !name) return t("field.row", { number: index + 1 });
    return exists(`role.${name}`) ? t(`role.${name}` as never) : name;
  };

  const label = (change: FlowChange, { path }: FieldChange): string => {
    const from = change.of === "node" ? (change.after ?? change.before)?.data : change.of === "variable" ? change.after : undefined;
    const type = change.of === "node" ? types[change.after?.data.type ?? change.before?.data.type ?? ""] : undefined;
    const names: string[] = [];
    let row = "";
    path.forEach((key, at) => {
      if (typeof key === "number") {
        const rows = valueAt(from, path.slice(0, at + 1));
        row = rowLabel(rows, key);
        return;
      }
      const last = at === path.length - 1;
      if (at > 0 && (SILENT.has(key) || (key === "text" && last)) && names.length) return;
      if (at === 0 && SILENT.has(key) && !last) return;
      const known = schemaName(type, path.slice(0, at + 1));
      names.push(known && (at === 0 || !exists(`key.${key}`)) ? known : keyName(key));
    });
    // A model's parameters are known by their own names.
    const shown =
      (path[0] === "model" || (path[0] === "model_config" && path[1] === "model")) && names.length > 1 ? names.slice(-1) : names;
    const words = lower([...new Set(shown)].join(" › ")) || keyName(String(path.at(-1) ?? ""));
    return row ? t("field.of", { label: words, row }) : words;
  };

  const textPhrase = (name: string, field: FieldChange): string => {
    const { added, removed } = wordCounts(String(field.before ?? ""), String(field.after ?? ""));
    const counts =
      added && removed
        ? t("field.counts", { added, removed })
        : added
          ? t("field.countsAdded", { count: added })
          : removed
            ? t("field.countsRemoved", { count: removed })
            : t("field.spaces");
    return t("field.text", { label: name, counts });
  };

  const listPhrase = (name: string, { before, after }: FieldChange): string => {
    const { added, removed, changed, moved } = rowCounts(before, after);
    const counts = [
      ...(added ? [t("field.rowsAdded", { number: added })] : []),
      ...(removed ? [t("field.rowsRemoved", { number: removed })] : []),
      ...(changed ? [t("field.rowsChanged", { number: changed })] : []),
      ...(moved ? [t("field.rowsMoved")] : []),
    ];
    return counts.length ? t("field.list", { label: name, counts: list(counts) }) : t("field.changed", { label: name });
  };

  const phrase = (change: FlowChange, field: FieldChange): string => {
    const { before, after, kind, path } = field;
    if (change.of === "node" && path.length === 1 && path[0] === "title") return t("change.renamed", { before: String(before ?? "") });
    const name = label(change, field);
    if (kind === "text") return textPhrase(name, field);
    if (kind === "model") return t("field.value", { label: name, before: modelName(before, after), after: modelName(after, before) });
    if (kind === "list" && !isShortList(before, after)) return listPhrase(name, field);
    if (kind === "object") return t("field.changed", { label: name });
    if (typeof (after ?? before) === "boolean" && (isMissing(before) || isMissing(after) || typeof before === typeof after))
      return t(after === true ? "field.on" : "field.off", { label: name });
    if (isMissing(before)) return t("field.set", { label: name, after: value(after) });
    if (isMissing(after)) return t("field.unset", { label: name, before: value(before) });
    return t("field.value", { label: name, before: value(before), after: value(after) });
  };
  const isShortList = (before: unknown, after: unknown): boolean =>
    [before, after].every((one) => isMissing(one) || (Array.isArray(one) && one.length > 1 && isReference(one as unknown[])));

  const branchOf = ({ edge }: EdgeChange, node: NodeChange["after"] | undefined): string => {
    if (!node) return "";
    const handle = nodeHandles(types[node.data.type], node.data).find(({ id }) => id === handleId(edge.sourceHandle));
    if (!handle || handle.kind === "next") return "";
    return (
      handle.text ||
      (handle.kind === "case" || handle.kind === "class" || handle.kind === "action"
        ? t("branch.case", { number: handle.index + 1 })
        : t(`branch.${handle.kind}`))
    );
  };

  const edgeSentence = (change: EdgeChange): string => {
    const branch = branchOf(change, change.from);
    const params = {
      source: titleOf(change.edge.source) ?? change.edge.source,
      target: titleOf(change.edge.target) ?? change.edge.target,
      branch,
    };
    if (change.change === "added") return t(branch ? "change.edgeAddedAt" : "change.edgeAdded", params);
    return t(branch ? "change.edgeRemovedAt" : "change.edgeRemoved", params);
  };

  const nodeSentence = (change: NodeChange): string => {
    const node = (change.after ?? change.before)!;
    if (isDecoration(node)) {
      const text = cut(notePlain(node.data.text) || node.data.title || "");
      return t(({ added: "change.noteAdded", removed: "change.noteRemoved", changed: "change.noteChanged" } as const)[change.change], {
        text,
      });
    }
    const title = node.data.title || node.data.type;
    const type = types[node.data.type]?.title;
    const params = { title, type: type?.[language] ?? type?.en ?? node.data.type };
    if (change.change === "added") return t("change.added", params);
    if (change.change === "removed") return t("change.removed", params);
    const [from, into] = [titleOf(change.before?.parentId ?? ""), titleOf(change.after?.parentId ?? "")];
    const moved = !change.moved ? [] : into ? [t("change.movedInto", { title: into })] : [t("change.movedOut", { title: from ?? "" })];
    return t("change.node", { title, changes: list([...moved, ...change.fields.map((field) => phrase(change, field))]) });
  };

  const variableSentence = (change: VariableChange): string => {
    const variable = t(`variable.${change.list}`, { name: change.name });
    if (change.change === "added") return t("variable.added", { variable });
    if (change.change === "removed") return t("variable.removed", { variable });
    return t("change.node", { title: variable, changes: list(change.fields.map((field) => phrase(change, field))) });
  };

  const written = (change: FlowChange): string => {
    if (change.of === "node") return nodeSentence(change);
    if (change.of === "edge") return edgeSentence(change);
    if (change.of === "variable") return variableSentence(change);
    const text = phrase(change, change.fields[0]);
    return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  };
  // Counting words takes a while, and a list asks again whenever it is drawn.
  const told = new WeakMap<FlowChange, string>();
  const sentence = (change: FlowChange): string => {
    const known = told.get(change) ?? written(change);
    told.set(change, known);
    return known;
  };
  return { sentence, label, phrase, value, readable };
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** A model by its name, with its provider where the names alone are the same. */
function modelName(model: unknown, other: unknown): string {
  if (!isRecord(model)) return "";
  const name = String(model.name ?? "") || "–";
  return isRecord(other) && other.name === model.name ? `${String(model.provider ?? "")}/${name}` : name;
}
