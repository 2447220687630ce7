import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { CredentialTest } from "@/api/types";
import { CredentialDialog } from "@/features/models/credential-dialog";
import { credential, openai, WS } from "../support/fixtures";
import { show, useLanguage } from "../support/render";
import { server, useServer } from "../support/server";

useServer();

const BASE = `/api/workspaces/${WS}`;
const found: CredentialTest = {
  latency_ms: 41.6,
  models: [
    { name: "gpt-x", type: "llm", context_size: 128_000, input_price: 2.5, output_price: 10, features: [] },
    { name: "embed-x", type: "text-embedding", context_size: null, input_price: null, output_price: null, features: [] },
  ],
};

let tests: unknown[];
let saved: unknown;
let answers: object[];

beforeEach(async () => {
  await useLanguage("en");
  document.cookie = "csrftoken=t; path=/";
  tests = [];
  saved = undefined;
  answers = [{ id: "j", state: "succeeded", result: found, error: null }];
  server.use(
    http.post(`${BASE}/credentials/test`, async ({ request }) => {
      tests.push(await request.json());
      return HttpResponse.json({ id: "j", state: "running", result: null, error: null }, { status: 202 });
    }),
    http.get(`${BASE}/jobs/j`, () => HttpResponse.json(answers.length > 1 ? answers.shift() : answers[0])),
    http.post(`${BASE}/credentials`, async ({ request }) => {
      saved = await request.json();
      return HttpResponse.json(credential, { status: 201 });
    }),
    http.patch(`${BASE}/credentials/c1`, async ({ request }) => {
      saved = await request.json();
      return HttpResponse.json(credential);
    }),
  );
});

async function typeKey(key: string): Promise<ReturnType<typeof userEvent.setup>> {
  const user = userEvent.setup({ delay: null });
  await user.type(await screen.findByLabelText(/^API key/, { selector: "input" }), key);
  await user.click(screen.getByRole("button", { name: "Test and go on" }));
  return user;
}

describe("adding a credential", () => {
  it("tries the key, lists what it found with price and context, and saves what is ticked", async () => {
    const onClose = vi.fn();
    answers.unshift({ id: "j", state: "running", result: null, error: null });
    show(<CredentialDialog providers={[openai]} providerId="openai" onClose={onClose} />);
    const user = await typeKey("sk-abcdef");
    expect(await screen.findByText(/2 models found in 42 ms/)).toBeVisible();
    expect(screen.getByText("128K tokens")).toBeVisible();
    expect(screen.getByText("$2.50 in, $10.00 out")).toBeVisible();
    await user.click(screen.getByRole("checkbox", { name: /embed-x/ }));
    await user.click(screen.getByRole("button", { name: "Save with 1 model" }));
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(tests).toEqual([{ provider: "openai", fields: { api_key: "sk-abcdef" } }]);
    expect(saved).toEqual({
      provider: "openai",
      name: "OpenAI",
      fields: { api_key: "sk-abcdef" },
      models: [{ name: "gpt-x", type: "llm" }],
    });
  });

  it("asks for what is missing before it asks the provider", async () => {
    show(<CredentialDialog providers={[openai]} providerId="openai" onClose={() => undefined} />);
    await userEvent.click(await screen.findByRole("button", { name: "Test and go on" }));
    expect(await screen.findByText("API key is needed.")).toBeVisible();
    expect(screen.getByLabelText(/^API key/, { selector: "input" })).toHaveFocus();
    expect(tests).toEqual([]);
  });

  it("says why a key was refused, what to do, and keeps what was typed", async () => {
    answers = [
      {
        id: "j",
        state: "failed",
        result: null,
        error: { code: "provider_unauthorized", message: "OpenAI refused the key. OpenAI said: Incorrect API key.", details: {} },
      },
    ];
    show(<CredentialDialog providers={[openai]} providerId="openai" onClose={() => undefined} />);
    await typeKey("sk-wrong");
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("OpenAI could not be used");
    expect(alert).toHaveTextContent("Incorrect API key");
    expect(alert).toHaveTextContent("Check that the key is complete");
    expect(screen.getByLabelText(/^API key/, { selector: "input" })).toHaveValue("sk-wrong");
  });

  it("goes on without a test, with models given by name", async () => {
    answers = [{ id: "j", state: "failed", result: null, error: { code: "provider_unavailable", message: "Away.", details: {} } }];
    show(<CredentialDialog providers={[openai]} providerId="openai" onClose={() => undefined} />);
    const user = await typeKey("sk-abcdef");
    await user.click(await screen.findByRole("button", { name: "Go on without a test" }));
    await user.type(screen.getByLabelText("Add a model by name"), "my-deployment{Enter}");
    await user.click(await screen.findByRole("button", { name: "Save with 1 model" }));
    await waitFor(() => expect(saved).toMatchObject({ models: [{ name: "my-deployment", type: "llm" }] }));
  });

  it("can be cancelled while the provider thinks", async () => {
    server.use(http.get(`${BASE}/jobs/j`, () => new Promise<never>(() => undefined)));
    show(<CredentialDialog providers={[openai]} providerId="openai" onClose={() => undefined} />);
    const user = await typeKey("sk-abcdef");
    expect(await screen.findByText("Asking OpenAI for its models…")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByText("Asking OpenAI for its models…")).toBeNull());
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("finds a provider by search", async () => {
    const other = { ...openai, id: "mistral", label: "Mistral" };
    show(<CredentialDialog providers={[openai, other]} onClose={() => undefined} />);
    const user = userEvent.setup({ delay: null });
    await user.type(await screen.findByLabelText("Search providers"), "mist");
    const list = screen.getByRole("list", { name: "Add a model provider" });
    expect(within(list).getAllByRole("button")).toHaveLength(1);
    await user.click(within(list).getByRole("button", { name: /Mistral/ }));
    expect(await screen.findByText("Add Mistral")).toBeVisible();
  });
});

describe("changing a credential", () => {
  it("never shows the stored secret and sends it only when a new one is typed", async () => {
    show(<CredentialDialog providers={[openai]} credential={credential} onClose={() => undefined} />);
    expect(await screen.findByText("Leave empty to keep the stored one (…cdef).")).toBeVisible();
    const user = userEvent.setup({ delay: null });
    await user.click(screen.getByRole("button", { name: "Test and go on" }));
    await user.click(await screen.findByRole("button", { name: "Save with 1 model" }));
    await waitFor(() => expect(saved).toEqual({ name: "Team key", fields: {}, models: [{ name: "gpt-x", type: "llm" }] }));
    expect(tests).toEqual([{ fields: {}, credential_id: "c1" }]);
  });
});
