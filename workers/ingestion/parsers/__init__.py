"""Read files of many formats into blocks of text.

A reader is a function `(content, source) -> Parsed` in a module of its own, whose libraries are imported when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from workers.ingestion.parsed import Block, Parsed, ParseError, ParseLimits
from workers.ingestion.parsers.source import Source
from workers.ingestion.sniff import sniff

__all__ = ["Block", "ParseError", "ParseLimits", "Parsed", "extract_text", "parse"]

Reader = Callable[[Source], Parsed]
# Kinds whose file is its text: a flow that asks for the text gets it as it stands.
_VERBATIM = frozenset({"text", "markdown", "code", "json", "jsonl", "yaml", "xml", "properties"})


def parse(content: bytes, filename: str, limits: ParseLimits | None = None) -> Parsed:
    """Read a document in this process. Raises ParseError with any code but those of the child process."""
    source = _source(content, filename, limits or ParseLimits())
    parsed = _reader(source.kind)(source)
    if not any(block.text.strip() for block in parsed.blocks):
        raise ParseError("no_text_found", "No text was found in this file.")
    if sum(len(block.text) for block in parsed.blocks) > source.limits.text_chars:
        raise _too_long(source.limits)
    return replace(parsed, warnings=(*source.warnings, *parsed.warnings))


def extract_text(content: bytes, filename: str, limits: ParseLimits | None = None) -> str:
    """Return a document as one text: text files as they stand, others as Markdown. Raises ParseError as `parse`; an empty file is ""."""
    if not content:
        return ""
    source = _source(content, filename, limits or ParseLimits())
    if source.kind in _VERBATIM:
        text = source.text()[0]
        if len(text) > source.limits.text_chars:
            raise _too_long(source.limits)
        return text
    return parse(content, filename, limits).text


def _too_long(limits: ParseLimits) -> ParseError:
    return ParseError("too_large", f"The text is longer than {limits.text_chars:,} characters. Split the document.")


def _source(content: bytes, filename: str, limits: ParseLimits) -> Source:
    if len(content) > limits.file_bytes:
        raise ParseError(
            "too_large", f"The file has {len(content) / 1e6:.1f} MB; {limits.file_bytes / 1e6:.0f} MB are allowed. Split the document."
        )
    kind = sniff(content, filename)
    return Source(content, filename, kind.name, kind.extension, limits, kind.warnings)


def _reader(kind: str) -> Reader:
    """Return the reader of a kind. Imports happen here: a child that reads text never loads the libraries of office files."""
    match kind:
        case "pdf":
            from workers.ingestion.parsers import pdf

            return pdf.read
        case "docx":
            from workers.ingestion.parsers import word

            return word.read
        case "xlsx" | "xls" | "csv":
            from workers.ingestion.parsers import sheets

            return {"xlsx": sheets.read_xlsx, "xls": sheets.read_xls, "csv": sheets.read_csv}[kind]
        case "pptx":
            from workers.ingestion.parsers import slides

            return slides.read
        case "epub":
            from workers.ingestion.parsers import epub

            return epub.read
        case "html":
            from workers.ingestion.parsers import html

            return html.read
        case "eml":
            from workers.ingestion.parsers import mail

            return mail.read
        case "json" | "jsonl" | "xml" | "yaml" | "properties":
            from workers.ingestion.parsers import data

            return data.READERS[kind]
        case _:
            from workers.ingestion.parsers import text

            return text.READERS[kind]
