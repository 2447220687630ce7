"""Segments and child chunks of a document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backend.knowledge.models import ChildChunk, DocForm, Document, Segment
from backend.knowledge.selectors import active_segments
from backend.knowledge.services.segments import child_create, child_delete, child_update, segment_update, segments_create, segments_delete
from backend.service_api.datasets.bodies import ChildContent, NewSegments, UpdateSegment
from backend.service_api.datasets.call import Call, dataset_view
from backend.service_api.datasets.present import child_row, segment_row
from backend.service_api.errors import WireError, invalid_param
from backend.service_api.http import JsonReply

STATUSES = ("waiting", "indexing", "completed", "error", "paused", "re_segment")


def rows_of(document: Document, segments: list[Segment]) -> list[dict[str, Any]]:
    """Show segments; where the document has parents and children, with these."""
    children: dict[Any, list[ChildChunk]] = {}
    if document.doc_form == DocForm.PARENT_CHILD:
        for child in _children(document, [segment.id for segment in segments]):
            children.setdefault(child.segment_id, []).append(child)
    return [segment_row(segment, children.get(segment.id, ())) for segment in segments]


def _children(document: Document, segment_ids: Iterable[Any]) -> Iterable[ChildChunk]:
    return ChildChunk.scoped(document.workspace_id).filter(segment_id__in=list(segment_ids)).order_by("position", "id")


@dataset_view
def create(call: Call) -> JsonReply:
    """`POST …/documents/{document_id}/segments`. A body without segments gets the bare `{"error"}` that clients know."""
    document = call.document(call.dataset())
    try:
        body = call.body(NewSegments)
    except WireError as error:
        return JsonReply({"error": error.message}, 400)
    made = segments_create(document=document, rows=[row.model_dump(exclude_none=True) for row in body.segments])
    return JsonReply({"data": rows_of(document, made), "doc_form": document.doc_form})


@dataset_view
def listing(call: Call) -> JsonReply:
    """`GET …/documents/{document_id}/segments`."""
    document = call.document(call.dataset())
    page, limit = call.page()
    rows = active_segments(document)
    if keyword := call.request.query.get("keyword"):
        rows = rows.filter(content__icontains=keyword)
    if wanted := call.request.every("status"):
        if unknown := set(wanted) - set(STATUSES):
            raise invalid_param("status", f"status {min(unknown)[:40]!r} is unknown; known are {', '.join(STATUSES)}.")
        rows = rows.filter(status__in={"waiting" if status in ("indexing", "re_segment") else status for status in wanted})
    total, start = rows.count(), (page - 1) * limit
    found = rows_of(document, list(rows[start : start + limit]))
    more = start + len(found) < total
    return JsonReply({"data": found, "doc_form": document.doc_form, "total": total, "has_more": more, "limit": limit, "page": page})


@dataset_view
def detail(call: Call) -> JsonReply:
    """`GET …/segments/{segment_id}`."""
    document = call.document(call.dataset())
    return _one(document, call.segment(document))


@dataset_view
def update(call: Call) -> JsonReply:
    """`POST …/segments/{segment_id}`."""
    document = call.document(call.dataset())
    segment = call.segment(document)
    try:
        change = call.body(UpdateSegment).segment
    except WireError as error:
        return JsonReply({"error": error.message}, 400)
    changed = segment_update(
        segment=segment,
        content=change.content,
        answer=change.answer,
        keywords=change.keywords,
        enabled=change.enabled,
        regenerate_child_chunks=change.regenerate_child_chunks,
    )
    return _one(document, changed)


def _one(document: Document, segment: Segment) -> JsonReply:
    return JsonReply({"data": rows_of(document, [segment])[0], "doc_form": document.doc_form})


@dataset_view
def delete(call: Call) -> JsonReply:
    """`DELETE …/segments/{segment_id}`."""
    document = call.document(call.dataset())
    segments_delete(document=document, segment_ids=[call.segment(document).id])
    return JsonReply(None, 204)


@dataset_view
def child_creation(call: Call) -> JsonReply:
    """`POST …/segments/{segment_id}/child_chunks`."""
    segment = call.segment(call.document(call.dataset()))
    return JsonReply({"data": child_row(child_create(segment=segment, content=call.body(ChildContent).content))})


@dataset_view
def child_listing(call: Call) -> JsonReply:
    """`GET …/segments/{segment_id}/child_chunks`."""
    document = call.document(call.dataset())
    segment = call.segment(document)
    page, limit = call.page()
    rows = ChildChunk.scoped(call.workspace_id).filter(segment=segment).order_by("position", "id")
    if keyword := call.request.query.get("keyword"):
        rows = rows.filter(content__icontains=keyword)
    total, start = rows.count(), (page - 1) * limit
    found = [child_row(child) for child in rows[start : start + limit]]
    return JsonReply({"data": found, "total": total, "total_pages": -(-total // limit), "page": page, "limit": limit})


@dataset_view
def child_change(call: Call) -> JsonReply:
    """`PATCH …/child_chunks/{child_chunk_id}`."""
    child = call.child(call.segment(call.document(call.dataset())))
    return JsonReply({"data": child_row(child_update(child=child, content=call.body(ChildContent).content))})


@dataset_view
def child_deletion(call: Call) -> JsonReply:
    """`DELETE …/child_chunks/{child_chunk_id}`."""
    child_delete(child=call.child(call.segment(call.document(call.dataset()))))
    return JsonReply(None, 204)
