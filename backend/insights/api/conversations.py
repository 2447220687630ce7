"""The log of an app: its conversations, one of them as it was seen, ratings by members, and the export."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import PageInput, get_or_404, page_of
from backend.insights import conversations, exporting, overview
from backend.insights.api.base import InsightsView
from backend.insights.api.shapes import ConversationOutput, ConversationRowOutput, FeedbackOutput
from backend.runs.feedback import MAX_CONTENT, feedback_rate, feedback_revoke
from backend.runs.filters import LogFilters, LogQuery
from backend.runs.models import Conversation, Rating


class ConversationListApi(InsightsView):
    """The conversations of an app."""

    required = {"get": "insights.read"}

    class Query(LogQuery, PageInput):
        sort = serializers.ChoiceField(sorted(conversations.ORDERS), default="-last_at")

    @extend_schema(parameters=[Query], responses=page_of(ConversationRowOutput, "ConversationPage"))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List the conversations that fit all filters, the latest activity first unless told otherwise.

        Without `source` those of the studio's test chat are left out.
        """
        query = self.read_query(self.Query)
        found = self.app(app)
        page = conversations.page(self.ctx.workspace, found.pk, LogFilters.of(query), query["sort"], query["page"], query["limit"])
        return Response(page)


class ConversationApi(InsightsView):
    """A conversation."""

    required = {"get": "insights.read"}

    class Query(serializers.Serializer[Any]):
        before = serializers.UUIDField(required=False, help_text="A turn; those before it are returned.")

    @extend_schema(parameters=[Query], responses=ConversationOutput)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID, conversation: uuid.UUID) -> Response:
        """Return a conversation as it was seen, its latest 100 turns or those before one."""
        rows = Conversation.scoped(self.ctx.workspace).filter(app=self.app(app))
        found = get_or_404(rows.select_related("end_user", "account"), conversation)
        return Response(conversations.detail(self.ctx.workspace, found, self.read_query(self.Query).get("before")))


class MessageFeedbackApi(InsightsView):
    """What the asking member thinks of an answer."""

    required = {"put": "insights.edit"}

    class Input(serializers.Serializer[Any]):
        rating = serializers.ChoiceField(Rating.choices, allow_null=True, help_text="null takes one's rating back.")
        content = serializers.CharField(default="", allow_blank=True, max_length=MAX_CONTENT)

    @extend_schema(request=Input, responses=FeedbackOutput(many=True))
    def put(self, request: Request, ws: uuid.UUID, app: uuid.UUID, message: uuid.UUID) -> Response:
        """Rate an answer, or take the rating back; returns the ratings by members."""
        found = self.message(app, message)
        body = self.read(self.Input)
        if body["rating"] is None:
            feedback_revoke(message=found, account_id=self.ctx.user.pk)
        else:
            feedback_rate(message=found, rating=body["rating"], content=body["content"], account_id=self.ctx.user.pk)
        return Response(conversations.member_feedback(self.ctx.workspace, found.pk))


class LogExportApi(InsightsView):
    """The log as a file."""

    required = {"get": "insights.read"}

    class Query(LogQuery):
        format = serializers.ChoiceField(exporting.FORMATS, default="csv")
        tz = serializers.CharField(default="UTC", max_length=64, help_text="Name of the time zone in which CSV tells times.")

    @extend_schema(
        parameters=[Query],
        responses={
            (200, "text/csv"): OpenApiResponse(response=str, description="One line per turn, or per run of a workflow"),
            (200, "application/x-ndjson"): OpenApiResponse(response=str, description="The same as JSON objects"),
        },
    )
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> StreamingHttpResponse:
        """Download what the filters let through: all turns of the conversations, or the runs of a workflow, oldest first.

        CSV is for spreadsheets: UTF-8 with a mark, and texts that a spreadsheet would take for a formula begin with an apostrophe.
        """
        query = self.read_query(self.Query)
        return exporting.log_export(self.app(app), LogFilters.of(query), query["format"], overview.zone(query["tz"]))
