"""The writes of the worker that indexes a document: claim, progress, new pieces, the flip. Each is refused once somebody else has it.

All are for plain threads. A document that was deleted, cancelled, or changed has no row with the claim's epoch any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import Error as DatabaseFailure
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from backend.core.live import notify
from backend.files.services import file_create, file_delete
from backend.knowledge.models import WORKING_STAGES, ChildChunk, Dataset, Document, Removal, Segment, SegmentStatus, Stage, Technique
from backend.knowledge.points import embedded_text, point_ids, text_hash
from backend.knowledge.vectors import TEXT_COLLECTION, collection_of, storage_key
from workers.ingestion.pieces import Piece

MAX_ATTEMPTS = 3
TEXT_PURPOSE = "dataset_text"
ROWS = 500
SECOND_PASS = timedelta(seconds=30)


class ClaimLost(Exception):
    """The document is gone, or somebody else's: stop at once and write nothing more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who writes: the worker, and the epoch under which it took the document."""

    document_id: uuid.UUID
    owner: str
    epoch: int

    def row(self) -> QuerySet[Document]:
        """The document, as long as it is held."""
        return Document.unscoped.filter(id=self.document_id, owner=self.owner, epoch=self.epoch)


def _open() -> Q:
    return Q(owner="") & (Q(stage=Stage.WAITING) | Q(stage=Stage.COMPLETED, dirty=True))


def waiting_documents(room: int) -> list[uuid.UUID]:
    """Return the oldest documents that wait to be indexed; those whose pieces were edited go first, they are quick."""
    rows = Document.unscoped.filter(_open()).order_by("-dirty", "created_at")
    return list(rows.values_list("id", flat=True)[:room])


def document_claim(document_id: uuid.UUID, owner: str) -> Claim | None:
    """Take a document that waits. None: somebody else has it, or there is nothing to do. One attempt too many ends in an error."""
    rows = Document.unscoped.filter(_open(), id=document_id)
    worn_out = rows.filter(attempts__gte=MAX_ATTEMPTS)
    message = f"Indexing was given up after {MAX_ATTEMPTS} attempts: each time the worker that did it disappeared. Try it again."
    error = {"code": "worker_lost", "message": message}
    if worn_out.update(stage=Stage.ERROR, dirty=False, error=error, stopped_at=timezone.now()):
        return None
    now = timezone.now()
    if not rows.update(owner=owner, epoch=F("epoch") + 1, attempts=F("attempts") + 1, started_at=now, dirty=False):
        return None
    epoch = Document.unscoped.filter(id=document_id, owner=owner).values_list("epoch", flat=True).first()
    return None if epoch is None else Claim(document_id, owner, epoch)


def document_release(claim: Claim, *, as_is: bool = False) -> None:
    """Give a document back to the queue; the attempt does not count. `as_is`: pieces that were edited still wait."""
    changes: dict[str, Any] = {"owner": "", "attempts": F("attempts") - 1}
    changes |= {"dirty": True} if as_is else {"stage": Stage.WAITING}
    claim.row().update(**changes)


def requeue_orphans(alive: Collection[str]) -> int:
    """Give back the documents of workers that are not alive; returns how many."""
    orphans = Document.unscoped.exclude(owner="").exclude(owner__in=alive)
    count = orphans.filter(stage__in=WORKING_STAGES).update(stage=Stage.WAITING, owner="")
    return count + orphans.update(dirty=True, owner="")


def document_held(claim: Claim) -> Document:
    """Read the document with its dataset and file. Raises ClaimLost."""
    found = claim.row().select_related("dataset", "file").first()
    if found is None:
        raise ClaimLost
    return found


def document_progress(claim: Claim, **fields: Any) -> None:
    """Write how far it is, and tell the open tabs. Raises ClaimLost."""
    if not claim.row().update(updated_at=timezone.now(), **fields):
        raise ClaimLost
    tell(claim.document_id)


def document_fail(claim: Claim, code: str, message: str) -> None:
    """Write why indexing ended; what queries found before stays. Of a document that is indexed, the waiting pieces failed."""
    with transaction.atomic():
        row = claim.row().select_for_update().first()
        if row is None:
            raise ClaimLost
        error = {"code": code, "message": message}
        if row.stage == Stage.COMPLETED:
            waiting = Segment.unscoped.filter(document_id=row.id, status=SegmentStatus.WAITING)
            waiting.update(status=SegmentStatus.ERROR, error=message)
            claim.row().update(owner="", error=error, attempts=0)
        else:
            claim.row().update(stage=Stage.ERROR, owner="", error=error, stopped_at=timezone.now())
    tell(claim.document_id)


def target_collection(dataset: Dataset) -> str | None:
    """Name the collection that a dataset's pieces belong into; None while the length of its vectors is not known."""
    if dataset.indexing_technique == Technique.ECONOMY:
        return TEXT_COLLECTION
    if dataset.dimensions is None:
        return None
    return collection_of(dataset.embedding_provider, dataset.embedding_model, dataset.dimensions)


def dimensions_settle(dataset: Dataset, found: int) -> int:
    """Remember the length of a dataset's vectors, if it is not known yet; returns what holds."""
    same = {"embedding_provider": dataset.embedding_provider, "embedding_model": dataset.embedding_model}
    Dataset.unscoped.filter(id=dataset.id, dimensions=None, **same).update(dimensions=found)
    return Dataset.unscoped.filter(id=dataset.id).values_list("dimensions", flat=True).first() or found


def pieces_write(claim: Claim, document: Document, pieces: Sequence[Piece], text: str, **fields: Any) -> None:
    """Write the pieces of the document's revision and its text in one transaction, in place of what an earlier try left.

    Raises ClaimLost.

    What people set for a piece (disabled, keywords) and its hits stay with equal pieces of the revision before.
    """
    content = text.encode("utf-8", "replace")
    kept = file_create(document.workspace_id, content=content, name=f"{document.id}.md", purpose=TEXT_PURPOSE, limited=False)
    before = _known(document)
    segments, children = _rows(document, pieces)
    for segment in segments:
        segment.enabled, segment.disabled_at, segment.keywords, segment.hit_count = before.get(segment.hash, (True, None, [], 0))
    try:
        with transaction.atomic():
            old = document_held(claim).text
            document_progress(claim, text=kept, **fields)
            Segment.unscoped.filter(document_id=document.id, revision=document.revision).delete()
            Segment.unscoped.bulk_create(segments, batch_size=ROWS)
            ChildChunk.unscoped.bulk_create(children, batch_size=ROWS)
            if old is not None:
                file_delete(old)
    except (ClaimLost, DatabaseFailure):
        file_delete(kept)
        raise


def children_write(claim: Claim, segment: Segment, contents: Sequence[str]) -> None:
    """Write the children of one piece that has none. Raises ClaimLost."""
    with transaction.atomic():
        if not claim.row().exists():
            raise ClaimLost
        known = ChildChunk.unscoped.filter(segment_id=segment.id).exists()
        if not known:
            rows = [_child(segment, number, content, segment.headings) for number, content in enumerate(contents, 1)]
            for row in rows:
                row.point_id = point_ids(segment.document_id, [f"{row.hash}:{segment.id}:{row.position}"])[0]
            ChildChunk.unscoped.bulk_create(rows, batch_size=ROWS)


def document_flip(claim: Claim, document: Document, collection: str, written: Iterable[uuid.UUID], **fields: Any) -> bool:
    """Make the revision what queries see, and drop the one before; all in one transaction. Raises ClaimLost.

    False when the dataset's embedding model changed meanwhile: the pieces have to be embedded again first.
    """
    now = timezone.now()
    with transaction.atomic():
        held = claim.row().select_for_update().first()
        if held is None:
            raise ClaimLost
        dataset = Dataset.unscoped.get(id=held.dataset_id)
        if target_collection(dataset) != collection:
            return False
        if held.stage != Stage.COMPLETED:
            fields |= {"stage": Stage.COMPLETED, "completed_at": now, "error": None}
        # A later edit set `dirty` again; it stays.
        claim.row().update(
            active_revision=document.revision, collection=collection, owner="", attempts=0, stopped_at=None, updated_at=now, **fields
        )
        Segment.unscoped.filter(document_id=document.id, revision__lt=document.revision).delete()
        _complete(document, list(written), now)
        rows = [Removal(workspace_id=document.workspace_id, dataset_id=document.dataset_id, document_id=document.id, due_at=now)]
        Removal.unscoped.bulk_create(rows)
    tell(claim.document_id)
    return True


def entries_of(document: Document) -> list[tuple[uuid.UUID, str]]:
    """Return the points that the document's revision needs, with the texts that are embedded, in order."""
    segments = Segment.unscoped.filter(document_id=document.id, revision=document.revision).order_by("position")
    own = segments.exclude(point_id=None).values_list("point_id", "content", "headings")
    found = [(point, embedded_text(content, headings)) for point, content, headings in own if point]
    children = ChildChunk.unscoped.filter(document_id=document.id, revision=document.revision).exclude(point_id=None)
    rows = children.order_by("segment__position", "position").values_list("point_id", "content", "segment__headings")
    return found + [(point, embedded_text(content, headings)) for point, content, headings in rows if point]


def childless(document: Document) -> list[Segment]:
    """Return the pieces of a document with parents that have no children yet."""
    rows = Segment.unscoped.filter(document_id=document.id, revision=document.revision, children=None)
    return list(rows.filter(status=SegmentStatus.WAITING))


def points_with_rows(dataset_id: uuid.UUID, document_id: uuid.UUID | None) -> set[uuid.UUID]:
    """Return the points of a dataset's or document's rows, of all revisions."""
    where: dict[str, Any] = {"document_id": document_id} if document_id else {"dataset_id": dataset_id}
    found: set[uuid.UUID] = set()
    for model in (Segment, ChildChunk):
        found.update(key for key in model.unscoped.filter(**where).exclude(point_id=None).values_list("point_id", flat=True) if key)
    return found


def places_of(document_id: uuid.UUID | None) -> set[str] | None:
    """Return the collections in which a document may have points; None: no telling, any."""
    row = Document.unscoped.select_related("dataset").filter(id=document_id).first() if document_id else None
    if row is None:
        return None
    return {storage_key(name) for name in (row.collection, target_collection(row.dataset)) if name}


def removals_due(limit: int) -> list[Removal]:
    """Return orders to clear the index, oldest first."""
    return list(Removal.unscoped.filter(due_at__lte=Now()).order_by("due_at")[:limit])


def removal_done(removal: Removal) -> None:
    """Note that an order was carried out; once more later, in case somebody was just writing what it removed."""
    if removal.passes:
        Removal.unscoped.filter(id=removal.id).delete()
    else:
        Removal.unscoped.filter(id=removal.id).update(passes=1, due_at=timezone.now() + SECOND_PASS)


def tell(document_id: uuid.UUID) -> None:
    """Send a document's progress to the open tabs of its workspace."""
    row = Document.unscoped.filter(id=document_id).first()
    if row is not None:
        change = {"kind": "document_progress", "id": str(row.id), "dataset_id": str(row.dataset_id), "stage": row.stage}
        notify(row.workspace_id, {**change, "done": row.done, "total": row.total, "left_s": time_left_s(row), "error": row.error})


def time_left_s(document: Document) -> int | None:
    """Guess the seconds that indexing will still take, from its pace so far; None while there is no telling."""
    left = document.total - document.done
    if document.stage != Stage.INDEXING or document.split_at is None or left <= 0:
        return None
    fresh = document.embedded
    elapsed_s = (timezone.now() - max(document.split_at, document.started_at or document.split_at)).total_seconds()
    return round(elapsed_s / fresh * left) if fresh >= 1 else None


def _known(document: Document) -> dict[str, tuple[bool, datetime | None, list[str], int]]:
    rows = Segment.unscoped.filter(document_id=document.id, revision=document.active_revision)
    return {row[0]: row[1:] for row in rows.values_list("hash", "enabled", "disabled_at", "keywords", "hit_count")}


def _rows(document: Document, pieces: Sequence[Piece]) -> tuple[list[Segment], list[ChildChunk]]:
    segments: list[Segment] = []
    children: list[ChildChunk] = []
    for position, piece in enumerate(pieces, 1):
        content = piece.question or piece.content
        segment = Segment(
            workspace_id=document.workspace_id,
            dataset_id=document.dataset_id,
            document_id=document.id,
            revision=document.revision,
            position=position,
            content=content,
            answer=piece.answer,
            word_count=len(content) + len(piece.answer),
            tokens=piece.tokens,
            start=piece.start,
            end=piece.end,
            page=piece.page,
            headings=list(piece.headings),
            hash=text_hash(embedded_text(content, piece.headings)),
            created_by_id=document.created_by_id,
        )
        segments.append(segment)
        children += [_child(segment, number, child.content, piece.headings) for number, child in enumerate(piece.children, 1)]
    searched: list[Any] = children if any(piece.children for piece in pieces) else segments
    for row, point in zip(searched, point_ids(document.id, [row.hash for row in searched]), strict=True):
        row.point_id = point
    return segments, children


def _child(segment: Segment, position: int, content: str, headings: Iterable[str]) -> ChildChunk:
    return ChildChunk(
        workspace_id=segment.workspace_id,
        dataset_id=segment.dataset_id,
        document_id=segment.document_id,
        segment=segment,
        revision=segment.revision,
        position=position,
        content=content,
        word_count=len(content),
        hash=text_hash(embedded_text(content, headings)),
        created_by_id=segment.created_by_id,
    )


def _complete(document: Document, written: Sequence[uuid.UUID], now: datetime) -> None:
    """Mark what is in the index. A piece that was edited meanwhile has another point and goes on waiting."""
    segments = Segment.unscoped.filter(document_id=document.id, revision=document.revision, status=SegmentStatus.WAITING)
    children = ChildChunk.unscoped.filter(document_id=document.id, revision=document.revision, status=SegmentStatus.WAITING)
    for at in range(0, len(written), ROWS):
        some = written[at : at + ROWS]
        segments.filter(point_id__in=some).update(status=SegmentStatus.COMPLETED, error="", completed_at=now)
        children.filter(point_id__in=some).update(status=SegmentStatus.COMPLETED)
    parents = segments.filter(point_id=None)
    parents.exclude(children__status=SegmentStatus.WAITING).update(status=SegmentStatus.COMPLETED, error="", completed_at=now)
