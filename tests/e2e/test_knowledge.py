"""From a folder of files to indexed knowledge: sent, cut before one's eyes, indexed, and failures explained."""

from __future__ import annotations

import re
from io import BytesIO

import docx
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.site import look

INDEXED_MS = 30_000
# Each look at the cuts starts a process that reads the file.
CUT_MS = 20_000


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _contract() -> bytes:
    document = docx.Document()
    document.add_heading("合同", 0)
    for number in range(1, 4):
        document.add_heading(f"第{number}条", 1)
        document.add_paragraph(f"甲方应当在第{number}个月付清货款。逾期付款的，每日加收千分之一的违约金。")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name))


def test_files_become_knowledge(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Knowledge").click()
    page.get_by_role("link", name="New knowledge").first.click()
    tea = "# 茶\n\n## 绿茶\n\n水温以八十度为宜。\n\n## 红茶\n\n可以用沸水冲泡。\n"
    files = [
        _file("茶叶指南.md", tea.encode()),
        _file("合同范本.docx", _contract()),
        _file("규정.txt", "회의실은 오전 아홉 시에 엽니다.".encode()),
        _file("空.txt", b""),
        _file("照片.png", b"\x89PNG\r\n\x1a\n"),
    ]
    page.get_by_label("Choose files").set_input_files(files)
    expect(page.get_by_role("alert")).to_contain_text("照片.png: a picture")
    expect(page.get_by_role("status").filter(has_text="4 of 4 files sent")).to_be_visible()
    expect(page.get_by_label("Name of the knowledge")).to_have_value("茶叶指南")
    page.get_by_label("Name of the knowledge").fill("茶馆手册")
    page.get_by_role("button", name="Next").click()
    _see_the_cuts(page)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("radio", name="Economy").check()
    expect(page.get_by_text("free of charge")).to_be_visible(timeout=CUT_MS)
    look(page, "knowledge-index")
    page.get_by_role("button", name="Add 4 documents").click()
    _see_them_indexed(page)
    _act_on_several(page)


def _see_the_cuts(page: Page) -> None:
    preview = page.get_by_role("region", name="How it will be cut")
    first = preview.get_by_role("article", name="Piece 1", exact=True)
    expect(first).to_contain_text("水温以八十度为宜", timeout=CUT_MS)
    preview.get_by_label("Document to preview").select_option("合同范本.docx")
    expect(first).to_contain_text("甲方应当", timeout=CUT_MS)
    page.get_by_role("radio", name="Parent and children").check()
    expect(first.get_by_role("listitem").first).to_contain_text("甲方应当", timeout=CUT_MS)
    look(page, "knowledge-cuts")
    page.get_by_text("My own settings").click()
    page.get_by_label("Child at most (tokens)").fill("3")
    expect(preview).to_contain_text("The preview follows when the settings are right.")
    page.get_by_label("Child at most (tokens)").fill("20")
    expect(first.get_by_role("listitem").nth(2)).to_be_visible(timeout=CUT_MS)
    page.get_by_role("radio", name="General").check()
    page.get_by_text("Automatic", exact=True).click()


def _see_them_indexed(page: Page) -> None:
    page.wait_for_url(re.compile(r"/documents\?batch="))
    for name in ("茶叶指南.md", "合同范本.docx", "규정.txt"):
        expect(_row(page, name)).to_contain_text("Ready", timeout=INDEXED_MS)
    empty = _row(page, "空.txt")
    expect(empty).to_contain_text("The file is empty.", timeout=INDEXED_MS)
    expect(empty.get_by_role("button", name="Replace the file")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Nothing is being indexed; 4 documents, 1 failed")).to_be_attached()
    look(page, "knowledge-documents")


def _act_on_several(page: Page) -> None:
    for name in ("茶叶指南.md", "규정.txt"):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    page.get_by_role("toolbar").get_by_role("button", name="Disable").click()
    expect(_row(page, "茶叶指南.md")).to_contain_text("Disabled")
    expect(_row(page, "규정.txt")).to_contain_text("Disabled")
    page.get_by_role("toolbar").get_by_role("button", name="Choose none").click()
    page.get_by_role("button", name="Actions for 空.txt").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(_row(page, "空.txt")).to_have_count(0)
    page.goto("/knowledge")
    card = page.get_by_role("article", name="茶馆手册")
    expect(card).to_contain_text("3 documents")
    expect(card).to_contain_text("Not used by an app yet")
