// @vitest-environment jsdom
import { expect, it, vi } from "vitest";
import { isMissingPart, loadEarly, onMissingPart } from "@/lib/chunks";

/** What the bundler's loader does with a part that is gone. */
function gone(): Promise<never> {
  const error = new Error("Unable to preload CSS for /assets/outline-old.css");
  const event = Object.assign(new Event("vite:preloadError", { cancelable: true }), { payload: error });
  window.dispatchEvent(event);
  return Promise.reject(error);
}

it("tells of a part that somebody needs and cannot have", async () => {
  const told = vi.fn();
  const end = onMissingPart(told);
  const error: unknown = await gone().catch((reason: unknown) => reason);
  expect(told).toHaveBeenCalledOnce();
  expect(isMissingPart(error)).toBe(true);
  expect(isMissingPart(new Error("another"))).toBe(false);
  end();
  await gone().catch(() => null);
  expect(told).toHaveBeenCalledOnce();
});

it("is silent about parts that were loaded ahead", async () => {
  const told = vi.fn();
  const end = onMissingPart(told);
  await expect(loadEarly(gone, () => Promise.resolve("there"))).resolves.toBeUndefined();
  expect(told).not.toHaveBeenCalled();
  await gone().catch(() => null);
  expect(told).toHaveBeenCalledOnce();
  end();
});

it("is silent while the page is left", async () => {
  const told = vi.fn();
  const end = onMissingPart(told);
  window.dispatchEvent(new Event("pagehide"));
  await gone().catch(() => null);
  expect(told).not.toHaveBeenCalled();
  window.dispatchEvent(new Event("pageshow"));
  end();
});
