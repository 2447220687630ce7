import { describe, expect, it } from "vitest";
import { conditionResults } from "@/features/panel/widgets/condition-results";
import type { Case } from "@/features/panel/widgets/conditions";
import { changedOutputs, readOutputs } from "@/features/runs/fork";
import { fieldType, missing, type Need, toValues } from "@/features/runs/node-needs";
import { requestOf, restOfProcess, stdoutOf } from "@/features/runs/step-process";

const need = (name: string, more: Partial<Need> = {}): Need => ({
  selector: ["llm", name],
  source_title: "Draft",
  source_type: "llm",
  type: "string",
  required: true,
  has_value: true,
  value: "v",
  omitted: false,
  ...more,
});

describe("what a node needs", () => {
  it("sends what was typed over what the run had, and leaves large values to the platform", () => {
    const needs = [need("a"), need("b", { omitted: true, value: null }), need("c", { has_value: false, value: null, required: false })];
    expect(toValues(needs, { "llm.a": "mine" })).toEqual({ llm: { a: "mine" } });
    expect(toValues(needs, {})).toEqual({ llm: { a: "v" } });
  });

  it("names what is lacking", () => {
    const lacking = need("a", { has_value: false, value: null });
    expect(missing([lacking, need("b")], {})).toEqual([lacking]);
    expect(missing([lacking], { "llm.a": "" })).toEqual([]);
  });

  it.each([
    [need("a", { type: "number" }), "number"],
    [need("a", { type: "any", value: { x: 1 } }), "object"],
    [need("a", { type: "any", value: 3 }), "number"],
    [need("a", { type: "any", value: null }), "string"],
    [need("a", { type: "array[file]" }), "object"],
  ])("shows %j as %s", (one, type) => expect(fieldType(one)).toBe(type));
});

it("sends only the outputs that were changed", () => {
  expect(readOutputs("[1]")).toBeNull();
  expect(readOutputs("{")).toBeNull();
  expect(changedOutputs({ a: 1, b: { c: [1] } }, { a: 2, b: { c: [1] } })).toEqual({ a: 2 });
});

describe("process of a step", () => {
  const process = {
    request: { method: "POST", url: "https://h/x", headers: { A: "***" }, body: "{}" },
    url: "https://h/x",
    stdout: "hi\n",
  };

  it("reads a request as one reads it in a log", () => {
    expect(requestOf(process)).toBe("POST https://h/x\nA: ***\n\n{}");
    expect(requestOf({})).toBeNull();
    expect(restOfProcess(process)).toEqual({ url: "https://h/x" });
  });

  it("finds what was printed, also by a program that failed", () => {
    expect(stdoutOf({ process, error: null })).toBe("hi\n");
    expect(stdoutOf({ process: {}, error: { details: { stdout: "before" } } })).toBe("before");
  });
});

describe("results of conditions", () => {
  const condition = (name: string) => ({
    id: name,
    varType: "string",
    variable_selector: ["s", name],
    comparison_operator: "is",
    value: "",
  });
  const cases: Case[] = [
    { case_id: "true", logical_operator: "and", conditions: [condition("a"), condition("b")] },
    { case_id: "2", logical_operator: "or", conditions: [condition("c"), condition("d")] },
    { case_id: "3", logical_operator: "and", conditions: [condition("e")] },
  ];
  const row = (name: string, result: boolean) => ({ variable: `s.${name}`, actual_value: name, result });

  it("follows the run: a case stops at what decides it", () => {
    const found = conditionResults(cases, { condition_results: [row("a", false), row("c", false), row("d", true)] });
    expect([...found].map(([key, one]) => [key, one.held])).toEqual([
      ["0.0", false],
      ["1.0", false],
      ["1.1", true],
    ]);
  });

  it("says nothing of cases that were edited since", () => {
    expect(conditionResults(cases, { condition_results: [row("x", true)] }).size).toBe(0);
  });
});
