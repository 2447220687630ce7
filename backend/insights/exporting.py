"""Logs, annotations and numbers as files, read and sent piece by piece."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from channels.db import database_sync_to_async
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from backend.insights import overview
from backend.insights.annotations import GUARDED
from backend.runs.filters import LogFilters, conversations_filtered, runs_filtered
from backend.runs.models import Annotation, Conversation, Feedback, Message, Run
from backend.studio.models import App, Mode

FORMATS = ("csv", "jsonl")
MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}
PAGE, MAX_ROWS_AT_ONCE = 500, 1_000
MARK = "\ufeff"  # tells spreadsheets that this is UTF-8
TURN_COLUMNS = (
    *("conversation_id", "conversation", "message_id", "run_id", "time", "source", "end_user", "version", "state", "inputs"),
    *("question", "answer", "error", "user_rating", "user_comment", "member_rating", "member_comment", "correction"),
    *("tokens_in", "tokens_out", "cost_usd", "latency_s", "first_token_s"),
)
RUN_COLUMNS = (
    *("run_id", "time", "source", "end_user", "version", "state", "inputs", "outputs", "error"),
    *("tokens", "cost_usd", "elapsed_s", "first_token_s"),
)
ANNOTATION_COLUMNS = ("question", "answer", "hits", "updated")

Row = dict[str, Any]


def log_export(app: App, filters: LogFilters, format: str, tz: ZoneInfo) -> StreamingHttpResponse:
    """Answer with the turns of the conversations that the filters let through, or with a workflow's runs, oldest first."""
    if app.mode == Mode.WORKFLOW:
        return _download(_runs(app, filters), RUN_COLUMNS, format, _file_name(app, "runs", format), tz)
    return _download(_turns(app, filters), TURN_COLUMNS, format, _file_name(app, "conversations", format), tz)


def annotations_export(app: App, format: str) -> StreamingHttpResponse:
    """Answer with an app's annotations, oldest first."""
    return _download(_annotations(app), ANNOTATION_COLUMNS, format, _file_name(app, "annotations", format), ZoneInfo("UTC"))


def overview_export(app: App, span: overview.Span) -> HttpResponse:
    """Answer with the series of an overview as CSV."""
    points = overview.overview(app, span)["series"]
    columns = tuple(points[0])
    text = MARK + csv_line(columns) + "".join(csv_line([_cell(point[name], span.zone) for name in columns]) for point in points)
    response = HttpResponse(text, content_type=MEDIA["csv"])
    response["Content-Disposition"] = content_disposition_header(True, _file_name(app, "overview", "csv"))
    return response


def csv_line(cells: Sequence[Any]) -> str:
    """Write one line for spreadsheets: what they would take for a formula begins with an apostrophe."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return buffer.getvalue()


def guarded(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(GUARDED) else text


def _cell(value: Any, tz: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(tz).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dict | list):
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=str).decode()
    return "" if value is None else value


def _file_name(app: App, what: str, format: str) -> str:
    name = re.sub(r"[^\w.-]+", "-", app.name).strip("-.") or "app"
    return f"{name[:60]}-{what}-{timezone.now():%Y%m%d-%H%M}.{format}"


def _download(pages: Iterator[list[Row]], columns: Sequence[str], format: str, name: str, tz: ZoneInfo) -> StreamingHttpResponse:
    if not connection.in_atomic_block:
        connection.close()  # the download may last for minutes
    texts = _as_csv(pages, columns, tz) if format == "csv" else _as_lines(pages)
    response = StreamingHttpResponse(_sent(texts), content_type=MEDIA[format])
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _sent(texts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Read one page after the other in a thread, each when the one before has gone out."""
    advance: Callable[[], Any] = database_sync_to_async(lambda: next(texts, None), thread_sensitive=False)
    while (text := await advance()) is not None:
        yield text


def _as_csv(pages: Iterator[list[Row]], columns: Sequence[str], tz: ZoneInfo) -> Iterator[bytes]:
    yield (MARK + csv_line(columns)).encode()
    for page in pages:
        yield "".join(csv_line([_cell(row[name], tz) for name in columns]) for row in page).encode()


def _as_lines(pages: Iterator[list[Row]]) -> Iterator[bytes]:
    options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z
    for page in pages:
        yield b"".join(orjson.dumps(row, option=options, default=str) for row in page)


def _keyset(rows: QuerySet[Any], size: int) -> Iterator[list[Any]]:
    """Go through rows with `created_at` and `pk` in the order of their creation, a page at a time."""
    last: tuple[datetime, uuid.UUID] | None = None
    rows = rows.order_by("created_at", "pk")
    while True:
        behind = rows
        if last is not None:
            at, key = last
            behind = rows.filter(created_at__gte=at).filter(Q(created_at__gt=at) | Q(pk__gt=key))
        page = list(behind[:size])
        if page:
            yield page
        if len(page) < size:
            return
        last = (page[-1].created_at, page[-1].pk)


def _turns(app: App, filters: LogFilters) -> Iterator[list[Row]]:
    found = conversations_filtered(app.workspace_id, app.pk, filters).select_related("end_user", "account")
    shown = found.only("created_at", "name", "end_user__session_id", "account__name", "account__email")
    for conversations in _keyset(shown, PAGE):
        yield from _turns_of(app, {row.pk: row for row in conversations})


_TURN = (
    *("pk", "conversation_id", "run_id", "created_at", "inputs", "query", "answer", "error", "prompt_tokens", "answer_tokens"),
    *("cost_usd", "latency_s", "run__source", "run__state", "run__first_token_s", "run__version__number", "annotation__answer"),
)


def _turns_of(app: App, conversations: Mapping[uuid.UUID, Conversation]) -> Iterator[list[Row]]:
    """Read the turns of a page of conversations; a very long one is cut into several pages."""
    messages = Message.scoped(app.workspace_id).filter(conversation__in=list(conversations)).order_by("conversation_id", "created_at", "pk")
    last: tuple[uuid.UUID, datetime, uuid.UUID] | None = None
    while True:
        behind = messages
        if last is not None:
            talk, at, key = last
            later = Q(created_at__gt=at) | Q(created_at=at, pk__gt=key)
            behind = messages.filter(Q(conversation_id__gt=talk) | Q(conversation_id=talk) & later)
        rows = list(behind.values_list(*_TURN)[:MAX_ROWS_AT_ONCE])
        if rows:
            ratings = _ratings(app, [row[0] for row in rows])
            yield [_turn(row, conversations[row[1]], ratings[row[0]]) for row in rows]
        if len(rows) < MAX_ROWS_AT_ONCE:
            return
        last = (rows[-1][1], rows[-1][3], rows[-1][0])


def _turn(row: Sequence[Any], conversation: Conversation, ratings: Row) -> Row:
    pk, _, run_id, at, inputs, query, answer, error, tokens_in, tokens_out, cost, latency, source, state, first, version, correction = row
    return {
        **{"conversation_id": str(conversation.pk), "conversation": conversation.name, "message_id": str(pk), "run_id": str(run_id)},
        **{"time": at, "source": source, "end_user": _who(conversation), "version": version, "state": state, "inputs": inputs},
        **{"question": query, "answer": answer, "error": error["message"] if error else None, **ratings, "correction": correction},
        **{"tokens_in": tokens_in, "tokens_out": tokens_out, "cost_usd": cost, "latency_s": latency, "first_token_s": first},
    }


def _who(row: Conversation | Run) -> str:
    if row.end_user is not None:
        return row.end_user.session_id
    return (row.account.name or row.account.email) if row.account is not None else ""


def _ratings(app: App, message_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Row]:
    names = ("user_rating", "user_comment", "member_rating", "member_comment")
    found: defaultdict[uuid.UUID, Row] = defaultdict(lambda: dict.fromkeys(names))
    rows = Feedback.scoped(app.workspace_id).filter(message__in=message_ids).order_by("updated_at")
    for message_id, rating, content, account_id in rows.values_list("message_id", "rating", "content", "account_id"):
        by = "user" if account_id is None else "member"
        found[message_id] |= {f"{by}_rating": rating, f"{by}_comment": content}
    return found


def _runs(app: App, filters: LogFilters) -> Iterator[list[Row]]:
    found = runs_filtered(app.workspace_id, app.pk, filters).select_related("end_user", "account", "version")
    for page in _keyset(found.defer("version__document", "usage", "files", "pause", "part"), PAGE):
        yield [
            {
                **{"run_id": str(run.pk), "time": run.created_at, "source": run.source, "end_user": _who(run) or run.user_ref},
                **{"version": run.version.number, "state": run.state, "inputs": run.inputs, "outputs": run.outputs},
                **{"error": run.error["message"] if run.error else None, "tokens": run.total_tokens, "cost_usd": run.cost_usd},
                **{"elapsed_s": run.elapsed_s, "first_token_s": run.first_token_s},
            }
            for run in page
        ]


def _annotations(app: App) -> Iterator[list[Row]]:
    for page in _keyset(Annotation.scoped(app.workspace_id).filter(app=app).defer("vector"), PAGE):
        yield [{"question": row.question, "answer": row.answer, "hits": row.hit_count, "updated": row.updated_at} for row in page]
