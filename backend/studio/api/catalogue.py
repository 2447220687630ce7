"""What flows are made of: node types, and templates to start from."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any, get_args

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import LANGUAGES
from backend.core.api import AccountView, WorkspaceView, get_or_404
from backend.knowledge.models import Dataset
from backend.studio.api.shapes import FlowField
from backend.studio.gallery import TEMPLATES, Template, in_language
from backend.studio.models import Mode
from backend.studio.selectors import apps_using, apps_using_counts
from backend.studio.simple import DRAWN_MODES, drawn_flow
from workers.engine import registry
from workers.engine.node import Group, Handles

MAX_DATASETS = 100


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
        title = serializers.DictField(child=serializers.CharField(), help_text="By language.")
        description = serializers.DictField(child=serializers.CharField(), help_text="By language.")
        group = serializers.ChoiceField(get_args(Group))
        icon = serializers.CharField()
        modes = serializers.ListField(child=serializers.ChoiceField(Mode.choices))
        addable = serializers.BooleanField()
        config_schema = serializers.DictField(
            help_text="JSON Schema of `data`; properties carry `title`, `x-title-zh-Hans`, `x-widget`, `x-show-if`."
        )
        defaults = serializers.DictField(help_text="A valid `data` for a new node.")
        outputs = Variable(many=True, help_text="What every node of the type puts out.")
        outputs_from = Rows(allow_null=True, help_text="Where in `data` the rows are that declare more outputs.")
        handles = serializers.ChoiceField(get_args(Handles), help_text="`single`: `source`; `cases`: one each and `false`; `none`: an end.")
        error_handling = serializers.BooleanField()

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request) -> Response:
        """Describe every node type: labels, form, outputs, exits."""
        return Response(registry.node_types())


class TemplateListApi(WorkspaceView):
    """Flows to start from."""

    required = {"get": "app.read"}

    class Query(serializers.Serializer[Any]):
        language = serializers.ChoiceField(LANGUAGES, required=False, help_text="Of flows and samples; by default the caller's.")

    class Output(serializers.Serializer[Any]):
        id = serializers.CharField()
        mode = serializers.ChoiceField(Mode.choices)
        icon = serializers.CharField()
        icon_background = serializers.CharField()
        name = serializers.DictField(child=serializers.CharField(), help_text="By language.")
        description = serializers.DictField(child=serializers.CharField(), help_text="By language.")
        category = serializers.CharField()
        document = FlowField()
        sample_inputs = serializers.DictField()
        sample_query = serializers.CharField()

    @extend_schema(parameters=[Query], responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List the templates with their flows, also of those that are settings only, and a first input each."""
        language = self.read_query(self.Query).get("language") or self.ctx.user.language
        templates = [in_language(template, language) for template in TEMPLATES]
        return Response([asdict(one) | {"document": _drawn(one, language)} for one in templates])


def _drawn(template: Template, language: str) -> dict[str, Any]:
    """Return the flow that a picture of the template shows; of settings, the one that they would become."""
    return drawn_flow(template.document, template.mode, language) if template.mode in DRAWN_MODES else template.document


class DatasetAppsApi(WorkspaceView):
    """Who uses a dataset."""

    required = {"get": "knowledge.read"}

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        name = serializers.CharField()
        mode = serializers.CharField()

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """List the apps whose draft or published flow names the dataset."""
        found = get_or_404(Dataset.scoped(self.ctx.workspace), dataset)
        return Response([{"id": app.pk, "name": app.name, "mode": app.mode} for app in apps_using(self.ctx.workspace.pk, found.pk)])


class DatasetUseListApi(WorkspaceView):
    """How many apps use datasets."""

    required = {"get": "knowledge.read"}

    class Query(serializers.Serializer[Any]):
        ids = serializers.CharField(max_length=MAX_DATASETS * 37, help_text="Datasets, separated by commas.")

        def validate_ids(self, given: str) -> list[uuid.UUID]:
            wanted = given.split(",")
            field = serializers.UUIDField()
            if len(wanted) > MAX_DATASETS:
                raise serializers.ValidationError(f"At most {MAX_DATASETS} datasets at once.")
            return [field.run_validation(one) for one in wanted]

    class Output(serializers.Serializer[Any]):
        dataset_id = serializers.UUIDField()
        apps = serializers.IntegerField()

    @extend_schema(parameters=[Query], responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """Count the apps whose draft or published flow names each of the datasets; what is not of the workspace is left out."""
        wanted = self.read_query(self.Query)["ids"]
        known = Dataset.scoped(self.ctx.workspace).filter(id__in=wanted).values_list("id", flat=True)
        counts = apps_using_counts(self.ctx.workspace.pk, known)
        return Response([{"dataset_id": dataset, "apps": apps} for dataset, apps in counts.items()])
