"""What takes long in a workspace, for the tray of the studio: documents on their way into the index, and work that tells of itself."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from backend.accounts.models import User, Workspace
from backend.core.work import Work, work_hidden, work_list
from backend.knowledge.models import OPEN_STAGES, Dataset, Document, Stage

FAILURES_KEPT, STOPS_KEPT = timedelta(days=7), timedelta(minutes=10)
MAX_DATASETS = 50


def work_of(workspace: Workspace, user: User, datasets: QuerySet[Dataset]) -> list[dict[str, Any]]:
    """Return what runs and what ended lately, as the person may see it and has not hidden; what runs comes first."""
    hidden = work_hidden(workspace.pk, user.pk)
    visible = set(datasets.values_list("pk", flat=True))
    told = [_told(work) for work in work_list(workspace.pk) if _visible(work, visible)]
    rows = told + _indexing(workspace, visible)
    shown = [row for row in rows if row["state"] == "running" or row["changed_at"].timestamp() > hidden.get(row["id"], 0)]
    return sorted(shown, key=lambda row: (row["state"] != "running", -row["started_at"].timestamp()))


def _visible(work: Work, datasets: set[uuid.UUID]) -> bool:
    dataset = work.target.get("dataset_id")
    return dataset is None or uuid.UUID(dataset) in datasets


def _told(work: Work) -> dict[str, Any]:
    return {
        **{"id": work.id, "kind": work.kind, "title": work.title, "state": work.state, "done": work.done, "total": work.total, "failed": 0},
        **{"started_at": datetime.fromtimestamp(work.started_at, UTC), "changed_at": datetime.fromtimestamp(work.changed_at, UTC)},
        **{"target": dict(work.target), "error": work.error, "stoppable": True},
    }


def _indexing(workspace: Workspace, visible: set[uuid.UUID]) -> list[dict[str, Any]]:
    """Sum up, by dataset, the documents under way and those that failed or were stopped lately."""
    now = timezone.now()
    rows = Document.scoped(workspace).filter(
        Q(stage__in=OPEN_STAGES)
        | Q(stage=Stage.ERROR, stopped_at__gte=now - FAILURES_KEPT)
        | Q(stage=Stage.PAUSED, stopped_at__gte=now - STOPS_KEPT)
    )
    sums = (
        rows.values("dataset_id", "dataset__name")
        .annotate(
            open=Count("pk", filter=Q(stage__in=OPEN_STAGES)),
            failed=Count("pk", filter=Q(stage=Stage.ERROR)),
            began=Min(Coalesce("started_at", "created_at")),
            ended=Max("stopped_at"),
        )
        .order_by("-began")
    )
    found = [row for row in sums if row["dataset_id"] in visible][:MAX_DATASETS]
    working = [row["dataset_id"] for row in found if row["open"]]
    totals, causes = _totals(workspace, working), _causes(rows.filter(stage=Stage.ERROR))
    shown = []
    for row in found:
        dataset = row["dataset_id"]
        state = "running" if row["open"] else "failed" if row["failed"] else "stopped"
        total = totals.get(dataset, 0)
        shown.append(
            {
                **{"id": str(dataset), "kind": "indexing", "title": row["dataset__name"], "state": state, "failed": row["failed"]},
                **{"done": max(0, total - row["open"]), "total": total},
                **{"started_at": row["began"], "changed_at": row["ended"] or row["began"]},
                **{"target": {"dataset_id": str(dataset)}, "error": causes.get(dataset), "stoppable": True},
            }
        )
    return shown


def _totals(workspace: Workspace, datasets: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Count the documents that were added together with those that are still open."""
    batches: defaultdict[uuid.UUID, set[str]] = defaultdict(set)
    rows = Document.scoped(workspace).filter(dataset__in=list(datasets))
    for dataset, batch in rows.filter(stage__in=OPEN_STAGES).values_list("dataset_id", "batch").distinct():
        batches[dataset].add(batch)
    counts: defaultdict[uuid.UUID, int] = defaultdict(int)
    wanted = {batch for found in batches.values() for batch in found}
    for dataset, batch, count in rows.filter(batch__in=wanted).values_list("dataset_id", "batch").annotate(count=Count("pk")):
        counts[dataset] += count if batch in batches[dataset] else 0
    return counts


def _causes(failed: QuerySet[Document]) -> dict[uuid.UUID, dict[str, Any]]:
    """Return why the latest document of each dataset failed, with its name."""
    causes: dict[uuid.UUID, dict[str, Any]] = {}
    for dataset, name, error in failed.order_by("-stopped_at").values_list("dataset_id", "name", "error")[: 4 * MAX_DATASETS]:
        told = error or {}
        causes.setdefault(dataset, {"code": told.get("code", ""), "message": told.get("message", ""), "what": name})
    return causes
