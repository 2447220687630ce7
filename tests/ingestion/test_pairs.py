"""Questions and answers from tables and from replies."""

from __future__ import annotations

import pytest

from workers.ingestion.parsers import parse
from workers.ingestion.rules import ChunkingRule
from workers.ingestion.splitters import split
from workers.ingestion.splitters.pairs import Pair, pairs_from_reply

QA = ChunkingRule(mode="qa")


@pytest.mark.parametrize(
    "reply",
    [
        "Q1: What is it?\nA1: A tide mill.\nQ2: Where?\nA2: At the sea,\nby the dam.",
        "**Question 1:** What is it?\n**Answer:** A tide mill.\n\n2. Question: Where?\nAnswer: At the sea,\nby the dam.",
        "问题：What is it?\n答案：A tide mill.\n问题2：Where?\n回答：At the sea,\nby the dam.",
        'Here:\n```json\n[{"question": "What is it?", "answer": "A tide mill."}, {"Q": "Where?", "A": "At the sea,\\nby the dam."}]\n```',
        '{"qa": [{"question": "What is it?", "answer": "A tide mill."}, {"question": "Where?", "answer": "At the sea,\\nby the dam."}]}',
    ],
)
def test_replies(reply: str) -> None:
    assert pairs_from_reply(reply) == [Pair("What is it?", "A tide mill."), Pair("Where?", "At the sea,\nby the dam.")]


@pytest.mark.parametrize("reply", ["", "I cannot do that.", "Q: And the answer?", "[1, 2]", '{"question": 3}'])
def test_replies_without_pairs(reply: str) -> None:
    assert pairs_from_reply(reply) == []


def test_named_columns() -> None:
    found = split(parse(b"id,Answer,Question\n1,26 days,How much leave?\n2,,Empty?\n", "a.csv"), QA)
    assert [(piece.content, piece.question, piece.answer) for piece in found] == [("How much leave?", "How much leave?", "26 days")]


def test_two_columns_without_names() -> None:
    found = split(parse('年假有多少天？,26 天\n谁批准？,"经理, 或组长"\n'.encode(), "a.csv"), QA)
    assert [(piece.question, piece.answer) for piece in found] == [("年假有多少天？", "26 天"), ("谁批准？", "经理, 或组长")]


def test_other_documents_are_cut_for_a_model() -> None:
    found = split(parse(b"Some prose.", "a.txt"), QA)
    assert [(piece.content, piece.question) for piece in found] == [("Some prose.", "")]
