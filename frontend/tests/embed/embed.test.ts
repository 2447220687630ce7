import { describe, expect, it } from "vitest";
import { optionsOf, readableOn } from "@/embed/options";
import { MARK, readToFrame, readToHost } from "@/embed/protocol";

describe("the script's attributes", () => {
  const read = (data: Record<string, string>) => optionsOf("https://tide.example/embed.js", { token: "abcdefgh12345678", ...data });

  it("need a token", () => {
    expect(optionsOf("https://tide.example/embed.js", {})).toBeNull();
    expect(read({ token: "../../x" })).toBeNull();
  });

  it("take what fits and drop what does not", () => {
    const options = read({ position: "left", color: "red;}body{display:none", width: "99999", height: "500", language: "zh-CN", open: "" });
    expect(options).toMatchObject({
      origin: "https://tide.example",
      side: "left",
      color: "#1b6f86",
      width: 400,
      height: 500,
      open: true,
      title: "对话",
    });
  });

  it("fill in inputs one by one or as JSON", () => {
    expect(read({ inputBoat: "Lea", inputs: '{"crew_size": 3}' })?.inputs).toEqual({ boat: "Lea", crew_size: "3" });
    expect(read({ inputs: "{" })?.inputs).toEqual({});
  });

  it("choose a sign that can be read", () => {
    expect(readableOn("#ffcc00")).toBe("#172128");
    expect(readableOn("#1b6f86")).toBe("#ffffff");
  });
});

describe("messages between a site and its frame", () => {
  it.each([
    null,
    7,
    "hello",
    {},
    { type: "hello" },
    { mark: MARK, type: "eval" },
    { mark: "other", type: "send", text: "x" },
    { mark: MARK, type: "send", text: 7 },
  ])("are nothing but those of the protocol: %o", (data) => {
    expect(readToFrame(data)).toBeNull();
    expect(readToHost(data)).toBeNull();
  });

  it("are taken apart field by field", () => {
    const hello = { mark: MARK, type: "hello", identity: 7, inputs: { boat: "Lea", x: {} }, more: 1 };
    expect(readToFrame(hello)).toEqual({ type: "hello", identity: "", inputs: { boat: "Lea" } });
    expect(readToFrame({ mark: MARK, type: "shown", open: "yes" })).toEqual({ type: "shown", open: false });
    expect(readToHost({ mark: MARK, type: "unread", unread: true })).toEqual({ type: "unread", unread: true });
  });
});
