"""What failed in the runs of an app, to choose from in the filters of its history."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView, get_or_404
from backend.runs.models import NodeRun, Run, State
from backend.studio.models import App

LATEST = 1000
"""So many of the runs in which something failed are looked at."""


class FailureListApi(WorkspaceView):
    """Nodes and error codes of the latest failures."""

    required = {"get": "run.read"}

    class Output(serializers.Serializer[Any]):
        class Node(serializers.Serializer[Any]):
            node_id = serializers.CharField()
            title = serializers.CharField()
            runs = serializers.IntegerField()

        class Code(serializers.Serializer[Any]):
            code = serializers.CharField()
            runs = serializers.IntegerField()

        nodes = Node(many=True)
        codes = Code(many=True)

    @extend_schema(responses=Output)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Count the runs by node that failed and by error code, the most frequent first; also failures that the flow handled."""
        get_or_404(App.scoped(self.ctx.workspace).filter(deleted_at=None), app)
        failed = Run.scoped(self.ctx.workspace).filter(app_id=app, state__in=(State.FAILED, State.PARTIAL))
        errors = dict(failed.order_by("-created_at", "-id").values_list("id", "error")[:LATEST])
        steps = NodeRun.objects.filter(run_id__in=errors, status__in=(State.FAILED, "exception")).order_by("seq")
        titles: dict[str, str] = {}
        nodes, codes = set(), set()
        for run_id, node_id, title, code in steps.values_list("run_id", "node_id", "title", "event__error__code"):
            titles[node_id] = title or node_id
            nodes.add((run_id, node_id))
            codes.add((run_id, code))
        codes |= {(run_id, error["code"]) for run_id, error in errors.items() if error}
        by_node = Counter(node for _, node in nodes)
        by_code = Counter(code for _, code in codes if code)
        return Response(
            {
                "nodes": [{"node_id": node, "title": titles[node], "runs": runs} for node, runs in by_node.most_common()],
                "codes": [{"code": code, "runs": runs} for code, runs in by_code.most_common()],
            }
        )
