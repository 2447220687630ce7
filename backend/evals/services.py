"""Writes of test sets and their cases."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from backend.accounts.models import User
from backend.core.errors import AppError
from backend.evals.models import TestCase, TestSet
from backend.runs.models import Annotation, Message, Run
from backend.studio.models import App

MAX_NAME, MAX_CASE_NAME, MAX_TEXT = 100, 200, 100_000
MAX_CASES = 2_000


def set_create(*, app: App, name: str) -> TestSet:
    """Make an empty test set. Raises AppError name_taken."""
    with transaction.atomic():
        _check_name(app.workspace_id, app.pk, name)
        return TestSet.unscoped.create(workspace_id=app.workspace_id, app=app, name=name)


def set_rename(*, test_set: TestSet, name: str) -> TestSet:
    """Rename a test set. Raises AppError name_taken."""
    with transaction.atomic():
        if name != test_set.name:
            _check_name(test_set.workspace_id, test_set.app_id, name)
        test_set.name = name
        test_set.save(update_fields=["name", "updated_at"])
    return test_set


def set_delete(*, test_set: TestSet) -> None:
    """Delete a test set with its cases."""
    test_set.delete()


def _check_name(workspace_id: uuid.UUID, app_id: uuid.UUID, name: str) -> None:
    if TestSet.scoped(workspace_id).filter(app_id=app_id, name=name).exists():
        told = f"There is a test set {name!r} already."
        raise AppError("name_taken", told, 409, {"fields": {"name": [told]}})


def case_create(
    *,
    test_set: TestSet,
    user: User,
    name: str = "",
    inputs: Mapping[str, Any] | None = None,
    query: str | None = None,
    files: Sequence[Mapping[str, Any]] | None = None,
    expected: str | None = None,
    run: Run | None = None,
) -> TestCase:
    """Add a case. What is not given is taken from `run`; then its correction, else its answer or outputs, is what is expected.

    Raises AppError too_many_cases.
    """
    if run is not None:
        inputs = run.inputs if inputs is None else inputs
        query = run.query if query is None else query
        files = run.files if files is None else files
        expected = _expected(run) if expected is None else expected
    with transaction.atomic():
        if TestCase.scoped(test_set.workspace_id).filter(test_set=test_set).count() >= MAX_CASES:
            raise AppError("too_many_cases", f"A test set holds at most {MAX_CASES:,} cases. Begin another one.", 400)
        TestSet.scoped(test_set.workspace_id).filter(pk=test_set.pk).update(updated_at=timezone.now())
        return TestCase.unscoped.create(
            workspace_id=test_set.workspace_id,
            test_set=test_set,
            name=(name or query or "").strip()[:MAX_CASE_NAME],
            inputs=dict(inputs or {}),
            query=query or "",
            files=list(files or []),
            expected=expected or "",
            run=run,
            created_by=user,
        )


def _expected(run: Run) -> str:
    """Return what an earlier run tells of what should come: what people corrected, else what it gave."""
    correction = Annotation.scoped(run.workspace_id).filter(message__run=run).values_list("answer", flat=True).first()
    if correction is not None:
        return correction
    message = Message.scoped(run.workspace_id).filter(run=run).values_list("answer", flat=True).first()
    return message if message is not None else orjson.dumps(run.outputs, option=orjson.OPT_INDENT_2).decode()


def case_update(*, case: TestCase, **changes: Any) -> TestCase:
    """Change name, inputs, query, files or expected."""
    for name, value in changes.items():
        setattr(case, name, value)
    case.save(update_fields=[*changes, "updated_at"])
    return case


def case_delete(*, case: TestCase) -> None:
    """Delete a case."""
    case.delete()
