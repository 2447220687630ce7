"""Retrieval test sets: questions with what should be found, and the results of measuring them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from backend.accounts.models import User
from backend.core.errors import AppError
from backend.core.jobs import job_start
from backend.knowledge.models import Dataset, Document, Segment, TestQuestion, TestResult, TestSet
from backend.knowledge.retrieval_settings import retrieval_model

MAX_NAME, MAX_QUERY, MAX_EXPECTED, MAX_QUESTIONS, MAX_SETTINGS = 100, 10_000, 50, 500, 6
MEASURE_JOB = "knowledge.measure"


def set_create(*, dataset: Dataset, name: str, created_by: User | None = None) -> TestSet:
    """Make an empty test set. Raises AppError invalid_param for a name that is empty, too long or taken."""
    return _saved(TestSet(workspace_id=dataset.workspace_id, dataset=dataset, name=_name(name), created_by=created_by))


def set_rename(*, test_set: TestSet, name: str) -> TestSet:
    """Give a test set another name. Raises as `set_create`."""
    test_set.name = _name(name)
    return _saved(test_set)


def set_delete(*, test_set: TestSet) -> None:
    """Delete a test set with its questions and results."""
    test_set.delete()


def question_create(*, test_set: TestSet, query: str, expected: Sequence[Mapping[str, Any]]) -> TestQuestion:
    """Add a question; `expected` are rows {document_id, segment_id?} of the same dataset.

    Raises AppError invalid_param, not_found 404 (an expected document or piece that is not in the dataset).
    """
    with transaction.atomic():
        rows = TestQuestion.scoped(test_set.workspace_id).filter(test_set=test_set)
        if rows.count() >= MAX_QUESTIONS:
            raise AppError("invalid_param", f"A test set holds at most {MAX_QUESTIONS} questions.", 400)
        last = rows.aggregate(last=Max("position"))["last"] or 0
        return TestQuestion.unscoped.create(
            workspace_id=test_set.workspace_id,
            test_set=test_set,
            position=last + 1,
            query=_query(query),
            expected=_expected(test_set, expected),
        )


def question_update(
    *, question: TestQuestion, query: str | None = None, expected: Sequence[Mapping[str, Any]] | None = None
) -> TestQuestion:
    """Change what is given. Raises as `question_create`."""
    if query is not None:
        question.query = _query(query)
    if expected is not None:
        question.expected = _expected(question.test_set, expected)
    question.save()
    return question


def question_delete(*, question: TestQuestion) -> None:
    """Delete a question; results that were measured with it stay."""
    question.delete()


def measure_start(*, test_set: TestSet, settings: Sequence[Mapping[str, Any]], created_by: User | None = None, k: int = 5) -> str:
    """Have a worker measure a test set under one or several settings `{label, retrieval_model}`; returns the job's id.

    The job's answer is {results: [{id, label, metrics, error}]}, in that order; each is kept as a TestResult.
    Raises AppError invalid_param.
    """
    if not 1 <= len(settings) <= MAX_SETTINGS:
        raise AppError("invalid_param", f"Give one to {MAX_SETTINGS} settings to measure.", 400, {"field": "settings"})
    if not 1 <= k <= 50:
        raise AppError("invalid_param", "k must be between 1 and 50.", 400, {"field": "k"})
    for row in settings:
        retrieval_model(row.get("retrieval_model"))
    if not TestQuestion.scoped(test_set.workspace_id).filter(test_set=test_set).exists():
        raise AppError("invalid_param", "The test set has no questions yet.", 400, {"field": "test_set_id"})
    rows = [
        {"label": str(row.get("label") or "")[:MAX_NAME], "retrieval_model": dict(row.get("retrieval_model") or {})} for row in settings
    ]
    payload = {"test_set_id": str(test_set.id), "settings": rows, "k": k, "account_id": str(created_by.id) if created_by else None}
    target = {"dataset_id": str(test_set.dataset_id), "test_set_id": str(test_set.id)}
    return job_start(MEASURE_JOB, payload, test_set.workspace_id, shown=("retrieval_measure", test_set.name, target))


def result_create(
    *, test_set: TestSet, label: str, settings: Mapping[str, Any], account_id: uuid.UUID | None, **outcome: Any
) -> TestResult:
    """Keep one measurement; `outcome` has metrics and rows, or error. Called by the worker."""
    return TestResult.unscoped.create(
        workspace_id=test_set.workspace_id, test_set=test_set, label=label, settings=dict(settings), created_by_id=account_id, **outcome
    )


def result_delete(*, result: TestResult) -> None:
    """Delete one measurement."""
    result.delete()


def _expected(test_set: TestSet, raw: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    if not 1 <= len(raw) <= MAX_EXPECTED:
        message = f"Name one to {MAX_EXPECTED} documents or pieces that should be found."
        raise AppError("invalid_param", message, 400, {"field": "expected"})
    found = []
    for row in raw:
        document, segment = _uuid(row.get("document_id")), _uuid(row.get("segment_id"))
        if document is None or not _is_there(test_set, document, segment) or (row.get("segment_id") and segment is None):
            raise AppError("not_found", "An expected document or piece is not in this dataset.", 404, {"field": "expected"})
        found.append({"document_id": str(document), **({"segment_id": str(segment)} if segment else {})})
    return found


def _is_there(test_set: TestSet, document: uuid.UUID, segment: uuid.UUID | None) -> bool:
    if segment is None:
        return Document.scoped(test_set.workspace_id).filter(id=document, dataset_id=test_set.dataset_id).exists()
    rows = Segment.scoped(test_set.workspace_id).filter(id=segment, document_id=document, dataset_id=test_set.dataset_id)
    return rows.exists()


def _query(raw: str) -> str:
    cleaned = raw.strip()
    if not 1 <= len(cleaned) <= MAX_QUERY:
        raise AppError("invalid_param", f"The question must have 1 to {MAX_QUERY:,} characters.", 400, {"field": "query"})
    return cleaned


def _name(raw: str) -> str:
    cleaned = raw.strip()
    if not 1 <= len(cleaned) <= MAX_NAME:
        raise AppError("invalid_param", f"The name must have 1 to {MAX_NAME} characters.", 400, {"field": "name"})
    return cleaned


def _saved(test_set: TestSet) -> TestSet:
    try:
        with transaction.atomic():
            test_set.save()
    except IntegrityError:
        message = f"The dataset has a test set {test_set.name!r} already."
        raise AppError("invalid_param", message, 400, {"field": "name"}) from None
    return test_set


def _uuid(raw: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(raw))
    except ValueError:
        return None
