import { renderHook, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "@/api/client";
import { ErrorState } from "@/components/error-state";
import { useCommandBar } from "@/lib/commands";
import { useErrorText } from "@/lib/use-error-text";
import { i18next } from "@/i18n";
import { show, useLanguage } from "../support/render";

const error = (status: number, code: string, details: Record<string, unknown> = {}, message = "said") =>
  new ApiError({ status, code, details, message }, "req-7");

const worded = (one: ApiError) => renderHook(() => useErrorText()).result.current(one);

beforeEach(async () => {
  await useLanguage("en");
  await i18next.loadNamespaces("errors");
});

describe("words for errors", () => {
  it("names who can grant what the role lacks", () => {
    expect(worded(error(403, "permission_denied", { granted_by: ["Ada", "Bo"] }))).toBe(
      "Your role does not allow this. Ask Ada or Bo for a role that does.",
    );
    expect(worded(error(403, "permission_denied"))).toContain("An owner or admin");
  });

  it("states a limit and when to come back", () => {
    expect(worded(error(429, "throttled", { retry_after: 90 }))).toBe("Too many requests. Try again in 90 seconds.");
    expect(worded(error(429, "throttled", { retry_after: 300 }))).toBe("Too many requests. Try again in 5 minutes.");
    expect(worded(error(413, "body_too_large", { limit_bytes: 15_000_000 }))).toBe(
      "This is larger than the server accepts: at most 15 MB.",
    );
  });

  it("names the field in Chinese where the server says the rest in English", async () => {
    await useLanguage("zh-Hans");
    await i18next.loadNamespaces("errors");
    expect(worded(error(400, "invalid_param", { field: "name" }, "The name is empty."))).toBe("“名称”的值不正确：The name is empty.");
  });
});

describe("an error in place", () => {
  it("offers a search for what is gone, and the request's id to copy", async () => {
    show(<ErrorState error={error(404, "not_found")} />);
    await userEvent.click(await screen.findByRole("button", { name: "Search" }));
    expect(useCommandBar.getState().open).toBe(true);
    await userEvent.click(screen.getByRole("button", { name: "Show details" }));
    expect(screen.getByText(/req-7/)).toBeVisible();
  });

  it("leads to the state of the services when the server failed", async () => {
    show(<ErrorState error={error(503, "service_unavailable")} onRetry={() => undefined} />);
    expect(await screen.findByRole("link", { name: "State of the services" })).toHaveAttribute("href", "/settings/about");
  });
});
