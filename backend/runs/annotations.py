"""Answers that people have set for questions: their rows. What finds the right one for a question is no business of this module."""

from __future__ import annotations

import uuid

from django.db import transaction

from backend.core.errors import AppError
from backend.runs.models import Annotation, Message

MAX_QUESTION, MAX_ANSWER = 10_000, 50_000
MAX_ANNOTATIONS = 10_000


def annotation_create(
    *,
    workspace_id: uuid.UUID,
    app_id: uuid.UUID,
    question: str,
    answer: str,
    account_id: uuid.UUID | None = None,
    message: Message | None = None,
) -> Annotation:
    """Set the answer to a question. With the `message` that it corrects, an earlier annotation of that message is replaced.

    Raises AppError: invalid_annotation, too_many_annotations.
    """
    question, answer = _checked("question", question, MAX_QUESTION), _checked("answer", answer, MAX_ANSWER)
    with transaction.atomic():
        if message is not None and (earlier := Annotation.scoped(workspace_id).filter(message=message).select_for_update().first()):
            return annotation_update(annotation=earlier, question=question, answer=answer, account_id=account_id)
        count = Annotation.scoped(workspace_id).filter(app_id=app_id).count()
        if count >= MAX_ANNOTATIONS:
            told = f"The app has {count:,} annotations; at most {MAX_ANNOTATIONS:,} are kept. Delete some first."
            raise AppError("too_many_annotations", told, 400)
        return Annotation.scoped(workspace_id).create(
            workspace_id=workspace_id, app_id=app_id, question=question, answer=answer, account_id=account_id, message=message
        )


def annotation_update(*, annotation: Annotation, question: str, answer: str, account_id: uuid.UUID | None = None) -> Annotation:
    """Change an annotation; another question has to be embedded anew. Raises AppError invalid_annotation."""
    question, answer = _checked("question", question, MAX_QUESTION), _checked("answer", answer, MAX_ANSWER)
    changed = ["question", "answer", "account_id", "updated_at"]
    if question != annotation.question:
        annotation.vector, annotation.vector_model = b"", ""
        changed += ["vector", "vector_model"]
    annotation.question, annotation.answer = question, answer
    annotation.account_id = account_id or annotation.account_id
    annotation.save(update_fields=changed)
    return annotation


def annotation_delete(*, annotation: Annotation) -> None:
    """Delete an annotation with its hits."""
    annotation.delete()


def _checked(field: str, text: object, limit: int) -> str:
    if not isinstance(text, str) or not text.strip():
        raise AppError("invalid_annotation", f"{field} is required: a text.", 400, {"field": field})
    if len(text) > limit:
        told = f"{field} has {len(text):,} characters; at most {limit:,} are accepted."
        raise AppError("invalid_annotation", told, 400, {"field": field})
    return text.strip()
