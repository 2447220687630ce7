"""Each format: what is read, in which order, and what is said of what cannot be."""

from __future__ import annotations

import contextlib
import datetime
import random

import pytest

from tests.ingestion import files
from workers.ingestion import tables
from workers.ingestion.parsed import Block, Parsed, ParseError, ParseLimits
from workers.ingestion.parsers import extract_text, parse

MARKDOWN = """---
title: Mills
---
# Tide mills

They grind
with the sea.

- one
- two
  - within

| Part | Use |
|---|---|
| Dam | water |

```python
x = 1

y = 2
```

Wheels
------
Round.
"""


def kinds(parsed: Parsed) -> list[tuple[str, int]]:
    return [(block.kind, block.level) for block in parsed.blocks]


def code_of(content: bytes, name: str, limits: ParseLimits | None = None) -> str:
    with pytest.raises(ParseError) as failure:
        parse(content, name, limits)
    assert failure.value.message.endswith(".")
    return failure.value.code


def test_markdown() -> None:
    parsed = parse(MARKDOWN.encode(), "a.md")
    assert parsed.title == "Mills"
    assert kinds(parsed) == [("heading", 1), ("text", 0), ("list", 0), ("table", 0), ("code", 0), ("heading", 2), ("text", 0)]
    assert parsed.blocks[4] == Block("code", "x = 1\n\ny = 2", info="python")
    assert parsed.blocks[2].text == "- one\n- two\n  - within"


def test_word() -> None:
    parsed = parse(files.word(), "休假.docx")
    assert parsed.title == "Leave policy"
    assert kinds(parsed) == [
        ("heading", 1),
        ("text", 0),
        ("list", 0),
        ("heading", 2),
        ("table", 0),
        ("list", 0),
        ("text", 0),
    ]
    assert parsed.blocks[2].text == "- Ask early\n- Tell your team"
    assert parsed.blocks[5].text == "1. First step\n2. Second step"
    rows = tables.read(parsed.blocks[4].text)
    assert rows[1] == ["0-5", "20", "a|b\ntwo\nlines"]
    assert rows[2] == ["5+", "26", "a|b\ntwo\nlines"]


def test_workbook_with_dates_and_merged_cells() -> None:
    born = datetime.datetime(1991, 1, 2, 3, 4)
    sheet: list[list[object]] = [
        ["Staff 2026"],
        ["Team", "Name", "Born", "Part"],
        ["A", "Ann", datetime.date(1990, 1, 2), 0.5],
        [None, "Bob", born, 3.0],
    ]
    content = files.workbook({"员工": sheet, "Empty": [], "One": [["just"], ["lines"]]}, merged=["A3:A4"])
    parsed = parse(content, "a.xlsx")
    assert [block.text for block in parsed.blocks if block.kind == "heading"] == ["员工", "One"]
    assert parsed.blocks[1].text == "Staff 2026"
    assert tables.read(parsed.blocks[2].text) == [
        ["Team", "Name", "Born", "Part"],
        ["A", "Ann", "1990-01-02", "0.5"],
        ["A", "Bob", "1991-01-02 03:04:00", "3"],
    ]
    assert parsed.blocks[4] == Block("text", "just\nlines")


def test_old_workbook() -> None:
    parsed = parse(files.old_workbook([["Name", "Age"], ["Ann", 30.0]]), "a.xls")
    assert tables.read(parsed.blocks[1].text) == [["Name", "Age"], ["Ann", "30"]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimited_text(mark: str) -> None:
    text = mark.join(["名字", "城市"]) + "\n" + mark.join(["张三", f'"北京{mark}\n海淀 | 区"']) + "\n"
    parsed = parse(text.encode("gb18030"), "a.csv")
    assert parsed.encoding == "gb18030"
    assert tables.read(parsed.blocks[0].text) == [["名字", "城市"], ["张三", f"北京{mark.strip()}\n海淀 | 区"]]


def test_slides() -> None:
    parsed = parse(files.slides(), "a.pptx")
    assert parsed.pages == 2
    assert [(block.kind, block.text, block.page) for block in parsed.blocks] == [
        ("heading", "Roadmap 路线图", 1),
        ("list", "- Ship it\n  - Then rest", 1),
        ("text", "Notes: Speak slowly.", 1),
        ("heading", "Slide 2", 2),
        ("table", "| Item | Price |\n| --- | --- |\n| Tea | 4 |", 2),
    ]


def test_book_in_reading_order() -> None:
    parsed = parse(files.book([f"<html><body><h1>Part {number}</h1><p>Text.</p></body></html>" for number in range(12)]), "a.epub")
    assert parsed.title == "A book"
    assert [block.text for block in parsed.blocks if block.kind == "heading"] == [f"Part {number}" for number in range(12)]


def test_pdf_page_by_page() -> None:
    lines = ["Intro", "This is a long line of a paragraph that goes on and on until the", "end of it. Done."]
    parsed = parse(files.pdf([lines, ["Next page"]], toc={"Intro": 0}), "a.pdf")
    assert parsed.pages == 2
    assert [(block.kind, block.text, block.page) for block in parsed.blocks] == [
        ("heading", "Intro", 1),
        ("text", "This is a long line of a paragraph that goes on and on until the end of it. Done.", 1),
        ("text", "Next page", 2),
    ]


def test_pages_without_text_are_told() -> None:
    assert parse(files.pdf([["One"], [""], [""], ["Four"]]), "a.pdf").warnings == ("Pages without text (pictures or empty): 2-3.",)


def test_mail() -> None:
    parsed = parse(files.mail(), "a.eml")
    assert parsed.title == "Größe des Büros 办公室"
    assert "From: Ann <ann@example.com>" in parsed.blocks[0].text
    assert "the office has 40 m²." in parsed.text
    assert "Desk 1\nDesk 2" in parsed.text
    assert parsed.text.endswith("Attachments: 图.png")


def test_html() -> None:
    page = (
        "<html><head><title>T</title><style>x{}</style></head><body><nav>menu</nav><h1>A &amp; B</h1>loose <i>text</i><br>line"
        "<ol><li>x<ul><li>in</li></ul></li><li>y</li></ol><div hidden>no</div><pre>a\n  b</pre><script>no()</script></body></html>"
    )
    parsed = parse(page.encode("utf-16"), "a.html")
    assert parsed.text == "# A & B\n\nloose text\nline\n\n1. x\n  - in\n2. y\n\n```\na\n  b\n```"


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.json", b'[{"a": 1, "b": "x"}, {"a": null, "b": "y"}]', "| a | b |\n| --- | --- |\n| 1 | x |\n|  | y |"),
        (
            "a.json",
            b'{"user": {"name": "Ann", "tags": ["x", "y"]}, "rows": [{"n": [{"m": true}]}]}',
            "user.name: Ann\nuser.tags: x, y\n\nrows[0].n[0].m: true",
        ),
        ("a.jsonl", b'{"a": 1}\n\nnot json\n', "a: 1\n\nnot json"),
        (
            "a.xml",
            b'<?xml version="1.0"?><r><p id="1"><n>Ann</n></p><p>Some <b>bold</b> text</p></r>',
            "p@id: 1\np.n: Ann\n\np: Some bold text",
        ),
        ("a.yaml", b"a: &x [1]\nb: *x\n", "```yaml\na: &x [1]\nb: *x\n```"),
        ("a.properties", b"name=\\u4f60\\u597d\n", "```properties\nname=你好\n```"),
        ("a.py", b"def f():\n    return 1\n", "```py\ndef f():\n    return 1\n```"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:02,000 --> 00:00:03,000\n<i>there.</i>\n\n", "Hello there."),
        (
            "a.vtt",
            b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hi,\n\n00:02.000 --> 00:03.000\nfriend.\n\n00:03.000 --> 00:04.000\n<v Bob>Hi!\n",
            "Ann: Hi, friend.\nBob: Hi!",
        ),
        ("no extension", b"words\n\n\nand words", "words\n\n\nand words"),
    ],
)
def test_texts(name: str, content: bytes, text: str) -> None:
    assert parse(content, name).text == text


def test_content_decides_before_the_name() -> None:
    parsed = parse(files.word(), "a.pdf")
    assert parsed.title == "Leave policy"
    assert parsed.warnings == ("The file is called .pdf but its content is docx; it was read as docx.",)
    assert parse(b"<html><body><p>Word made this</p></body></html>", "a.doc").text == "Word made this"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.txt", "file_empty"),
        (b"\xef\xbb\xbf \n", "a.md", "file_empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a.txt", "unsupported_file_type"),
        (bytes(range(256)) * 40, "a.bin", "unsupported_file_type"),
        (b"\xd0\xcf\x11\xe0" + bytes(100) + "WordDocument".encode("utf-16-le"), "a.doc", "unsupported_file_type"),
        (b"\xd0\xcf\x11\xe0" + bytes(100) + "__substg1.0_".encode("utf-16-le"), "a.msg", "unsupported_file_type"),
        (b"\xd0\xcf\x11\xe0" + bytes(100) + "EncryptedPackage".encode("utf-16-le"), "a.docx", "file_encrypted"),
        (files.packed({"notes.txt": "x"}), "a.zip", "unsupported_file_type"),
        (files.word()[:3000], "a.docx", "file_damaged"),
        (files.pdf([["x"]], encrypted=True), "a.pdf", "file_encrypted"),
        (files.pdf([["hello"]] * 20)[:900], "a.pdf", "file_damaged"),
        (files.pdf([["x"], ["y"]], picture=True), "a.pdf", "no_text_found"),
        (files.book(["<p>x</p>"], locked=True), "a.epub", "file_encrypted"),
        (files.packed({"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "a.docx", "file_damaged"),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "a.xml", "file_damaged"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"), "a.xml", "file_damaged"),
        (b"[" * 100_000, "a.json", "file_damaged"),
        (files.packed({"word/document.xml": bytes(150_000_000)}), "a.docx", "archive_too_large"),
        (files.packed({"xl/workbook.xml": "<a/>", "xl/sheet.xml": bytes(20_000_000)}), "a.xlsx", "archive_too_large"),
        (b"<html><body><img src='x.png'></body></html>", "a.html", "no_text_found"),
        (files.workbook({"A": []}), "a.xlsx", "no_text_found"),
    ],
)
def test_what_cannot_be_read_is_named(content: bytes, name: str, code: str) -> None:
    assert code_of(content, name) == code


def test_an_archive_that_lies_about_its_sizes() -> None:
    """The directory claims a few bytes; what is unpacked is counted."""
    content = bytearray(files.packed({"word/document.xml": bytes(40_000_000)}))
    size = (40_000_000).to_bytes(4, "little")
    assert content.count(size) == 2
    content = content.replace(size, (100).to_bytes(4, "little"))
    assert code_of(bytes(content), "a.docx") in ("archive_too_large", "file_damaged")


def test_archives_within_archives_are_not_opened() -> None:
    inner = files.packed({"bomb": bytes(50_000_000)})
    content = files.packed({"word/document.xml": "<a/>", "word/embeddings/b.zip": inner})
    assert code_of(content, "a.docx") == "file_damaged"


@pytest.mark.parametrize(
    ("content", "name", "limits", "code"),
    [
        (b"x" * 101, "a.txt", ParseLimits(file_bytes=100), "too_large"),
        (b"x" * 101, "a.txt", ParseLimits(text_chars=100), "too_large"),
        (files.pdf([["x"]] * 3), "a.pdf", ParseLimits(pages=2), "too_many_pages"),
        (files.slides(), "a.pptx", ParseLimits(pages=1), "too_many_pages"),
        (files.slides(), "a.pptx", ParseLimits(archive_entries=5), "archive_too_large"),
        (files.workbook({"A": [["xxxx", "yyyy"]] * 40}), "a.xlsx", ParseLimits(text_chars=100), "too_large"),
    ],
)
def test_limits(content: bytes, name: str, limits: ParseLimits, code: str) -> None:
    assert code_of(content, name, limits) == code


def test_text_files_come_as_they_stand() -> None:
    assert extract_text(MARKDOWN.encode("utf-16"), "a.md") == MARKDOWN
    assert extract_text(b'{"a":\r\n 1}', "a.json") == '{"a":\n 1}'
    assert extract_text(b"", "a.txt") == ""
    assert extract_text(files.pdf([["Hello"]]), "a.pdf") == "Hello"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", files.word()),
        ("a.pptx", files.slides()),
        ("a.xlsx", files.workbook({"A": [["a", "b"], [1, 2]]})),
        ("a.epub", files.book(["<h1>x</h1>", "<p>y</p>"])),
        ("a.eml", files.mail()),
        ("a.pdf", files.pdf([["hello there", "x"]] * 3, toc={"hello there": 1})),
        ("a.xls", files.old_workbook([["a", 1.0]] * 5)),
        ("a.html", b"<html><body><table><tr><td>a<td>b</table><ul><li>x</ul>" * 3),
        ("a.xml", b"<a><b>c</b></a>"),
    ],
)
def test_damage_never_surprises(name: str, content: bytes) -> None:
    """Whatever is cut off or changed: it is read, or refused by name."""
    chance = random.Random(name)
    for _ in range(60):
        damaged = bytearray(content[: chance.choice([len(content), chance.randrange(len(content))])])
        for _ in range(chance.choice([0, 1, 20])):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(ParseError):
            parse(bytes(damaged), name)
