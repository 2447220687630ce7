import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import MarkdownBlocks, { mathMarks } from "@/visitor/answer/markdown-blocks";

const shown = (text: string) => render(<MarkdownBlocks text={text} live={false} />).container;

it("makes no element of HTML in an answer", () => {
  const page = shown(
    '<script>alert(1)</script>\n\n<img src=x onerror="alert(1)">\n\n<iframe src="https://evil.example"></iframe>\n\n**bold** <b onclick="x">b</b>',
  );
  expect(page.querySelectorAll("script, img, iframe, b, [onclick], [onerror]")).toHaveLength(0);
  expect(page.querySelector("strong")?.textContent).toBe("bold");
});

it.each(["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "file:///etc/passwd", "blob:x"])(
  "makes no link of %s",
  (address) => {
    expect(shown(`[here](${address})`).querySelector("a")).toBeNull();
  },
);

it("opens links elsewhere, without telling where from", () => {
  const link = shown("[here](https://example.com/a)").querySelector("a");
  expect(link?.getAttribute("href")).toBe("https://example.com/a");
  expect(link?.rel.split(" ")).toEqual(["noopener", "noreferrer", "nofollow"]);
  expect(link?.target).toBe("_blank");
});

it("fetches no picture from elsewhere before it is asked for", async () => {
  const page = shown("![chart](https://evil.example/x.png?stolen=1)");
  expect(page.querySelector("img")).toBeNull();
  await userEvent.click(screen.getByRole("button"));
  expect(page.querySelector("img")?.getAttribute("src")).toBe("https://evil.example/x.png?stolen=1");
  expect(page.querySelector("img")?.getAttribute("referrerpolicy")).toBe("no-referrer");
});

it("knows formulas by their usual marks and leaves prices and code alone", () => {
  expect(mathMarks(String.raw`\(a\) and \[b\]`)).toBe("$$a$$ and \n$$\nb\n$$\n");
  expect(mathMarks("`\\(a\\)` costs $5 or $6")).toBe("`\\(a\\)` costs $5 or $6");
  expect(mathMarks("```\n\\[a\\]\n```")).toBe("```\n\\[a\\]\n```");
});

it("lets wide tables scroll by themselves", () => {
  const table = shown("| a | b |\n|---|---|\n| 1 | 2 |").querySelector("table");
  expect(table?.parentElement?.tabIndex).toBe(0);
});
