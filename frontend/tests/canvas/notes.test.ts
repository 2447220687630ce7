import { describe, expect, it } from "vitest";
import { noteMarkdown, notePlain, readNote, writeNote } from "@/features/canvas/notes/note-text";
import { addFrame, addNote, themeOf } from "@/features/canvas/notes/notes";
import { isDecoration, isFrame } from "@/features/canvas/graph/model";
import { nodeById } from "@/features/canvas/graph/structure";
import { line, rounds } from "./fixtures";

const text = (words: string, format = 0) => ({ detail: 0, format, mode: "normal", style: "", text: words, type: "text", version: 1 });
const block = (type: string, children: unknown[], more = {}) => ({
  children,
  direction: "ltr",
  format: "",
  indent: 0,
  type,
  version: 1,
  ...more,
});
const item = (children: unknown[], value = 1) => block("listitem", children, { value });
const rich = (...children: unknown[]) => JSON.stringify({ root: block("root", children), extra: "kept" });

const STORED = rich(
  block("heading", [text("Plan")], { tag: "h2" }),
  block("paragraph", [
    text("Read "),
    text("this", 1),
    text(" and "),
    text("that", 2),
    text(", "),
    text("not", 4),
    text(" "),
    text("x", 16),
  ]),
  block("paragraph", [text("underlined", 8)], { textFormat: 8 }),
  block("list", [item([text("one")]), item([block("list", [item([text("deep")])], { listType: "bullet" })]), item([text("two")])], {
    ...{ listType: "number", start: 1, tag: "ol" },
  }),
  block("paragraph", [block("link", [text("docs")], { url: "https://example.com/a" })]),
  block("mystery", [], { payload: { secret: 1 } }),
  block("paragraph", []),
);

const SHOWN = "## Plan\nRead **this** and *that*, ~~not~~ `x`\nunderlined\n1. one\n  - deep\n2. two\n[docs](https://example.com/a)\n\n";

describe("the text of a note", () => {
  it("is shown with its marks and edited as Markdown", () => {
    expect(noteMarkdown(STORED)).toBe(SHOWN);
    expect(notePlain(STORED)).toBe("Plan\nRead this and that, not x\nunderlined\none\ndeep\ntwo\ndocs\n\n");
    const blocks = readNote(STORED);
    expect(blocks.map((one) => one.kind)).toEqual(["heading", "text", "text", "item", "item", "item", "text", "text", "text"]);
    expect(blocks[1]!.spans.filter((span) => span.bold).map((span) => span.text)).toEqual(["this"]);
    expect(blocks[6]!.spans[0]).toMatchObject({ text: "docs", href: "https://example.com/a" });
  });

  it("stays the same bytes when nothing was edited", () => {
    expect(writeNote(STORED, SHOWN)).toBe(STORED);
  });

  it("keeps every block that an edit does not touch, also what cannot be shown", () => {
    const written = JSON.parse(writeNote(STORED, SHOWN.replace("Read **this**", "Mind **those**"))) as {
      root: { children: Record<string, unknown>[] };
      extra: string;
    };
    const before = (JSON.parse(STORED) as typeof written).root.children;
    const after = written.root.children;
    expect(written.extra).toBe("kept");
    expect(after).toHaveLength(before.length);
    for (const at of [0, 2, 3, 4, 5, 6]) expect(after[at]).toEqual(before[at]);
    expect(noteMarkdown(JSON.stringify(written))).toBe(SHOWN.replace("Read **this**", "Mind **those**"));
  });

  it.each([
    ["plain words"],
    ["# A title\n\nwith **bold**, *italic*, ~~gone~~, `code` and [a link](mailto:a@b.c)"],
    ["- one\n- two\n  - deeper\n  - deepest\n- three"],
    ["3. three\n4. four\ntext after"],
    ["> said"],
    ["**bold with *both* inside**"],
    ["a * b and 2 ** 3 and _x_"],
    [""],
  ])("comes back as it was written: %j", (markdown) => {
    const once = writeNote("", markdown);
    if (markdown) expect(() => JSON.parse(once) as unknown).not.toThrow();
    expect(writeNote(once, noteMarkdown(once))).toBe(once);
    expect(notePlain(writeNote(once, noteMarkdown(once)))).toBe(notePlain(once));
    expect(noteMarkdown(once).replaceAll(/\*{1,3}/g, "")).toBe(markdown.replaceAll(/\*{1,3}/g, ""));
  });

  it("takes text that is not rich, and broken JSON, as words", () => {
    expect(noteMarkdown("just words")).toBe("just words");
    expect(readNote("{broken")[0]!.spans[0]!.text).toBe("{broken");
    expect(readNote(undefined)).toEqual([]);
    expect(readNote(3)).toEqual([]);
  });
});

describe("notes and frames", () => {
  it("are written as app files write notes", () => {
    const { document, id } = addNote(line(), { position: { x: 3, y: 5 }, text: "hi" });
    const note = nodeById(document, id)!;
    expect(note).toMatchObject({
      type: "custom-note",
      position: { x: 0, y: 8 },
      data: { type: "", theme: "yellow", width: 240, height: 96 },
    });
    expect(isDecoration(note)).toBe(true);
    expect(isFrame(note)).toBe(false);
    expect(themeOf({ type: "", title: "", theme: "plaid" })).toBe("blue");
  });

  it("a frame goes around its nodes, wherever they are, and is a note elsewhere", () => {
    const { document, id } = addFrame(rounds(), ["start", "one"], "Part")!;
    const frame = nodeById(document, id)!;
    expect(isFrame(frame)).toBe(true);
    expect(notePlain(frame.data.text)).toBe("Part");
    expect(frame.position.x).toBeLessThan(0);
    expect(frame.position.x + frame.width!).toBeGreaterThan(320 + 144 + 256);
    expect(addFrame(rounds(), [], "Part")).toBeNull();
  });
});
