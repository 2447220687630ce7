"""Reading the answer of a short job (`backend.core.jobs`)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView
from backend.core.jobs import MAX_WAIT_S, job_result


class JobOutput(serializers.Serializer[Any]):
    """A short job; `result` is set once it succeeded, `error` once it failed."""

    class Error(serializers.Serializer[Any]):
        code = serializers.CharField()
        message = serializers.CharField()
        details = serializers.DictField()

    id = serializers.UUIDField()
    state = serializers.ChoiceField(("running", "succeeded", "failed"))
    result = serializers.JSONField(allow_null=True)
    error = Error(allow_null=True)


class JobApi(WorkspaceView):
    """A short job of the workspace."""

    required = {"get": "workspace.read"}

    class Query(serializers.Serializer[Any]):
        wait = serializers.FloatField(min_value=0, max_value=MAX_WAIT_S, default=0, help_text="Seconds to wait for the job's end.")

    @extend_schema(parameters=[Query], responses=JobOutput)
    def get(self, request: Request, ws: uuid.UUID, job: uuid.UUID) -> Response:
        """Return the job, after waiting for its end if asked to. Results are kept for ten minutes."""
        wait_s = self.read_query(self.Query)["wait"]
        if not connection.in_atomic_block:
            connection.close()  # nobody holds a database connection while waiting
        return Response(JobOutput(job_result(self.ctx.workspace.id, job, wait_s)).data)
