// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from "vitest";
import { documentOf, placeOf } from "@/api-docs/document";

const id = "01a1ff1b-2e87-7403-bc2c-6c588e29d1df";
const place = { workspace: id, app: id };
const answer = (status: number, body: unknown) =>
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(JSON.stringify(body), { status })),
  );

afterEach(() => vi.unstubAllGlobals());

describe("the address of an app's reference", () => {
  it("names a workspace and an app", () => expect(placeOf(`/api-docs/${id}/${id}/`)).toEqual(place));
  it.each(["/api-docs/", `/api-docs/${id}`, `/api-docs/${id}/x`, `/api-docs/${id}/${id}/more`])("%s does not", (path) =>
    expect(placeOf(path)).toBeNull(),
  );
});

describe("the document", () => {
  it("calls the server it came from", async () => {
    answer(200, { info: { title: "Chat" }, servers: [{ url: "https://elsewhere.example/v1" }], paths: {} });
    expect(await documentOf(place)).toEqual({
      spec: { info: { title: "Chat" }, servers: [{ url: `${window.location.origin}/v1` }], paths: {} },
    });
    expect(fetch).toHaveBeenCalledWith(`/api/workspaces/${id}/apps/${id}/openapi.json`, expect.anything());
  });
  it("is for the signed in", async () => {
    answer(401, { message: "Sign in." });
    expect(await documentOf(place)).toEqual({ signIn: true });
  });
  it("tells why there is none", async () => {
    answer(400, { message: "The app has never been published." });
    expect(await documentOf(place)).toEqual({ error: "The app has never been published." });
  });
});
