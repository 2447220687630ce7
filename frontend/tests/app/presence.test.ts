import { describe, expect, it } from "vitest";
import { namesAt, othersOf } from "@/features/presence/presence-store";

const people = [
  { id: "me", name: "Me", node: "llm" },
  { id: "ada", name: "Ada", node: null },
  { id: "ada", name: "Ada", node: "llm" },
  { id: "bo", name: "Bo", node: null },
];

describe("presence", () => {
  it("counts each other person once, at the step one of their tabs shows", () => {
    expect(othersOf(people, "me")).toEqual([
      { id: "ada", name: "Ada", node: "llm" },
      { id: "bo", name: "Bo", node: null },
    ]);
  });

  it("names who has a step open", () => {
    expect(namesAt(othersOf(people, "me"), "llm")).toBe("Ada");
    expect(namesAt(othersOf(people, "me"), "end")).toBe("");
  });
});
