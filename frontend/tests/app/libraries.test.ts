import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { libraries, TARGET } from "../../scripts/libraries.mjs";

it("names every library of the lock file; else run: node scripts/libraries.mjs", () => {
  expect(JSON.parse(readFileSync(TARGET, "utf8"))).toEqual(libraries());
});
