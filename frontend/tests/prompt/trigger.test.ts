import { describe, expect, it } from "vitest";
import { triggerAt, triggerQuery } from "@/features/prompt/trigger";

/** `|` is the cursor, right after the character typed. */
function at(text: string): string | null {
  const cursor = text.indexOf("¦");
  return triggerAt(text.slice(0, cursor), text.slice(cursor + 1))?.kind ?? null;
}

describe("triggerAt", () => {
  it.each([
    "/¦",
    "Summarise /¦",
    "Summarise\t/¦",
    "(/¦",
    "[/¦",
    '"question": "/¦"',
    "'/¦'",
    "`/¦`",
    "Text: /¦",
    "a, b,/¦",
    "<question>/¦</question>",
    "| cell |/¦",
    "请翻译/¦",
    "问题：/¦",
    "「/¦」",
    "翻訳して/¦",
    "カタカナ/¦",
    "你好，/¦",
    "（/¦）",
    "Answer! /¦",
    "end./ no\n /¦",
    "- /¦",
    "“/¦”",
  ])("opens on a slash in %j", (text) => expect(at(text)).toBe("slash"));

  it.each([
    "and/¦",
    "and/¦or",
    "he/¦she",
    "km/¦h",
    "1/¦",
    "1/¦2",
    "2026/¦",
    "2026/11/¦",
    "11/¦21",
    "2026 /¦",
    "3 /¦ 4",
    "http:/¦",
    "https:/¦",
    "https://¦",
    "https://example.com/¦",
    "https://example.com/a,/¦",
    "www.example.com/¦",
    "www.例え/¦",
    "example.com/¦",
    "src/¦",
    "./¦",
    "../¦",
    "~/¦",
    "/usr/¦",
    "/usr/local/¦",
    "/usr,/¦",
    "C:/¦",
    "file:///¦",
    "TCP/¦IP",
    "n/¦a",
    "</¦",
    "</¦b>",
    "text/¦html",
    "@scope/¦",
    "//¦",
    "a#/¦",
    "$HOME/¦",
    "a_/¦",
    "a-/¦",
    "?/¦",
    "&/¦",
    "*/¦",
    "naïve/¦",
    "стр/¦",
    "和/¦或",
    "/¦usr",
    "(v)/¦",
    "x=/¦",
    "{{#a.b#}}/¦",
    "%/¦",
    "+/¦",
    "\\/¦",
  ])("stays shut on a slash in %j", (text) => expect(at(text)).toBeNull());

  it.each(["{{¦", "Hello {{¦", "word{{¦", "请{{¦", '"{{¦"'])("opens on braces in %j", (text) => expect(at(text)).toBe("braces"));
  it.each(["{¦", "{ {¦", "{{{¦", "\\{{¦", "}}¦", "", "a¦", "¦/", "¦{{"])("stays shut in %j", (text) => expect(at(text)).toBeNull());
});

describe("triggerQuery", () => {
  it("keeps what is being searched", () => {
    expect(triggerQuery("slash", "")).toBe("");
    expect(triggerQuery("slash", "que")).toBe("que");
    expect(triggerQuery("braces", "#star")).toBe("star");
    expect(triggerQuery("braces", " name")).toBe("name");
  });
  it("gives up when the text goes on", () => {
    for (const typed of ["usr/", "and ", "a\nb", "x".repeat(61)]) expect(triggerQuery("slash", typed)).toBeNull();
    for (const typed of ["a}}", "#a.b#", "a\n", "{", "% if"]) expect(triggerQuery("braces", typed)).toBeNull();
  });
});
