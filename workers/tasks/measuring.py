"""Measure retrieval test sets, and compare the index with the rows: jobs of the console and of the command line."""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from backend.core.errors import NotFound
from backend.core.work import work_tell
from backend.knowledge.measures import Verdict, expectations, judge, summary
from backend.knowledge.models import Segment, TestQuestion, TestSet
from backend.knowledge.retrieval import RetrievalRequest, retrieve
from backend.knowledge.retrieval_settings import RetrievalModel, retrieval_model
from backend.knowledge.services.measures import result_create
from workers.engine.errors import NodeError
from workers.tasks.indexing import in_thread


async def measure_job(payload: Mapping[str, Any]) -> dict[str, Any]:
    """`knowledge.measure`: see `services.measures.measure_start`."""
    workspace_id, k = uuid.UUID(str(payload["workspace_id"])), int(payload["k"])
    test_set, questions, known = await in_thread(_load, workspace_id, uuid.UUID(str(payload["test_set_id"])))
    account_id = uuid.UUID(str(payload["account_id"])) if payload.get("account_id") else None
    results = []
    whole = len(payload["settings"]) * len(questions)
    for place, row in enumerate(payload["settings"]):

        async def tell(done: int, before: int = place * len(questions)) -> None:
            await in_thread(work_tell, workspace_id, str(payload.get("job_id", "")), before + done, whole)

        settings = retrieval_model(row["retrieval_model"], test_set.dataset.indexing_technique)
        settings = settings.model_copy(update={"top_k": max(k, settings.top_k)})
        outcome = await _outcome(workspace_id, test_set, questions, known, settings, k, tell)
        kept = await in_thread(_keep, test_set, row, account_id, outcome)
        results.append({"id": str(kept.id), "label": kept.label, "metrics": kept.metrics, "error": kept.error})
    return {"results": results}


async def _outcome(
    workspace_id: uuid.UUID,
    test_set: TestSet,
    questions: Sequence[TestQuestion],
    known: set[str],
    settings: RetrievalModel,
    k: int,
    tell: Callable[[int], Awaitable[None]],
) -> dict[str, Any]:
    verdicts: list[Verdict] = []
    seconds: list[float] = []
    rows: list[dict[str, Any]] = []
    try:
        for place, question in enumerate(questions):
            await tell(place)
            began = time.monotonic()
            request = RetrievalRequest(question.query, (test_set.dataset_id,), settings=settings, remember=False)
            hits = await retrieve(workspace_id, request)
            seconds.append(time.monotonic() - began)
            found = [(str(hit.document_id), str(hit.segment_id)) for hit in hits]
            verdict = judge(expectations(question.expected, known), found, k)
            verdicts.append(verdict)
            shown = [
                {
                    "document_id": document,
                    "segment_id": segment,
                    "document_name": hit.document_name,
                    "position": hit.position,
                    "score": round(hit.score, 6),
                }
                for (document, segment), hit in zip(found, hits, strict=True)
            ]
            measured = {"recall": verdict.recall, "rr": verdict.reciprocal_rank, "ndcg": verdict.ndcg, "ranks": list(verdict.ranks)}
            rows.append({"question_id": str(question.id), "query": question.query, **measured, "found": shown[:k]})
    except NodeError as failure:
        return {"error": {"code": failure.code, "message": failure.message}}
    return {"metrics": summary(verdicts, seconds, k), "rows": rows}


def _load(workspace_id: uuid.UUID, test_set_id: uuid.UUID) -> tuple[TestSet, list[TestQuestion], set[str]]:
    test_set = TestSet.scoped(workspace_id).select_related("dataset").filter(id=test_set_id).first()
    if test_set is None:
        raise NotFound("The test set does not exist any more.")
    questions = list(TestQuestion.scoped(workspace_id).filter(test_set=test_set).order_by("position"))
    wanted = [row["segment_id"] for question in questions for row in question.expected if row.get("segment_id")]
    known = {str(key) for key in Segment.scoped(workspace_id).filter(id__in=wanted).values_list("id", flat=True)}
    return test_set, questions, known


def _keep(test_set: TestSet, row: Mapping[str, Any], account_id: uuid.UUID | None, outcome: Mapping[str, Any]) -> Any:
    return result_create(test_set=test_set, label=row["label"], settings=row["retrieval_model"], account_id=account_id, **outcome)
