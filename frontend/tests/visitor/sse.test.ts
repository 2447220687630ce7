import { describe, expect, it } from "vitest";
import { readSse, SseParser } from "@/visitor/sse";

describe("server-sent events", () => {
  it("come out whole, however they are cut", () => {
    const text = 'event: ping\n\ndata: {"a":1}\n\nid: 1-2\ndata: one\ndata: two\n\n';
    for (let size = 1; size < text.length; size += 1) {
      const parser = new SseParser();
      const frames = [];
      for (let at = 0; at < text.length; at += size) frames.push(...parser.feed(text.slice(at, at + size)));
      expect(frames).toEqual([
        { id: "", data: '{"a":1}' },
        { id: "1-2", data: "one\ntwo" },
      ]);
    }
  });

  it("break off with an error when nothing comes any more", async () => {
    const silent = new Response(new ReadableStream({ start: () => undefined }));
    await expect(readSse(silent, () => undefined, 5)).rejects.toThrow("silence");
  });
});
