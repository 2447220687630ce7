import { describe, expect, it } from "vitest";
import type { Site } from "@/api/types";
import { bubbleCode, frameCode } from "@/features/publish/embed";
import { exampleCode } from "@/features/publish/examples";
import { changedTexts, looksOf } from "@/features/publish/looks";
import { mcpCode, serverName } from "@/features/publish/mcp";
import { originsIn } from "@/features/publish/origins-in";

const site = {
  token: "abc",
  texts: {
    title: "Guide",
    description: "",
    icon_type: "emoji",
    icon: "🌊",
    icon_background: "#D9ECF0",
    chat_color_theme: "",
    chat_color_theme_inverted: false,
    copyright: "",
    privacy_policy: "",
    input_placeholder: null,
    custom_disclaimer: "",
    default_language: "en-US",
    show_workflow_steps: true,
    use_icon_as_answer_icon: false,
  },
} as unknown as Site;

describe("the looks of a page", () => {
  it("send only what was changed; emptied texts fall back to the app's own", () => {
    expect(changedTexts(site, looksOf(site))).toEqual({});
    const changed = { ...looksOf(site), title: " ", copyright: " Harbour ", show_workflow_steps: false, chat_color_theme: "#112233" };
    expect(changedTexts(site, changed)).toEqual({
      title: null,
      copyright: "Harbour",
      show_workflow_steps: false,
      chat_color_theme: "#112233",
    });
  });
});

describe("code to take along", () => {
  it("names the page and says only what is unusual", () => {
    const usual = { position: "right", color: "", open: false } as const;
    expect(bubbleCode("https://t.example/embed.js", "abc", usual)).toBe(
      '<script src="https://t.example/embed.js" data-token="abc" async></script>',
    );
    expect(bubbleCode("https://t.example/embed.js", "abc", { position: "left", color: '#1"><b', open: true })).toBe(
      '<script src="https://t.example/embed.js" data-token="abc" data-position="left" data-color="#1&quot;>&lt;b" data-open async></script>',
    );
    expect(frameCode("https://t.example/embed/abc", 'A "guide"')).toContain('title="A &quot;guide&quot;"');
  });

  it("calls the app by OpenAI's client with its inputs beside the messages", () => {
    const start = {
      id: "s",
      position: { x: 0, y: 0 },
      data: { type: "start", title: "Start", variables: [{ variable: "place", type: "select", options: ["pier"] }] },
    };
    const code = exampleCode("openai", "advanced-chat", { graph: { nodes: [start], edges: [] } }, "https://t.example/v1");
    expect(code).toContain('base_url="https://t.example/openai/v1"');
    expect(code).toContain('"place": "pier"');
    expect(exampleCode("openai", "advanced-chat", { graph: { nodes: [], edges: [] } }, "https://t.example/v1")).not.toContain("extra_body");
  });

  it("tells MCP clients a name they take", () => {
    expect([serverName("Tide Tablé!"), serverName("潮汐")]).toEqual(["tide-table", "app"]);
    const config = JSON.parse(mcpCode("config", "Guide", "https://t.example/mcp/1")) as { mcpServers: Record<string, { url: string }> };
    expect(config.mcpServers.guide?.url).toBe("https://t.example/mcp/1");
  });

  it("reads sites by line or comma, each once", () => {
    expect(originsIn(" https://a.example\nhttps://b.example, https://a.example\n")).toEqual(["https://a.example", "https://b.example"]);
  });
});
