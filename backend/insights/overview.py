"""An app's use in numbers: totals, the period before, series, cost by model and step.

The stretches of time are computed here, in the asker's time zone with its changes of clock, so the database needs to know nothing of
time zones: SQLite joins them as rows, PostgreSQL finds a run's place among their begins. Percentiles are exact, by nearest rank:
PostgreSQL's `percentile_disc`; SQLite has none, and its window functions take three times as long as sorting the numbers here.
"""

from __future__ import annotations

import uuid
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import connection
from django.utils import timezone

from backend.core.errors import AppError
from backend.core.sql import key_values
from backend.runs.models import FINAL_STATES, Feedback, NodeRun, Rating, Run, Source, State
from backend.studio.models import App

INTERVALS = ("hour", "day", "week", "month")
MAX_POINTS = 400
DEFAULT_DAYS = 7
TITLES_FROM = 50

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Span:
    """A period, the ways in that count, and how it is cut."""

    since: datetime
    until: datetime
    source: str
    interval: str
    zone: ZoneInfo

    @property
    def before(self) -> Stretch:
        """The period of equal length before."""
        return self.since - (self.until - self.since), self.since

    def stretches(self) -> list[Stretch]:
        """Cut the period at the begins of hours, days, weeks (Mondays) or months. Raises AppError invalid_input for too many."""
        edges = [self.since.astimezone(UTC)]
        edge = _begin(self.since.astimezone(self.zone), self.interval)
        while (edge := _next(edge, self.interval)) < self.until:
            edges.append(edge.astimezone(UTC))
            if len(edges) > MAX_POINTS:
                told = f"The period has more than {MAX_POINTS} {self.interval}s. Take a shorter period or a longer interval."
                raise AppError("invalid_input", told, 400, {"fields": {"interval": [told]}})
        return list(zip(edges, [*edges[1:], self.until.astimezone(UTC)], strict=True))


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its name. Raises AppError invalid_input."""
    if name not in available_timezones():
        told = f"{name!r} is not the name of a time zone; one is Europe/Berlin."
        raise AppError("invalid_input", told, 400, {"fields": {"tz": [told]}})
    return ZoneInfo(name)


def span_of(query: Mapping[str, Any]) -> Span:
    """Fill in what a query leaves open. Raises AppError invalid_input."""
    until = query.get("to") or timezone.now()
    since = query.get("from") or until - timedelta(days=DEFAULT_DAYS)
    if since >= until:
        told = "The period must end after it begins."
        raise AppError("invalid_input", told, 400, {"fields": {"to": [told]}})
    interval = query.get("interval") or _readable(until - since)
    return Span(since, until, query.get("source", "published"), interval, zone(query.get("tz", "UTC")))


def _readable(length: timedelta) -> str:
    if length <= timedelta(days=2):
        return "hour"
    if length <= timedelta(days=92):
        return "day"
    return "week" if length <= timedelta(days=2 * 366) else "month"


def _begin(at: datetime, interval: str) -> datetime:
    """Return the begin of the hour, day, week or month, on the wall clock of the moment's zone."""
    at = at.replace(minute=0, second=0, microsecond=0)
    if interval == "hour":
        return at
    at = at.replace(hour=0, fold=0)
    if interval == "week":
        return at - timedelta(days=at.weekday())
    return at.replace(day=1) if interval == "month" else at


def _next(at: datetime, interval: str) -> datetime:
    """Return the begin of the next one. Hours are real hours, days those of the wall clock."""
    if interval == "hour":
        zone = at.tzinfo
        return (at.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)
    if interval == "month":
        return at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    return at + timedelta(days=7 if interval == "week" else 1)


def overview(app: App, span: Span) -> dict[str, Any]:
    """Return everything as JSON."""
    stretches = span.stretches()
    previous, totals = _numbers(app, span.source, [span.before, (span.since, span.until)])
    series = _numbers(app, span.source, stretches)
    by_model, by_node = _costs(app, span)
    return {
        **{"from": span.since, "to": span.until, "interval": span.interval, "tz": span.zone.key, "totals": totals, "previous": previous},
        "series": [{"at": since, "to": until, **told} for (since, until), told in zip(stretches, series, strict=True)],
        **{"by_model": by_model, "by_node": by_node},
    }


def _numbers(app: App, source: str, stretches: Sequence[Stretch]) -> list[dict[str, Any]]:
    """Return the numbers of each of these stretches, which follow each other."""
    counts = {row[0]: row[1:] for row in _rows(_COUNTS, app, source, stretches)}
    times = _times(app, source, stretches)
    ratings = _ratings(app, source, stretches)
    found = []
    for place in range(len(stretches)):
        runs, failed, ended, users, conversations, chats, tokens_in, tokens, cost = counts.get(place, (0,) * 9)
        p50, p95, first50, first95 = times.get(place, (None,) * 4)
        likes, dislikes = ratings[place]
        found.append(
            {
                **{"runs": runs, "failed": failed, "error_rate": failed / ended if ended else None, "users": users},
                **{"conversations": conversations, "turns_per_conversation": chats / conversations if conversations else None},
                **{"p50_s": p50, "p95_s": p95, "first_token_p50_s": first50, "first_token_p95_s": first95},
                **{"tokens_in": tokens_in or 0, "tokens_out": (tokens or 0) - (tokens_in or 0), "cost_usd": cost or 0.0},
                **{"likes": likes, "dislikes": dislikes, "satisfaction": likes / (likes + dislikes) if likes + dislikes else None},
            }
        )
    return found


_COUNTS = f"""
SELECT place, COUNT(*), SUM(CASE WHEN state = '{State.FAILED}' THEN 1 ELSE 0 END),
 SUM(CASE WHEN state IN ({", ".join(f"'{state}'" for state in sorted(FINAL_STATES))}) THEN 1 ELSE 0 END),
 COUNT(DISTINCT COALESCE(end_user_id, account_id)), COUNT(DISTINCT conversation_id), COUNT(conversation_id),
 SUM({{tokens_in}}), SUM(total_tokens), SUM(cost_usd)
FROM placed GROUP BY place
"""
_TIMES = """
SELECT place, percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY elapsed_s),
 percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY first_token_s)
FROM placed WHERE finished_at IS NOT NULL GROUP BY place
"""
_EACH_TIME = "SELECT place, elapsed_s, first_token_s FROM placed WHERE finished_at IS NOT NULL"


def _times(app: App, source: str, stretches: Sequence[Stretch]) -> dict[int, tuple[float | None, ...]]:
    """Return for each stretch the median and the 95th percentile of the time taken, then of the time to the first text."""
    if connection.vendor == "postgresql":
        rows = _rows(_TIMES, app, source, stretches)
        return {place: (*(taken or (None, None)), *(firsts or (None, None))) for place, taken, firsts in rows}
    found: defaultdict[int, tuple[array[float], array[float]]] = defaultdict(lambda: (array("d"), array("d")))
    for place, taken, first in _rows(_EACH_TIME, app, source, stretches):
        found[place][0].append(taken)
        if first is not None:
            found[place][1].append(first)
    return {place: (*_percentiles(taken), *_percentiles(firsts)) for place, (taken, firsts) in found.items()}


def _percentiles(values: array[float]) -> tuple[float | None, float | None]:
    ordered = sorted(values)
    last = len(ordered)
    return (ordered[(last * 50 + 99) // 100 - 1], ordered[(last * 95 + 99) // 100 - 1]) if ordered else (None, None)


_SQLITE = """
WITH stretch (place, since, until) AS (VALUES {stretches}), placed AS (
 SELECT stretch.place, r.* FROM stretch JOIN runs_run r
 ON r.app_id = %s AND r.created_at >= stretch.since AND r.created_at < stretch.until AND {source})
"""
_POSTGRES = """
WITH placed AS (
 SELECT width_bucket(r.created_at, %s::timestamptz[]) - 1 AS place, r.* FROM runs_run r
 WHERE r.app_id = %s AND r.created_at >= %s AND r.created_at < %s AND {source})
"""


def _rows(statement: str, app: App, source: str, stretches: Sequence[Stretch]) -> Iterator[tuple[Any, ...]]:
    """Run a statement on `placed`: the app's runs with the place of their stretch."""
    told, values = _source(source)
    if connection.vendor == "postgresql":
        placed, tokens_in = _POSTGRES.format(source=told), "(usage->>'prompt_tokens')::bigint"
        given: list[Any] = [[since for since, _ in stretches], app.pk, stretches[0][0], stretches[-1][1]]
    else:
        placed = _SQLITE.format(source=told, stretches=", ".join(["(%s, %s, %s)"] * len(stretches)))
        tokens_in = "json_extract(usage, '$.prompt_tokens')"
        given = [value for place, (since, until) in enumerate(stretches) for value in (place, _moment(since), _moment(until))]
        given += key_values([app.pk])
    with connection.cursor() as cursor:
        cursor.execute(placed + statement.replace("{tokens_in}", tokens_in), [*given, *values])
        while page := cursor.fetchmany(5_000):
            yield from page


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _source(source: str) -> tuple[str, list[str]]:
    if source == "all":
        return "1 = 1", []
    return ("r.source <> %s", [Source.DEBUG.value]) if source == "published" else ("r.source = %s", [source])


def _ratings(app: App, source: str, stretches: Sequence[Stretch]) -> list[tuple[int, int]]:
    """Return likes and dislikes by end users of answers whose run began in each stretch."""
    begins = [since for since, _ in stretches]
    rows = Feedback.scoped(app.workspace_id).filter(app=app, end_user__isnull=False)
    rows = rows.filter(message__run__created_at__gte=begins[0], message__run__created_at__lt=stretches[-1][1])
    if source == "published":
        rows = rows.exclude(message__run__source=Source.DEBUG)
    elif source != "all":
        rows = rows.filter(message__run__source=source)
    counts: defaultdict[tuple[int, str], int] = defaultdict(int)
    for at, rating in rows.values_list("message__run__created_at", "rating").iterator(chunk_size=5_000):
        counts[bisect_right(begins, at) - 1, rating] += 1
    return [(counts[place, Rating.LIKE], counts[place, Rating.DISLIKE]) for place in range(len(stretches))]


_COSTS = """
SELECT n.model, n.node_id, COUNT(*), SUM(n.total_tokens), SUM(n.cost_usd)
FROM runs_run r JOIN runs_noderun n ON n.run_id = r.id AND n.model > ''
WHERE r.app_id = %s AND r.created_at >= %s AND r.created_at < %s AND {source} GROUP BY n.model, n.node_id
"""


def _costs(app: App, span: Span) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return calls, tokens and cost by model and by step, the dearest first."""
    told, values = _source(span.source)
    with connection.cursor() as cursor:
        cursor.execute(_COSTS.format(source=told), [*key_values([app.pk]), _moment(span.since), _moment(span.until), *values])
        rows = cursor.fetchall()
    titles = _titles(app, span, {row[1] for row in rows})
    models = [{"model": name, **sums} for name, sums in _summed(rows, 0)]
    nodes = [{"node_id": name, "title": titles.get(name, ""), **sums} for name, sums in _summed(rows, 1)]
    return models, nodes


def _summed(rows: Sequence[Sequence[Any]], place: int) -> list[tuple[str, dict[str, Any]]]:
    sums: defaultdict[str, list[Any]] = defaultdict(lambda: [0, 0, 0.0])
    for row in rows:
        sums[row[place]] = [one + more for one, more in zip(sums[row[place]], row[2:], strict=True)]
    ordered = sorted(sums.items(), key=lambda item: (-item[1][2], -item[1][1], item[0]))
    return [(name, {"calls": calls, "tokens": tokens, "cost_usd": cost}) for name, (calls, tokens, cost) in ordered]


def _titles(app: App, span: Span, node_ids: set[str]) -> dict[str, str]:
    """Return what these steps are called in the newest runs of the period."""
    if not node_ids:
        return {}
    runs = Run.scoped(app.workspace_id).filter(app=app, created_at__gte=span.since, created_at__lt=span.until)
    newest: list[uuid.UUID] = list(runs.order_by("-created_at").values_list("pk", flat=True)[:TITLES_FROM])
    return dict(NodeRun.objects.filter(run__in=newest, node_id__in=node_ids).values_list("node_id", "title"))
