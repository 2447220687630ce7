// @vitest-environment jsdom
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accentOf, contrast } from "@/visitor/accent";
import { isComposing } from "@/visitor/chat/composer";
import { formFieldsOf, formPieces } from "@/visitor/chat/form-pieces";
import { acceptOf, kindOf, refusalOf } from "@/visitor/files/uploads";
import { bodyInputs, firstValues, messageFiles, needsForm, opening, pageFields, type Parameters } from "@/visitor/inputs/page-inputs";
import { type Catalogue, chooseLanguage, textsOf } from "@/visitor/texts";

const TEXTS = join(import.meta.dirname, "../../src/visitor/texts");
const read = (language: string) => JSON.parse(readFileSync(join(TEXTS, `${language}.json`), "utf-8")) as Catalogue;
const blanks = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe("the page's texts", () => {
  const [en, zh] = [read("en"), read("zh-Hans")];
  const bases = (all: Catalogue) => [...new Set(Object.keys(all).map((key) => key.replace(/_(one|other)$/, "")))].sort();

  it("are the same in both languages, with the same blanks and nothing empty", () => {
    expect(bases(zh)).toEqual(bases(en));
    for (const [key, text] of Object.entries(zh)) {
      expect(text.trim(), key).not.toBe("");
      expect(blanks(text), key).toEqual(blanks(en[key] ?? ""));
    }
  });

  it("count by the rules of the language", () => {
    expect(textsOf(en, "en")("answer.sources", { count: 1 })).toBe("1 source");
    expect(textsOf(en, "en")("answer.sources", { count: 2 })).toBe("2 sources");
    expect(textsOf(zh, "zh-Hans")("answer.sources", { count: 1 })).toBe("1 个来源");
  });

  it("are in the browser's language, else in the page's, else in English", () => {
    expect(chooseLanguage(["de-DE", "zh-TW"], "en-US")).toBe("zh-Hans");
    expect(chooseLanguage(["de-DE"], "zh-Hans")).toBe("zh-Hans");
    expect(chooseLanguage(["de-DE"], "fr-FR")).toBe("en");
  });
});

describe("the page's colour", () => {
  it.each(["#ffcc00", "#000000", "#ffffff", "#ff0000", "#8a8a8a", "#1b6f86", "no colour"])("%s can be read in both schemes", (color) => {
    for (const dark of [false, true]) {
      const accent = accentOf(color, dark);
      expect(contrast(accent.fill, accent.on)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(accent.text, dark ? "#161d23" : "#ffffff")).toBeGreaterThanOrEqual(4.5);
    }
  });
});

const parameters = (more: Partial<Parameters>): Parameters =>
  ({ user_input_form: [], file_upload: { enabled: false }, system_parameters: { image_file_size_limit: 1 }, ...more }) as Parameters;
const form: Parameters["user_input_form"] = [
  { "text-input": { variable: "boat", label: "Boat", required: true } },
  { number: { variable: "crew", label: "Crew", default: 2 } },
  { file: { variable: "photo", label: "Photo", required: false, allowed_file_types: ["image"] } },
];

describe("the app's inputs", () => {
  const fields = pageFields(parameters({ user_input_form: form }));

  it("are asked for where something is missing, and filled in by the site", () => {
    expect(fields.map((field) => [field.name, field.type])).toEqual([
      ["boat", "text-input"],
      ["crew", "number"],
      ["photo", "file"],
    ]);
    expect(needsForm(fields, firstValues(fields, {}))).toBe(true);
    expect(needsForm(fields, firstValues(fields, { boat: "Lea", other: "x" }))).toBe(false);
  });

  it("send an uploaded file by its id, and none that the conversation has", () => {
    const photo = { type: "image", transfer_method: "local_file", upload_file_id: "f", url: "http://x/y", name: "y" };
    const sent = bodyInputs(fields, { boat: "Lea", crew: "3", photo });
    expect(sent).toEqual({ boat: "Lea", crew: 3, photo: { type: "image", transfer_method: "local_file", upload_file_id: "f" } });
    const stored = { dify_model_identity: "__dify__file__", related_id: "f", url: "http://x/y" };
    expect(bodyInputs(fields, { boat: "Lea", crew: "", photo: stored })).toEqual({ boat: "Lea" });
  });

  it("stand in the opening message", () => {
    expect(opening("Ahoy {{boat}}, {{ crew }} of you, {{who}}?", { boat: "Lea", crew: "2" })).toBe("Ahoy Lea, 2 of you, {{who}}?");
  });
});

describe("files", () => {
  const rules = messageFiles(
    parameters({ file_upload: { enabled: true, allowed_file_types: ["image", "custom"], allowed_file_extensions: ["TIDE"] } }),
  );
  const file = (name: string, type: string, size = 10) => ({ name, type, size });

  it("are taken by kind, ending and size", () => {
    expect(rules).not.toBeNull();
    if (!rules) return;
    expect(refusalOf(file("a.png", "image/png"), rules)).toBeNull();
    expect(refusalOf(file("a.tide", ""), rules)).toBeNull();
    expect(refusalOf(file("a.pdf", "application/pdf"), rules)?.code).toBe("file_not_allowed");
    expect(refusalOf(file("a.png", "image/png", 2 * 1024 * 1024), rules)?.code).toBe("file_too_large");
    expect(acceptOf(rules)).toBe("image/*,.TIDE");
    expect(kindOf(file("a.mp3", "audio/mpeg"))).toBe("audio");
  });

  it("are not offered where the app takes none", () => {
    expect(messageFiles(parameters({}))).toBeNull();
  });
});

it("a form's fields stand where its text names them", () => {
  const definition = {
    inputs: [
      { type: "paragraph", output_variable_name: "note" },
      { type: "select", output_variable_name: "which", option_source: { value: ["a", "b"] } },
    ],
    resolved_default_values: { note: "hi" },
  };
  const fields = formFieldsOf(definition as never);
  expect(fields.map((field) => [field.name, field.required, field.options, field.fallback])).toEqual([
    ["note", false, [], "hi"],
    ["which", true, ["a", "b"], undefined],
  ]);
  const pieces = formPieces("Say: {{#$output.note#}} now", fields);
  expect(pieces.map((piece) => (piece.kind === "text" ? piece.text : piece.field.name))).toEqual(["Say:", "note", "now", "which"]);
});

it("a key that ends a composition is no Enter, also where only its code says so", () => {
  expect(isComposing({ isComposing: true, keyCode: 13 })).toBe(true);
  expect(isComposing({ isComposing: false, keyCode: 229 })).toBe(true);
  expect(isComposing({ isComposing: false, keyCode: 13 })).toBe(false);
});
