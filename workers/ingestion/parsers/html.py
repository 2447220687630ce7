"""HTML: everything a reader sees, in order."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from workers.ingestion import tables
from workers.ingestion.archives import local_name
from workers.ingestion.encodings import decode
from workers.ingestion.parsed import Block, Parsed, ParseError
from workers.ingestion.parsers.source import Source

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=["']([\w.:-]+)""", re.IGNORECASE)
_UNSEEN = "script style template noscript head svg math iframe object canvas nav select button"
_INVISIBLE = frozenset(_UNSEEN.split())
_BLOCKS = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header hr html legend "
    "li main ol p section summary tbody td tfoot th thead title tr ul table pre h1 h2 h3 h4 h5 h6"
)
_BREAKS = frozenset(_BLOCKS.split())
_SPACES = re.compile(r"[ \t\r\n\f]+")


def read(source: Source) -> Parsed:
    """Read an HTML file."""
    declared = _DECLARED.search(source.content[:4096])
    named = (declared[1] or declared[2]).decode("ascii", "replace") if declared else None
    text, encoding, warnings = decode(source.content, named)
    root = tree(text)
    found = root.find(".//title")
    title = _squeeze("".join(found.itertext())) if found is not None else ""
    return Parsed(tuple(blocks_of(root)), title=title, encoding=encoding, warnings=warnings)


def tree(text: str) -> Any:
    """Parse HTML, however broken. Raises ParseError no_text_found."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.ParserError:
        root = None
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise ParseError("no_text_found", "No text was found in this page.")
    return root


def blocks_of(root: Any) -> list[Block]:
    """Return the blocks of an element and everything in it."""
    walker = _Walker()
    walker.walk(root)
    walker.end_paragraph()
    walker.end_list()
    return walker.blocks


def _squeeze(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


class _Walker:
    """Goes through a tree without recursion and gathers text into blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._inline: list[str] = []
        self._items: list[str] = []
        self._lists: list[list[Any]] = []
        self._bullet = ""

    def walk(self, root: Any) -> None:
        stack: list[tuple[Any, bool]] = [(root, False)]
        while stack:
            element, leaving = stack.pop()
            name = local_name(element).lower()
            if leaving:
                self._leave(name)
            elif not name or name in _INVISIBLE or element.get("hidden") is not None:
                pass
            elif not self._whole(element, name):
                self._enter(element, name)
                stack.append((element, True))
                for child in reversed(element):
                    stack.append((child, False))
                if element.text:
                    self._inline.append(element.text)
                continue
            if element is not root and element.tail:
                self._inline.append(element.tail)

    def end_paragraph(self) -> None:
        text = "\n".join(_squeeze(line) for line in "".join(self._inline).split("\x1f")).strip("\n ")
        self._inline.clear()
        if not text:
            return
        if self._lists:
            indent = "  " * (len(self._lists) - 1)
            text = text.replace("\n", " ")
            self._items.append(f"{indent}{self._bullet or '  '}{text}")
            self._bullet = ""
        else:
            self.blocks.append(Block("text", text))

    def end_list(self) -> None:
        if self._items:
            self.blocks.append(Block("list", "\n".join(self._items)))
            self._items.clear()

    def _whole(self, element: Any, name: str) -> bool:
        """Take an element that is a block as it is; tell whether it was one."""
        if name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._part(Block("heading", _squeeze("".join(_visible(element))), level=int(name[1])))
        elif name == "pre":
            code = "".join(_visible(element)).strip("\n")
            self._part(Block("code", code))
        elif name == "table" and not any(local_name(inner) == "table" for inner in element.iterdescendants("table")):
            rows = [[_squeeze("".join(_visible(cell, " "))) for cell in row.iterchildren("td", "th")] for row in element.iter("tr")]
            if max((len(row) for row in rows), default=0) < 2:
                return False
            caption = next(element.iter("caption"), None)
            if caption is not None:
                self._part(Block("text", _squeeze("".join(_visible(caption)))))
            self._part(Block("table", tables.render(rows)))
        else:
            return False
        return True

    def _part(self, block: Block) -> None:
        self.end_paragraph()
        self.end_list()
        if block.text.strip():
            self.blocks.append(block)

    def _enter(self, element: Any, name: str) -> None:
        if name == "br":
            self._inline.append("\x1f")
        elif name == "img" and (element.get("alt") or "").strip():
            self._inline.append(f" {element.get('alt')} ")
        elif name in _BREAKS:
            self.end_paragraph()
        if name in ("ul", "ol"):
            self._lists.append([name, 0])
        elif name == "li" and self._lists:
            self._lists[-1][1] += 1
            self._bullet = "- " if self._lists[-1][0] == "ul" else f"{self._lists[-1][1]}. "
        elif name in ("td", "th"):
            self._inline.append(" ")

    def _leave(self, name: str) -> None:
        if name in _BREAKS:
            self.end_paragraph()
        if name in ("ul", "ol") and self._lists:
            self._lists.pop()
            if not self._lists:
                self.end_list()


def _visible(element: Any, joint: str = "") -> list[str]:
    """Return the text of an element without what is not shown."""
    parts: list[str] = []
    stack: list[tuple[Any, bool]] = [(element, False)]
    while stack:
        current, tail = stack.pop()
        if tail:
            parts.append(current.tail)
            continue
        name = local_name(current).lower()
        if current is not element and current.tail:
            stack.append((current, True))
        if not name or name in _INVISIBLE:
            continue
        if name == "br":
            parts.append("\n")
        if joint and name in _BREAKS:
            parts.append(joint)
        if current.text:
            parts.append(current.text)
        stack.extend((child, False) for child in reversed(current))
    return parts
