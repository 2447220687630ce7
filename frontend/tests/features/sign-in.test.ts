import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/client";
import { passwordProblem, passwordStrength } from "@/features/auth/password-strength";
import { isOwnPage, lockedMinutes, safeNext } from "@/features/auth/sign-in";

describe("where sign-in leads back to", () => {
  it("knows the pages that the studio's router does not", () => {
    expect(isOwnPage("/api-docs/1/2")).toBe(true);
    expect(isOwnPage("/chat/token")).toBe(true);
    expect(isOwnPage("/apps?search=/chat/")).toBe(false);
  });

  it.each(["/apps?search=x", "/app/1/canvas?node=2"])("%s stays", (next) => expect(safeNext(next)).toBe(next));
  it.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", undefined])("%s becomes home", (next) =>
    expect(safeNext(next)).toBe("/"),
  );
});

it("tells how long sign-in is locked", () => {
  const error = (status: number, details = {}) => new ApiError({ code: "rate_limited", message: "", status, details });
  expect(lockedMinutes(error(429, { retry_after: 90 }))).toBe(2);
  expect(lockedMinutes(error(429))).toBe(15);
  expect(lockedMinutes(error(400))).toBeNull();
});

describe("passwords", () => {
  const me = ["ada.lovelace@example.com", "Ada Lovelace"];
  it.each([
    ["short", "tooShort"],
    ["password1234", "common"],
    ["lovelace12", "likeYou"],
    ["wheel-and-tide", null],
  ])("%s: %s", (password, problem) => expect(passwordProblem(password, me)).toBe(problem));

  it("rates longer and more varied ones higher", () => {
    expect(passwordStrength("", me)).toBe(0);
    expect(passwordStrength("aaaaaaaaaaaa", me)).toBe(2);
    expect(passwordStrength("Wheel-and-tide-77-mill", me)).toBe(4);
  });
});
