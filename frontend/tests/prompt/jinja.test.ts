import { describe, expect, it } from "vitest";
import { toJinja, toReferences } from "@/features/prompt/jinja";

describe("jinja", () => {
  it("keeps chips both ways", () => {
    const basic = "Hi {{#start.name#}}, {{#llm.text#}} and {{#other.text#}}; {{#context#}}";
    const jinja = toJinja(basic, []);
    expect(jinja.text).toBe("Hi {{ name }}, {{ text }} and {{ text_2 }}; {{#context#}}");
    expect(jinja.rows).toEqual([
      { variable: "name", value_selector: ["start", "name"] },
      { variable: "text", value_selector: ["llm", "text"] },
      { variable: "text_2", value_selector: ["other", "text"] },
    ]);
    expect(toReferences(jinja.text, jinja.rows)).toBe(basic);
  });

  it("uses names that are declared already", () => {
    expect(toJinja("{{#a.b#}}", [{ variable: "mine", value_selector: ["a", "b"] }])).toEqual({
      text: "{{ mine }}",
      rows: [{ variable: "mine", value_selector: ["a", "b"] }],
    });
  });

  it("leaves expressions alone", () => {
    const rows = [{ variable: "x", value_selector: ["a", "b"] }];
    for (const text of ["{{ x | upper }}", "{% if x %}{% endif %}", "{{ y }}", "{{ x.y }}"]) expect(toReferences(text, rows)).toBe(text);
  });
});
