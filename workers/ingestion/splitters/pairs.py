"""Questions and answers: from tables of two columns, and from what a model wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workers.ingestion import tables, tokens
from workers.ingestion.parsed import Parsed
from workers.ingestion.pieces import Piece

_QUESTION = frozenset(["question", "questions", "q", "问题", "問題", "提问", "質問", "pytanie", "frage", "pregunta", "вопрос", "질문"])
_ANSWER = frozenset(["answer", "answers", "a", "答案", "回答", "解答", "答え", "odpowiedź", "antwort", "respuesta", "ответ", "답변"])
_MARK = re.compile(
    r"^[ \t>*_#-]*(?:\d{1,3}[.)、][ \t]*)?(?:\*\*|__)?(?P<kind>Q|A|Question|Answer|问题|问|問題|問|答案|答|質問|回答|Pytanie|Odpowiedź)"
    r"[ \t]*\d{0,3}[ \t]*(?:\*\*|__)?[ \t]*[:：.][ \t]*(?:\*\*|__)?[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_ASKS = frozenset(["q", "question", "问题", "问", "問題", "問", "質問", "pytanie"])
_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and its answer."""

    question: str
    answer: str


def pairs_from_tables(parsed: Parsed) -> list[Piece]:
    """Return the rows of a document's tables as pieces whose content is the question; nothing if a table is no list of pairs.

    The columns are found by their names, or are the only two; then a first row that is no pair of names counts too.
    """
    pieces: list[Piece] = []
    for block in parsed.blocks:
        if block.kind == "table":
            found = list(_rows(tables.read(block.text)))
            if not found:
                return []
            pieces.extend(_piece(pair) for pair in found)
        elif block.kind != "heading":
            return []
    return pieces


def pairs_from_reply(reply: str) -> list[Pair]:
    """Read the pairs in a model's reply: `Q: … A: …` in several languages and numberings, or a JSON list of objects."""
    found = _from_json(reply)
    if found:
        return found
    pairs: list[Pair] = []
    question = ""
    marks = list(_MARK.finditer(reply))
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(reply)
        said = reply[mark.end() : end].strip().strip("*").strip()
        if mark["kind"].lower() in _ASKS:
            question = said
        elif question and said:
            pairs.append(Pair(question, said))
            question = ""
    return list(dict.fromkeys(pairs))


def _rows(rows: Sequence[Sequence[str]]) -> Iterator[Pair]:
    header = [cell.strip().lower() for cell in rows[0]]
    question = next((number for number, name in enumerate(header) if name in _QUESTION), None)
    answer = next((number for number, name in enumerate(header) if name in _ANSWER), None)
    body = rows[1:]
    if question is None or answer is None:
        if len(header) != 2:
            return
        question, answer, body = 0, 1, rows
    for row in body:
        if max(question, answer) < len(row) and row[question].strip() and row[answer].strip():
            yield Pair(row[question].strip(), row[answer].strip())


def _piece(pair: Pair) -> Piece:
    return Piece(pair.question, tokens.count(pair.question), question=pair.question, answer=pair.answer)


def _from_json(reply: str) -> list[Pair]:
    fenced = _FENCE.search(reply)
    try:
        value: Any = json.loads(fenced[1] if fenced else reply)
    except (ValueError, RecursionError):
        return []
    if isinstance(value, dict):
        value = next((part for part in value.values() if isinstance(part, list)), [value])
    pairs = []
    for element in value if isinstance(value, list) else ():
        if isinstance(element, dict):
            named = {str(key).lower(): part for key, part in element.items() if isinstance(part, str)}
            question = next((named[key] for key in named if key in _QUESTION), "").strip()
            answer = next((named[key] for key in named if key in _ANSWER), "").strip()
            if question and answer:
                pairs.append(Pair(question, answer))
    return pairs
