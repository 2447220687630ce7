"""The OpenAPI document of an app: for its programs by key, for members in the console, and the page that shows it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request as ConsoleRequest
from rest_framework.response import Response

from backend.core.api import WorkspaceView, get_or_404
from backend.core.errors import AppError
from backend.core.pages import built_page
from backend.service_api.errors import WireError
from backend.service_api.http import JsonReply, Request
from backend.service_api.openapi import app_document
from backend.service_api.published import published_app, published_of
from backend.studio.models import App


def page(request: HttpRequest, ws: uuid.UUID, app: uuid.UUID) -> HttpResponse:
    """Serve the page that shows an app's document; it asks for the document itself, with the session of whoever looks."""
    return built_page(request, "api-docs.html")


async def document(request: Request) -> JsonReply:
    """`GET /v1/openapi.json`: the document of the key's app."""
    return JsonReply(app_document(await published_app(request), settings.PUBLIC_URL))


class AppOpenApi(WorkspaceView):
    """The published API of an app, described."""

    required = {"get": "app.read"}

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: ConsoleRequest, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Return the OpenAPI 3.1 document of the app's published version, with its own inputs in the examples."""
        found = get_or_404(App.scoped(self.ctx.workspace).filter(deleted_at=None).select_related("published", "created_by"), app)
        try:
            return Response(app_document(published_of(found), settings.PUBLIC_URL))
        except WireError as error:
            raise AppError("app_not_published", "The app has never been published: there is no API to describe yet.", 400) from error
