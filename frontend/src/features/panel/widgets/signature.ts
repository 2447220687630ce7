/** The parameters of a program's `main`, and the same program with others. Pure; reads text, runs nothing. */

export type CodeLanguage = "python3" | "javascript";

const PYTHON = /^([ \t]*(?:async[ \t]+)?def[ \t]+main[ \t]*\()([^)]*)(\))/m;
const OBJECT = /^([ \t]*(?:async[ \t]+)?function[ \t]+main[ \t]*\([ \t]*\{)([^}]*)(\}[^)]*\))/m;
const PLAIN = /^([ \t]*(?:async[ \t]+)?function[ \t]+main[ \t]*\()([^){]*)(\))/m;
const NAME = /^[A-Za-z_$][A-Za-z0-9_$]*/;

const PYTHON_TYPES: Record<string, string> = {
  string: "str",
  number: "float",
  boolean: "bool",
  object: "dict",
  file: "dict",
};

function pattern(language: CodeLanguage, code: string): RegExp {
  if (language === "python3") return PYTHON;
  return OBJECT.test(code) ? OBJECT : PLAIN;
}

/** Names that `main` takes, in order; null when they cannot be told: no `main`, `**kwargs`, one object without names. */
export function parameters(language: CodeLanguage, code: string): string[] | null {
  const form = pattern(language, code);
  const inside = form.exec(code)?.[2];
  if (inside === undefined) return null;
  const parts = splitTop(inside)
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.some((part) => part.startsWith("*") || part.startsWith("..."))) return null;
  // `main(args)` in JavaScript gets everything in one object.
  if (form === PLAIN && parts.length > 0) return null;
  const names = parts.map((part) => NAME.exec(part)?.[0] ?? "");
  return names.every(Boolean) ? names : null;
}

/** Write the parameters of `main` as `names`; those there already keep their types and defaults. */
export function withParameters(language: CodeLanguage, code: string, names: readonly { name: string; type?: string }[]): string {
  const form = pattern(language, code);
  const found = form.exec(code);
  if (!found) return code;
  const old = new Map(splitTop(found[2] ?? "").map((part) => [NAME.exec(part.trim())?.[0] ?? "", part.trim()]));
  const list = names.map(({ name, type }) => old.get(name) ?? (language === "python3" ? `${name}: ${pythonType(type)}` : name));
  const braces = language === "javascript" && form === PLAIN;
  const inside = form === OBJECT ? ` ${list.join(", ")} ` : braces ? `{ ${list.join(", ")} }` : list.join(", ");
  return code.slice(0, found.index) + found[1] + inside + found[3] + code.slice(found.index + found[0].length);
}

function pythonType(type: string | undefined): string {
  if (type?.startsWith("array")) return "list";
  return PYTHON_TYPES[type ?? ""] ?? "str";
}

/** Split at commas that stand outside of brackets and quotes. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let part = "";
  for (const sign of text) {
    if (quote) quote = sign === quote ? "" : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if ("[({".includes(sign)) depth += 1;
    else if ("])}".includes(sign)) depth -= 1;
    if (sign === "," && depth === 0 && !quote) {
      parts.push(part);
      part = "";
    } else part += sign;
  }
  return [...parts, part];
}

/** The program a new node begins with, by language. */
export const STARTER: Record<CodeLanguage, string> = {
  python3: 'def main(arg1: str, arg2: str) -> dict:\n    return {"result": arg1 + arg2}\n',
  javascript: "function main({ arg1, arg2 }) {\n  return { result: arg1 + arg2 };\n}\n",
};

/** A starter for `language` that takes what `code` took, when `code` is still the other language's starter. */
export function inLanguage(code: string, from: CodeLanguage, to: CodeLanguage): string {
  if (code.trim() && code.trim() !== STARTER[from].trim()) return code;
  return STARTER[to];
}
