"""The limits of an app's published runs, as the publish page sets them."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView
from backend.studio.models import App
from backend.studio.selectors import app_of

FIELDS = {"requests_per_minute": "app_per_minute", "concurrent_runs": "app_at_once"}


class AppLimitsApi(WorkspaceView):
    """How much an app may be used, over all its callers."""

    required = {"get": "app.read", "patch": "app.publish"}

    class Input(serializers.Serializer[Any]):
        """What is left out stays; null is the installation's limit."""

        requests_per_minute = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True)
        concurrent_runs = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True)

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            for name, value in attrs.items():
                most = getattr(settings.ENV.published, FIELDS[name])
                if value is not None and most and value > most:
                    raise serializers.ValidationError({name: f"This installation allows at most {most}; an app can only lower it."})
            return attrs

    class Output(serializers.Serializer[Any]):
        """`own` is null where the installation's limit holds; a `most` of 0 is none. `per_key` holds for each API key."""

        class Pair(serializers.Serializer[Any]):
            requests_per_minute = serializers.IntegerField(allow_null=True)
            concurrent_runs = serializers.IntegerField(allow_null=True)

        own = Pair()
        most = Pair()
        per_key = Pair()

    def _answer(self, app: App) -> Response:
        usual = settings.ENV.published
        body = {
            "own": {name: app.limits.get(name) for name in FIELDS},
            "most": {name: getattr(usual, field) for name, field in FIELDS.items()},
            "per_key": {"requests_per_minute": usual.key_per_minute, "concurrent_runs": usual.key_at_once},
        }
        return Response(self.Output(body).data)

    @extend_schema(responses=Output)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Return the app's limits and those of the installation."""
        return self._answer(app_of(self.ctx.workspace, app))

    @extend_schema(request=Input, responses=Output)
    def patch(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Change the app's limits; they hold within a second."""
        found = app_of(self.ctx.workspace, app)
        body = self.read(self.Input, partial=True)
        found.limits = {name: value for name, value in {**found.limits, **body}.items() if value is not None}
        found.save(update_fields=["limits"])
        return self._answer(found)
