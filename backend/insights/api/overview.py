"""The overview of an app's use."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.insights import exporting, overview
from backend.insights.api.base import InsightsView
from backend.runs.filters import SOURCES


class Period(serializers.Serializer[Any]):
    """A period, the ways in, and how fine the series are."""

    to = serializers.DateTimeField(required=False, help_text="Default: now.")
    source = serializers.ChoiceField(SOURCES, default="published", help_text="`published`: all but test runs in the studio.")  # type: ignore[assignment]  # a field called like an attribute of Field
    interval = serializers.ChoiceField(overview.INTERVALS, required=False, help_text="Default: what makes a readable number of points.")
    tz = serializers.CharField(default="UTC", max_length=64, help_text="Name of the time zone whose days and hours count.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python cannot name."""
        since = serializers.DateTimeField(required=False, help_text="Default: seven days before the end.")
        return {"from": since, **super().get_fields()}


class Numbers(serializers.Serializer[Any]):
    """What happened in a while. Null: nothing to tell, e.g. no run. Times are in seconds; percentiles are exact (nearest rank)."""

    runs = serializers.IntegerField()
    failed = serializers.IntegerField()
    error_rate = serializers.FloatField(allow_null=True, help_text="Failed among ended runs, 0 to 1.")
    users = serializers.IntegerField(help_text="Different people or programs that asked.")
    conversations = serializers.IntegerField()
    turns_per_conversation = serializers.FloatField(allow_null=True)
    p50_s = serializers.FloatField(allow_null=True)
    p95_s = serializers.FloatField(allow_null=True)
    first_token_p50_s = serializers.FloatField(allow_null=True)
    first_token_p95_s = serializers.FloatField(allow_null=True)
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    cost_usd = serializers.FloatField()
    likes = serializers.IntegerField(help_text="By end users, of answers of this while.")
    dislikes = serializers.IntegerField()
    satisfaction = serializers.FloatField(allow_null=True, help_text="Likes among ratings, 0 to 1.")


class OverviewApi(InsightsView):
    """The use of an app in numbers."""

    required = {"get": "insights.read"}

    class Output(serializers.Serializer[Any]):
        class Point(Numbers):
            at = serializers.DateTimeField(help_text="Begin of this stretch.")
            to = serializers.DateTimeField()

        class ModelCost(serializers.Serializer[Any]):
            model = serializers.CharField(allow_blank=True, help_text="provider/name")
            calls = serializers.IntegerField()
            tokens = serializers.IntegerField()
            cost_usd = serializers.FloatField()

        class NodeCost(serializers.Serializer[Any]):
            node_id = serializers.CharField()
            title = serializers.CharField(allow_blank=True)
            calls = serializers.IntegerField()
            tokens = serializers.IntegerField()
            cost_usd = serializers.FloatField()

        to = serializers.DateTimeField()
        interval = serializers.ChoiceField(overview.INTERVALS)
        tz = serializers.CharField()
        totals = Numbers()
        previous = Numbers(help_text="The same of the period of equal length before.")
        series = Point(many=True)
        by_model = ModelCost(many=True, help_text="Steps that called a model, the dearest first.")
        by_node = NodeCost(many=True)

        def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
            """Add `from`, which Python cannot name."""
            return {"from": serializers.DateTimeField(), **super().get_fields()}

    @extend_schema(parameters=[Period], responses=Output)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Return totals, the previous period's for comparison, series, and cost by model and step. 400 for more than 400 points."""
        query = self.read_query(Period)
        return Response(overview.overview(self.app(app), overview.span_of(query)))


class OverviewCsvApi(InsightsView):
    """The series as a file."""

    required = {"get": "insights.read"}

    @extend_schema(parameters=[Period], responses={(200, "text/csv"): OpenApiResponse(response=str, description="One line per point")})
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> HttpResponse:
        """Download the series as CSV."""
        query = self.read_query(Period)
        return exporting.overview_export(self.app(app), overview.span_of(query))
