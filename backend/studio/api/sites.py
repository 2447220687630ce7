"""The page of an app for its end users, as the publish page sets it."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView
from backend.studio import embed_script, selectors, sites
from backend.studio.models import Access, App, Site

LANGUAGES = ("en-US", "zh-Hans")


class SiteTexts(serializers.Serializer[Any]):
    """What the page says and how it looks."""

    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    icon_type = serializers.CharField()
    icon = serializers.CharField()
    icon_background = serializers.CharField()
    chat_color_theme = serializers.CharField(allow_blank=True)
    chat_color_theme_inverted = serializers.BooleanField()
    copyright = serializers.CharField(allow_blank=True)
    privacy_policy = serializers.CharField(allow_blank=True)
    input_placeholder = serializers.CharField(allow_null=True)
    custom_disclaimer = serializers.CharField(allow_blank=True)
    default_language = serializers.CharField()
    show_workflow_steps = serializers.BooleanField()
    use_icon_as_answer_icon = serializers.BooleanField()


class SiteOutput(serializers.Serializer[Any]):
    """The page of an app. `embed` is the script for other sites: the address that always has the newest, and one that never changes."""

    class Embed(serializers.Serializer[Any]):
        url = serializers.CharField()
        pinned_url = serializers.CharField(allow_null=True)
        integrity = serializers.CharField(allow_null=True)
        frame_url = serializers.CharField()

    token = serializers.CharField()
    url = serializers.CharField()
    published = serializers.BooleanField()
    enabled = serializers.BooleanField()
    access = serializers.ChoiceField(Access.choices)
    has_password = serializers.BooleanField()
    origins = serializers.ListField(child=serializers.CharField())
    has_identity_secret = serializers.BooleanField()
    texts = SiteTexts()
    own_texts = serializers.ListField(child=serializers.CharField())
    embed = Embed()
    updated_at = serializers.DateTimeField()


def _present(app: App, site: Site) -> dict[str, Any]:
    texts = sites.site_texts(app)
    return {
        "token": site.token,
        "url": sites.site_url(site, app.mode),
        "published": app.published_id is not None,
        "enabled": site.enabled,
        "access": site.access,
        "has_password": bool(site.password),
        "origins": site.origins,
        "has_identity_secret": bool(site.identity_secret),
        "texts": SiteTexts(texts).data,
        "own_texts": sorted(app.site),
        "embed": embed_script.addresses(site),
        "updated_at": site.updated_at,
    }


class AppSiteApi(WorkspaceView):
    """The page of an app."""

    required = {"get": "app.read", "patch": "app.publish"}

    class Input(serializers.Serializer[Any]):
        """What is left out stays. A `password` of null removes it; a text of null is the app's own again."""

        class Texts(serializers.Serializer[Any]):
            title = serializers.CharField(max_length=100, required=False, allow_null=True)
            description = serializers.CharField(max_length=2000, required=False, allow_blank=True, allow_null=True)
            icon = serializers.CharField(max_length=255, required=False, allow_null=True)
            icon_background = serializers.RegexField(r"^#[0-9A-Fa-f]{6}$", required=False, allow_null=True)
            chat_color_theme = serializers.RegexField(r"^(#[0-9A-Fa-f]{6})?$", required=False, allow_blank=True)
            chat_color_theme_inverted = serializers.BooleanField(required=False)
            copyright = serializers.CharField(max_length=200, required=False, allow_blank=True)
            privacy_policy = serializers.RegexField(r"^(https?://[^\s<>\"]{1,2000})?$", required=False, allow_blank=True)
            input_placeholder = serializers.CharField(max_length=100, required=False, allow_null=True)
            custom_disclaimer = serializers.CharField(max_length=1000, required=False, allow_blank=True)
            default_language = serializers.ChoiceField(LANGUAGES, required=False)
            show_workflow_steps = serializers.BooleanField(required=False)
            use_icon_as_answer_icon = serializers.BooleanField(required=False)

        enabled = serializers.BooleanField(required=False)
        access = serializers.ChoiceField(Access.choices, required=False)
        password = serializers.CharField(min_length=6, max_length=128, required=False, allow_null=True, trim_whitespace=False)
        origins = serializers.ListField(child=serializers.CharField(max_length=300), max_length=sites.MAX_ORIGINS, required=False)
        texts = Texts(required=False)

        def validate_origins(self, value: list[str]) -> list[str]:
            try:
                return list(dict.fromkeys(map(sites.origin_read, value)))
            except ValueError as error:
                raise serializers.ValidationError(str(error)) from None

    @extend_schema(responses=SiteOutput)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Return the page; an app that has none yet gets one, open to members alone."""
        found = selectors.app_of(self.ctx.workspace, app)
        return Response(SiteOutput(_present(found, sites.site_of(found))).data)

    @extend_schema(request=Input, responses=SiteOutput)
    def patch(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Change the page. Another kind of access or another password ends the visits of those who are there."""
        found = selectors.app_of(self.ctx.workspace, app)
        fields = self.read(self.Input, partial=True)
        texts = fields.pop("texts", {})
        site = sites.site_update(app=found, fields=fields, texts=texts)
        return Response(SiteOutput(_present(found, site)).data)


class AppSiteTokenApi(WorkspaceView):
    """The address of the page."""

    required = {"post": "app.publish"}

    @extend_schema(request=None, responses=SiteOutput)
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Give the page a new address; the old one leads nowhere at once."""
        found = selectors.app_of(self.ctx.workspace, app)
        return Response(SiteOutput(_present(found, sites.site_token_renew(app=found))).data)


class AppSiteIdentityApi(WorkspaceView):
    """The secret with which host pages sign who visits (HS256)."""

    required = {"post": "key.manage", "delete": "key.manage"}

    class Output(serializers.Serializer[Any]):
        secret = serializers.CharField()

    @extend_schema(request=None, responses={201: Output})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Make a new secret; it is shown this one time, and what was signed with an earlier one counts no more."""
        found = selectors.app_of(self.ctx.workspace, app)
        return Response({"secret": sites.identity_secret_renew(app=found)}, 201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Take no identity tokens any more."""
        sites.identity_secret_remove(app=selectors.app_of(self.ctx.workspace, app))
        return Response(status=204)
