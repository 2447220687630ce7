import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/api/types";
import { EMPTY_RUN } from "@/features/canvas/run-reducer";
import { best, figuresOf } from "@/features/simple/compare/figures";
import {
  duplicated,
  edited,
  keepVariants,
  newVariant,
  readVariants,
  removed,
  withOwnPrompt,
  withVariant,
} from "@/features/simple/compare/variants";
import { changeTo, historyOf, redo, undo } from "@/features/simple/history";
import { forget, keep, readKept } from "@/features/simple/kept-settings";
import { seesPictures, uploadRules, withPictures } from "@/features/simple/settings";

function memory(): Storage {
  const rows = new Map<string, string>();
  return {
    getItem: (key: string) => rows.get(key) ?? null,
    setItem: (key: string, value: string) => void rows.set(key, value),
    removeItem: (key: string) => void rows.delete(key),
  } as Storage;
}

const APP = { model: { provider: "demo", name: "demo-chat" }, pre_prompt: "Be kind.", prompt_type: "simple", other: 1 };

describe("variants of settings", () => {
  it("lie over the app's settings and follow what they do not change", () => {
    const variant = newVariant();
    expect(withVariant(APP, variant)).toEqual(APP);
    const other = edited(variant, APP, { ...APP, model: { provider: "x", name: "y" } });
    expect(other.prompt).toBeNull();
    const changed = { ...APP, pre_prompt: "Be brief." };
    expect(withVariant(changed, other)).toEqual({ ...changed, model: { provider: "x", name: "y" } });
    expect(edited(other, APP, APP).model).toBeNull();
  });

  it("have a prompt of their own once it is edited", () => {
    const own = edited(newVariant(), APP, { ...APP, pre_prompt: "Be curt." });
    expect(own.prompt).toEqual({ pre_prompt: "Be curt.", prompt_type: "simple" });
    expect(withVariant({ ...APP, pre_prompt: "New." }, own).pre_prompt).toBe("Be curt.");
    expect(withOwnPrompt(newVariant(), APP).prompt).toEqual({ pre_prompt: "Be kind.", prompt_type: "simple" });
  });

  it("are two to four", () => {
    const two = [newVariant(), newVariant()];
    const three = duplicated(two, two[0]!.id);
    expect(three.map((one) => one.id === two[0]!.id)).toEqual([true, false, false]);
    const four = duplicated(three, three[2]!.id);
    expect(duplicated(four, four[0]!.id)).toHaveLength(4);
    expect(removed(two, two[0]!.id)).toHaveLength(2);
    expect(removed(three, three[1]!.id)).toEqual(two);
  });

  it.each(["", "x", "[]", '[{"id":1}]', '[{"id":"a"}]', "{}"])("starts anew when the browser keeps %j", (stored) => {
    const storage = memory();
    storage.setItem("tidemill.compare.a", stored);
    expect(readVariants("a", storage).map(({ model, prompt }) => [model, prompt])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it("are kept in the browser", () => {
    const variants = [{ ...newVariant(), model: { name: "m" } }, newVariant()];
    const storage = memory();
    keepVariants("a", variants, storage);
    expect(readVariants("a", storage)).toEqual(variants);
  });
});

describe("what an answer took", () => {
  const event = (type: RunEvent["type"], at: number, more = {}): RunEvent => ({ type, seq: 1, at, ...more });

  it("counts the first word from the question on", () => {
    const events = [event("run_started", 10), event("answer_delta", 10.5, { text: "" }), event("answer_delta", 11, { text: "Hi" })];
    const view = { ...EMPTY_RUN, elapsedS: 2, tokens: 7, costUsd: 0.1 };
    expect(figuresOf(view, events, 9.5)).toEqual({ firstS: 1.5, elapsedS: 2, tokens: 7, costUsd: 0.1 });
    expect(figuresOf(view, events.slice(0, 2), 9.5).firstS).toBeNull();
  });

  it("names the best once all are known, without those that failed", () => {
    expect(best([3, 2, null])).toBeNull();
    expect(best([3, 2, undefined])).toBe(1);
    expect(best([3, 3])).toBeNull();
    expect(best([3, undefined])).toBeNull();
  });
});

describe("undo", () => {
  it("takes typing of one text as one step", () => {
    let history = historyOf({ a: "" });
    for (const [text, at] of [
      ["h", 0],
      ["he", 500],
      ["hey", 900],
      ["hey!", 5000],
    ] as const)
      history = changeTo(history, { a: text }, at);
    expect(history.past).toEqual([{ a: "" }, { a: "hey" }]);
    history = undo(history);
    expect(history.now).toEqual({ a: "hey" });
    expect(undo(undo(history)).now).toEqual({ a: "" });
    expect(redo(history).now).toEqual({ a: "hey!" });
  });

  it("keeps changes of different settings apart and drops what was undone at the next change", () => {
    let history = changeTo(changeTo(historyOf({}), { a: 1 }, 0), { a: 1, b: 2 }, 100);
    expect(history.past).toHaveLength(2);
    history = changeTo(undo(history), { a: 3 }, 200);
    expect([history.past.length, history.future]).toEqual([2, []]);
    expect(changeTo(history, history.now, 300)).toBe(history);
  });
});

describe("settings that could not be saved", () => {
  it("wait in the browser", () => {
    const storage = memory();
    keep("app", { settings: { a: 1 }, revision: 4 }, storage);
    expect(readKept("app", storage)).toEqual({ settings: { a: 1 }, revision: 4 });
    forget("app", storage);
    expect(readKept("app", storage)).toBeNull();
    storage.setItem("tidemill.settings.app", '{"revision":"4"}');
    expect(readKept("app", storage)).toBeNull();
  });
});

describe("pictures", () => {
  it("reads both ways in which files allow pictures", () => {
    expect(uploadRules({ file_upload: { image: { enabled: true, number_limits: 2 } } })).toEqual({ types: ["image"], count: 2 });
    const named = { file_upload: { enabled: true, allowed_file_types: ["image", "document"], image: { enabled: false } } };
    expect([uploadRules(named), seesPictures(named)]).toEqual([{ types: ["image", "document"], count: 3 }, true]);
    const off = withPictures(named, false);
    expect([seesPictures(off), uploadRules(off)?.types]).toEqual([false, ["document"]]);
    expect(seesPictures(withPictures({}, true))).toBe(true);
    expect(uploadRules({})).toBeNull();
  });
});
