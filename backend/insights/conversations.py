"""What the log of an app shows: a page of conversations, and one of them as it was seen."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce

from backend.accounts.models import Workspace
from backend.files.links import signed_url
from backend.files.selectors import files_get
from backend.insights.annotations import presented
from backend.runs.filters import LogFilters, conversations_filtered, search_words
from backend.runs.models import Annotation, AnnotationHit, Conversation, Feedback, Message, Rating, Run, State

MAX_TURNS, MAX_OTHERS = 100, 20
QUESTION_CHARS, EXCERPT_CHARS = 200, 80
ORDERS = {
    "-last_at": "-updated_at",
    "last_at": "updated_at",
    "-created_at": "-created_at",
    "created_at": "created_at",
    "-turns": "-turns",
    "-tokens": "-tokens",
    "-cost_usd": "-cost",
}


def page(workspace: Workspace, app_id: uuid.UUID, filters: LogFilters, sort: str, number: int, limit: int) -> dict[str, Any]:
    """Return one page of the log's conversations as JSON."""
    found = conversations_filtered(workspace, app_id, filters)
    ordered = _with_sums(found, workspace, sort).order_by(ORDERS[sort], "-id")
    start = (number - 1) * limit
    if filters.search:  # all texts are read for the count: once is enough
        counted = list(ordered.annotate(found=Window(Count("pk"))).values_list("pk", "found")[start : start + limit])
        total = counted[0][1] if counted else (found.count() if start else 0)
        keys = [pk for pk, _ in counted]
    else:
        total, keys = found.count(), list(ordered.values_list("pk", flat=True)[start : start + limit])
    shown = Conversation.scoped(workspace).select_related("end_user", "account").defer("variables", "inputs", "introduction")
    rows = shown.in_bulk(keys)
    return {"results": _rows(workspace, [rows[pk] for pk in keys], filters.search), "total": total, "page": number, "limit": limit}


def _with_sums(found: QuerySet[Conversation], workspace: Workspace, sort: str) -> QuerySet[Conversation]:
    """Add the sum that is sorted by, if it is one."""
    turns = Message.scoped(workspace).filter(conversation=OuterRef("pk")).order_by().values("conversation")
    if sort == "-turns":
        return found.annotate(turns=Coalesce(Subquery(turns.annotate(sum=Count("pk")).values("sum")), 0))
    if sort == "-tokens":
        tokens = turns.annotate(sum=Sum(F("prompt_tokens") + F("answer_tokens"))).values("sum")
        return found.annotate(tokens=Coalesce(Subquery(tokens, output_field=IntegerField()), 0))
    if sort == "-cost_usd":
        return found.annotate(cost=Coalesce(Subquery(turns.annotate(sum=Sum("cost_usd")).values("sum")), 0.0, output_field=FloatField()))
    return found


def asker(row: Conversation) -> dict[str, Any] | None:
    """Tell who asked."""
    if row.end_user is not None:
        return {"kind": "end_user", "id": row.end_user_id, "name": row.end_user.session_id}
    if row.account is not None:
        return {"kind": "member", "id": row.account_id, "name": row.account.name or row.account.email}
    return None


def _rows(workspace: Workspace, rows: Sequence[Conversation], search: str = "") -> list[dict[str, Any]]:
    ids = [row.pk for row in rows]
    turns = Message.scoped(workspace).filter(conversation__in=ids)
    sums = {row[0]: dict(zip(_SUMS, row[1:], strict=True)) for row in turns.values_list("conversation_id").annotate(**_SUMS).order_by()}
    latest, first = _ends(workspace, ids)
    ratings = _ratings(workspace, ids)
    matches = _matches(turns, search)
    return [
        {
            "id": row.pk,
            "name": row.name,
            "question": first.get(row.pk, ""),
            "asker": asker(row),
            **latest.get(row.pk, {"source": None, "state": None, "version_number": None}),
            **sums.get(row.pk, {"turns": 0, "failed": 0, "annotated": 0, "tokens": 0, "cost_usd": 0.0}),
            **ratings[row.pk],
            "match": matches.get(row.pk),
            "deleted": row.deleted_at is not None,
            "created_at": row.created_at,
            "last_at": row.updated_at,
        }
        for row in rows
    ]


_SUMS: dict[str, Any] = {
    "turns": Count("pk"),
    "failed": Count("pk", filter=Q(run__state=State.FAILED)),
    "annotated": Count("annotation"),
    "tokens": Sum(F("prompt_tokens") + F("answer_tokens")),
    "cost_usd": Sum("cost_usd"),
}


def _ends(workspace: Workspace, ids: Sequence[uuid.UUID]) -> tuple[dict[uuid.UUID, dict[str, Any]], dict[uuid.UUID, str]]:
    """Return what each conversation's latest run was, and how its first question begins, or its inputs where there is none."""
    runs = Run.scoped(workspace).filter(conversation=OuterRef("pk"))
    ends = Conversation.scoped(workspace).filter(pk__in=ids)
    pairs = ends.annotate(
        newest=Subquery(runs.order_by("-created_at", "-id").values("pk")[:1]),
        oldest=Subquery(runs.order_by("created_at", "id").values("pk")[:1]),
    ).values_list("pk", "newest", "oldest")
    named = {newest: pk for pk, newest, _ in pairs if newest}
    begun = {oldest: pk for pk, _, oldest in pairs if oldest}
    newest = Run.scoped(workspace).filter(pk__in=named).values_list("pk", "source", "state", "version__number")
    oldest = Run.scoped(workspace).filter(pk__in=begun).values_list("pk", "query", "inputs")
    latest = {named[pk]: {"source": source, "state": state, "version_number": number} for pk, source, state, number in newest}
    return latest, {begun[pk]: (query or _told(inputs))[:QUESTION_CHARS] for pk, query, inputs in oldest}


def _told(inputs: Mapping[str, Any]) -> str:
    """What stands for a question where nothing is asked: text generation has inputs alone."""
    return " · ".join(str(value) for value in inputs.values() if isinstance(value, str | int | float) and value != "")


def _ratings(workspace: Workspace, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, dict[str, Any]]:
    """Count likes and dislikes by end users and by members."""
    found: defaultdict[uuid.UUID, dict[str, Any]] = defaultdict(
        lambda: {"user_ratings": {"likes": 0, "dislikes": 0}, "member_ratings": {"likes": 0, "dislikes": 0}}
    )
    rows = Feedback.scoped(workspace).filter(message__conversation__in=ids).order_by()
    by_user, liked = Q(account=None), Q(rating=Rating.LIKE)
    counts = {"ul": by_user & liked, "ud": by_user & ~liked, "ml": ~by_user & liked, "md": ~by_user & ~liked}
    sums = rows.values_list("message__conversation_id").annotate(**{name: Count("pk", filter=test) for name, test in counts.items()})
    for conversation_id, user_likes, user_dislikes, member_likes, member_dislikes in sums:
        found[conversation_id] = {
            "user_ratings": {"likes": user_likes, "dislikes": user_dislikes},
            "member_ratings": {"likes": member_likes, "dislikes": member_dislikes},
        }
    return found


def _matches(turns: QuerySet[Message], search: str) -> dict[uuid.UUID, dict[str, Any]]:
    """Return for each conversation the first turn with the first word of the search, and the text around it."""
    words = search_words(search)
    if not words:
        return {}
    word = words[0]
    found: dict[uuid.UUID, dict[str, Any]] = {}
    rows = turns.filter(Q(query__icontains=word) | Q(answer__icontains=word)).order_by("created_at", "id")
    for pk, conversation_id, query, answer in rows.values_list("pk", "conversation_id", "query", "answer"):
        if conversation_id not in found:
            text = query if word.lower() in query.lower() else answer
            found[conversation_id] = {"message_id": pk, "excerpt": excerpt(text, word)}
    return found


def excerpt(text: str, word: str) -> str:
    """Cut out what stands around the first occurrence of a word, on one line."""
    place = max(0, text.lower().find(word.lower()))
    start, end = max(0, place - EXCERPT_CHARS), place + len(word) + EXCERPT_CHARS
    line = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{line}{'…' if end < len(text) else ''}"


def detail(workspace: Workspace, found: Conversation, before: uuid.UUID | None = None) -> dict[str, Any]:
    """Return a conversation with its latest turns, or with those before one, as JSON."""
    messages = (
        Message.scoped(workspace).filter(conversation=found).select_related("run", "run__version", "annotation", "annotation__account")
    )
    messages = messages.defer("run__version__document", "run__outputs", "run__inputs", "annotation__vector")
    if before is not None:
        messages = messages.filter(pk__lt=before)
    latest = list(messages.order_by("-pk")[: MAX_TURNS + 1])
    turns = latest[:MAX_TURNS][::-1]
    others = Conversation.scoped(workspace).filter(app=found.app_id, end_user=found.end_user_id, account=found.account_id)
    rows = others.exclude(pk=found.pk).order_by("-updated_at").values("id", "name", "updated_at")[:MAX_OTHERS]
    return {
        **_rows(workspace, [found])[0],
        "inputs": found.inputs,
        "introduction": found.introduction,
        "messages": _turns(workspace, turns),
        "earlier": len(latest) > MAX_TURNS,
        "others": [{"id": row["id"], "name": row["name"], "last_at": row["updated_at"]} for row in rows] if asker(found) else [],
    }


def _turns(workspace: Workspace, messages: Sequence[Message]) -> list[dict[str, Any]]:
    ids = [message.pk for message in messages]
    feedback: dict[uuid.UUID, list[Feedback]] = defaultdict(list)
    for row in Feedback.scoped(workspace).filter(message__in=ids).select_related("account").order_by("created_at"):
        feedback[row.message_id].append(row)
    hits = AnnotationHit.scoped(workspace).filter(run__in=[message.run_id for message in messages])
    scores = dict(hits.values_list("run_id", "score"))
    sign = _Signer(workspace, (file for message in messages for file in message.files))
    return [_turn(message, feedback[message.pk], scores.get(message.run_id), sign) for message in messages]


def _turn(message: Message, feedback: Sequence[Feedback], score: float | None, sign: _Signer) -> dict[str, Any]:
    run, reply = message.run, message.metadata.get("annotation_reply")
    error = run.error or message.error
    by_user = next((row for row in feedback if row.account is None), None)
    return {
        **{name: getattr(message, name) for name in ("id", "run_id", "parent_id", "inputs", "query", "answer", "created_at")},
        **{name: getattr(message, name) for name in ("prompt_tokens", "answer_tokens", "cost_usd", "latency_s")},
        **{"version_number": run.version.number, "source": run.source, "state": run.state, "first_token_s": run.first_token_s},
        "files": [sign.value(file) for file in message.files],
        "citations": message.metadata.get("retriever_resources") or [],
        "error": {"code": error["code"], "message": error["message"]} if error else None,
        "user_feedback": _feedback(by_user) if by_user else None,
        "member_feedback": [_feedback(row) for row in feedback if row.account is not None],
        "annotation": presented([message.annotation])[0] if _has_annotation(message) else None,
        "answered_by": {"annotation_id": reply["id"], "author": reply["account"]["name"], "score": score} if reply else None,
    }


def _has_annotation(message: Message) -> bool:
    try:
        return message.annotation is not None
    except Annotation.DoesNotExist:
        return False


def member_feedback(workspace: Workspace, message_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the ratings that members gave an answer."""
    rows = Feedback.scoped(workspace).filter(message=message_id, account__isnull=False).select_related("account").order_by("created_at")
    return [_feedback(row) for row in rows]


def _feedback(row: Feedback) -> dict[str, Any]:
    by = {"id": row.account.pk, "name": row.account.name or row.account.email} if row.account else None
    return {"rating": row.rating, "content": row.content, "account": by, "updated_at": row.updated_at}


class _Signer:
    """Gives file values addresses that open them now; those they were stored with may have ended."""

    def __init__(self, workspace: Workspace, values: Iterable[Mapping[str, Any]]) -> None:
        ids = {key for value in values if (key := _stored_id(value))}
        self._files = files_get(workspace.pk, ids) if ids else {}

    def value(self, file: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value with an address that works; of a deleted file without one."""
        key = _stored_id(file)
        if key is None:
            return dict(file)
        stored = self._files.get(key)
        return {**file, "url": signed_url(stored) if stored else None}


def _stored_id(value: Mapping[str, Any]) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value["related_id"])) if value.get("related_id") else None
    except ValueError:
        return None
