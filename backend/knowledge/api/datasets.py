"""Datasets in the studio, their tags, metadata fields and keys."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.keys import key_create, key_revoke
from backend.accounts.models import ApiKey, Membership
from backend.core.api import PageInput, WorkspaceView, get_or_404, page_of, paginate
from backend.core.errors import AppError
from backend.knowledge.api.base import KnowledgeView
from backend.knowledge.api.shapes import DatasetOutput, FieldOutput, TagOutput, datasets_present, field_present, tag_present
from backend.knowledge.models import Dataset, DocForm, FieldType, MetadataField, Permission, Tag, Technique
from backend.knowledge.services import datasets as services
from backend.knowledge.services import metadata, tags


class DatasetListApi(KnowledgeView):
    """The datasets of a workspace."""

    class Query(PageInput):
        search = serializers.CharField(required=False, allow_blank=True, default="")
        tag = serializers.UUIDField(required=False)

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=services.MAX_NAME)
        description = serializers.CharField(max_length=400, allow_blank=True, required=False)
        icon = serializers.DictField(required=False)
        permission = serializers.ChoiceField(Permission.choices, required=False)
        members = serializers.ListField(child=serializers.UUIDField(), required=False)
        indexing_technique = serializers.ChoiceField(Technique.choices, required=False)
        doc_form = serializers.ChoiceField(DocForm.choices, required=False)
        embedding_provider = serializers.CharField(required=False, allow_blank=True)
        embedding_model = serializers.CharField(required=False, allow_blank=True)
        process_rule = serializers.DictField(required=False)
        retrieval = serializers.DictField(required=False)

    @extend_schema(parameters=[Query], responses=page_of(DatasetOutput, "DatasetPage"))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List the datasets one may see, those last changed first."""
        query = self.read_query(self.Query)
        rows = self.datasets().order_by("-updated_at", "-id")
        if query["search"]:
            rows = rows.filter(name__icontains=query["search"])
        if query.get("tag"):
            rows = rows.filter(tags=query["tag"])
        return Response(paginate(rows, query, datasets_present))

    @extend_schema(request=Input, responses={201: DatasetOutput})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Make an empty dataset."""
        given = _with_members(self, self.read(self.Input))
        made = services.dataset_create(workspace_id=self.ctx.workspace.pk, created_by=self.ctx.user, **given)
        return Response(datasets_present([made])[0], 201)


class DatasetApi(KnowledgeView):
    """A dataset."""

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=services.MAX_NAME, required=False)
        description = serializers.CharField(max_length=400, allow_blank=True, required=False)
        icon = serializers.DictField(required=False)
        permission = serializers.ChoiceField(Permission.choices, required=False)
        members = serializers.ListField(child=serializers.UUIDField(), required=False)
        indexing_technique = serializers.ChoiceField(Technique.choices, required=False)
        doc_form = serializers.ChoiceField(DocForm.choices, required=False)
        embedding_provider = serializers.CharField(required=False, allow_blank=True)
        embedding_model = serializers.CharField(required=False, allow_blank=True)
        process_rule = serializers.DictField(required=False)
        retrieval = serializers.DictField(required=False)
        enable_api = serializers.BooleanField(required=False)
        built_in_fields = serializers.BooleanField(required=False)

    @extend_schema(responses=DatasetOutput)
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Return the dataset."""
        return Response(datasets_present([self.dataset(dataset)])[0])

    @extend_schema(request=Input, responses=DatasetOutput)
    def patch(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Change what is given. Another technique or model has everything embedded anew in the background."""
        found = self.dataset(dataset)
        services.dataset_update(dataset=found, updated_by=self.ctx.user, **_with_members(self, self.read(self.Input)))
        return Response(datasets_present([self.dataset(dataset)])[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Delete the dataset with all that is in it."""
        services.dataset_delete(dataset=self.dataset(dataset))
        return Response(status=204)


def _with_members(view: WorkspaceView, given: dict[str, Any]) -> dict[str, Any]:
    """Turn ids of members into users. Raises AppError for somebody who is none."""
    if "members" not in given:
        return given
    wanted = set(given["members"])
    rows = Membership.objects.filter(workspace=view.ctx.workspace, user_id__in=wanted).select_related("user")
    found = [row.user for row in rows]
    if len(found) != len(wanted):
        raise AppError("invalid_input", "Only members of the workspace can be let in.", 400, {"fields": {"members": ["Unknown member."]}})
    return {**given, "members": found}


class DatasetReindexApi(KnowledgeView):
    """Index against rows."""

    class Output(serializers.Serializer[Any]):
        documents = serializers.IntegerField()

    @extend_schema(request=None, responses={202: Output})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Have a worker compare the index with the rows and write what is missing."""
        return Response({"documents": services.dataset_reindex(dataset=self.dataset(dataset))}, 202)


class DatasetTagsApi(KnowledgeView):
    """Which tags a dataset has."""

    class Input(serializers.Serializer[Any]):
        tag_ids = serializers.ListField(child=serializers.UUIDField())

    @extend_schema(request=Input, responses=TagOutput(many=True))
    def put(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Set the tags of the dataset."""
        found = self.dataset(dataset)
        wanted = set(self.read(self.Input)["tag_ids"])
        tags.dataset_bind_tags(dataset=found, tag_ids=wanted)
        tags.dataset_unbind_tags(dataset=found, tag_ids={tag.id for tag in found.tags.all()} - wanted)
        return Response([tag_present(tag) for tag in Tag.scoped(self.ctx.workspace).filter(datasets=found).order_by("name")])


class TagListApi(KnowledgeView):
    """The tags of a workspace's datasets."""

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=tags.MAX_NAME)

    @extend_schema(responses=TagOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List the tags by name."""
        return Response([tag_present(tag) for tag in Tag.scoped(self.ctx.workspace).order_by("name")])

    @extend_schema(request=Input, responses={201: TagOutput})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Make a tag."""
        made = tags.tag_create(workspace_id=self.ctx.workspace.pk, name=self.read(self.Input)["name"], created_by=self.ctx.user)
        return Response(tag_present(made), 201)


class TagApi(KnowledgeView):
    """A tag."""

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=tags.MAX_NAME)

    @extend_schema(request=Input, responses=TagOutput)
    def patch(self, request: Request, ws: uuid.UUID, dataset_tag: uuid.UUID) -> Response:
        """Rename the tag."""
        found = get_or_404(Tag.scoped(self.ctx.workspace), dataset_tag)
        return Response(tag_present(tags.tag_rename(tag=found, name=self.read(self.Input)["name"])))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, dataset_tag: uuid.UUID) -> Response:
        """Delete the tag; datasets lose it."""
        tags.tag_delete(tag=get_or_404(Tag.scoped(self.ctx.workspace), dataset_tag))
        return Response(status=204)


class FieldListApi(KnowledgeView):
    """The metadata fields of a dataset."""

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=metadata.MAX_NAME)
        type = serializers.ChoiceField(FieldType.choices)

    @extend_schema(request=Input, responses={201: FieldOutput})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Add a field."""
        found = self.dataset(dataset)
        return Response(field_present(metadata.field_create(dataset=found, created_by=self.ctx.user, **self.read(self.Input))), 201)


class FieldApi(KnowledgeView):
    """A metadata field."""

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=metadata.MAX_NAME)

    @extend_schema(request=Input, responses=FieldOutput)
    def patch(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, metadata_field: uuid.UUID) -> Response:
        """Rename the field; values stay."""
        found = self._field(self.dataset(dataset), metadata_field)
        return Response(field_present(metadata.field_rename(field=found, name=self.read(self.Input)["name"])))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, metadata_field: uuid.UUID) -> Response:
        """Delete the field with its values."""
        metadata.field_delete(field=self._field(self.dataset(dataset), metadata_field))
        return Response(status=204)

    def _field(self, dataset: Dataset, field: uuid.UUID) -> MetadataField:
        return get_or_404(MetadataField.scoped(self.ctx.workspace).filter(dataset=dataset), field)


class MetadataValuesApi(KnowledgeView):
    """Metadata of several documents."""

    class Input(serializers.Serializer[Any]):
        class Operation(serializers.Serializer[Any]):
            class Value(serializers.Serializer[Any]):
                id = serializers.UUIDField()
                value = serializers.JSONField(allow_null=True)

            document_id = serializers.UUIDField()
            metadata_list = Value(many=True)
            partial_update = serializers.BooleanField(default=True)

        operations = Operation(many=True)

    @extend_schema(request=Input, responses={204: None})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Set values, all or none; null takes one away."""
        found = self.dataset(dataset)
        metadata.values_set(dataset=found, operations=self.read(self.Input)["operations"])
        return Response(status=204)


class DatasetKeyOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    last4 = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    key = serializers.CharField(required=False, help_text="The key's text, in the answer that made it and never again.")


def _key(key: ApiKey, plain: str | None = None) -> dict[str, Any]:
    shown = {name: getattr(key, name) for name in ("id", "name", "last4", "created_at", "last_used_at")}
    return {**shown, "key": plain} if plain else shown


class DatasetKeyListApi(WorkspaceView):
    """Keys that open the workspace's knowledge to programs."""

    required = {"get": "key.manage", "post": "key.manage"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100, allow_blank=True, default="")

    @extend_schema(responses=DatasetKeyOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List the keys, newest first."""
        rows = ApiKey.scoped(self.ctx.workspace).filter(kind=ApiKey.Kind.DATASET).order_by("-created_at")
        return Response([_key(row) for row in rows])

    @extend_schema(request=Input, responses={201: DatasetKeyOutput})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Make a key; its text is in this answer alone."""
        name = self.read(self.Input)["name"]
        made, plain = key_create(workspace=self.ctx.workspace, kind=ApiKey.Kind.DATASET, created_by=self.ctx.user, name=name)
        return Response(_key(made, plain), 201)


class DatasetKeyApi(WorkspaceView):
    """A key to the workspace's knowledge."""

    required = {"delete": "key.manage"}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, dataset_key: uuid.UUID) -> Response:
        """Revoke the key."""
        key_revoke(get_or_404(ApiKey.scoped(self.ctx.workspace).filter(kind=ApiKey.Kind.DATASET), dataset_key))
        return Response(status=204)
