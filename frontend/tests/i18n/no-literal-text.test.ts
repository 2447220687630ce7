import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../../src");
const READ_BY_PEOPLE = new Set([
  "label",
  "title",
  "placeholder",
  "aria-label",
  "description",
  "alt",
  "aria-description",
  "aria-roledescription",
]);

/** Proper names, the same in every language. */
const NAMES = new Set(["Jinja"]);

function hasWords(text: string): boolean {
  return /\p{L}{2,}/u.test(text.replace(/&\w+;/g, "")) && !NAMES.has(text.trim());
}

function literalTexts(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf-8"), ts.ScriptTarget.ES2022, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const report = (node: ts.Node, text: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file.slice(SRC.length + 1)}:${line + 1} ${text.trim()}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && hasWords(node.text)) report(node, node.text);
    if (ts.isJsxAttribute(node) && READ_BY_PEOPLE.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer)) {
      if (hasWords(node.initializer.text)) report(node, node.initializer.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

it("no component holds text that people read: it stands in the language files", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf-8" })
    .filter((file) => file.endsWith(".tsx"))
    .map((file) => join(SRC, file));
  expect(files.length).toBeGreaterThan(30);
  expect(files.flatMap(literalTexts)).toEqual([]);
});
