"""Answers that several endpoints give."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.studio.last_runs import RUN_STATES
from backend.studio.models import Mode


@extend_schema_field(
    {"type": "object", "additionalProperties": {}, "description": "A flow: graph, features and variables, as in an app file."}
)
class FlowField(serializers.JSONField):
    """A flow document. What must be in it is the engine's business, not this API's."""


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}]})
class WordField(serializers.JSONField):
    """What a sentence has a blank for."""


class AppOutput(serializers.Serializer[Any]):
    """An app as lists and headers show it."""

    class Published(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        number = serializers.IntegerField()
        name = serializers.CharField()
        created_at = serializers.DateTimeField()

    class LastRun(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        state = serializers.ChoiceField(RUN_STATES)
        created_at = serializers.DateTimeField()

    class Owner(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        name = serializers.CharField()

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    mode = serializers.ChoiceField(Mode.choices)
    icon_type = serializers.CharField()
    icon = serializers.CharField()
    icon_background = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    api_enabled = serializers.BooleanField()
    published = Published(allow_null=True)
    has_unpublished_changes = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    updated_by = serializers.CharField(allow_null=True, help_text="Who saved the draft last.")
    owner = Owner(allow_null=True, help_text="Who made it.")
    deleted_at = serializers.DateTimeField(allow_null=True, help_text="Set while it is in the bin.")
    last_run = LastRun(allow_null=True)


class ProblemOutput(serializers.Serializer[Any]):
    """One line of the checklist. `field` is a dotted path inside the node's `data`; `node_id` null: the whole flow."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(("error", "warning"))
    node_id = serializers.CharField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    params = serializers.DictField(child=WordField())
    message = serializers.CharField()


class DraftOutput(serializers.Serializer[Any]):
    """The one mutable flow of an app; secret variables are masked."""

    document = FlowField()
    revision = serializers.IntegerField()
    updated_at = serializers.DateTimeField()
    updated_by = serializers.CharField(allow_null=True)
    problems = ProblemOutput(many=True)


class VersionOutput(serializers.Serializer[Any]):
    """An immutable copy of a flow; `number` null: kept before a restore or an import."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField(allow_null=True)
    live = serializers.BooleanField()


class VersionDetailOutput(VersionOutput):
    """A version with its flow."""

    document = FlowField()
