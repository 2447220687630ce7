"""Test sets measured under several settings, against the real index."""

from __future__ import annotations

import pytest

from backend.core.errors import AppError
from backend.core.jobs import job_result
from backend.knowledge.models import Segment, TestResult
from backend.knowledge.services import measures
from tests.tasks.knowledge import Library, library
from workers.tasks.jobs import run_job

__all__ = ["library"]

SETTINGS = [
    {"label": "words", "retrieval_model": {"search_method": "full_text_search"}},
    {"label": "meaning", "retrieval_model": {"search_method": "semantic_search"}},
    {"label": "broken", "retrieval_model": {"reranking_enable": True, "reranking_model": {"reranking_model_name": "no-such"}}},
]


def test_a_test_set_shows_what_settings_do(library: Library) -> None:
    dataset = library.dataset()
    document = library.text(dataset, "cats purr\n\ndogs bark\n\nbirds sing")
    other = library.text(dataset, "trees grow", name="trees")
    library.index(document, other)
    dogs = Segment.scoped(library.workspace.id).get(content="dogs bark")
    test_set = measures.set_create(dataset=dataset, name="Pets", created_by=library.alice)
    exact = [{"document_id": str(document.id), "segment_id": str(dogs.id)}]
    measures.question_create(test_set=test_set, query="dogs bark", expected=exact)
    measures.question_create(test_set=test_set, query="trees", expected=[{"document_id": str(other.id)}])
    payload = {"test_set_id": str(test_set.id), "settings": SETTINGS, "k": 3, "account_id": str(library.alice.id)}
    library.loop.submit(run_job("j1", "knowledge.measure", payload, str(library.workspace.id))).result(60)
    job = job_result(library.workspace.id, "j1")
    assert job.error is None
    words, meaning, broken = job.result["results"]
    for found in (words, meaning):
        assert {**found["metrics"], "latency_ms": 0} == {"k": 3, "questions": 2, "recall": 1.0, "mrr": 1.0, "ndcg": 1.0, "latency_ms": 0}
    assert broken["error"]["code"] == "model_not_configured"
    kept = TestResult.scoped(library.workspace.id).get(label="words")
    assert [row["ranks"] for row in kept.rows] == [[1], [1]]
    assert kept.created_by == library.alice


def test_bad_test_sets_are_refused(library: Library) -> None:
    dataset, elsewhere = library.dataset(), library.dataset("Other")
    stranger = library.text(elsewhere, "x")
    test_set = measures.set_create(dataset=dataset, name="Pets")
    with pytest.raises(AppError, match="test set 'Pets' already"):
        measures.set_create(dataset=dataset, name=" Pets ")
    with pytest.raises(AppError) as refused:
        measures.question_create(test_set=test_set, query="x", expected=[{"document_id": str(stranger.id)}])
    assert refused.value.http_status == 404
    with pytest.raises(AppError, match="no questions"):
        measures.measure_start(test_set=test_set, settings=SETTINGS[:1])
    with pytest.raises(AppError, match="one to"):
        measures.question_create(test_set=test_set, query="x", expected=[])
