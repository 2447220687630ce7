"""Word documents: headings, paragraphs, lists, tables and notes in their order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError

from workers.ingestion import tables
from workers.ingestion.archives import Archive, damaged, local_name, read_xml
from workers.ingestion.parsed import Block, Parsed
from workers.ingestion.parsers.source import Source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_NAME = re.compile(r"^(?:heading|überschrift|titre|título|nagłówek|заголовок|标题|見出し)\s*(\d)$", re.IGNORECASE)
# Elements that stand around others without meaning for the text.
_WRAPPERS = frozenset(["sdt", "sdtContent", "smartTag", "ins", "moveTo", "hyperlink", "customXml", "fldSimple", "body", "txbxContent"])
_GONE = frozenset(["del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "sdtPr", "tblPr", "tcPr", "trPr"])


def read(source: Source) -> Parsed:
    """Read a .docx. Raises ParseError: file_damaged, file_encrypted, archive_too_large."""
    archive = Archive(source.content, source.limits)
    archive.check()
    try:
        document = docx.Document(io.BytesIO(source.content))
        body = document.element.body
        reader = _Reader(_heading_levels(document), _numbered(document))
        title = str(document.core_properties.title or "").strip()
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, IndexError, TypeError) as error:
        raise damaged(str(error)) from None
    blocks = reader.blocks(body)
    for name in ("word/footnotes.xml", "word/endnotes.xml"):
        if name in archive.names:
            blocks.extend(_notes(read_xml(archive.read(name))))
    return Parsed(tuple(blocks), title=title)


class _Reader:
    def __init__(self, levels: dict[str, int], numbered: frozenset[tuple[str, str]]) -> None:
        self._levels = levels
        self._numbered = numbered
        self._blocks: list[Block] = []
        self._items: list[str] = []
        self._counts: dict[tuple[str, int], int] = {}

    def blocks(self, body: Any) -> list[Block]:
        """Return what the body holds, in order."""
        for element in _content(body):
            if local_name(element) == "tbl":
                self._end_list()
                self._table(element)
            else:
                self._paragraph(element)
        self._end_list()
        return self._blocks

    def _paragraph(self, element: Any) -> None:
        text = paragraph_text(element).strip()
        properties = element.find(f"{_W}pPr")
        level = self._heading(properties)
        marker = self._marker(properties) if text and not level else None
        if marker is not None:
            self._items.append(marker + text.replace("\n", " "))
            return
        self._end_list()
        if text:
            self._blocks.append(Block("heading", " ".join(text.split()), level=level) if level else Block("text", text))
        for box in element.iter(f"{_W}txbxContent"):
            if not any(local_name(above) == "Fallback" for above in box.iterancestors()):
                for inner in _content(box):
                    self._paragraph(inner) if local_name(inner) == "p" else self._table(inner)

    def _heading(self, properties: Any) -> int:
        if properties is None:
            return 0
        outline = properties.find(f"{_W}outlineLvl")
        if outline is not None and (outline.get(f"{_W}val") or "").isdigit():
            level = int(outline.get(f"{_W}val")) + 1
            return level if level <= 6 else 0
        style = properties.find(f"{_W}pStyle")
        return self._levels.get(style.get(f"{_W}val"), 0) if style is not None else 0

    def _marker(self, properties: Any) -> str | None:
        """Return "- " or "1. " with its indentation for an item of a list."""
        if properties is None:
            return None
        style = properties.find(f"{_W}pStyle")
        style_name = (style.get(f"{_W}val") or "") if style is not None else ""
        number = properties.find(f"{_W}numPr")
        if number is None and not style_name.startswith("List"):
            return None
        depth, list_id = 0, style_name
        if number is not None:
            level, identity = number.find(f"{_W}ilvl"), number.find(f"{_W}numId")
            depth = int(level.get(f"{_W}val")) if level is not None and (level.get(f"{_W}val") or "").isdigit() else 0
            list_id = identity.get(f"{_W}val") if identity is not None else ""
            if list_id == "0":
                return None
        indent = "  " * min(depth, 8)
        if (list_id, str(depth)) not in self._numbered and not style_name.startswith("ListNumber"):
            return f"{indent}- "
        self._counts[list_id, depth] = self._counts.get((list_id, depth), 0) + 1
        for deeper in [key for key in self._counts if key[0] == list_id and key[1] > depth]:
            del self._counts[deeper]
        return f"{indent}{self._counts[list_id, depth]}. "

    def _end_list(self) -> None:
        if self._items:
            self._blocks.append(Block("list", "\n".join(self._items)))
            self._items.clear()

    def _table(self, element: Any) -> None:
        rows: list[list[str]] = []
        for row in _wrapped(element, "tr"):
            above = rows[-1] if rows else []
            # A cell that goes on downwards is repeated, so that every row can be read alone.
            rows.append([cell if cell is not None else above[at] if at < len(above) else "" for at, cell in enumerate(_cells(row))])
        if max((len(row) for row in rows), default=0) == 1:
            text = "\n".join(row[0] for row in rows if row and row[0].strip())
            if text:
                self._blocks.append(Block("text", text))
            return
        table = tables.render(rows)
        if table:
            self._blocks.append(Block("table", table))


def _content(element: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those in content controls."""
    for child in element:
        name = local_name(child)
        if name in ("p", "tbl"):
            yield child
        elif name in _WRAPPERS:
            yield from _content(child)


def _wrapped(element: Any, name: str) -> Iterator[Any]:
    for child in element:
        if local_name(child) == name:
            yield child
        elif local_name(child) in _WRAPPERS:
            yield from _wrapped(child, name)


def _cells(row: Any) -> list[str | None]:
    """Return a row's cells: one that spans columns is followed by empty ones, one that goes on from above is None."""
    cells: list[str | None] = []
    for cell in _wrapped(row, "tc"):
        properties = cell.find(f"{_W}tcPr")
        span = 1
        text: str | None = "\n".join(filter(None, (paragraph_text(part).strip() for part in cell.iter(f"{_W}p"))))
        if properties is not None:
            wide, down = properties.find(f"{_W}gridSpan"), properties.find(f"{_W}vMerge")
            if wide is not None and (wide.get(f"{_W}val") or "").isdigit():
                span = min(int(wide.get(f"{_W}val")), 64)
            if down is not None and down.get(f"{_W}val") != "restart":
                text = None
        cells.extend([text, *[""] * (span - 1)])
    return cells


def paragraph_text(element: Any) -> str:
    """Return what a paragraph says, without tracked deletions, field codes and text boxes."""
    parts: list[str] = []
    stack = [element]
    while stack:
        current = stack.pop()
        name = local_name(current)
        if name == "t":
            parts.append(current.text or "")
        elif name == "tab":
            parts.append("\t")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name not in _GONE and name != "txbxContent":
            stack.extend(reversed(current))
    return "".join(parts)


def _heading_levels(document: Any) -> dict[str, int]:
    """Return the level of each style that makes a heading, by its id: by outline level, by name, or by what it is based on."""
    levels: dict[str, int] = {}
    parents: dict[str, str] = {}
    for style in document.styles.element.iter(f"{_W}style"):
        identity = style.get(f"{_W}styleId") or ""
        name = style.find(f"{_W}name")
        named = (name.get(f"{_W}val") or "") if name is not None else ""
        heading = _HEADING_NAME.match(named)
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        if heading:
            levels[identity] = min(int(heading[1]), 6)
        elif named.lower() == "title":
            levels[identity] = 1
        elif outline is not None and (outline.get(f"{_W}val") or "") in "012345":
            levels[identity] = int(outline.get(f"{_W}val")) + 1
        base = style.find(f"{_W}basedOn")
        if base is not None:
            parents[identity] = base.get(f"{_W}val") or ""
    for identity, parent in parents.items():
        for _ in range(8):
            if identity in levels or not parent:
                break
            if parent in levels:
                levels[identity] = levels[parent]
            parent = parents.get(parent, "")
    return {identity: level for identity, level in levels.items() if level}


def _numbered(document: Any) -> frozenset[tuple[str, str]]:
    """Return (list id, level) of the lists that count instead of showing a bullet."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return frozenset()
    counting: dict[str, set[str]] = {}
    for abstract in root.iter(f"{_W}abstractNum"):
        for level in abstract.iter(f"{_W}lvl"):
            form = level.find(f"{_W}numFmt")
            if form is not None and form.get(f"{_W}val") not in ("bullet", "none"):
                counting.setdefault(abstract.get(f"{_W}abstractNumId"), set()).add(level.get(f"{_W}ilvl"))
    found = set()
    for number in root.iter(f"{_W}num"):
        abstract = number.find(f"{_W}abstractNumId")
        for level in counting.get(abstract.get(f"{_W}val"), ()) if abstract is not None else ():
            found.add((number.get(f"{_W}numId"), level))
    return frozenset(found)


def _notes(root: Any) -> Iterator[Block]:
    for note in root:
        if local_name(note) in ("footnote", "endnote") and note.get(f"{_W}type") in (None, "normal"):
            text = "\n".join(filter(None, (paragraph_text(part).strip() for part in note.iter(f"{_W}p"))))
            if text:
                yield Block("text", text)
