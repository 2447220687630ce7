"""Measures of a search, by hand-computed tables."""

from __future__ import annotations

import math

import pytest

from backend.knowledge.measures import expectations, judge, summary

A1, A2, B1, C1 = ("a", "1"), ("a", "2"), ("b", "1"), ("c", "1")


@pytest.mark.parametrize(
    ("expected", "found", "k", "recall", "rr", "ndcg"),
    [
        ({("a", None)}, [A1, B1], 5, 1.0, 1.0, 1.0),
        ({("a", None)}, [B1, A1], 5, 1.0, 0.5, 1 / math.log2(3)),
        ({("a", None)}, [B1, C1, A1], 2, 0.0, 0.0, 0.0),
        ({A2}, [A1, A2], 5, 1.0, 0.5, 1 / math.log2(3)),
        ({("a", None), ("b", None)}, [A1, A2, B1], 5, 1.0, 1.0, (1 + 0.5) / (1 + 1 / math.log2(3))),
        ({("a", None), ("b", None)}, [A1], 5, 0.5, 1.0, 1 / (1 + 1 / math.log2(3))),
        ({("a", None)}, [], 5, 0.0, 0.0, 0.0),
        (set(), [A1], 5, 0.0, 0.0, 0.0),
    ],
)
def test_judge(expected: set, found: list, k: int, recall: float, rr: float, ndcg: float) -> None:
    verdict = judge(expected, found, k)
    assert (verdict.recall, verdict.reciprocal_rank) == (recall, rr)
    assert verdict.ndcg == pytest.approx(ndcg)


def test_summary_is_the_mean() -> None:
    verdicts = [judge({("a", None)}, [A1], 5), judge({("a", None)}, [B1, A1], 5)]
    found = summary(verdicts, [0.010, 0.020], 5)
    assert found == {"k": 5, "questions": 2, "recall": 1.0, "mrr": 0.75, "ndcg": pytest.approx(0.815465), "latency_ms": 15.0}


def test_a_piece_that_is_gone_counts_as_its_document() -> None:
    raw = [{"document_id": "a", "segment_id": "1"}, {"document_id": "b", "segment_id": "9"}]
    assert expectations(raw, {"1"}) == {("a", "1"), ("b", None)}
