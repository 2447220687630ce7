"""Conversations of client programs: send, stop, list."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q, QuerySet

from backend.runs.models import Conversation, EndUser, HumanForm, Message
from backend.service_api.bodies import caller_of, parse_run_body, uuid_param
from backend.service_api.callers import Caller
from backend.service_api.errors import invalid_param, not_found, run_error
from backend.service_api.form_frames import extra_content
from backend.service_api.frames import money, wire_resources, wire_status
from backend.service_api.http import JsonReply, Reply, Request, in_thread
from backend.service_api.published import PublishedApp, published_app, require_chat
from backend.service_api.run_replies import reply_to_run
from backend.service_api.starting import start_run
from backend.service_api.stopping import stop_run
from backend.studio.models import Mode

SORTS = ("created_at", "-created_at", "updated_at", "-updated_at")
MAX_LIMIT = 100


async def send(request: Request) -> Reply:
    """`POST /v1/chat-messages`."""
    app = await published_app(request)
    require_chat(app)
    body = parse_run_body(request, "chat")
    if app.mode == Mode.AGENT and body.response_mode == "blocking":
        raise invalid_param("response_mode", "Agent Chat App does not support blocking mode")
    head = await start_run(request, app, body)
    return await reply_to_run(request, head, body.response_mode)


async def stop(request: Request) -> JsonReply:
    """`POST /v1/chat-messages/{task_id}/stop`: success whether or not the task exists."""
    app = await published_app(request)
    require_chat(app)
    await stop_run(app, request.path["task_id"], caller_of(request, request.json(), required=True))
    return JsonReply({"result": "success"})


def _limit(request: Request) -> int:
    text = request.query.get("limit", "20")
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MAX_LIMIT:
        raise invalid_param("limit", f"limit must be a number from 1 to {MAX_LIMIT}, not {text[:20]!r}.")
    return int(text)


def _end_user(app: PublishedApp, caller: Caller) -> EndUser | None:
    return EndUser.scoped(app.workspace_id).filter(app_id=app.id, kind=caller.kind, session_id=caller.session_id).first()


def _conversations_of(app: PublishedApp, caller: Caller) -> QuerySet[Conversation]:
    end_user = _end_user(app, caller)
    if end_user is None:
        return Conversation.scoped(app.workspace_id).none()
    return Conversation.scoped(app.workspace_id).filter(app_id=app.id, end_user=end_user, deleted_at=None)


async def conversations(request: Request) -> JsonReply:
    """`GET /v1/conversations`: those after `last_id` in the order of `sort_by`."""
    app = await published_app(request)
    require_chat(app)
    limit = _limit(request)
    sort = request.query.get("sort_by", "-updated_at")
    if sort not in SORTS:
        raise invalid_param("sort_by", f"sort_by must be one of {', '.join(SORTS)}.")
    last = request.query.get("last_id")
    last_id = uuid_param(last, "last_id") if last else None
    rows, more = await in_thread(_conversation_page, app, caller_of(request, request.query, required=False), last_id, sort, limit)
    return JsonReply({"limit": limit, "has_more": more, "data": rows})


def _conversation_page(app: PublishedApp, caller: Caller, last_id: UUID | None, sort: str, limit: int) -> tuple[list[dict[str, Any]], bool]:
    rows = _conversations_of(app, caller)
    field = sort.removeprefix("-")
    if last_id:
        last = rows.filter(id=last_id).first()
        if last is None:
            raise not_found("Last Conversation")
        rows = rows.filter(_behind(field, getattr(last, field), last.id, falling=sort.startswith("-")))
    page = list(rows.order_by(sort, "-id" if sort.startswith("-") else "id")[: limit + 1])
    return [_conversation(row) for row in page[:limit]], len(page) > limit


def _behind(field: str, value: Any, row_id: UUID, *, falling: bool) -> Q:
    """Rows after one in the order of `field`; the id decides between those that were written together."""
    side = "lt" if falling else "gt"
    return Q(**{f"{field}__{side}": value}) | Q(**{field: value, f"id__{side}": row_id})


def _conversation(row: Conversation) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "name": row.name,
        "inputs": row.inputs,
        "status": "normal",
        "introduction": row.introduction,
        "created_at": int(row.created_at.timestamp()),
        "updated_at": int(row.updated_at.timestamp()),
    }


async def messages(request: Request) -> JsonReply:
    """`GET /v1/messages`: the latest `limit` messages, or those before `first_id`; oldest first."""
    app = await published_app(request)
    require_chat(app)
    limit = _limit(request)
    given = request.query.get("conversation_id")
    if not given:
        raise invalid_param("conversation_id", "Arg conversation_id must be provided.")
    first = request.query.get("first_id")
    first_id = uuid_param(first, "first_id") if first else None
    caller = caller_of(request, request.query, required=False)
    rows, more = await in_thread(_message_page, app, caller, uuid_param(given, "conversation_id"), first_id, limit)
    return JsonReply({"limit": limit, "has_more": more, "data": rows})


def _message_page(
    app: PublishedApp, caller: Caller, conversation_id: UUID, first_id: UUID | None, limit: int
) -> tuple[list[dict[str, Any]], bool]:
    conversation = _conversations_of(app, caller).filter(id=conversation_id).first()
    if conversation is None:
        raise not_found("Conversation")
    rows = Message.scoped(app.workspace_id).filter(conversation=conversation)
    if first_id:
        first = rows.filter(id=first_id).first()
        if first is None:
            raise not_found("First Message")
        rows = rows.filter(_behind("created_at", first.created_at, first.id, falling=True))
    page = list(rows.order_by("-created_at", "-id")[: limit + 1])
    forms: dict[UUID, list[dict[str, Any]]] = {}
    for form in HumanForm.scoped(app.workspace_id).filter(run_id__in=[row.run_id for row in page]).order_by("created_at", "id"):
        forms.setdefault(form.run_id, []).append(extra_content(form))
    return [_message(row, forms.get(row.run_id, [])) for row in reversed(page[:limit])], len(page) > limit


def _resources(row: Message) -> list[dict[str, Any]]:
    head = {"message_id": str(row.id), "created_at": int(row.created_at.timestamp())}
    resources = wire_resources(row.metadata.get("retriever_resources") or ())
    return [{"id": str(uuid5(row.id, str(resource["position"]))), **head, **resource} for resource in resources]


def _message(row: Message, forms: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "conversation_id": str(row.conversation_id),
        "parent_message_id": str(row.parent_id) if row.parent_id else None,
        "inputs": row.inputs,
        "query": row.query,
        "answer": row.answer,
        "status": wire_status(row.status),
        "error": run_error(row.error).message if row.error else None,
        "message_files": [],
        "feedback": None,
        "retriever_resources": _resources(row),
        "agent_thoughts": [],
        "created_at": int(row.created_at.timestamp()),
        "extra_contents": forms,
        "message_tokens": row.prompt_tokens,
        "answer_tokens": row.answer_tokens,
        "total_tokens": row.prompt_tokens + row.answer_tokens,
        "provider_response_latency": row.latency_s,
        "total_price": money(row.cost_usd),
        "currency": "USD",
    }
