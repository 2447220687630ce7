"""Breakpoints in the console: what a test run may be told about them, and going on from one."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView, get_or_404
from backend.runs.breakpoints import MAX_BREAKPOINTS, run_continue
from backend.runs.models import Run, Source

MAX_NODE_ID_CHARS = 100


def breakpoints_field(**given: Any) -> serializers.ListField:
    """Make the field for the ids of the nodes before which a run stands."""
    return serializers.ListField(
        child=serializers.CharField(max_length=MAX_NODE_ID_CHARS, trim_whitespace=False), max_length=MAX_BREAKPOINTS, **given
    )


class StopsInput(serializers.Serializer[Any]):
    """Where a test run stands still: before the nodes of `breakpoints`, before every one with `stepping`."""

    breakpoints = breakpoints_field(default=list)
    stepping = serializers.BooleanField(default=False)


class RunContinueApi(WorkspaceView):
    """Going on from a breakpoint."""

    required = {"post": "run.execute"}

    class Input(serializers.Serializer[Any]):
        mode = serializers.ChoiceField(["go_on", "step"])
        breakpoints = breakpoints_field(required=False, allow_null=True)

    @extend_schema(request=Input, responses={202: OpenApiResponse(description="The run goes on")})
    def post(self, request: Request, ws: uuid.UUID, run: uuid.UUID) -> Response:
        """Let a test run that stands at a breakpoint go on to the next one, or by one step.

        `breakpoints` stand in place of those it was started with. 409 `run_not_held` when it does not stand at one (any more).
        """
        found = get_or_404(Run.scoped(self.ctx.workspace).filter(source=Source.DEBUG).only("id", "workspace_id", "app_id"), run)
        body = self.read(self.Input)
        run_continue(run=found, mode=body["mode"], breakpoints=body.get("breakpoints"))
        return Response(status=status.HTTP_202_ACCEPTED)
