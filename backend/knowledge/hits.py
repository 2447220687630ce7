"""From points to what people and models read: rows decide what a query may see."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F

from backend.core.writer import GroupWrite
from backend.knowledge.models import ChildChunk, Document, MetadataField, RecentQuery, Segment
from backend.knowledge.vectors import Found


@dataclass(frozen=True, slots=True)
class ChildHit:
    """A child by which its parent was found."""

    id: uuid.UUID
    content: str
    position: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece that was found. `method` says how it got its score: semantic, full_text, hybrid or rerank."""

    segment_id: uuid.UUID
    document_id: uuid.UUID
    dataset_id: uuid.UUID
    dataset_name: str
    document_name: str
    source_type: str
    position: int
    content: str
    answer: str
    score: float
    method: str
    word_count: int
    hit_count: int
    hash: str
    headings: tuple[str, ...] = ()
    page: int | None = None
    start: int = -1
    end: int = -1
    metadata: dict[str, Any] = field(default_factory=dict)
    children: tuple[ChildHit, ...] = ()

    @property
    def text(self) -> str:
        """What a model reads."""
        return f"question: {self.content}\nanswer: {self.answer}" if self.answer else self.content

    def scored(self, score: float, method: str) -> Hit:
        """The same with another score."""
        return replace(self, score=score, method=method)


def resolve(workspace_id: uuid.UUID, found: Sequence[Found], method: str) -> list[Hit]:
    """Turn points into pieces, best first, a parent once with the children by which it was found. What may not be seen is left out."""
    scores = {hit.id: hit.score for hit in found}
    visible = {"enabled": True, "document__enabled": True, "document__archived": False, "revision": F("document__active_revision")}
    rows = Segment.scoped(workspace_id).filter(point_id__in=scores, **visible)
    segments = {row.id: row for row in rows.select_related("document", "dataset")}
    best = {row.id: scores[row.point_id] for row in segments.values() if row.point_id}
    children: dict[uuid.UUID, list[ChildHit]] = {}
    missing = [key for key in scores if key not in {row.point_id for row in segments.values()}]
    if missing:
        under = {f"segment__{name}": value for name, value in visible.items() if name == "enabled" or name.startswith("document__")}
        found_children = ChildChunk.scoped(workspace_id).filter(
            point_id__in=missing, revision=F("segment__document__active_revision"), segment__revision=F("revision"), **under
        )
        for child in found_children.select_related("segment__document", "segment__dataset"):
            segments[child.segment_id] = child.segment
            score = scores[child.point_id] if child.point_id else 0.0
            best[child.segment_id] = max(best.get(child.segment_id, 0.0), score)
            children.setdefault(child.segment_id, []).append(ChildHit(child.id, child.content, child.position, score))
    order = sorted(segments.values(), key=lambda row: (-best[row.id], row.id))
    names = _field_names(workspace_id, order)
    return [_hit(row, best[row.id], method, children.get(row.id, ()), names) for row in order]


def _field_names(workspace_id: uuid.UUID, rows: Iterable[Segment]) -> dict[str, str]:
    """Name the metadata fields of these pieces' documents, without a query where none has values."""
    datasets = {row.dataset_id for row in rows if row.document.metadata}
    if not datasets:
        return {}
    return {str(row.id): row.name for row in MetadataField.scoped(workspace_id).filter(dataset_id__in=datasets)}


def _hit(row: Segment, score: float, method: str, children: Iterable[ChildHit], names: Mapping[str, str]) -> Hit:
    return Hit(
        segment_id=row.id,
        document_id=row.document_id,
        dataset_id=row.dataset_id,
        dataset_name=row.dataset.name,
        document_name=row.document.name,
        source_type=row.document.source_type,
        position=row.position,
        content=row.content,
        answer=row.answer,
        score=score,
        method=method,
        word_count=row.word_count,
        hit_count=row.hit_count,
        hash=row.hash,
        headings=tuple(row.headings),
        page=row.page,
        start=row.start,
        end=row.end,
        metadata={names[key]: value for key, value in row.document.metadata.items() if key in names},
        children=tuple(sorted(children, key=lambda child: -child.score)),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was answered: what is counted and remembered of it."""

    workspace_id: uuid.UUID
    dataset_ids: tuple[uuid.UUID, ...]
    query: str
    source: str
    settings: Mapping[str, Any]
    account_id: uuid.UUID | None
    segment_ids: tuple[uuid.UUID, ...]
    document_ids: tuple[uuid.UUID, ...]


def _remember(items: Sequence[Asked]) -> list[bool]:
    for item in items:
        segments = Segment.scoped(item.workspace_id).filter(id__in=item.segment_ids)
        segments.update(hit_count=F("hit_count") + 1)
        Document.scoped(item.workspace_id).filter(id__in=item.document_ids).update(hit_count=F("hit_count") + 1)
    RecentQuery.unscoped.bulk_create(
        RecentQuery(
            workspace_id=item.workspace_id,
            dataset_id=dataset_id,
            content=item.query,
            source=item.source,
            settings=dict(item.settings),
            created_by_id=item.account_id,
        )
        for item in items
        for dataset_id in item.dataset_ids
    )
    return [True] * len(items)


REMEMBER: GroupWrite[Asked, bool] = GroupWrite(_remember)
