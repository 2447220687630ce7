// @vitest-environment jsdom
import { HttpResponse, http } from "msw";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError, api, setSignInAgain } from "@/api/client";
import { server, useServer } from "../support/server";

useServer();
afterEach(() => {
  setSignInAgain(null);
  document.cookie = "csrftoken=; max-age=0; path=/";
});

const refused = { code: "name_taken", message: "Taken.", status: 409, details: { name: "x" } };

describe("errors", () => {
  it("carries code, message, status, details and the request's id", async () => {
    server.use(http.get("/api/x", () => HttpResponse.json(refused, { status: 409, headers: { "X-Request-ID": "r-1" } })));
    const error: unknown = await api.get("/api/x").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ ...refused, requestId: "r-1" });
  });

  it("names a proxy's page and a dead network in codes of their own", async () => {
    server.use(
      http.get("/api/proxy", () => new HttpResponse("<html>bad gateway</html>", { status: 502 })),
      http.get("/api/dead", () => HttpResponse.error()),
    );
    await expect(api.get("/api/proxy")).rejects.toMatchObject({ code: "server_unavailable", status: 502 });
    await expect(api.get("/api/dead")).rejects.toMatchObject({ code: "network_error", status: 0 });
  });

  it("takes the first of a list of sign-in errors", async () => {
    const errors = [{ code: "email_password_mismatch", message: "No.", param: "password" }];
    server.use(http.post("/_allauth/x", () => HttpResponse.json({ status: 400, errors }, { status: 400 })));
    document.cookie = "csrftoken=t; path=/";
    await expect(api.post("/_allauth/x", {}, { onUnauthorized: "throw" })).rejects.toMatchObject({ code: "email_password_mismatch" });
  });
});

describe("requests", () => {
  it("sends the CSRF cookie with what changes something, and leaves empty query values out", async () => {
    document.cookie = "csrftoken=abc%3D; path=/";
    let seen: { token: string | null; body: unknown } | null = null;
    server.use(
      http.post("/api/x", async ({ request }) => {
        seen = { token: request.headers.get("X-CSRFToken"), body: await request.json() };
        return HttpResponse.json({ ok: true });
      }),
      http.get("/api/list", ({ request }) => HttpResponse.json(new URL(request.url).search)),
    );
    await api.post("/api/x", { a: 1 });
    expect(seen).toEqual({ token: "abc=", body: { a: 1 } });
    expect(await api.get("/api/list", { query: { search: "", mode: undefined, page: 2 } })).toBe("?page=2");
  });

  it("fetches the cookie first where there is none", async () => {
    const calls: string[] = [];
    server.use(
      http.get("/api/setup", () => {
        calls.push("setup");
        document.cookie = "csrftoken=fresh; path=/";
        return HttpResponse.json({});
      }),
      http.delete("/api/x", ({ request }) => {
        calls.push(request.headers.get("X-CSRFToken") ?? "none");
        return new HttpResponse(null, { status: 204 });
      }),
    );
    await api.delete("/api/x");
    expect(calls).toEqual(["setup", "fresh"]);
  });
});

describe("an ended session", () => {
  it("asks to sign in and sends the same body again, so nothing typed is lost", async () => {
    document.cookie = "csrftoken=t; path=/";
    let signedIn = false;
    const bodies: unknown[] = [];
    server.use(
      http.post("/api/x", async ({ request }) => {
        bodies.push(await request.json());
        return signedIn
          ? HttpResponse.json({ saved: true })
          : HttpResponse.json({ code: "unauthorized", message: "", status: 401, details: {} }, { status: 401 });
      }),
    );
    setSignInAgain(async () => {
      signedIn = true;
    });
    await expect(api.post("/api/x", { text: "long work" })).resolves.toEqual({ saved: true });
    expect(bodies).toEqual([{ text: "long work" }, { text: "long work" }]);
  });

  it("is handed to the caller who wants to know", async () => {
    setSignInAgain(() => Promise.reject(new Error("must not ask")));
    server.use(
      http.get("/api/me", () => HttpResponse.json({ code: "unauthorized", message: "", status: 401, details: {} }, { status: 401 })),
    );
    await expect(api.get("/api/me", { onUnauthorized: "throw" })).rejects.toMatchObject({ status: 401 });
  });
});
