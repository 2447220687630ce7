"""Which runs and conversations a log shows: the filters, as a query string and as conditions of a query."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from rest_framework import serializers

from backend.accounts.models import Workspace
from backend.runs.models import Annotation, AnnotationHit, Conversation, Feedback, NodeRun, Run, Source, State

MAX_SEARCH, MAX_WORDS = 200, 8
PUBLISHED = tuple(source for source in Source if source != Source.DEBUG)
RATINGS = ("like", "dislike", "rated", "unrated")
SOURCES = ("published", "all", *Source.values)


class LogQuery(serializers.Serializer[Any]):
    """The filters of a log in a query string; see `LogFilters` for what they mean."""

    to = serializers.DateTimeField(required=False, help_text="Only what was active before.")
    source = serializers.ChoiceField(SOURCES, required=False, help_text="`published`: all but test runs in the studio.")  # type: ignore[assignment]  # a field called like an attribute of Field
    state = serializers.ChoiceField(State.choices, required=False)
    rating = serializers.ChoiceField(RATINGS, required=False)
    error = serializers.BooleanField(required=False)
    annotated = serializers.BooleanField(required=False, help_text="Corrected by an annotation, or answered from one.")
    end_user = serializers.CharField(
        required=False, max_length=255, help_text="An end user's id, or a part of the caller's own name for it."
    )
    version = serializers.UUIDField(required=False)
    draft = serializers.BooleanField(required=False, help_text="Runs of drafts; false: runs of published versions.")
    failed_node = serializers.CharField(required=False, max_length=100, help_text="A node that failed, also where the flow handled it.")
    error_code = serializers.CharField(required=False, max_length=100, help_text="How it failed, also where the flow handled it.")
    search = serializers.CharField(
        required=False, max_length=MAX_SEARCH, help_text='Words that all occur in one question and its answer; `"…"` keeps words together.'
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python cannot name."""
        return {"from": serializers.DateTimeField(required=False, help_text="Only what was active at or after."), **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        if attrs.get("from") and attrs.get("to") and attrs["from"] >= attrs["to"]:
            raise serializers.ValidationError({"to": "The period must end after it begins."})
        return attrs


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What a log shows. A conversation is shown when it was active in the period [since, until) and has a turn that all else fits.

    `source`: a way in, `published` for all but the studio's, `all`. `error`: with or without failed turns.
    """

    since: datetime | None = None
    until: datetime | None = None
    source: str = "published"
    state: str = ""
    rating: str = ""
    error: bool | None = None
    annotated: bool | None = None
    end_user: str = ""
    version: uuid.UUID | None = None
    draft: bool | None = None
    failed_node: str = ""
    error_code: str = ""
    search: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any], source: str = "published") -> LogFilters:
        """Read what `LogQuery` has validated; `source` is what counts when none is given."""
        return cls(
            since=query.get("from"),
            until=query.get("to"),
            source=query.get("source") or source,
            state=query.get("state", ""),
            rating=query.get("rating", ""),
            error=query.get("error"),
            annotated=query.get("annotated"),
            end_user=query.get("end_user", "").strip(),
            version=query.get("version"),
            draft=query.get("draft"),
            failed_node=query.get("failed_node", ""),
            error_code=query.get("error_code", ""),
            search=query.get("search", "").strip(),
        )


def conversations_filtered(workspace: Workspace | uuid.UUID, app_id: uuid.UUID, filters: LogFilters) -> QuerySet[Conversation]:
    """Return an app's conversations, without an order; also those that their end user has put away."""
    found = Conversation.scoped(workspace).filter(app_id=app_id)
    if filters.since:
        found = found.filter(updated_at__gte=filters.since)
    if filters.until:
        found = found.filter(created_at__lt=filters.until)
    if filters.end_user:
        found = found.filter(_end_user(filters.end_user))
    turns = Run.scoped(workspace).filter(conversation=OuterRef("pk"))
    if filters.error is False:
        found = found.exclude(Exists(turns.filter(state=State.FAILED)))
    if filters.annotated is False:
        found = found.exclude(Exists(turns.filter(_annotated())))
    if filters.rating == "unrated":
        found = found.exclude(Exists(turns.filter(_rated())))
    return found.filter(Exists(turns.filter(_source(filters), _turn(filters), *_words(filters.search, _said))))


def runs_filtered(workspace: Workspace | uuid.UUID, app_id: uuid.UUID, filters: LogFilters) -> QuerySet[Run]:
    """Return an app's runs, without an order. The period is about when they were accepted."""
    found = Run.scoped(workspace).filter(_source(filters), _turn(filters), app_id=app_id)
    if filters.since:
        found = found.filter(created_at__gte=filters.since)
    if filters.until:
        found = found.filter(created_at__lt=filters.until)
    if filters.end_user:
        found = found.filter(_end_user(filters.end_user))
    if filters.error is False:
        found = found.exclude(state=State.FAILED)
    if filters.annotated is False:
        found = found.exclude(_annotated())
    if filters.rating == "unrated":
        found = found.exclude(_rated())
    if filters.search:
        found = found.alias(inputs_text=Cast("inputs", TextField()), outputs_text=Cast("outputs", TextField()))
        found = found.filter(*_words(filters.search, _recorded))
    return found


def _source(filters: LogFilters) -> Q:
    if filters.source == "all":
        return Q()
    return ~Q(source=Source.DEBUG) if filters.source == "published" else Q(source=filters.source)


def _turn(filters: LogFilters) -> Q:
    """What one run must be like."""
    wanted = Q()
    if filters.state:
        wanted &= Q(state=filters.state)
    if filters.error:
        wanted &= Q(state=State.FAILED)
    if filters.version:
        wanted &= Q(version=filters.version)
    if filters.draft is not None:
        wanted &= Q(version__number__isnull=filters.draft)
    if filters.failed_node or filters.error_code:
        wanted &= _failed(filters.failed_node, filters.error_code)
    if filters.annotated:
        wanted &= _annotated()
    if filters.rating == "rated":
        wanted &= _rated()
    elif filters.rating in ("like", "dislike"):
        wanted &= _rated(rating=filters.rating)
    return wanted


def _failed(node: str, code: str) -> Q:
    """Runs that ended by such a failure, or went on after one."""
    handled = NodeRun.objects.filter(run=OuterRef("pk"), status__in=(State.FAILED, "exception"))
    ended = Q(state=State.FAILED)
    if node:
        handled, ended = handled.filter(node_id=node), ended & Q(error__node_id=node)
    if code:
        handled, ended = handled.filter(event__error__code=code), ended & Q(error__code=code)
    return ended | Q(Exists(handled))


def _annotated() -> Q:
    """Runs whose answer was corrected, or came from an annotation."""
    corrected = Annotation.unscoped.filter(message__run=OuterRef("pk"))
    return Q(Exists(corrected)) | Q(Exists(AnnotationHit.unscoped.filter(run=OuterRef("pk"))))


def _rated(**fields: str) -> Q:
    return Q(Exists(Feedback.unscoped.filter(message__run=OuterRef("pk"), **fields)))


def _end_user(text: str) -> Q:
    try:
        return Q(end_user_id=uuid.UUID(text))
    except ValueError:
        return Q(end_user__session_id__icontains=text)


def search_words(text: str) -> list[str]:
    """Split a search into what must occur: words, and quoted phrases."""
    found = []
    for place, part in enumerate(text.split('"')):
        found += [part.strip()] if place % 2 else part.split()
    return [word for word in found if word][:MAX_WORDS]


def _words(text: str, place: Callable[[str], Q]) -> list[Q]:
    return [place(word) for word in search_words(text)]


def _variants(word: str) -> set[str]:
    """Spellings to look for: SQLite ignores the case of ASCII letters only."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}


def _said(word: str) -> Q:
    found = Q()
    for text in _variants(word):
        found |= Q(message__query__icontains=text) | Q(message__answer__icontains=text)
    return found


def _recorded(word: str) -> Q:
    """What a run was given and what it gave; JSON columns hold their texts escaped."""
    found = Q()
    for text in _variants(word):
        escaped = json.dumps(text, ensure_ascii=False)[1:-1]
        found |= Q(query__icontains=text) | Q(message__answer__icontains=text)
        found |= Q(inputs_text__icontains=escaped) | Q(outputs_text__icontains=escaped)
    return found
