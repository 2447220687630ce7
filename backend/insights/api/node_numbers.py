"""The numbers of an app's steps."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.insights import node_numbers
from backend.insights.api.base import InsightsView


class NodeNumbersApi(InsightsView):
    """What each step took in the last runs."""

    required = {"get": "run.read"}

    class Query(serializers.Serializer[Any]):
        runs = serializers.IntegerField(
            default=node_numbers.MAX_RUNS, min_value=1, max_value=node_numbers.MAX_RUNS, help_text="How many of the newest runs count."
        )

    class Output(serializers.Serializer[Any]):
        class Node(serializers.Serializer[Any]):
            node_id = serializers.CharField()
            executions = serializers.IntegerField(help_text="A step in a loop is executed once in each round.")
            failures = serializers.IntegerField(help_text="Also those that a default value or a fail branch handled.")
            p50_s = serializers.FloatField()
            p95_s = serializers.FloatField()
            total_s = serializers.FloatField()
            p50_tokens = serializers.IntegerField(allow_null=True, help_text="Of the executions that succeeded; null for none.")
            total_tokens = serializers.IntegerField()
            p50_cost_usd = serializers.FloatField(allow_null=True)
            total_cost_usd = serializers.FloatField()

        runs = serializers.IntegerField(help_text="Runs that were counted: finished ones of the whole flow, test runs too.")
        succeeded = serializers.IntegerField(help_text="Those of them that came through.")
        p50_s = serializers.FloatField(allow_null=True, help_text="Of the runs that came through, as the two below; null for none.")
        p50_tokens = serializers.IntegerField(allow_null=True)
        p50_cost_usd = serializers.FloatField(allow_null=True)
        nodes = Node(many=True, help_text="By id; steps that no run came to are left out.")

    @extend_schema(parameters=[Query], responses=Output)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Return time, tokens, cost and failures of each step over the last finished runs."""
        found = self.app(app)
        return Response(node_numbers.node_numbers(found, self.read_query(self.Query)["runs"]))
