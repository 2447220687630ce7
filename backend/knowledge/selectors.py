"""Read knowledge: what lists and pages say of datasets and documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from backend.accounts.models import Role, User, Workspace
from backend.knowledge.models import WORKING_STAGES, Dataset, Document, Permission, Segment, Stage, Technique
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
    tokens: int = 0
    websites: int = 0


def datasets_visible(workspace: Workspace, user: User, role: str) -> QuerySet[Dataset]:
    """List the datasets that a member may see: what is private is its maker's, its members' and the admins'."""
    rows = Dataset.scoped(workspace)
    if role in (Role.OWNER, Role.ADMIN):
        return rows
    mine = Q(permission=Permission.ALL) | Q(created_by=user)
    return rows.filter(mine | Q(permission=Permission.PARTIAL, members=user)).distinct()


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
            tokens=Sum("tokens"),
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


def _served(workspace_id: UUID) -> QuerySet[Segment]:
    """The pieces of all documents as queries see them."""
    return Segment.scoped(workspace_id).filter(revision=F("document__active_revision")).order_by()


def dataset_pieces(workspace_id: UUID, dataset_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Count the pieces of datasets; one without any is left out."""
    rows = _served(workspace_id).filter(dataset_id__in=list(dataset_ids)).values("dataset_id")
    return dict(rows.annotate(pieces=Count("id")).values_list("dataset_id", "pieces"))


def document_pieces(workspace_id: UUID, document_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Count the pieces of documents; one without any is left out."""
    rows = _served(workspace_id).filter(document_id__in=list(document_ids)).values("document_id")
    return dict(rows.annotate(pieces=Count("id")).values_list("document_id", "pieces"))
