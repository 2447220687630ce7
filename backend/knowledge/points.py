"""What of a piece is embedded, and how its point in the index is named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID, uuid5


def embedded_text(content: str, headings: Iterable[str] = ()) -> str:
    """Return what of a piece is embedded: the piece under the headings it stands under."""
    above = " > ".join(headings)
    return f"{above}\n{content}" if above else content


def text_hash(text: str) -> str:
    """Identify a text that is embedded."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def point_ids(document_id: UUID, hashes: Iterable[str]) -> list[UUID]:
    """Name the points of a document's pieces: by what they say and, of equal ones, the how manieth it is.

    A piece that only moved keeps its point, so cutting again touches what changed and nothing else.
    """
    seen: dict[str, int] = {}
    found = []
    for digest in hashes:
        number = seen[digest] = seen.get(digest, -1) + 1
        found.append(uuid5(document_id, f"{digest}:{number}"))
    return found


def edited_point_id(document_id: UUID, digest: str, row_id: UUID) -> UUID:
    """Name the point of a piece that somebody wrote: its text and its row."""
    return uuid5(document_id, f"{digest}:{row_id}")
