import { describe, expect, it } from "vitest";
import { withPages, withScheme } from "@/features/knowledge/add/pages";
import { fromDrop, fromPicker, suggestedName, unreadable } from "@/features/knowledge/add/picked-files";
import { portions } from "@/features/knowledge/add/portions";
import type { UploadItem } from "@/features/knowledge/add/uploads";

function inFolder(path: string): File {
  const file = new File(["x"], path.split("/").at(-1) ?? path);
  Object.defineProperty(file, "webkitRelativePath", { value: path });
  return file;
}

const stored = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `f${index}` }) as UploadItem);

describe("chosen files", () => {
  it("keeps folders and leaves out what programs left there", () => {
    const found = fromPicker(["手册/茶/绿茶.md", "手册/.DS_Store", "手册/.git/config", "手册/~$信.docx"].map(inFolder));
    expect(found.map(({ file, folder }) => [file.name, folder])).toEqual([["绿茶.md", "手册/茶"]]);
    expect(fromPicker([new File([""], "a.txt")])[0]?.folder).toBe("");
  });

  it("walks through dropped folders, which the browser hands out in portions", async () => {
    const fileEntry = (name: string) => ({
      name,
      isFile: true,
      file: (take: (file: File) => void) => take(new File(["x"], name)),
    });
    const folderEntry = (name: string, portions: unknown[][]) => ({
      name,
      isFile: false,
      createReader: () => {
        const rest = [...portions];
        return { readEntries: (take: (entries: unknown[]) => void) => take(rest.shift() ?? []) };
      },
    });
    const folder = folderEntry("手册", [[fileEntry("一.md"), fileEntry(".DS_Store")], [folderEntry("茶", [[fileEntry("二.md")]])]]);
    const items = [fileEntry("三.md"), folder].map((entry) => ({ webkitGetAsEntry: () => entry }));
    const found = await fromDrop({ items, files: [] } as unknown as DataTransfer);
    expect(found.map(({ file, folder: lay }) => `${lay}|${file.name}`)).toEqual(["|三.md", "手册|一.md", "手册/茶|二.md"]);
  });

  it("knows what holds no text by its extension", () => {
    expect(["照片.PNG", "a.zip", "信.doc", "信.docx", "Makefile", "notes"].map(unreadable)).toEqual([
      "picture",
      "archive",
      "oldOffice",
      null,
      null,
      null,
    ]);
  });

  it("is named after a folder, else after the first file", () => {
    expect(suggestedName([{ name: "a.b.txt", folder: "" }])).toBe("a.b");
    expect(
      suggestedName([
        { name: "a.txt", folder: "" },
        { name: "b.txt", folder: "手册/茶" },
      ]),
    ).toBe("手册");
    expect(suggestedName([])).toBe("");
  });
});

describe("web pages", () => {
  it("reads addresses as people type them", () => {
    expect(withScheme(" example.com/help ")).toBe("https://example.com/help");
    expect(withScheme("http://localhost:8080")).toBe("http://localhost:8080/");
    expect(withScheme("https://例え.jp/茶")).toBe("https://xn--r8jz45g.jp/%E8%8C%B6");
    expect(["", "help", "two words.com", "ftp://example.com", "javascript:alert(1)"].map(withScheme)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it("holds each address once", () => {
    const page = (url: string) => ({ url, title: "" });
    expect(withPages([page("a")], [page("a"), page("b"), page("b")])).toEqual([page("a"), page("b")]);
  });
});

describe("portions", () => {
  it("puts everything into one request where the server takes it", () => {
    const given = { files: stored(2), pages: [{ url: "u", title: "" }], text: "Tea", textName: " " };
    expect(portions(given, "Pasted").map(({ sources }) => sources)).toEqual([
      { files: ["f0", "f1"], urls: ["u"], text: { name: "Pasted", text: "Tea" } },
    ]);
  });

  it("cuts what is too much, and leaves out files that were not sent", () => {
    const files = [...stored(230), { id: null } as UploadItem];
    const found = portions({ files, pages: [], text: "Tea", textName: "Note" }, "Pasted");
    expect(found.map(({ sources }) => sources.files?.length ?? sources.text?.name)).toEqual([100, 100, 30, "Note"]);
    expect(new Set(found.map(({ key }) => key)).size).toBe(4);
  });

  it("is empty where there is nothing", () => {
    expect(portions({ files: [], pages: [], text: "  ", textName: "" }, "Pasted")).toEqual([]);
  });
});
