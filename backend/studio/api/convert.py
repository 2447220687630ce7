"""A simple app becomes a flow."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import LANGUAGES
from backend.core.api import WorkspaceView
from backend.studio import selectors, services
from backend.studio.api.shapes import AppOutput


class AppConvertApi(WorkspaceView):
    """A simple app as a flow."""

    required = {"post": "app.edit"}

    class Input(serializers.Serializer[Any]):
        language = serializers.ChoiceField(LANGUAGES, required=False, help_text="Of the steps' names; by default the caller's.")

    @extend_schema(request=Input, responses={201: AppOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Make a chatflow of a chat, a workflow of a text generation, that answers the same; the app itself stays as it is."""
        found = selectors.app_of(self.ctx.workspace, app)
        language = self.read(self.Input).get("language") or self.ctx.user.language
        made = services.app_convert(app=found, user=self.ctx.user, language=language)
        return Response(selectors.app_present(self.ctx.workspace, made.id), 201)
