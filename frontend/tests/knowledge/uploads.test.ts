import { describe, expect, it } from "vitest";
import type { StoredFile } from "@/api/types";
import { createUploads } from "@/features/knowledge/add/uploads";

interface Sent {
  name: string;
  progress: (share: number) => void;
  finish: () => void;
  fail: (error: Error) => void;
  signal: AbortSignal;
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const picked = (name: string, folder = "", content = "x") => ({ file: new File([content], name, { lastModified: 1 }), folder });

function setUp() {
  const sent: Sent[] = [];
  const store = createUploads(
    (file, progress, signal) =>
      new Promise<StoredFile>((resolve, reject) => {
        sent.push({
          name: file.name,
          progress,
          finish: () => resolve({ id: `id of ${file.name}` } as StoredFile),
          fail: reject,
          signal,
        });
        signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      }),
  );
  const states = () => store.getState().items.map(({ name, state }) => `${name} ${state}`);
  return { sent, store, states };
}

describe("uploads", () => {
  it("sends three at once, the others in turn", async () => {
    const { sent, store, states } = setUp();
    store.getState().add(["一.txt", "二.txt", "三.txt", "四.txt"].map((name) => picked(name)));
    expect(sent.map(({ name }) => name)).toEqual(["一.txt", "二.txt", "三.txt"]);
    sent[0]?.progress(0.5);
    expect(store.getState().items[0]?.sent).toBe(0.5);
    sent[1]?.finish();
    await settled();
    expect(states()).toEqual(["一.txt sending", "二.txt done", "三.txt sending", "四.txt sending"]);
    expect(store.getState().items[1]?.id).toBe("id of 二.txt");
  });

  it("takes a file once, and one of the same name in another folder too", () => {
    const { store } = setUp();
    expect(store.getState().add([picked("read.md", "a"), picked("read.md", "b"), picked("read.md", "a")])).toBe(1);
    expect(store.getState().add([picked("read.md", "b")])).toBe(1);
    expect(store.getState().items.map(({ folder }) => folder)).toEqual(["a", "b"]);
  });

  it("lets one fail alone and sends it again", async () => {
    const { sent, store, states } = setUp();
    store.getState().add([picked("a.txt"), picked("b.txt")]);
    sent[0]?.fail(new Error("no room"));
    sent[1]?.finish();
    await settled();
    expect(states()).toEqual(["a.txt failed", "b.txt done"]);
    store.getState().retry(store.getState().items[0]?.key ?? "");
    sent[2]?.finish();
    await settled();
    expect(states()).toEqual(["a.txt done", "b.txt done"]);
  });

  it("ends the sending of what is taken out, and lets it be chosen again", async () => {
    const { sent, store, states } = setUp();
    store.getState().add([picked("a.txt"), picked("b.txt"), picked("c.txt"), picked("d.txt")]);
    store.getState().remove([store.getState().items[0]?.key ?? ""]);
    await settled();
    expect(sent[0]?.signal.aborted).toBe(true);
    expect(states()).toEqual(["b.txt sending", "c.txt sending", "d.txt sending"]);
    expect(store.getState().add([picked("a.txt")])).toBe(0);
    store.getState().stop();
    expect(states()).toEqual([]);
    expect(sent.every(({ signal }) => signal.aborted)).toBe(true);
  });
});
