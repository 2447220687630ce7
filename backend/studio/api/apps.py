"""Apps: list, create, change, delete, duplicate, import, export."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import LANGUAGES
from backend.core import access
from backend.core.api import PageInput, WorkspaceView, get_or_404, page_of, paginate
from backend.core.errors import AppError
from backend.studio import selectors, services
from backend.studio.api.shapes import AppOutput
from backend.studio.dsl import file_write
from backend.studio.gallery import blank_document, in_language, template_of
from backend.studio.models import App, Draft, Mode


class Icon(serializers.Serializer[Any]):
    """The look of an app."""

    icon_type = serializers.ChoiceField(("emoji",), required=False)
    icon = serializers.CharField(max_length=255, required=False)
    icon_background = serializers.RegexField(r"^#[0-9A-Fa-f]{6}$", required=False)


class AppListApi(WorkspaceView):
    """The workspace's apps."""

    required = {"get": "app.read", "post": "app.edit"}

    class Query(PageInput):
        search = serializers.CharField(max_length=200, allow_blank=True, default="")
        mode = serializers.ChoiceField(Mode.choices, allow_blank=True, default="")
        tag = serializers.CharField(max_length=50, allow_blank=True, default="")
        owner = serializers.UUIDField(required=False, help_text="Who made it.")
        deleted = serializers.BooleanField(default=False, help_text="List the bin instead.")
        sort = serializers.ChoiceField(selectors.SORTS, default="-updated_at")

    class Input(Icon):
        name = serializers.CharField(max_length=100)
        mode = serializers.ChoiceField(Mode.choices)
        description = serializers.CharField(max_length=2000, allow_blank=True, default="")
        template = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
        language = serializers.ChoiceField(LANGUAGES, required=False, help_text="Of what a template says; by default the caller's.")

    @extend_schema(parameters=[Query], responses=page_of(AppOutput, "AppPage"))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List apps; `search` looks into names, descriptions, prompts and node titles."""
        query = self.read_query(self.Query)
        chosen = {name: query[name] for name in ("search", "mode", "tag", "deleted", "sort")}
        apps = selectors.apps_of(self.ctx.workspace, owner=query.get("owner"), **chosen)
        return Response(paginate(apps, query, lambda rows: selectors.apps_present(self.ctx.workspace, rows)))

    @extend_schema(request=Input, responses={201: AppOutput})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Create an app, blank or from a template, whose mode and look then count unless they are given."""
        fields = self.read(self.Input)
        mode, template_id = fields.pop("mode"), fields.pop("template", None)
        language = fields.pop("language", self.ctx.user.language)
        template = template_of(template_id) if template_id else None
        if template_id and template is None:
            raise AppError("invalid_input", f"There is no template {template_id!r}.", 400, {"fields": {"template": ["unknown"]}})
        if template is not None:
            mode = template.mode
            fields = {"icon": template.icon, "icon_background": template.icon_background, **fields}
        document = in_language(template, language).document if template is not None else blank_document(mode)
        document = selectors.with_default_model(self.ctx.workspace, document)
        app = services.app_create(workspace=self.ctx.workspace, user=self.ctx.user, mode=mode, document=document, fields=fields)
        return Response(selectors.app_present(self.ctx.workspace, app.id), 201)


class AppApi(WorkspaceView):
    """One app."""

    required = {"get": "app.read", "patch": "app.edit", "delete": "app.delete"}

    class Input(Icon):
        name = serializers.CharField(max_length=100, required=False)
        description = serializers.CharField(max_length=2000, allow_blank=True, required=False)
        tags = serializers.ListField(child=serializers.CharField(max_length=50), max_length=20, required=False)
        api_enabled = serializers.BooleanField(required=False)

    @extend_schema(responses=AppOutput)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Return the app."""
        return Response(selectors.app_present(self.ctx.workspace, app))

    @extend_schema(request=Input, responses=AppOutput)
    def patch(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Change name, description, look, tags, or whether the API answers."""
        found = selectors.app_of(self.ctx.workspace, app)
        fields = self.read(self.Input)
        if fields:
            services.app_update(app=found, fields=fields)
        return Response(selectors.app_present(self.ctx.workspace, app))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Put the app into the bin; its keys stop working at once. What is there is deleted for good after 30 days."""
        services.app_delete(app=selectors.app_of(self.ctx.workspace, app))
        return Response(status=204)


class AppTagListApi(WorkspaceView):
    """The tags of apps."""

    required = {"get": "app.read"}

    class Output(serializers.Serializer[Any]):
        name = serializers.CharField()
        apps = serializers.IntegerField()

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List the tags in use by name, with how many apps have each."""
        return Response(selectors.app_tags(self.ctx.workspace))


class AppUndeleteApi(WorkspaceView):
    """Taking an app out of the bin."""

    required = {"post": "app.delete"}

    @extend_schema(request=None, responses=AppOutput)
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Take the app out of the bin, with its versions, keys and runs. An app that is not there stays as it is."""
        rows = App.scoped(self.ctx.workspace)
        services.app_undelete(app=get_or_404(rows, app))
        return Response(selectors.app_present(self.ctx.workspace, app))


class AppDuplicateApi(WorkspaceView):
    """A copy of an app."""

    required = {"post": "app.edit"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100, allow_blank=True, default="")

    @extend_schema(request=Input, responses={201: AppOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Copy look and draft into a new app, without versions and keys."""
        found = selectors.app_of(self.ctx.workspace, app)
        made = services.app_duplicate(app=found, user=self.ctx.user, name=self.read(self.Input)["name"])
        return Response(selectors.app_present(self.ctx.workspace, made.id), 201)


class AppExportApi(WorkspaceView):
    """An app as a file."""

    required = {"get": "app.read"}

    class Query(serializers.Serializer[Any]):
        secrets = serializers.BooleanField(default=False, help_text="Write the values of secret variables too; needs `key.manage`.")

    @extend_schema(parameters=[Query], responses={(200, "text/yaml"): OpenApiTypes.STR})
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> HttpResponse:
        """Write the draft as an app file (YAML); values of secret variables are left out unless they are asked for."""
        found = selectors.app_of(self.ctx.workspace, app)
        secrets = self.read_query(self.Query)["secrets"]
        if secrets:
            access.demand(self.ctx, "key.manage")
        text = file_write(found, Draft.objects.get(app=found).document, secrets=secrets)
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", found.name).strip("-") or "app"
        response = HttpResponse(text, content_type="text/yaml; charset=utf-8")
        response["Content-Disposition"] = f"attachment; filename=\"{plain}.yml\"; filename*=UTF-8''{quote(found.name, safe='')}.yml"
        return response
