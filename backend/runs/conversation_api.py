"""The variables of a conversation in the console: what they are, how turns changed them, and setting one while testing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView, get_or_404
from backend.core.errors import AppError
from backend.runs.conversations import conversation_variable_set, conversation_variables
from backend.runs.models import Conversation, NodeRun, Run
from backend.studio.models import App, Draft

MAX_TURNS = 100
SHOWN_QUERY_CHARS = 200


class ConversationVariablesOutput(serializers.Serializer[Any]):
    """The variables that the draft declares. `default` is what a new conversation begins with, `value` what this one holds.

    `turns` are the latest that ran, oldest first; `changes` are the values that the turn set last, by name.
    """

    class Variable(serializers.Serializer[Any]):
        id = serializers.CharField()
        name = serializers.CharField()
        type = serializers.CharField()
        description = serializers.CharField(allow_blank=True)
        value = serializers.JSONField(allow_null=True)
        default = serializers.JSONField(allow_null=True)  # type: ignore[assignment]  # a field called like an attribute of Field

    class Turn(serializers.Serializer[Any]):
        run_id = serializers.UUIDField()
        query = serializers.CharField(allow_blank=True)
        created_at = serializers.DateTimeField()
        changes = serializers.DictField()

    variables = Variable(many=True)
    turns = Turn(many=True)


class ConversationVariablesApi(WorkspaceView):
    """The variables of a conversation."""

    required = {"get": "run.read", "put": "run.execute"}

    class Input(serializers.Serializer[Any]):
        id = serializers.CharField(max_length=255)
        value = serializers.JSONField(allow_null=True)

    @extend_schema(responses=ConversationVariablesOutput)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID, conversation: uuid.UUID) -> Response:
        """Return the variables of a conversation and how its turns changed them."""
        found = self._conversation(app, conversation)
        return Response(_shown(found, self._declared(app)))

    @extend_schema(request=Input, responses=ConversationVariablesOutput)
    def put(self, request: Request, ws: uuid.UUID, app: uuid.UUID, conversation: uuid.UUID) -> Response:
        """Set a variable of one's own test conversation for the turns to come; 400 `invalid_variable` for a value of another type."""
        found = self._conversation(app, conversation)
        if found.account_id != self.ctx.user.pk:
            raise AppError("permission_denied", "Only one's own test conversations can be changed.", 403)
        body = self.read(self.Input)
        declared = self._declared(app)
        changed, _ = conversation_variable_set(conversation=found, declared=declared, variable_id=body["id"], value=body["value"])
        return Response(_shown(changed, declared))

    def _conversation(self, app: uuid.UUID, conversation: uuid.UUID) -> Conversation:
        rows = Conversation.scoped(self.ctx.workspace).filter(app_id=app, app__deleted_at=None, deleted_at=None)
        return get_or_404(rows, conversation)

    def _declared(self, app: uuid.UUID) -> Sequence[Mapping[str, Any]]:
        found = get_or_404(App.scoped(self.ctx.workspace), app)
        draft = Draft.objects.filter(app=found).values_list("document", flat=True).first() or {}
        return draft.get("conversation_variables") or []


def _shown(conversation: Conversation, declared: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    defaults = {row.get("name"): row.get("value") for row in declared}
    variables = [
        {
            "id": one.id,
            "name": one.name,
            "type": one.type,
            "description": one.description,
            "value": one.value,
            "default": defaults[one.name],
        }
        for one in conversation_variables(conversation, declared)
    ]
    return {"variables": variables, "turns": _turns(conversation)}


def _turns(conversation: Conversation) -> list[dict[str, Any]]:
    runs = Run.scoped(conversation.workspace_id).filter(conversation=conversation, part__isnull=True)
    latest = list(runs.order_by("-created_at", "-id").values("id", "query", "created_at")[:MAX_TURNS])
    changes: dict[uuid.UUID, dict[str, Any]] = {}
    rows = NodeRun.objects.filter(run_id__in=[run["id"] for run in latest]).exclude(event__conversation={})
    for run_id, changed in rows.order_by("seq").values_list("run_id", "event__conversation"):
        changes.setdefault(run_id, {}).update(changed or {})
    return [
        {
            "run_id": run["id"],
            "query": run["query"][:SHOWN_QUERY_CHARS],
            "created_at": run["created_at"],
            "changes": changes.get(run["id"], {}),
        }
        for run in reversed(latest)
    ]
