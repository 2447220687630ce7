import { describe, expect, it } from "vitest";
import { type DiffMode, type DiffPart, stableText, textDiff } from "@/lib/text-diff";

const without = (parts: DiffPart[], kind: DiffPart["kind"]) =>
  parts
    .filter((part) => part.kind !== kind)
    .map((part) => part.text)
    .join("");
const signs = { same: "", added: "+", removed: "-" };
const told = (parts: DiffPart[]) => parts.map((part) => `${signs[part.kind]}[${part.text}]`).join("");

describe("textDiff", () => {
  it("takes words with the space behind them", () => {
    expect(told(textDiff("foo bar baz", "foo baz", "words"))).toBe("[foo ]-[bar ][baz]");
    expect(told(textDiff("Answer in short words.", "Answer in plain words.", "words"))).toBe("[Answer in ]-[short ]+[plain ][words.]");
  });

  it("shows a change of nothing but space", () => {
    expect(told(textDiff("one two", "one\ntwo", "words"))).toBe("[one]-[ ]+[\n][two]");
    expect(told(textDiff("end", "end more", "words"))).toBe("[end]+[ more]");
  });

  it("finds the words of a language without spaces", () => {
    const parts = textDiff("请用中文回答客户的问题。", "请用英文回答客户的问题。", "words");
    expect(parts.filter((part) => part.kind === "same").map((part) => part.text)).toContain("回答客户的问题。");
    expect(parts.length).toBeGreaterThan(1);
  });

  it("keeps lines whole", () => {
    expect(told(textDiff("a\nb\nc", "a\nB\nc", "lines"))).toBe("[a\n]-[b\n]+[B\n][c]");
    expect(told(textDiff("a", "a\nb", "lines"))).toBe("[a]+[\nb]");
  });

  it.each<[DiffMode, string, string]>([
    ["words", "", "new text"],
    ["words", "old text ", ""],
    ["words", "  led by space", "led  by\tspace \n"],
    ["words", "😀 naïve 你好 world", "你好 😀 world naïve"],
    ["lines", "a\r\nb\n\n", "a\nb\n\n\nc"],
    ["lines", "x\n", "x"],
  ])("loses no letter of either text (%s, %j, %j)", (mode, before, after) => {
    const parts = textDiff(before, after, mode);
    expect(without(parts, "removed")).toBe(after);
    expect(without(parts, "added")).toBe(before);
  });

  it("gives up on texts that have nothing in common instead of holding the page", () => {
    const long = (seed: string) => Array.from({ length: 30_000 }, (_, index) => `${seed}${index}`).join(" ");
    const [before, after] = [long("a"), long("b")];
    const parts = textDiff(before, after, "words");
    expect(without(parts, "removed")).toBe(after);
    expect(without(parts, "added")).toBe(before);
  });
});

describe("stableText", () => {
  it("does not depend on the order of keys", () => {
    expect(stableText({ b: [{ y: 1, x: 2 }], a: null })).toBe(stableText({ a: null, b: [{ x: 2, y: 1 }] }));
    expect(stableText([2, 1])).not.toBe(stableText([1, 2]));
  });

  it("leaves a text as it is", () => expect(stableText("{ b }")).toBe("{ b }"));
});
