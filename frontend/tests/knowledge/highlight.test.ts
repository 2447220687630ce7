import { describe, expect, it } from "vitest";
import { markTerms, termsOf } from "@/features/knowledge/retrieval/highlight";

const marked = (text: string, question: string) =>
  markTerms(text, termsOf(question))
    .filter((part) => part.hit)
    .map((part) => part.text);

describe("terms of a question", () => {
  it("are its words without the usual ones", () => {
    expect(termsOf("When may the visitors come?")).toEqual(["visitors", "come"]);
  });

  it("are found in a language without spaces", () => {
    expect(termsOf("闸门什么时候关闭？")).toEqual(expect.arrayContaining(["闸门", "关闭"]));
    expect(termsOf("的吗")).toEqual([]);
  });
});

describe("marks", () => {
  it("leave the text as it is", () => {
    const text = "Ｖisitors may come; VISITORS stay.\n游客可以参观。";
    for (const question of ["visitors 游客", "nothing at all", ""]) {
      expect(
        markTerms(text, termsOf(question))
          .map((part) => part.text)
          .join(""),
      ).toBe(text);
    }
  });

  it("know other cases, widths and forms of a word but no other words", () => {
    expect(marked("A visitor visits; VISITORS come. Ｖisitors too. The visa.", "visitors")).toEqual(["visitor", "VISITORS", "Ｖisitors"]);
    expect(marked("On Sundays the mill is open.", "sunday")).toEqual(["Sundays"]);
    expect(marked("He carries what she carried.", "carry")).toEqual(["carries", "carried"]);
    expect(marked("The cart is no car, scar or cars.", "car")).toEqual(["car"]);
  });

  it("join where words without spaces follow one another", () => {
    expect(marked("游客可以参观磨坊。", "游客 磨坊 参观")).toEqual(["游客", "参观磨坊"]);
  });
});
