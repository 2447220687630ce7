"""Conversations of client programs: list, name, delete, read and set their variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.core.errors import AppError
from backend.core.jobs import job_result_wait, job_start
from backend.files.values import links_renew
from backend.runs.conversations import (
    MAX_NAME,
    Variable,
    conversation_delete,
    conversation_pin,
    conversation_rename,
    conversation_variable_set,
    conversation_variables,
    first_name,
)
from backend.runs.models import Conversation, Message
from backend.service_api.bodies import caller_of, uuid_param
from backend.service_api.callers import Caller
from backend.service_api.errors import WireError, invalid_param, not_found
from backend.service_api.http import JsonReply, Request, in_thread
from backend.service_api.limits import demand_model_call
from backend.service_api.paging import behind, cursor_of, limit_of
from backend.service_api.published import PublishedApp, published_app, require_chat

SORTS = ("created_at", "-created_at", "updated_at", "-updated_at")
NAMING_S = 30.0


def own_conversations(app: PublishedApp, caller: Caller) -> QuerySet[Conversation]:
    """The conversations of an end user with an app."""
    return Conversation.scoped(app.workspace_id).filter(app_id=app.id, deleted_at=None, **caller.owns())


def own_conversation(app: PublishedApp, caller: Caller, conversation_id: UUID) -> Conversation:
    """One of them. Raises WireError not_found, also for somebody else's."""
    found = own_conversations(app, caller).filter(id=conversation_id).first()
    if found is None:
        raise not_found("Conversation")
    return found


async def conversations(request: Request) -> JsonReply:
    """`GET /v1/conversations`: those after `last_id` in the order of `sort_by`."""
    app = await published_app(request)
    require_chat(app)
    limit = limit_of(request)
    sort = request.query.get("sort_by", "-updated_at")
    if sort not in SORTS:
        raise invalid_param("sort_by", f"sort_by must be one of {', '.join(SORTS)}.")
    caller = caller_of(request, request.query, required=False)
    chosen = _chosen(request, app) if request.visitor is not None else Q()
    rows, more = await in_thread(_page, app, caller, chosen, cursor_of(request, "last_id"), sort, limit)
    return JsonReply({"limit": limit, "has_more": more, "data": rows})


def _chosen(request: Request, app: PublishedApp) -> Q:
    """What the list of a visitor leaves out: `pinned` true or false, `search` in names and questions."""
    chosen, search = Q(), request.query.get("search", "").strip()[:MAX_NAME]
    if (pinned := request.query.get("pinned")) in ("true", "false"):
        chosen &= Q(pinned_at__isnull=pinned == "false")
    if search:
        asked = Message.scoped(app.workspace_id).filter(conversation=OuterRef("pk"), query__icontains=search)
        chosen &= Q(name__icontains=search) | Q(Exists(asked))
    return chosen


def _page(app: PublishedApp, caller: Caller, chosen: Q, last_id: UUID | None, sort: str, limit: int) -> tuple[list[dict[str, Any]], bool]:
    rows = own_conversations(app, caller).filter(chosen)
    field = sort.removeprefix("-")
    if last_id:
        last = rows.filter(id=last_id).first()
        if last is None:
            raise not_found("Last Conversation")
        rows = rows.filter(behind(field, getattr(last, field), last.id, falling=sort.startswith("-")))
    page = list(rows.order_by(sort, "-id" if sort.startswith("-") else "id")[: limit + 1])
    return present(app, page[:limit]), len(page) > limit


def present(app: PublishedApp, rows: Sequence[Conversation]) -> list[dict[str, Any]]:
    """Return conversations as the API shows them."""
    inputs = links_renew(app.workspace_id, app.id, [row.inputs for row in rows])
    return [
        {
            "id": str(row.id),
            "name": row.name,
            "inputs": given,
            "status": "normal",
            "introduction": row.introduction,
            "created_at": int(row.created_at.timestamp()),
            "updated_at": int(row.updated_at.timestamp()),
        }
        for row, given in zip(rows, inputs, strict=True)
    ]


async def delete(request: Request) -> JsonReply:
    """`DELETE /v1/conversations/{id}`."""
    app = await published_app(request)
    require_chat(app)
    caller = caller_of(request, request.json_if_any(), required=False)
    conversation_id = _conversation_id(request)

    def work() -> None:
        conversation_delete(conversation=own_conversation(app, caller, conversation_id))

    await in_thread(work)
    return JsonReply(None, 204)


async def pin(request: Request) -> JsonReply:
    """`POST /v1/conversations/{id}/pin`, for visitors of the app's page: put one on top of their list, or take it down."""
    app = await published_app(request)
    require_chat(app)
    body = request.json()
    caller = caller_of(request, body, required=True)
    pinned, conversation_id = body.get("pinned"), _conversation_id(request)
    if not isinstance(pinned, bool):
        raise invalid_param("pinned", "pinned must be true or false.")

    def work() -> None:
        conversation_pin(conversation=own_conversation(app, caller, conversation_id), pinned=pinned)

    await in_thread(work)
    return JsonReply({"result": "success"})


async def rename(request: Request) -> JsonReply:
    """`POST /v1/conversations/{id}/name`: a name, or `auto_generate` for one that a model finds."""
    app = await published_app(request)
    require_chat(app)
    body = request.json()
    caller = caller_of(request, body, required=False)
    conversation_id = _conversation_id(request)
    automatic = body.get("auto_generate") or False
    if not isinstance(automatic, bool):
        raise invalid_param("auto_generate", "auto_generate must be true or false.")
    name = body.get("name")
    if not automatic and (not isinstance(name, str) or not name.strip()):
        raise invalid_param("name", "name is required when auto_generate is false.")
    if not automatic and len(str(name)) > MAX_NAME:
        raise invalid_param("name", f"name has {len(str(name)):,} characters; at most {MAX_NAME} are accepted.")
    found = await in_thread(own_conversation, app, caller, conversation_id)
    if automatic:
        await demand_model_call(request, app)
    line = await _found_name(app, found) if automatic else str(name)

    def work() -> list[dict[str, Any]]:
        return present(app, [conversation_rename(conversation=found, name=line)])

    return JsonReply((await in_thread(work))[0])


async def _found_name(app: PublishedApp, conversation: Conversation) -> str:
    """Have a model name a conversation; where it cannot, the conversation is called by its first question."""
    payload = {"conversation_id": str(conversation.id), "version_id": str(app.version_id), "mode": app.mode}
    try:
        job_id = await in_thread(job_start, "chat.name_conversation", payload, app.workspace_id)
        job = await job_result_wait(app.workspace_id, job_id, NAMING_S)
    except AppError:
        job = None
    if job is not None and job.state == "succeeded" and job.result:
        return str(job.result)
    return await in_thread(_first_name, conversation)


def _first_name(conversation: Conversation) -> str:
    asked = Message.scoped(conversation.workspace_id).filter(conversation=conversation).order_by("created_at", "id")
    return first_name(asked.values_list("query", flat=True).first() or "")


async def variables(request: Request) -> JsonReply:
    """`GET /v1/conversations/{id}/variables`: those after `last_id` in the order of the flow, or the one of a name."""
    app = await published_app(request)
    require_chat(app)
    limit = limit_of(request)
    caller = caller_of(request, request.query, required=False)
    found = await in_thread(own_conversation, app, caller, _conversation_id(request))
    rows = conversation_variables(found, _declared(app))
    if name := request.query.get("variable_name"):
        rows = [row for row in rows if row.name == name]
    if last_id := request.query.get("last_id"):
        ids = [row.id for row in rows]
        if last_id not in ids:
            raise not_found("Conversation Variable")
        rows = rows[ids.index(last_id) + 1 :]
    data = [_variable(found, row) for row in rows[:limit]]
    return JsonReply({"limit": limit, "has_more": len(rows) > limit, "data": data})


async def set_variable(request: Request) -> JsonReply:
    """`PUT /v1/conversations/{id}/variables/{variable_id}`: a value of the variable's type."""
    app = await published_app(request)
    require_chat(app)
    body = request.json()
    caller = caller_of(request, body, required=False)
    if "value" not in body:
        raise invalid_param("value", "Arg value must be provided.")
    conversation_id, variable_id = _conversation_id(request), request.path["variable_id"]

    def work() -> dict[str, Any]:
        found = own_conversation(app, caller, conversation_id)
        changed, variable = conversation_variable_set(
            conversation=found, declared=_declared(app), variable_id=variable_id, value=body["value"]
        )
        return _variable(changed, variable)

    try:
        return JsonReply(await in_thread(work))
    except AppError as error:
        if error.code != "invalid_variable":
            raise
        raise WireError("bad_request", error.message, 400, params="value") from None


def _declared(app: PublishedApp) -> list[dict[str, Any]]:
    return app.document.get("conversation_variables") or []


def _conversation_id(request: Request) -> UUID:
    return uuid_param(request.path["conversation_id"], "conversation_id")


def _variable(conversation: Conversation, row: Variable) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "value_type": row.type,
        "value": row.text,
        "description": row.description,
        "created_at": int(conversation.created_at.timestamp()),
        "updated_at": int(conversation.updated_at.timestamp()),
    }
