"""The smallest parts of a text that are kept whole: sentences, list items, rows, lines of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from workers.ingestion import sentences, tokens
from workers.ingestion.splitters.layout import Layout, Zone

_CLAUSE_END = re.compile(r"[,;:，；：、…]\s*|\s[-–—]\s")
_SPACE = re.compile(r"\s+")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n\s*")
_NEW_LINE = re.compile(r"\n+")
# Lines of text that was wrapped by hand or by a mail program are about this long.
_WRAPPED_CHARS = range(40, 121)
_WRAPPED_SPREAD = 30
# A token covers more characters than this only in white space and rules.
_CHARS_A_TOKEN = 12


class Edge(IntEnum):
    """How good a place is for a cut: the higher, the better."""

    INSIDE = 0
    SENTENCE = 1
    LINE = 2
    PARAGRAPH = 3
    BLOCK = 4


@dataclass(frozen=True, slots=True)
class Unit:
    """A part that is kept whole, with the white space behind it. `edge` tells how good a cut before it is."""

    start: int
    end: int
    tokens: int
    edge: Edge
    zone: Zone

    @property
    def opening(self) -> str:
        """What a piece that begins here needs before it."""
        return self.zone.opening if self.start > self.zone.start else ""

    @property
    def closing(self) -> str:
        """What a piece that ends here needs behind it."""
        return self.zone.closing if self.end < self.zone.end else ""


def units(layout: Layout, start: int, end: int, max_tokens: int, overlap: int = 0) -> Iterator[Unit]:
    """Yield the units of a range in order; they touch. None has more than `max_tokens`, its opening and closing included.

    What must be cut hard leaves room for an overlap.
    """
    zones = list(layout.within(start, end))
    for number, zone in enumerate(zones):
        first = max(start, zone.start) if number else start
        last = min(end, zones[number + 1].start) if number + 1 < len(zones) else end
        body_end = min(last, zone.end)
        for unit in _of_zone(layout, zone, first, body_end, max_tokens, overlap):
            # The gap to the next block belongs to the last unit of this one.
            yield unit if unit.end < body_end else Unit(unit.start, last, unit.tokens + (last > body_end), unit.edge, zone)


def _of_zone(layout: Layout, zone: Zone, start: int, end: int, max_tokens: int, overlap: int) -> Iterator[Unit]:
    room = max_tokens
    if zone.whole:
        frame = tokens.count(zone.opening) + tokens.count(zone.closing)
        room = max(max_tokens - frame, max_tokens // 2)
    edge = Edge.BLOCK
    for unit_start, unit_end, unit_edge in _whole_parts(layout, zone, start, end):
        size = tokens.count(layout.text[unit_start:unit_end])
        edge = Edge.BLOCK if unit_start <= zone.start else unit_edge
        if size <= room:
            yield Unit(unit_start, unit_end, size, edge, zone)
            continue
        for piece_start, piece_end in hard_cuts(layout.text, unit_start, unit_end, max(room - overlap, room // 2)):
            size = tokens.count(layout.text[piece_start:piece_end])
            yield Unit(piece_start, piece_end, size, edge if piece_start == unit_start else Edge.INSIDE, zone)


def _whole_parts(layout: Layout, zone: Zone, start: int, end: int) -> Iterator[tuple[int, int, Edge]]:
    if zone.kind == "heading":
        yield start, end, Edge.BLOCK
    elif zone.whole:
        yield from _lines(layout.text, zone, start, end)
    else:
        for part_start, part_end in _between(_EMPTY_LINE, layout.text, start, end):
            yield from _paragraph(layout, zone, part_start, part_end)


def _lines(text: str, zone: Zone, start: int, end: int) -> Iterator[tuple[int, int, Edge]]:
    """Yield lines; the header of a table and a fence stay with the line next to them."""
    begun = start
    body = zone.start + len(zone.opening)
    closing = zone.end - len(zone.closing)
    for line_start, line_end in _between(_NEW_LINE, text, start, end):
        if line_end <= body or line_start < begun or (line_end < end and line_end >= closing):
            continue
        yield begun, line_end, Edge.PARAGRAPH if text[begun - 2 : begun] == "\n\n" else Edge.LINE
        begun = line_end
    if begun < end:
        yield begun, end, Edge.LINE


def _paragraph(layout: Layout, zone: Zone, start: int, end: int) -> Iterator[tuple[int, int, Edge]]:
    text = layout.text
    edge = Edge.PARAGRAPH
    lines = [(start, end)] if zone.kind == "text" and _is_wrapped(text[start:end]) else _between(_NEW_LINE, text, start, end)
    for line_start, line_end in lines:
        for sentence_start, sentence_end in sentences.spans(text, line_start, line_end, layout.language):
            yield sentence_start, sentence_end, edge
            edge = Edge.SENTENCE
        edge = Edge.LINE


def _is_wrapped(paragraph: str) -> bool:
    """Tell whether the line ends of a paragraph say nothing, because it was wrapped at a width."""
    lines = paragraph.strip("\n").split("\n")
    if len(lines) < 3:
        return False
    widths = [len(line.rstrip()) for line in lines[:-1]]
    return min(widths) in _WRAPPED_CHARS and max(widths) in _WRAPPED_CHARS and max(widths) - min(widths) <= _WRAPPED_SPREAD


def _between(mark: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what a mark parts, each with the mark behind it."""
    begun = start
    for found in mark.finditer(text, start, end):
        yield begun, found.end()
        begun = found.end()
    if begun < end:
        yield begun, end


def hard_cuts(text: str, start: int, end: int, max_tokens: int) -> Iterator[tuple[int, int]]:
    """Cut what is too long where it harms least: behind a clause, a word, or at worst a character with all its marks."""
    while start < end:
        place = fitting(text, start, end, max_tokens)
        yield start, place
        start = place


def fitting(text: str, start: int, end: int, max_tokens: int) -> int:
    """Return where a part of at most `max_tokens` that begins at `start` should end."""
    window = min(end, start + max_tokens * _CHARS_A_TOKEN)
    place = start + tokens.prefix(text[start:window], max_tokens)
    if place >= end:
        return end
    place = max(place, start + 1)
    length = place - start
    for mark, share in ((_CLAUSE_END, 2 / 3), (_SPACE, 1 / 2)):
        last = max((found.end() for found in mark.finditer(text, start + int(length * share), place)), default=0)
        if start < last <= place:
            return last
    place = sentences.cut_before(text, place, start)
    # A whole character may need more tokens than the broken one that the count ended in.
    while place - start > 1 and tokens.count(text[start:place]) > max_tokens:
        shorter = sentences.cut_before(text, place - max(1, (place - start) // 50), start)
        if shorter >= place:
            break
        place = shorter
    return place
