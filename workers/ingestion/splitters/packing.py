"""Fill pieces with units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workers.ingestion import sentences, tokens
from workers.ingestion.splitters.layout import Layout
from workers.ingestion.splitters.units import Edge, Unit, units

# A piece this full may end early, at a better place than the last sentence that fits.
_EARLY_END = 0.5
# A piece this full is worth standing alone when a heading follows.
_STANDS_ALONE = 0.25
_CJK_FROM = 0x2E80


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bounds of pieces in tokens. `sections`: headings begin a new piece."""

    max_tokens: int
    overlap: int
    sections: bool = True


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece as a range of the text; its content may repeat a table's header or a fence."""

    content: str
    tokens: int
    start: int
    end: int


def pack(layout: Layout, start: int, end: int, sizes: Sizes) -> Iterator[Slice]:
    """Yield the pieces of a range: each unit lies in one, and what overlaps in the one before too."""
    row = list(units(layout, start, end, sizes.max_tokens, sizes.overlap))
    at, begin = 0, start
    while at < len(row):
        last, found = _fill(layout, row, at, begin, sizes)
        if found.content.strip():
            yield found
        follows_section = last < len(row) and _begins_section(row[last], sizes)
        begin = row[last].start if last < len(row) else end
        if last < len(row) and not follows_section:
            begin = _overlap_start(layout.text, row, at, last, begin, sizes)
        at = last


def _fill(layout: Layout, row: Sequence[Unit], at: int, begin: int, sizes: Sizes) -> tuple[int, Slice]:
    """Return the number of the first unit that is not in the piece, and the piece that begins at the offset `begin`."""
    first = row[at]
    size = tokens.count(layout.text[begin : first.start]) if begin < first.start else 0
    if begin < first.start and size + first.tokens > sizes.max_tokens:
        begin, size = first.start, 0
    opening = first.opening if begin == first.start else ""
    size += tokens.count(opening) if opening else 0
    end = at
    while end < len(row):
        unit = row[end]
        closing = tokens.count(unit.closing) if unit.closing else 0
        if end > at and size + unit.tokens + closing > sizes.max_tokens:
            break
        if end > at and _begins_section(unit, sizes) and size >= sizes.max_tokens * _STANDS_ALONE:
            return end, _slice(layout, begin, row[end - 1], opening)
        size += unit.tokens
        end += 1
    if end < len(row):
        end = _better_end(row, at, end, sizes)
    found = _slice(layout, begin, row[end - 1], opening)
    while found.tokens > sizes.max_tokens and end - at > 1:
        end -= 1
        found = _slice(layout, begin, row[end - 1], opening)
    if found.tokens > sizes.max_tokens and begin < first.start:
        found = _slice(layout, first.start, row[end - 1], first.opening)
    if found.tokens > sizes.max_tokens and opening:
        # A header that leaves no room for a row is not worth repeating.
        found = _slice(layout, begin, row[end - 1], "")
    return end, found


def _begins_section(unit: Unit, sizes: Sizes) -> bool:
    return sizes.sections and unit.zone.kind == "heading" and unit.start <= unit.zone.start


def _better_end(row: Sequence[Unit], at: int, end: int, sizes: Sizes) -> int:
    """Move an end back to the best edge in the later half; a heading never ends a piece."""
    best, size = end, 0
    for number in range(at, end):
        if number > at and size >= sizes.max_tokens * _EARLY_END and row[number].edge >= max(row[best].edge, Edge.LINE):
            best = number
        size += row[number].tokens
    while best - at > 1 and row[best - 1].zone.kind == "heading":
        best -= 1
    return best


def _slice(layout: Layout, begin: int, last: Unit, opening: str) -> Slice:
    start, end = layout.trimmed(begin, last.end)
    content = f"{opening}{layout.text[start:end]}{last.closing}"
    return Slice(content, tokens.count(content), start, end)


def _overlap_start(text: str, row: Sequence[Unit], at: int, last: int, begin: int, sizes: Sizes) -> int:
    """Return where the next piece begins so that it repeats the end of this one: whole sentences, else whole words."""
    room, number = sizes.overlap, last
    if room <= 0 or row[last].zone.whole:
        return begin
    while number - 1 > at and _repeats(row[number - 1]) and row[number - 1].tokens <= room:
        number -= 1
        room -= row[number].tokens
    if number < last:
        return row[number].start
    unit = row[last - 1]
    if not _repeats(unit):
        return begin
    start = unit.end - tokens.suffix(text[unit.start : unit.end], sizes.overlap)
    if start <= unit.start:
        return begin
    start = sentences.cut_before(text, start, unit.start)
    # Scripts with spaces: go on to the beginning of the next word.
    while start < unit.end and ord(text[start]) < _CJK_FROM and text[start].isalnum() and text[start - 1].isalnum():
        start += 1
    return start if text[start : unit.end].strip() else begin


def _repeats(unit: Unit) -> bool:
    return unit.zone.kind in ("text", "list")
