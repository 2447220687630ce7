"""What parsers take and give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "text", "table", "code", "list"]


class ParseError(Exception):
    """A document that cannot be read. `message` is for the person who brought it and says what to do.

    Codes: unsupported_file_type, file_empty, file_encrypted, file_damaged, no_text_found, archive_too_large, too_many_pages,
    too_large, encoding_unknown, extension_mismatch, parse_timeout, parse_memory, parse_crashed, invalid_pairs.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """Bounds of one document. `memory_bytes`, `cpu_s` and `wall_s` hold for the child process that reads it."""

    file_bytes: int = 100_000_000
    text_chars: int = 20_000_000
    pages: int = 2_000
    archive_entries: int = 10_000
    archive_ratio: int = 100
    archive_bytes: int = 100_000_000
    memory_bytes: int = 512 * 1024 * 1024
    cpu_s: int = 120
    wall_s: float = 150.0


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document in reading order.

    `level` is 1 to 6 on headings. `page` counts from 1. The text of a table is a Markdown table (header, rule, rows), that of
    code comes without a fence, that of a list is Markdown list lines. `info` is the language of code, if known.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    info: str = ""

    @property
    def rendered(self) -> str:
        """The block as Markdown."""
        if self.kind == "heading":
            return f"{'#' * min(max(self.level, 1), 6)} {self.text}"
        if self.kind == "code":
            fence = "```"
            while fence in self.text:
                fence += "`"
            return f"{fence}{self.info}\n{self.text}\n{fence}"
        return self.text


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document that was read. `encoding` is known of text files only; `warnings` are sentences for people."""

    blocks: tuple[Block, ...]
    title: str = ""
    pages: int | None = None
    encoding: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole document as Markdown, blocks parted by an empty line."""
        return "\n\n".join(block.rendered for block in self.blocks)
