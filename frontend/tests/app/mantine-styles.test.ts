import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const FRONTEND = join(import.meta.dirname, "../..");
const SRC = join(FRONTEND, "src");
const MANTINE = join(FRONTEND, "node_modules/@mantine/core");

/** Files whose name differs from the component's, and what draws itself with another's styles. */
const DRAWN_BY: Record<string, string[]> = {
  FileButton: [],
  NativeSelect: ["Input"],
  TextInput: ["Input"],
  Textarea: ["Input"],
  Select: ["Combobox", "Input"],
  Autocomplete: ["Combobox", "Input"],
  MultiSelect: ["Combobox", "Input", "Pill", "PillsInput"],
  TagsInput: ["Combobox", "Input", "Pill", "PillsInput"],
};

function used(): Set<string> {
  const names = new Set<string>();
  for (const file of readdirSync(SRC, { recursive: true, encoding: "utf-8" }).filter((one) => one.endsWith(".tsx"))) {
    for (const match of readFileSync(join(SRC, file), "utf-8").matchAll(/import \{([^}]+)\} from "@mantine\/core"/g)) {
      for (const name of (match[1] ?? "").split(",")) {
        const plain = name.replace(/^\s*type\s.*/, "").trim();
        if (/^[A-Z]/.test(plain)) names.add(plain);
      }
    }
  }
  return names;
}

it("loads the styles of every Mantine component in use", () => {
  const loaded = readFileSync(join(SRC, "app/styles.ts"), "utf-8");
  const needed = [...used()].flatMap((name) => DRAWN_BY[name] ?? [name]).filter((name) => existsSync(join(MANTINE, `styles/${name}.css`)));
  expect(needed.length).toBeGreaterThan(20);
  expect([...new Set(needed)].filter((name) => !loaded.includes(`styles/${name}.css`)).sort()).toEqual([]);
});
