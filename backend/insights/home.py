"""Numbers of a whole workspace: what ran in the last day, what it cost, each app's week; and finding things by name."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from backend.accounts.models import Workspace
from backend.knowledge.models import Dataset, Document
from backend.runs.models import FINAL_STATES, Run, State
from backend.studio.models import App
from backend.studio.selectors import apps_of

RECENT, DAYS, FOUND = 8, 7, 6
LONG_ENOUGH = 4
DONE = (State.SUCCEEDED, State.PARTIAL)


def home_numbers(workspace: Workspace, zone: ZoneInfo) -> dict[str, Any]:
    """Return the runs of the last 24 hours, failed ones first, and what was spent today and yesterday on the clock of `zone`."""
    now = timezone.now()
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    yesterday = (today - timedelta(days=1)).replace(fold=0)
    apps = list(App.scoped(workspace).filter(deleted_at=None).values_list("pk", flat=True))
    runs = Run.scoped(workspace).filter(app__in=apps)
    day = runs.filter(created_at__gte=now - timedelta(hours=24))
    counts = day.aggregate(
        total=Count("pk"),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        succeeded=Count("pk", filter=Q(state__in=DONE)),
        unfinished=Count("pk", filter=~Q(state__in=FINAL_STATES)),
    )
    spent = runs.filter(created_at__gte=yesterday).aggregate(
        today_usd=Sum("cost_usd", filter=Q(created_at__gte=today)),
        yesterday_usd=Sum("cost_usd", filter=Q(created_at__lt=today)),
        today_tokens=Sum("total_tokens", filter=Q(created_at__gte=today)),
    )
    place = Case(When(state=State.FAILED, then=Value(0)), default=Value(1), output_field=IntegerField())
    recent = day.annotate(place=place).order_by("place", "-created_at", "-id").select_related("app")[:RECENT]
    return {"runs": counts, "spent": {name: value or 0 for name, value in spent.items()}, "recent": [_brief(run) for run in recent]}


def _brief(run: Run) -> dict[str, Any]:
    error = run.error or {}
    shown = ("id", "state", "source", "created_at", "elapsed_s", "cost_usd")
    return {
        **{name: getattr(run, name) for name in shown},
        "app": {name: getattr(run.app, name) for name in ("id", "name", "icon", "icon_background", "mode")},
        "error": {"code": error.get("code", ""), "message": error.get("message", ""), "node_title": error.get("node_title")}
        if run.error
        else None,
    }


def app_weeks(workspace: Workspace, app_ids: Sequence[uuid.UUID], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return runs, failures and cost of each app for today and the six days before, oldest first."""
    today = timezone.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    begins = [(today - timedelta(days=ago)).replace(fold=0) for ago in range(DAYS - 1, -1, -1)]
    ends: list[datetime | None] = [*begins[1:], None]
    sums: dict[str, Any] = {}
    for place, (since, until) in enumerate(zip(begins, ends, strict=True)):
        inside = Q(created_at__gte=since) & (Q(created_at__lt=until) if until else Q())
        sums[f"runs_{place}"] = Count("pk", filter=inside)
        sums[f"failed_{place}"] = Count("pk", filter=inside & Q(state=State.FAILED))
        sums[f"cost_{place}"] = Sum("cost_usd", filter=inside)
    rows: Any = (
        Run.scoped(workspace).filter(app__in=app_ids, created_at__gte=begins[0]).values("app_id").annotate(**sums).order_by("app_id")
    )
    weeks = []
    for row in rows:
        days = [
            {"runs": row[f"runs_{place}"], "failed": row[f"failed_{place}"], "cost_usd": row[f"cost_{place}"] or 0.0}
            for place in range(DAYS)
        ]
        weeks.append({"app_id": row["app_id"], "days": days} | {name: sum(day[name] for day in days) for name in days[0]})
    return weeks


def found(workspace: Workspace, datasets: QuerySet[Dataset], text: str) -> list[dict[str, Any]]:
    """Find apps (also by their prompts and node titles), datasets and documents by a part of the name, and a run by its id."""
    apps = [
        {"kind": "app", "id": app.pk, "title": app.name, "hint": app.description, "app": _look(app), "dataset_id": None}
        for app in _apps(workspace, text)
    ]
    named = datasets.filter(name__icontains=text).order_by("name", "id")[:FOUND]
    knowledge = [
        {"kind": "dataset", "id": row.pk, "title": row.name, "hint": row.description, "app": None, "dataset_id": row.pk} for row in named
    ]
    visible = list(datasets.values_list("pk", flat=True))
    rows = Document.scoped(workspace).filter(dataset__in=visible, name__icontains=text).select_related("dataset").order_by("name", "id")
    documents = [
        {"kind": "document", "id": row.pk, "title": row.name, "hint": row.dataset.name, "app": None, "dataset_id": row.dataset_id}
        for row in rows[:FOUND]
    ]
    return [*apps, *knowledge, *documents, *_run(workspace, text)]


def _apps(workspace: Workspace, text: str) -> list[App]:
    """Find apps by name, then by what else a search looks into; that has too much in it for the shortest words."""
    named = list(apps_of(workspace).filter(name__icontains=text)[:FOUND])
    if len(text) < LONG_ENOUGH:
        return named
    others = apps_of(workspace, search=text).exclude(pk__in=[app.pk for app in named])
    return named + list(others[: FOUND - len(named)])


def _run(workspace: Workspace, text: str) -> list[dict[str, Any]]:
    try:
        wanted = uuid.UUID(text.strip())
    except ValueError:
        return []
    run = Run.scoped(workspace).filter(pk=wanted, app__deleted_at=None).select_related("app").first()
    if run is None:
        return []
    return [{"kind": "run", "id": run.pk, "title": run.app.name, "hint": run.state, "app": _look(run.app), "dataset_id": None}]


def _look(app: App) -> dict[str, Any]:
    return {name: getattr(app, name) for name in ("id", "name", "icon", "icon_background", "mode")}
