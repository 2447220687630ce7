"""Where the parts of a document stand in its text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from workers.ingestion.parsed import Block, BlockKind, Parsed


@dataclass(frozen=True, slots=True)
class Zone:
    """A block's place in the text. `headings` are those above it; `opening` and `closing` make a part of it readable alone."""

    start: int
    end: int
    kind: BlockKind
    level: int
    headings: tuple[str, ...]
    page: int | None
    opening: str = ""
    closing: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether separators do not cut here: rows and lines of code stay together as far as they fit."""
        return self.kind in ("table", "code")


@dataclass(frozen=True, slots=True)
class Layout:
    """A document's text and its zones, in order, which cover all but the gaps between blocks."""

    text: str
    zones: tuple[Zone, ...]
    starts: tuple[int, ...]
    language: str

    @classmethod
    def of(cls, parsed: Parsed, language: str) -> Layout:
        """Lay a document out."""
        zones: list[Zone] = []
        texts: list[str] = []
        at = 0
        path: list[tuple[int, str]] = []
        for block in parsed.blocks:
            rendered = block.rendered
            if block.kind == "heading":
                while path and path[-1][0] >= block.level:
                    path.pop()
            opening, closing = _edges(block, rendered)
            headings = tuple(title for _, title in path)
            zones.append(Zone(at, at + len(rendered), block.kind, block.level, headings, block.page, opening, closing))
            if block.kind == "heading":
                path.append((block.level, block.text))
            texts.append(rendered)
            at += len(rendered) + 2
        return cls("\n\n".join(texts), tuple(zones), tuple(zone.start for zone in zones), language)

    def index_at(self, offset: int) -> int:
        """Return the number of the zone that an offset lies in, or that lies before it."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def zone_at(self, offset: int) -> Zone:
        """Return the zone that an offset lies in, or that lies before it."""
        return self.zones[self.index_at(offset)]

    def within(self, start: int, end: int) -> Iterator[Zone]:
        """Yield the zones that overlap a range."""
        for number in range(self.index_at(start), len(self.zones)):
            zone = self.zones[number]
            if zone.start >= end:
                return
            if zone.end > start:
                yield zone

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Shrink a range by the white space at its ends; the indentation of code and lists stays."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        first = start
        while first < end and self.text[first].isspace():
            first += 1
        line = self.text.rfind("\n", start, first) + 1
        kept = line if line > start or start == 0 or self.text[start - 1] == "\n" else first
        indented = kept < first and self.zone_at(first).kind in ("code", "list")
        return max(kept, start) if indented else first, end


def parts(layout: Layout, start: int, end: int, separator: str) -> Iterator[tuple[int, int]]:
    """Yield what a separator cuts a range into, without white space around; a heading stays with what follows it."""
    pending: int | None = None
    for part_start, part_end in _raw_parts(layout, start, end, separator):
        first, last = layout.trimmed(part_start, part_end)
        if first >= last:
            continue
        if pending is not None:
            first, pending = pending, None
        zones = list(layout.within(first, last))
        if zones and all(zone.kind == "heading" for zone in zones) and last < end:
            pending = first
            continue
        yield first, last
    if pending is not None:
        yield pending, layout.trimmed(pending, end)[1]


def _raw_parts(layout: Layout, start: int, end: int, separator: str) -> Iterator[tuple[int, int]]:
    text, at, search = layout.text, start, start
    while (found := text.find(separator, search, end)) >= 0:
        zone = layout.zone_at(found)
        if zone.whole and found < zone.end:
            search = max(zone.end, found + 1)
            continue
        yield at, found
        at = search = found + len(separator)
    yield at, end


def _edges(block: Block, rendered: str) -> tuple[str, str]:
    if block.kind == "table":
        lines = rendered.split("\n", 2)
        return ("\n".join(lines[:2]) + "\n", "") if len(lines) == 3 else ("", "")
    if block.kind == "code":
        first, last = rendered.split("\n", 1)[0], rendered.rsplit("\n", 1)[1]
        return f"{first}\n", f"\n{last}"
    return "", ""
