"""What flows are made of: node types, and templates to start from."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import AccountView, WorkspaceView
from backend.studio.gallery import TEMPLATES
from backend.studio.models import Mode
from workers.engine import registry


class NodeTypeListApi(AccountView):
    """All node types."""

    class Output(serializers.Serializer[Any]):
        class Variable(serializers.Serializer[Any]):
            name = serializers.CharField()
            type = serializers.CharField()

        class Rows(serializers.Serializer[Any]):
            path = serializers.CharField()
            name = serializers.CharField()
            type = serializers.CharField()

        type = serializers.CharField()
        title = serializers.DictField(child=serializers.CharField())
        description = serializers.DictField(child=serializers.CharField())
        group = serializers.CharField()
        icon = serializers.CharField()
        modes = serializers.ListField(child=serializers.CharField())
        addable = serializers.BooleanField()
        config_schema = serializers.DictField(help_text="JSON Schema of the node's `data`.")
        defaults = serializers.DictField(help_text="A `data` for a new node.")
        outputs = Variable(many=True)
        outputs_from = Rows(allow_null=True)
        handles = serializers.ChoiceField(("single", "cases", "none"))
        error_handling = serializers.BooleanField()

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request) -> Response:
        """Describe every node type: labels, form, outputs, exits."""
        return Response(registry.node_types())


class TemplateListApi(WorkspaceView):
    """Flows to start from."""

    required = {"get": "app.read"}

    class Output(serializers.Serializer[Any]):
        id = serializers.CharField()
        mode = serializers.ChoiceField(Mode.choices)
        icon = serializers.CharField()
        icon_background = serializers.CharField()
        name = serializers.DictField(child=serializers.CharField(), help_text="By language.")
        description = serializers.DictField(child=serializers.CharField(), help_text="By language.")
        category = serializers.CharField()
        document = serializers.JSONField()
        sample_inputs = serializers.DictField()
        sample_query = serializers.CharField()

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List the templates with their flows and a first input each."""
        return Response([asdict(template) for template in TEMPLATES])
