"""Tables as Markdown, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPACE = re.compile(r"\s*\n\s*")
_CELL_END = re.compile(r"(?<!\\)\|")


def render(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as a Markdown table whose first row is the header. Empty rows and columns are left out; "" if nothing stays."""
    kept = [[_cell(cell) for cell in row] for row in rows]
    kept = [row for row in kept if any(row)]
    width = max((len(row) for row in kept), default=0)
    used = [column for column in range(width) if any(column < len(row) and row[column] for row in kept)]
    if not used:
        return ""
    lines = ["| " + " | ".join(row[column] if column < len(row) else "" for column in used) + " |" for row in kept]
    return "\n".join([lines[0], "| " + " | ".join("---" for _ in used) + " |", *lines[1:]])


def read(table: str) -> list[list[str]]:
    """Read a table that `render` wrote; the rule under the header is left out."""
    lines = table.split("\n")
    return [[_plain(cell) for cell in _CELL_END.split(line.strip()[1:-1])] for number, line in enumerate(lines) if number != 1]


def _cell(value: str) -> str:
    return _SPACE.sub("<br>", value.strip()).replace("\\|", "|").replace("|", "\\|")


def _plain(cell: str) -> str:
    return cell.strip().replace("\\|", "|").replace("<br>", "\n")
