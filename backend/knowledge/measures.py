"""How well a search does on questions whose right answers are known: recall, MRR and nDCG of the first k."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

# A piece as (document, segment); an expectation without segment is met by any piece of the document.
Piece = tuple[str, str]
Expected = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The measures of one question; `ranks` are the places, from 1, at which something expected was found."""

    recall: float
    reciprocal_rank: float
    ndcg: float
    ranks: tuple[int, ...]


def judge(expected: Collection[Expected], found: Sequence[Piece], k: int) -> Verdict:
    """Hold what was found against what was expected; each expectation counts once, at its first place."""
    open_ones = set(expected)
    total = len(open_ones)
    ranks = []
    for rank, (document, segment) in enumerate(found[:k], 1):
        met = next((wanted for wanted in ((document, segment), (document, None)) if wanted in open_ones), None)
        if met is not None:
            open_ones.discard(met)
            ranks.append(rank)
    if not total:
        return Verdict(0.0, 0.0, 0.0, ())
    ideal = sum(_gain(rank) for rank in range(1, min(total, k) + 1))
    return Verdict(len(ranks) / total, 1 / ranks[0] if ranks else 0.0, sum(map(_gain, ranks)) / ideal, tuple(ranks))


def summary(verdicts: Sequence[Verdict], seconds: Sequence[float], k: int) -> dict[str, Any]:
    """Average over questions."""
    return {
        "k": k,
        "questions": len(verdicts),
        "recall": _mean([verdict.recall for verdict in verdicts]),
        "mrr": _mean([verdict.reciprocal_rank for verdict in verdicts]),
        "ndcg": _mean([verdict.ndcg for verdict in verdicts]),
        "latency_ms": round(1000 * _mean(seconds), 2),
    }


def expectations(raw: Sequence[Mapping[str, Any]], known_segments: Collection[str]) -> set[Expected]:
    """Read stored expectations. A piece that is gone (the document was cut again) counts as its document."""
    found: set[Expected] = set()
    for row in raw:
        segment = str(row["segment_id"]) if row.get("segment_id") else None
        found.add((str(row["document_id"]), segment if segment in known_segments else None))
    return found


def _gain(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def _mean(values: Sequence[float]) -> float:
    return round(fmean(values), 6) if values else 0.0
