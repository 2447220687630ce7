"""Presentations: each slide a heading, its texts, tables and notes below."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pptx
from pptx.exc import PackageNotFoundError

from workers.ingestion import tables
from workers.ingestion.archives import Archive, damaged
from workers.ingestion.parsed import Block, Parsed, ParseError
from workers.ingestion.parsers.source import Source


def read(source: Source) -> Parsed:
    """Read a .pptx. Raises ParseError: file_damaged, file_encrypted, archive_too_large, too_many_pages, no_text_found."""
    Archive(source.content, source.limits).check()
    blocks: list[Block] = []
    try:
        deck = pptx.Presentation(io.BytesIO(source.content))
        pages = len(deck.slides)
        if pages > source.limits.pages:
            raise ParseError("too_many_pages", f"There are {pages:,} slides; {source.limits.pages:,} are allowed. Split the presentation.")
        for number, slide in enumerate(deck.slides, start=1):
            blocks.extend(_slide(slide, number))
        title = str(deck.core_properties.title or "").strip()
    except (PackageNotFoundError, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise damaged(str(error)) from None
    if all(block.kind == "heading" and block.text.startswith("Slide ") for block in blocks):
        raise ParseError("no_text_found", "The slides hold no text, only pictures or shapes.")
    return Parsed(tuple(blocks), title="" if title == "PowerPoint Presentation" else title, pages=pages)


def _slide(slide: Any, number: int) -> Iterator[Block]:
    heading = slide.shapes.title
    named = " ".join(heading.text_frame.text.split()) if heading is not None else ""
    yield Block("heading", named or f"Slide {number}", level=2, page=number)
    skip = heading.shape_id if heading is not None and named else None
    # Reading order is from top to bottom, which is not the order of drawing.
    for shape in sorted(_leaves(slide.shapes), key=lambda shape: (shape.top or 0, shape.left or 0)):
        if shape.shape_id == skip:
            continue
        if getattr(shape, "has_table", False) and shape.has_table:
            table = tables.render([[cell.text for cell in row.cells] for row in shape.table.rows])
            if table:
                yield Block("table", table, page=number)
        elif shape.has_text_frame and shape.text_frame.text.strip():
            yield _frame(shape.text_frame, number)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.text.strip()
        if notes:
            yield Block("text", f"Notes: {notes}", page=number)


def _leaves(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _leaves(shape.shapes)
        else:
            yield shape


def _frame(frame: Any, number: int) -> Block:
    lines = [(paragraph.level, paragraph.text.replace("\v", " ").strip()) for paragraph in frame.paragraphs]
    lines = [line for line in lines if line[1]]
    if len(lines) == 1:
        return Block("text", lines[0][1], page=number)
    return Block("list", "\n".join(f"{'  ' * level}- {text}" for level, text in lines), page=number)
