import { screen } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import { RouteError } from "@/app/route-error";
import { show, useLanguage } from "../support/render";

beforeAll(() => useLanguage());

const page = (error: Error) => <RouteError error={error} reset={() => undefined} info={{ componentStack: "" }} />;

it("offers a fresh page where a part of the studio is gone, and another try elsewhere", async () => {
  const gone = new Error("Failed to fetch dynamically imported module");
  window.dispatchEvent(Object.assign(new Event("vite:preloadError"), { payload: gone }));
  const { unmount } = show(page(gone));
  expect(await screen.findByRole("button", { name: "Reload the page" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  unmount();
  show(page(new Error("broken")));
  expect(await screen.findByRole("button", { name: "Try again" })).toBeVisible();
});
