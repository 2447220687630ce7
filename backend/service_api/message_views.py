"""Messages of client programs: list and rate them; the ratings of all end users."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet

from backend.files.values import links_renew
from backend.runs.feedback import feedback_rate, feedback_revoke
from backend.runs.models import Feedback, HumanForm, Message, Rating, Run
from backend.service_api.bodies import caller_of, uuid_param
from backend.service_api.callers import Caller
from backend.service_api.conversation_views import own_conversation
from backend.service_api.errors import invalid_param, not_found, run_error
from backend.service_api.form_frames import extra_content
from backend.service_api.frames import money, wire_resources, wire_status
from backend.service_api.http import JsonReply, Request, in_thread
from backend.service_api.paging import behind, cursor_of, limit_of, page_of
from backend.service_api.published import PublishedApp, published_app, require_chat
from backend.service_api.simple_frames import thought
from backend.service_api.visitor_frames import seen_message
from backend.studio.models import Mode

FEEDBACK_LIMIT = 101


async def messages(request: Request) -> JsonReply:
    """`GET /v1/messages`: the latest `limit` messages, or those before `first_id`; oldest first."""
    app = await published_app(request)
    require_chat(app)
    limit = limit_of(request)
    given = request.query.get("conversation_id")
    if not given:
        raise invalid_param("conversation_id", "Arg conversation_id must be provided.")
    caller = caller_of(request, request.query, required=False)
    first_id = cursor_of(request, "first_id")
    rows, more = await in_thread(_page, app, caller, uuid_param(given, "conversation_id"), first_id, limit)
    if request.visitor is not None:
        rows = await in_thread(_for_visitor, app, rows)
    return JsonReply({"limit": limit, "has_more": more, "data": rows})


def _page(app: PublishedApp, caller: Caller, conversation_id: UUID, first_id: UUID | None, limit: int) -> tuple[list[dict[str, Any]], bool]:
    rows = Message.scoped(app.workspace_id).filter(conversation=own_conversation(app, caller, conversation_id))
    if first_id:
        first = rows.filter(id=first_id).first()
        if first is None:
            raise not_found("First Message")
        rows = rows.filter(behind("created_at", first.created_at, first.id, falling=True))
    page = list(rows.order_by("-created_at", "-id")[: limit + 1])
    return _present(app, caller, page[limit - 1 :: -1] if len(page) > limit else page[::-1]), len(page) > limit


def _for_visitor(app: PublishedApp, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Messages as a visitor of the app's page gets them: with their run, so that the page can follow one that goes on."""
    runs = Run.scoped(app.workspace_id).filter(message_id__in=[row["id"] for row in rows]).values_list("message_id", "id", "state")
    states = {str(message): {"task_id": str(run), "run_status": wire_status(state)} for message, run, state in runs}
    return [{**seen_message(row), **states.get(row["id"], {})} for row in rows]


def _present(app: PublishedApp, caller: Caller, page: Sequence[Message]) -> list[dict[str, Any]]:
    runs = [row.run_id for row in page]
    forms: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for form in HumanForm.scoped(app.workspace_id).filter(run_id__in=runs).order_by("created_at", "id"):
        forms[form.run_id].append(extra_content(form))
    own = Feedback.scoped(app.workspace_id).filter(message__in=[row.id for row in page], **caller.owns())
    ratings = dict(own.values_list("message_id", "rating"))
    shown = dict(Run.scoped(app.workspace_id).filter(id__in=runs).values_list("id", "outputs__files"))
    values = links_renew(app.workspace_id, app.id, [[row.inputs, row.files, shown.get(row.run_id) or []] for row in page])
    return [_message(app, row, ratings.get(row.id), forms.get(row.run_id, []), *given) for row, given in zip(page, values, strict=True)]


def _resources(row: Message) -> list[dict[str, Any]]:
    head = {"message_id": str(row.id), "created_at": int(row.created_at.timestamp())}
    resources = wire_resources(row.metadata.get("retriever_resources") or ())
    return [{"id": str(uuid5(row.id, str(resource["position"]))), **head, **resource} for resource in resources]


def _files(row: Message, asked: Iterable[Mapping[str, Any]], answered: Any) -> list[dict[str, Any]]:
    """The files of a message: those of the question, then those of the answer."""
    told = answered if isinstance(answered, list) else []
    every = [(file, "user") for file in asked] + [(file, "assistant") for file in told if isinstance(file, Mapping)]
    return [
        {
            "id": file.get("id") or str(uuid5(row.id, f"file {position}")),
            "filename": file.get("filename"),
            "type": file.get("type"),
            "url": file.get("url") or file.get("remote_url"),
            "mime_type": file.get("mime_type"),
            "size": file.get("size"),
            "transfer_method": file.get("transfer_method"),
            "belongs_to": side,
            "upload_file_id": file.get("related_id"),
        }
        for position, (file, side) in enumerate(every)
    ]


def _thoughts(app: PublishedApp, row: Message) -> list[dict[str, Any]]:
    if app.mode != Mode.AGENT or not row.answer:
        return []
    more: dict[str, Any] = {"chain_id": None, "message_id": str(row.id), "files": [], "created_at": int(row.created_at.timestamp())}
    return [{**{name: value for name, value in thought(row.id, row.answer).items() if name != "message_files"}, **more}]


def _message(
    app: PublishedApp, row: Message, rating: str | None, forms: list[dict[str, Any]], inputs: Any, asked: Any, answered: Any
) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "conversation_id": str(row.conversation_id),
        "parent_message_id": str(row.parent_id) if row.parent_id else None,
        "inputs": inputs,
        "query": row.query,
        "answer": row.answer,
        "status": wire_status(row.status),
        "error": run_error(row.error).message if row.error else None,
        "message_files": _files(row, asked, answered),
        "feedback": {"rating": rating} if rating else None,
        "retriever_resources": _resources(row),
        "agent_thoughts": _thoughts(app, row),
        "created_at": int(row.created_at.timestamp()),
        "extra_contents": forms,
        "message_tokens": row.prompt_tokens,
        "answer_tokens": row.answer_tokens,
        "total_tokens": row.prompt_tokens + row.answer_tokens,
        "provider_response_latency": row.latency_s,
        "total_price": money(row.cost_usd),
        "currency": "USD",
    }


def own_messages(app: PublishedApp, caller: Caller) -> QuerySet[Message]:
    """The messages of an end user with an app, without those of deleted conversations."""
    rows = Message.scoped(app.workspace_id).filter(app_id=app.id, conversation__deleted_at=None)
    return rows.filter(**caller.owns("conversation__end_user"))


async def rate(request: Request) -> JsonReply:
    """`POST /v1/messages/{id}/feedbacks`: `like`, `dislike`, or null to take it back."""
    app = await published_app(request)
    body = request.json()
    caller = caller_of(request, body, required=True)
    message_id = uuid_param(request.path["message_id"], "message_id")
    rating, content = body.get("rating"), body.get("content")
    if rating is not None and rating not in Rating.values:
        raise invalid_param("rating", f"rating must be {', '.join(Rating.values)} or null.")
    if not isinstance(content, str | None):
        raise invalid_param("content", "content must be a string.")

    def work() -> None:
        message = own_messages(app, caller).filter(id=message_id).select_related("conversation").first()
        if message is None or message.conversation.end_user_id is None:
            raise not_found("Message")
        end_user_id = message.conversation.end_user_id
        if rating is None:
            feedback_revoke(message=message, end_user_id=end_user_id)
        else:
            feedback_rate(message=message, rating=rating, content=content or "", end_user_id=end_user_id)

    await in_thread(work)
    return JsonReply({"result": "success"})


async def ratings(request: Request) -> JsonReply:
    """`GET /v1/app/feedbacks`: the ratings of end users and members, newest first."""
    app = await published_app(request)
    page, limit = page_of(request), limit_of(request, FEEDBACK_LIMIT)

    def work() -> list[dict[str, Any]]:
        rows = Feedback.scoped(app.workspace_id).filter(app_id=app.id).select_related("message").order_by("-created_at", "-id")
        return [_rating(row) for row in rows[(page - 1) * limit : page * limit]]

    return JsonReply({"data": await in_thread(work)})


def _rating(row: Feedback) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "app_id": str(row.app_id),
        "conversation_id": str(row.message.conversation_id),
        "message_id": str(row.message_id),
        "rating": row.rating,
        "content": row.content or None,
        "from_source": "user" if row.end_user_id else "admin",
        "from_end_user_id": str(row.end_user_id) if row.end_user_id else None,
        "from_account_id": str(row.account_id) if row.account_id else None,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
