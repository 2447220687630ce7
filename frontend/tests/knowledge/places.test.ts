import { describe, expect, it } from "vitest";
import { excerptOf, stringPlaces } from "@/features/knowledge/document/places";

describe("places in code points", () => {
  it("are places of the string where no letter counts twice", () => {
    expect([...stringPlaces("潮水 tide", [0, 3, 7])]).toEqual([
      [0, 0],
      [3, 3],
      [7, 7],
    ]);
  });

  it("move on by one for each letter that counts twice, and end with the text", () => {
    const text = "🌊 sea 🐟 fish";
    const places = stringPlaces(text, [2, 6, 8, 99]);
    expect(text.slice(places.get(2), places.get(6))).toBe("sea ");
    expect(text.slice(places.get(8), places.get(99))).toBe("fish");
  });
});

describe("an excerpt", () => {
  const words = (text: string, found: { start: number; end: number }[]) => found.map(({ start, end }) => text.slice(start, end));

  it("cuts at the borders of pieces and names all that hold a stretch", () => {
    const text = "one two three four";
    const { stretches } = excerptOf(
      text,
      [
        { id: "a", start: 0, end: 7 },
        { id: "b", start: 4, end: 13 },
      ],
      100,
    );
    expect(words(text, stretches)).toEqual(["one ", "two", " three", " four"]);
    expect(stretches.map(({ ids }) => ids)).toEqual([["a"], ["a", "b"], ["b"], []]);
  });

  it("leaves pieces out whose place is not known", () => {
    expect(excerptOf("tide", [{ id: "a", start: -1, end: -1 }], 10).stretches).toEqual([{ start: 0, end: 4, ids: [] }]);
  });

  it("holds whole lines around the pieces of a long text", () => {
    const text = Array.from({ length: 1000 }, (_, index) => `line ${index}`).join("\n");
    const start = text.indexOf("line 500");
    const { stretches, start: from, end } = excerptOf(text, [{ id: "a", start, end: start + 8 }], 5);
    expect(text.slice(from, end)).toBe("line 499\nline 500\nline 501");
    expect(stretches).toHaveLength(3);
  });
});
