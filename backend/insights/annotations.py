"""Annotations as the studio shows, imports and switches them. Their rows are written by `backend.runs`."""

from __future__ import annotations

import csv
import io
import logging
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from backend.accounts.models import User, Workspace
from backend.core.errors import AppError, ServiceAway
from backend.core.jobs import job_start
from backend.runs.annotation_settings import (
    annotation_settings_of,
    annotation_settings_set,
    annotations_embedded,
    vector_model_of,
)
from backend.runs.annotations import MAX_ANNOTATIONS, MAX_ANSWER, MAX_QUESTION
from backend.runs.filters import search_words
from backend.runs.models import Annotation, AnnotationHit
from backend.studio.models import App

logger = logging.getLogger(__name__)

GUARDED = ("=", "+", "-", "@", "\t", "\r")
MAX_FAULTS, SHOWN_ROWS = 100, 20
SHOWN_FROM = 20
QUESTION_NAMES = frozenset({"question", "questions", "问题", "提问"})
ANSWER_NAMES = frozenset({"answer", "answers", "答案", "回答", "答复"})


def annotations_found(workspace: Workspace, app_id: uuid.UUID, search: str, sort: str) -> QuerySet[Annotation]:
    """Return an app's annotations with all words of a search, in order."""
    rows = Annotation.scoped(workspace).filter(app_id=app_id).select_related("account", "message").defer("vector")
    for word in search_words(search):
        rows = rows.filter(Q(question__icontains=word) | Q(answer__icontains=word))
    return rows.order_by(sort, "-id")


def presented(rows: Sequence[Annotation]) -> list[dict[str, Any]]:
    """Return annotations as JSON."""
    shown = ("id", "question", "answer", "message_id", "hit_count", "last_hit_at", "created_at", "updated_at")
    return [
        {
            **{name: getattr(row, name) for name in shown},
            "conversation_id": row.message.conversation_id if row.message else None,
            "embedded": bool(row.vector_model),
            "author": (row.account.name or row.account.email) if row.account else "",
        }
        for row in rows
    ]


def hits_presented(rows: Sequence[AnnotationHit]) -> list[dict[str, Any]]:
    """Return hits as JSON."""
    return [
        {
            **{name: getattr(row, name) for name in ("id", "question", "score", "run_id", "created_at")},
            "conversation_id": row.run.conversation_id if row.run else None,
            "source": row.run.source if row.run else None,
        }
        for row in rows
    ]


def settings_shown(app: App) -> dict[str, Any]:
    """Return an app's settings and how far the embedding of its questions has come, as JSON."""
    settings = annotation_settings_of(app.workspace_id, app.pk)
    total, embedded = annotations_embedded(settings)
    shown = ("enabled", "threshold", "embedding_provider", "embedding_model")
    return {**{name: getattr(settings, name) for name in shown}, "total": total, "embedded": embedded}


def settings_change(*, app: App, enabled: bool, threshold: float, embedding_provider: str, embedding_model: str) -> str | None:
    """Change an app's settings; returns the job that embeds the questions where that is due. Raises what the service raises."""
    annotation_settings_set(
        workspace_id=app.workspace_id,
        app_id=app.pk,
        enabled=enabled,
        threshold=threshold,
        provider=embedding_provider,
        model=embedding_model,
    )
    return embed_soon(app)


def embed_soon(app: App) -> str | None:
    """Have new and changed questions embedded, if the app answers from annotations; returns the job.

    With the queue away they are embedded when a worker next compares a question with them.
    """
    settings = annotation_settings_of(app.workspace_id, app.pk)
    stale = Annotation.scoped(app.workspace_id).filter(app=app).exclude(vector_model=vector_model_of(settings))
    if not settings.enabled or not stale.exists():
        return None
    try:
        shown = ("annotation_embedding", app.name, {"app_id": str(app.pk)}) if stale.count() >= SHOWN_FROM else None
        return job_start("annotations.embed", {"app_id": str(app.pk)}, app.workspace_id, shown=shown)
    except ServiceAway as failure:
        logger.warning("app %s: its annotations are embedded later: %s", app.pk, failure)
        return None


def annotations_import(*, app: App, content: str, user: User, preview: bool = False) -> dict[str, Any]:
    """Import annotations from CSV, all or none; a question that is there already gets the new answer.

    Returns {rows, added, updated, first, faults}. Raises AppError import_has_errors unless it is a preview.
    """
    rows, faults = read_csv(content)
    existing = dict(Annotation.scoped(app.workspace_id).filter(app=app).values_list("question", "pk"))
    added = [row for row in rows if row["question"] not in existing]
    if len(existing) + len(added) > MAX_ANNOTATIONS:
        told = f"With these the app would have {len(existing) + len(added):,} annotations; at most {MAX_ANNOTATIONS:,} are kept."
        faults.insert(0, {"line": 1, "field": "file", "message": told})
    elif not rows and not faults:
        faults.append({"line": 1, "field": "file", "message": "The file has no rows with a question and an answer."})
    told_of = {"rows": len(rows), "added": len(added), "updated": len(rows) - len(added), "first": rows[:SHOWN_ROWS], "faults": faults}
    if preview:
        return told_of
    if faults:
        first = faults[0]
        message = f"Nothing was imported: line {first['line']}, {first['field']}: {first['message']}"
        raise AppError("import_has_errors", message, 400, {"faults": faults})
    with transaction.atomic():
        texts = {row["question"]: row["answer"] for row in rows if row["question"] in existing}
        changed = list(Annotation.scoped(app.workspace_id).filter(app=app, question__in=texts).select_for_update()) if texts else []
        for annotation in changed:
            annotation.answer, annotation.account = str(texts[annotation.question]), user
        Annotation.unscoped.bulk_update(changed, ["answer", "account"], batch_size=500)
        Annotation.unscoped.bulk_create(
            [
                Annotation(workspace_id=app.workspace_id, app=app, question=row["question"], answer=row["answer"], account=user)
                for row in added
            ],
            batch_size=500,
        )
    embed_soon(app)
    return told_of


def read_csv(content: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Read questions and answers; returns rows {line, question, answer} and faults {line, field, message}."""
    reader = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""), delimiter=_delimiter(content), strict=True)
    rows: list[dict[str, Any]] = []
    faults: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    places: tuple[int, int] | None = None
    line = 1
    try:
        for cells in reader:
            begun, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if places is None:
                places = _places(cells)
                if places is not None:
                    continue
                places = (0, 1)
            row: dict[str, Any] = {"line": begun, "question": _cell(cells, places[0]), "answer": _cell(cells, places[1])}
            fault = _fault(row, seen)
            if fault is None:
                seen[row["question"]] = begun
                rows.append(row)
            elif len(faults) < MAX_FAULTS:
                faults.append({"line": begun, **fault})
    except csv.Error as error:
        faults.append({"line": line, "field": "file", "message": f"This is not readable as CSV: {error}."})
    return rows, faults


def _delimiter(content: str) -> str:
    first = content.split("\n", 1)[0]
    return max(",;\t", key=first.count) if any(mark in first for mark in ";\t") else ","


def _places(cells: Sequence[str]) -> tuple[int, int] | None:
    """Return where question and answer stand if this is a header."""
    names = [cell.strip().lower() for cell in cells]
    question = next((place for place, name in enumerate(names) if name in QUESTION_NAMES), None)
    answer = next((place for place, name in enumerate(names) if name in ANSWER_NAMES), None)
    return None if question is None or answer is None else (question, answer)


def _cell(cells: Sequence[str], place: int) -> str:
    text = cells[place].strip() if place < len(cells) else ""
    return text[1:] if text[:1] == "'" and text[1:2] in GUARDED else text  # an export put it there


def _fault(row: dict[str, Any], seen: dict[str, int]) -> dict[str, str] | None:
    for field, limit in (("question", MAX_QUESTION), ("answer", MAX_ANSWER)):
        if not row[field]:
            return {"field": field, "message": f"The {field} is empty."}
        if len(row[field]) > limit:
            return {"field": field, "message": f"The {field} has {len(row[field]):,} characters; at most {limit:,} are accepted."}
    if row["question"] in seen:
        return {"field": "question", "message": f"The same question stands in line {seen[row['question']]}."}
    return None
