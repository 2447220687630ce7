"""Edit the pieces of a document. Rows change at once; a worker then embeds what is new and clears what is gone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from backend.accounts.models import User
from backend.core.errors import AppError
from backend.core.jobs import documents_enqueue
from backend.knowledge.models import ChildChunk, DocForm, Document, Segment, SegmentStatus, Stage
from backend.knowledge.points import edited_point_id, embedded_text, text_hash
from backend.knowledge.services.removals import removal_create
from backend.llm.requests import estimate_tokens

MAX_CHARS = 100_000
MAX_KEYWORDS = 50


def segments_create(*, document: Document, rows: Sequence[Mapping[str, Any]], created_by: User | None = None) -> list[Segment]:
    """Add pieces at the document's end; each row has content, in a document of questions answer, and optionally keywords.

    A worker cuts the children of a new piece where the document has parents and children.
    Raises AppError: invalid_param 400, document_indexing 400, archived_document_immutable 403.
    """
    _demand_ready(document)
    with transaction.atomic():
        last = _active(document).aggregate(last=Max("position"))["last"] or 0
        made = []
        for number, row in enumerate(rows, 1):
            content, answer = _content(row.get("content")), _answer(document, row.get("answer"))
            segment = Segment(
                workspace_id=document.workspace_id,
                dataset_id=document.dataset_id,
                document=document,
                revision=document.active_revision,
                position=last + number,
                content=content,
                answer=answer,
                keywords=_keywords(row.get("keywords")),
                edited=True,
                created_by=created_by,
            )
            _measure(segment)
            segment.save(force_insert=True)
            made.append(segment)
        _touch(document)
    return made


def segment_update(
    *,
    segment: Segment,
    content: str | None = None,
    answer: str | None = None,
    keywords: Sequence[str] | None = None,
    enabled: bool | None = None,
    regenerate_child_chunks: bool = False,
    updated_by: User | None = None,
) -> Segment:
    """Change what is given. Disabling acts at once; a changed content is found by its new words once a worker has embedded it.

    `regenerate_child_chunks` throws the children away; a worker cuts new ones.
    Raises as `segments_create`.
    """
    document = segment.document
    _demand_ready(document)
    with transaction.atomic():
        changed = content is not None and content != segment.content
        if content is not None:
            segment.content = _content(content)
        if answer is not None:
            segment.answer = _answer(document, answer)
        if keywords is not None:
            segment.keywords = _keywords(keywords)
        if enabled is not None and enabled != segment.enabled:
            segment.enabled = enabled
            segment.disabled_at, segment.disabled_by = (None, None) if enabled else (timezone.now(), updated_by)
        children = document.doc_form == DocForm.PARENT_CHILD
        segment.edited = segment.edited or changed
        if changed:
            _measure(segment)
        segment.save()
        if children and regenerate_child_chunks:
            ChildChunk.scoped(segment.workspace_id).filter(segment=segment).delete()
            Segment.scoped(segment.workspace_id).filter(id=segment.id).update(status=SegmentStatus.WAITING)
        if changed or (children and regenerate_child_chunks):
            _touch(document)
            _clear(document)
    return segment


def segments_set_enabled(*, document: Document, segment_ids: Sequence[uuid.UUID], enabled: bool, user: User | None = None) -> int:
    """Enable or disable pieces; queries follow at once. Returns how many changed."""
    rows = _active(document).filter(id__in=segment_ids, enabled=not enabled)
    moment = None if enabled else timezone.now()
    return rows.update(enabled=enabled, disabled_at=moment, disabled_by=None if enabled else user, updated_at=timezone.now())


def segments_delete(*, document: Document, segment_ids: Sequence[uuid.UUID]) -> int:
    """Delete pieces with their children; returns how many. Raises AppError document_indexing, archived_document_immutable."""
    _demand_ready(document)
    with transaction.atomic():
        rows = _active(document).filter(id__in=segment_ids)
        count = rows.count()
        rows.delete()
        _clear(document)
        _count(document)
    return count


def child_create(*, segment: Segment, content: str, created_by: User | None = None) -> ChildChunk:
    """Add a child to a piece. Raises AppError invalid_param where the document is not cut into parents and children."""
    document = segment.document
    _demand_ready(document)
    if document.doc_form != DocForm.PARENT_CHILD:
        message = "Only pieces of a document that is cut into parents and children have children."
        raise AppError("invalid_param", message, 400, {"field": "segment_id"})
    with transaction.atomic():
        last = ChildChunk.scoped(segment.workspace_id).filter(segment=segment).aggregate(last=Max("position"))["last"] or 0
        child = _child(segment, last + 1, _content(content), ChildChunk.Type.CUSTOMIZED, created_by)
        child.save(force_insert=True)
        _touch(document)
    return child


def child_update(*, child: ChildChunk, content: str) -> ChildChunk:
    """Change a child's text. Raises AppError invalid_param, document_indexing, archived_document_immutable."""
    document = child.segment.document
    _demand_ready(document)
    cleaned = _content(content)
    if cleaned == child.content:
        return child
    with transaction.atomic():
        fresh = _child(child.segment, child.position, cleaned, ChildChunk.Type.CUSTOMIZED, child.created_by)
        for field in ("content", "word_count", "type", "hash", "point_id", "status"):
            setattr(child, field, getattr(fresh, field))
        child.save()
        _touch(document)
        _clear(document)
    return child


def child_delete(*, child: ChildChunk) -> None:
    """Delete a child."""
    document = child.segment.document
    _demand_ready(document)
    with transaction.atomic():
        child.delete()
        _clear(document)


def _measure(segment: Segment) -> None:
    """Set what follows from the content; the piece waits for a worker."""
    document = segment.document
    segment.word_count = len(segment.content) + len(segment.answer)
    segment.tokens = estimate_tokens(segment.content)
    segment.hash = text_hash(embedded_text(segment.content, segment.headings))
    segment.status, segment.error, segment.indexing_at, segment.completed_at = SegmentStatus.WAITING, "", None, None
    if document.doc_form != DocForm.PARENT_CHILD:
        segment.point_id = edited_point_id(document.id, segment.hash, segment.id)


def _child(segment: Segment, position: int, content: str, kind: str, created_by: User | None) -> ChildChunk:
    child = ChildChunk(
        workspace_id=segment.workspace_id,
        dataset_id=segment.dataset_id,
        document_id=segment.document_id,
        segment=segment,
        revision=segment.revision,
        position=position,
        content=content,
        word_count=len(content),
        type=kind,
        hash=text_hash(embedded_text(content, segment.headings)),
        created_by=created_by,
    )
    child.point_id = edited_point_id(segment.document_id, child.hash, child.id)
    return child


def _active(document: Document) -> Any:
    return Segment.scoped(document.workspace_id).filter(document=document, revision=document.active_revision)


def _touch(document: Document) -> None:
    """Have a worker embed what waits."""
    Document.scoped(document.workspace_id).filter(id=document.id).update(dirty=True)
    _count(document)
    transaction.on_commit(lambda: documents_enqueue([document.id]))


def _clear(document: Document) -> None:
    removal_create(workspace_id=document.workspace_id, dataset_id=document.dataset_id, document_ids=[document.id])


def _count(document: Document) -> None:
    """Bring the document's sums in step with its pieces."""
    words = tokens = 0
    for word_count, token_count in _active(document).values_list("word_count", "tokens"):
        words, tokens = words + word_count, tokens + token_count
    rows = Document.scoped(document.workspace_id).filter(id=document.id)
    rows.update(word_count=words, tokens=tokens, updated_at=timezone.now())


def _demand_ready(document: Document) -> None:
    if document.archived:
        raise AppError("archived_document_immutable", "The archived document is not editable.", 403)
    if document.stage != Stage.COMPLETED:
        message = "The document is being indexed or its indexing failed; its pieces can be edited once that is done."
        raise AppError("document_indexing", message, 400)


def _content(raw: Any) -> str:
    content = raw.replace("\x00", "").strip() if isinstance(raw, str) else ""
    if not content:
        raise AppError("invalid_param", "The content is empty.", 400, {"field": "content"})
    if len(content) > MAX_CHARS:
        message = f"The content has {len(content):,} characters; at most {MAX_CHARS:,} are accepted."
        raise AppError("invalid_param", message, 400, {"field": "content"})
    return content


def _answer(document: Document, raw: Any) -> str:
    answer = raw.replace("\x00", "").strip() if isinstance(raw, str) else ""
    if document.doc_form == DocForm.QA and not answer:
        raise AppError("invalid_param", "A piece of a document of questions needs an answer.", 400, {"field": "answer"})
    return answer[:MAX_CHARS] if document.doc_form == DocForm.QA else ""


def _keywords(raw: Any) -> list[str]:
    if raw is None:
        return []
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) > MAX_KEYWORDS:
        raise AppError("invalid_param", f"keywords must be a list of at most {MAX_KEYWORDS} texts.", 400, {"field": "keywords"})
    return [str(word).strip()[:100] for word in raw if str(word).strip()]
