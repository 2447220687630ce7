"""PDF by PDFium, one page after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pypdfium2

from workers.ingestion.archives import damaged
from workers.ingestion.parsed import Block, Parsed, ParseError
from workers.ingestion.parsers.source import Source

_SENTENCE_END = (".", "!", "?", ":", ";", "。", "！", "？", "：", "；", "…", "”", "」", ")", "）")
_ITEM = re.compile(r"^(?:[-•▪●◦*–—·]|\d{1,3}[.)]|[a-zA-Z][.)])\s")
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
# A line this much shorter than the longest of its page ends its paragraph.
_FULL_LINE = 0.72
_PICTURE = 3  # FPDF_PAGEOBJ_IMAGE


def read(source: Source) -> Parsed:
    """Read the text layer; titles of the outline that stand on their page as a line become headings.

    Raises ParseError: file_encrypted, file_damaged, too_many_pages, no_text_found (pages that are pictures).
    """
    document = _open(source.content)
    try:
        pages = len(document)
        if pages > source.limits.pages:
            raise ParseError("too_many_pages", f"The PDF has {pages:,} pages; {source.limits.pages:,} are allowed. Split the document.")
        if not pages:
            raise damaged("it has no pages")
        outline = _outline(document)
        blocks: list[Block] = []
        empty: list[int] = []
        unreadable: list[int] = []
        chars = 0
        for number in range(1, pages + 1):
            try:
                text = _page_text(document, number - 1)
            except pypdfium2.PdfiumError:
                unreadable.append(number)
                continue
            chars += len(text)
            if chars > source.limits.text_chars:
                raise ParseError("too_large", f"The text is longer than {source.limits.text_chars:,} characters. Split the document.")
            if not text.strip():
                empty.append(number)
            blocks.extend(_blocks(text, number, outline.get(number, {})))
        if not blocks:
            raise _without_text(document, unreadable)
        title = str(document.get_metadata_value("Title") or "").strip("\0 ")
    finally:
        document.close()
    warnings = [f"Pages without text (pictures or empty): {_ranges(empty)}."] if empty else []
    warnings += [f"Pages that are damaged and were left out: {_ranges(unreadable)}."] if unreadable else []
    return Parsed(tuple(blocks), title=title, pages=pages, warnings=tuple(warnings))


def _open(content: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ParseError("file_encrypted", "The PDF is protected with a password. Save it without one and add it again.") from None
        raise damaged(str(error)) from None


def _page_text(document: Any, index: int) -> str:
    page = document[index]
    try:
        textpage = page.get_textpage()
        try:
            return str(textpage.get_text_range())
        finally:
            textpage.close()
    finally:
        page.close()


def _without_text(document: Any, unreadable: list[int]) -> ParseError:
    if unreadable:
        return damaged("none of its pages can be read")
    for index in range(min(len(document), 5)):
        page = document[index]
        try:
            if any(True for _ in page.get_objects(filter=[_PICTURE], max_depth=3)):
                return ParseError(
                    "no_text_found",
                    "The pages of this PDF are pictures only, as a scanner makes them. Run text recognition (OCR) and add the result.",
                )
        finally:
            page.close()
    return ParseError("no_text_found", "This PDF holds no text.")


def _outline(document: Any) -> dict[int, dict[str, int]]:
    """Return for each page the titles that the outline points at, squeezed, with their level."""
    found: dict[int, dict[str, int]] = {}
    try:
        for item in document.get_toc(max_depth=6):
            destination = item.get_dest()
            index = destination.get_index() if destination is not None else None
            title = _squeezed(item.get_title())
            if index is not None and title:
                found.setdefault(index + 1, {}).setdefault(title, item.level + 1)
    except (pypdfium2.PdfiumError, ValueError, AttributeError):
        return found
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split()).lower()


def _blocks(text: str, number: int, titles: dict[str, int]) -> Iterator[Block]:
    """Yield the page: one block of text, parted by those of its lines that are headings."""
    # PDFium marks a hyphen at a line's end as U+0002 or U+FFFE.
    text = re.sub(r"[\x02\ufffe]\r?\n?", "", text).replace("\r\n", "\n").replace("\r", "\n")
    lines: list[str] = []
    for line in text.split("\n"):
        level = titles.get(_squeezed(line)) if titles else None
        if level is None:
            lines.append(line.strip())
            continue
        yield from _text_block(lines, number)
        lines = []
        yield Block("heading", line.strip(), level=min(level, 6), page=number)
    yield from _text_block(lines, number)


def _text_block(lines: list[str], number: int) -> Iterator[Block]:
    text = "\n".join(_paragraphs(lines)).strip()
    if text:
        yield Block("text", text, page=number)


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Join the lines of a page that were one paragraph: those as long as the page allows, going on in the next."""
    longest = max((len(line) for line in lines), default=0)
    current = ""
    previous = ""
    for line in lines:
        goes_on = (
            bool(previous)
            and bool(line)
            and not _ITEM.match(line)
            and (
                (len(previous) >= longest * _FULL_LINE and longest > 20)
                or (line[0].islower() and not previous.endswith(_SENTENCE_END) and len(previous) >= longest * 0.5)
            )
        )
        if goes_on:
            joint = "" if _CJK.match(current[-1]) and _CJK.match(line[0]) else " "
            current = f"{current}{joint}{line}"
        else:
            if current or previous == "":
                yield current
            current = line
        previous = line
    yield current


def _ranges(numbers: list[int]) -> str:
    """Write 1, 2, 3, 7 as "1-3, 7"; at most ten ranges."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    written = [f"{first}-{last}" if last > first else str(first) for first, last in spans[:10]]
    return ", ".join(written) + (" and more" if len(spans) > 10 else "")
