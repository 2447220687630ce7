"""What client programs may look up about their app's past: runs of a workflow, end users."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from backend.accounts.models import User
from backend.runs.models import EndUser, Run, Source, State
from backend.service_api.bodies import uuid_param
from backend.service_api.errors import WireError, invalid_param, run_error
from backend.service_api.frames import wire_status
from backend.service_api.http import JsonReply, Request, in_thread
from backend.service_api.paging import limit_of, numbered, page_of
from backend.service_api.published import PublishedApp, published_app
from backend.studio.models import Mode

STATES = {wire_status(state): state for state in State if state not in (State.QUEUED,)}
CREATED_FROM = {Source.API: "service-api", Source.WEB: "web-app", Source.EMBED: "web-app", Source.DEBUG: "debugger"}
MAX_KEYWORD = 200


async def workflow_logs(request: Request) -> JsonReply:
    """`GET /v1/workflows/logs`: published runs of a workflow, newest first."""
    app = await published_app(request)
    page, limit = page_of(request), limit_of(request)
    status = request.query.get("status")
    if status and status not in STATES:
        raise invalid_param("status", f"status must be one of {', '.join(STATES)}.")
    since, until = _moment(request, "created_at__after"), _moment(request, "created_at__before")
    keyword = request.query.get("keyword", "").strip()[:MAX_KEYWORD]
    session, account = request.query.get("created_by_end_user_session_id"), request.query.get("created_by_account")

    def work() -> dict[str, Any]:
        rows = Run.scoped(app.workspace_id).filter(app_id=app.id, mode=Mode.WORKFLOW, part__isnull=True).exclude(source=Source.DEBUG)
        if status:
            rows = rows.filter(state=STATES[status])
        if since:
            rows = rows.filter(created_at__gte=since)
        if until:
            rows = rows.filter(created_at__lte=until)
        if session:
            rows = rows.filter(end_user__session_id=session)
        if account:
            rows = rows.filter(account=_account(app, account))
        if keyword:
            rows = _with_keyword(rows, keyword)
        found, place = numbered(rows.select_related("version", "account", "end_user").order_by("-created_at", "-id"), page, limit)
        return {**place, "data": [_log(row) for row in found]}

    return JsonReply(await in_thread(work))


def _moment(request: Request, name: str) -> datetime | None:
    text = request.query.get(name)
    if not text:
        return None
    try:
        found = parse_datetime(text.replace(" ", "+"))  # an unescaped plus sign of the offset has become a blank
        day = parse_date(text) if found is None else None
    except ValueError:
        found = day = None
    if found is None and day is None:
        raise invalid_param(name, f"{name} must be a moment in ISO 8601, such as 2026-01-31T09:00:00Z, not {text[:40]!r}.")
    if found is None and day is not None:
        found = datetime(day.year, day.month, day.day)
    assert found is not None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _account(app: PublishedApp, email: str) -> User:
    found = User.objects.filter(email__iexact=email, memberships__workspace_id=app.workspace_id).first()
    if found is None:
        raise invalid_param("created_by_account", f"Account not found: {email[:100]}")
    return found


def _with_keyword(rows: QuerySet[Run], keyword: str) -> QuerySet[Run]:
    """Runs that have the keyword in inputs or outputs or are their end user's, or the run of that id."""
    texts = rows.alias(given=Cast("inputs", TextField()), told=Cast("outputs", TextField()))
    written = orjson.dumps(keyword).decode()[1:-1]  # as it stands in JSON, where quotation marks are escaped
    wanted = Q(given__icontains=written) | Q(told__icontains=written) | Q(end_user__session_id__icontains=keyword)
    try:
        wanted |= Q(id=UUID(keyword))
    except ValueError:
        pass
    return texts.filter(wanted)


def _log(row: Run) -> dict[str, Any]:
    account, end_user = row.account, row.end_user
    return {
        "id": str(row.id),
        "workflow_run": {
            "id": str(row.id),
            "version": str(row.version.number or "draft"),
            "status": "scheduled" if row.state == State.QUEUED else wire_status(row.state),
            "error": run_error(row.error).message if row.error else None,
            "elapsed_time": row.elapsed_s,
            "total_tokens": row.total_tokens,
            "total_steps": row.steps,
            "created_at": int(row.created_at.timestamp()),
            "finished_at": int(row.finished_at.timestamp()) if row.finished_at else None,
            "exceptions_count": row.exceptions_count,
            "triggered_from": "app-run",
        },
        "created_from": CREATED_FROM.get(Source(row.source), row.source),
        "created_by_role": "end_user" if end_user else "account",
        "created_by_account": {"id": str(account.pk), "name": account.name, "email": account.email} if account else None,
        "created_by_end_user": {
            "id": str(end_user.pk),
            "type": end_user.kind,
            "is_anonymous": _anonymous(end_user),
            "session_id": end_user.session_id,
        }
        if end_user
        else None,
        "created_at": int(row.created_at.timestamp()),
        "details": None,
    }


def _anonymous(end_user: EndUser) -> bool:
    return end_user.session_id == "DEFAULT-USER"


async def end_user(request: Request) -> JsonReply:
    """`GET /v1/end-users/{id}`: an end user of this app."""
    app = await published_app(request)
    end_user_id = uuid_param(request.path["end_user_id"], "end_user_id")

    def work() -> EndUser | None:
        return EndUser.scoped(app.workspace_id).filter(app_id=app.id, id=end_user_id).first()

    row = await in_thread(work)
    if row is None:
        raise WireError("end_user_not_found", "End user not found.", 404)
    return JsonReply(
        {
            "id": str(row.id),
            "tenant_id": str(row.workspace_id),
            "app_id": str(row.app_id),
            "type": row.kind,
            "external_user_id": None,
            "name": None,
            "is_anonymous": _anonymous(row),
            "session_id": row.session_id,
            "created_at": row.created_at.isoformat(),
            "updated_at": row.created_at.isoformat(),
        }
    )
