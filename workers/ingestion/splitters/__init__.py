"""Cut documents into pieces."""

from __future__ import annotations

from collections.abc import Iterator

from workers.ingestion import sentences
from workers.ingestion.clean import clean_parsed
from workers.ingestion.parsed import Parsed
from workers.ingestion.pieces import ChildPiece, Piece
from workers.ingestion.rules import ChunkingRule
from workers.ingestion.splitters.layout import Layout, parts
from workers.ingestion.splitters.packing import Sizes, Slice, pack
from workers.ingestion.splitters.pairs import pairs_from_tables

__all__ = ["split"]

# A document that is one parent is still cut where no model could read on.
FULL_DOC_TOKENS = 10_000


def split(parsed: Parsed, rule: ChunkingRule) -> list[Piece]:
    """Clean and cut a document. The same document and rule give the same pieces.

    In the mode qa a document of tables with two columns gives their rows as pairs; of others each piece is to be made
    into pairs by a model (`pairs.py`).
    """
    cleaned = clean_parsed(parsed, rule.cleaning)
    if rule.mode == "qa" and (pairs := pairs_from_tables(cleaned)):
        return pairs
    layout = Layout.of(cleaned, rule.language or sentences.language_of(cleaned.text[:5_000]))
    if rule.mode != "parent_child":
        sizes = Sizes(rule.max_tokens, rule.overlap)
        return [_piece(layout, found) for found in _slices(layout, 0, len(layout.text), rule.separator, sizes, merge=rule.merge)]
    if rule.parent_mode == "full_doc":
        parents = pack(layout, 0, len(layout.text), Sizes(FULL_DOC_TOKENS, 0, sections=False))
    else:
        parents = _slices(layout, 0, len(layout.text), rule.separator, Sizes(rule.max_tokens, 0), merge=rule.merge)
    return [_piece(layout, parent, _children(layout, parent, rule)) for parent in parents]


def _slices(layout: Layout, start: int, end: int, separator: str, sizes: Sizes, *, merge: bool) -> Iterator[Slice]:
    if merge:
        yield from pack(layout, start, end, sizes)
        return
    for part_start, part_end in parts(layout, start, end, separator):
        yield from pack(layout, part_start, part_end, sizes)


def _children(layout: Layout, parent: Slice, rule: ChunkingRule) -> tuple[ChildPiece, ...]:
    sizes = Sizes(rule.child_max_tokens, rule.child_overlap)
    found = _slices(layout, parent.start, parent.end, rule.child_separator, sizes, merge=rule.merge)
    return tuple(ChildPiece(child.content, child.tokens, child.start, child.end) for child in found)


def _piece(layout: Layout, found: Slice, children: tuple[ChildPiece, ...] = ()) -> Piece:
    zone = layout.zone_at(found.start)
    return Piece(found.content, found.tokens, found.start, found.end, zone.headings, zone.page, children)
