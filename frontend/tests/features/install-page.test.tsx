import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import InstallPage from "@/features/auth/install-page";
import { i18next } from "@/i18n";
import { me } from "../support/fixtures";
import { show, useLanguage } from "../support/render";
import { server, useServer } from "../support/server";

useServer();

const health = [
  { name: "database", ok: true, detail: "sqlite", fix: "" },
  { name: "worker", ok: false, detail: "No worker has reported.", fix: "Start one with `make up`." },
];

beforeEach(async () => {
  await useLanguage("en");
  document.cookie = "csrftoken=t; path=/";
  server.use(http.get("/api/setup", () => HttpResponse.json({ installed: false, version: "0.1.0", health })));
});

async function fill(password: string): Promise<ReturnType<typeof userEvent.setup>> {
  const user = userEvent.setup({ delay: null });
  await user.type(await screen.findByLabelText(/^E-mail/), "ada@example.com");
  await user.type(screen.getByLabelText(/^Your name/), "Ada");
  await user.type(screen.getByLabelText(/^Password/, { selector: "input" }), password);
  return user;
}

describe("install page", () => {
  it("creates the owner, names the workspace after them, and goes to the start", async () => {
    let body: unknown;
    server.use(
      http.post("/api/setup", async ({ request }) => {
        body = await request.json();
        return HttpResponse.json(me, { status: 201 });
      }),
    );
    show(<InstallPage />, { path: "/install", signedIn: false });
    const user = await fill("wheel-and-tide-77");
    await user.click(screen.getByRole("button", { name: "Create and start" }));
    expect(await screen.findByText("at /")).toBeVisible();
    expect(body).toEqual({
      email: "ada@example.com",
      name: "Ada",
      password: "wheel-and-tide-77",
      workspace_name: "Ada's workspace",
      language: "en",
    });
  });

  it("says what is wrong with a password before sending anything", async () => {
    show(<InstallPage />, { path: "/install", signedIn: false });
    const user = await fill("short");
    await user.click(screen.getByRole("button", { name: "Create and start" }));
    expect(await screen.findByText("Use at least 10 characters.")).toBeVisible();
    expect(screen.getByLabelText(/^Password/, { selector: "input" })).toHaveFocus();
  });

  it("puts the server's refusal at its field", async () => {
    const fields = { password: ["This password is too common."] };
    server.use(
      http.post("/api/setup", () =>
        HttpResponse.json({ code: "invalid_input", message: "", status: 400, details: { fields } }, { status: 400 }),
      ),
    );
    show(<InstallPage />, { path: "/install", signedIn: false });
    const user = await fill("wheel-and-tide-77");
    await user.click(screen.getByRole("button", { name: "Create and start" }));
    expect(await screen.findByText("This password is too common.")).toBeVisible();
  });

  it("shows the way out when somebody else was faster", async () => {
    server.use(
      http.post("/api/setup", () =>
        HttpResponse.json({ code: "already_installed", message: "", status: 409, details: {} }, { status: 409 }),
      ),
    );
    show(<InstallPage />, { path: "/install", signedIn: false });
    const user = await fill("wheel-and-tide-77");
    await user.click(screen.getByRole("button", { name: "Create and start" }));
    expect(await screen.findByRole("link", { name: "Sign in" })).toHaveAttribute("href", "/signin");
  });

  it("lists what works and how to mend what does not", async () => {
    show(<InstallPage />, { path: "/install", signedIn: false });
    expect(await screen.findByText(/Start one with `make up`/)).toBeVisible();
    expect(screen.getByText("does not answer")).toBeVisible();
  });

  it("changes its language at once", async () => {
    show(<InstallPage />, { path: "/install", signedIn: false });
    const user = userEvent.setup({ delay: null });
    await user.selectOptions(await screen.findByLabelText("Language", { selector: "select" }), "zh-Hans");
    await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("欢迎使用 Tidemill"));
    expect(i18next.language).toBe("zh-Hans");
  });
});
