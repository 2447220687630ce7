"""What cutting gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChildPiece:
    """A part of a piece. `start` and `end` are offsets in the cleaned text, -1 where none fit."""

    content: str
    tokens: int
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a document, in its order.

    `start` and `end` are offsets in the text of the cleaned document (`clean.clean_parsed`), -1 where none fit. `headings` are
    those it stands under, outermost first; the content repeats only those which begin inside it.
    """

    content: str
    tokens: int
    start: int = -1
    end: int = -1
    headings: tuple[str, ...] = ()
    page: int | None = None
    children: tuple[ChildPiece, ...] = ()
    question: str = ""
    answer: str = ""
