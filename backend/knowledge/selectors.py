"""Read knowledge: what lists and pages say of datasets and documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from backend.knowledge.models import WORKING_STAGES, Dataset, Document, Segment, Stage, Technique
from backend.llm.providers import EMBEDDING
from backend.llm.selectors import model_resolve
from workers.engine.errors import NodeError

AVAILABLE = Q(stage=Stage.COMPLETED, enabled=True, archived=False)
# What a document shows as its state, in words of the published API.
DISPLAYED: dict[str, Q] = {
    "queuing": Q(stage=Stage.WAITING),
    "indexing": Q(stage__in=WORKING_STAGES),
    "paused": Q(stage=Stage.PAUSED),
    "error": Q(stage=Stage.ERROR),
    "available": AVAILABLE,
    "disabled": Q(stage=Stage.COMPLETED, enabled=False, archived=False),
    "archived": Q(stage=Stage.COMPLETED, archived=True),
}


@dataclass(frozen=True, slots=True)
class DatasetCounts:
    """Sums over a dataset's documents. `websites` counts those that came from web pages."""

    documents: int = 0
    available: int = 0
    failed: int = 0
    working: int = 0
    words: int = 0
    websites: int = 0


def dataset_counts(workspace_id: UUID, dataset_ids: Iterable[UUID]) -> dict[UUID, DatasetCounts]:
    """Count the documents of datasets, in one query."""
    rows = (
        Document.scoped(workspace_id)
        .filter(dataset_id__in=list(dataset_ids))
        .values("dataset_id")
        .annotate(
            documents=Count("id"),
            available=Count("id", filter=AVAILABLE),
            failed=Count("id", filter=DISPLAYED["error"]),
            working=Count("id", filter=DISPLAYED["queuing"] | DISPLAYED["indexing"]),
            words=Sum("word_count"),
            websites=Count("id", filter=Q(source_type="website")),
        )
    )
    names = tuple(field.name for field in fields(DatasetCounts))
    return {row[0]: DatasetCounts(*row[1:]) for row in rows.order_by().values_list("dataset_id", *names)}


def embedding_available(dataset: Dataset) -> bool:
    """Tell whether the dataset's embedding model can be called; one without vectors needs none."""
    if dataset.indexing_technique != Technique.HIGH_QUALITY:
        return True
    try:
        model_resolve(dataset.workspace_id, dataset.embedding_provider, dataset.embedding_model, EMBEDDING)
    except NodeError:
        return False
    return True


def active_segments(document: Document) -> QuerySet[Segment]:
    """The pieces of a document as queries see them, in order."""
    return Segment.scoped(document.workspace_id).filter(document=document, revision=document.active_revision).order_by("position", "id")
