"""The pieces of a document in the studio."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import PageInput, page_of, paginate
from backend.knowledge.api.base import KnowledgeView
from backend.knowledge.api.shapes import ChildOutput, SegmentOutput, child_present, segments_present
from backend.knowledge.models import SegmentStatus
from backend.knowledge.selectors import active_segments
from backend.knowledge.services import segments as services


class ContentInput(serializers.Serializer[Any]):
    """A piece's text."""

    content = serializers.CharField(trim_whitespace=False, max_length=services.MAX_CHARS)


class SegmentListApi(KnowledgeView):
    """The pieces of a document."""

    class Query(PageInput):
        search = serializers.CharField(required=False, allow_blank=True, default="")
        status = serializers.ChoiceField(SegmentStatus.choices, required=False)
        enabled = serializers.BooleanField(required=False, allow_null=True, default=None)
        segment = serializers.UUIDField(required=False, help_text="Answer with the page that this piece is on, if it is in the list.")

    class Input(ContentInput):
        answer = serializers.CharField(trim_whitespace=False, allow_blank=True, required=False)
        keywords = serializers.ListField(child=serializers.CharField(max_length=100), required=False, max_length=services.MAX_KEYWORDS)

    @extend_schema(parameters=[Query], responses=page_of(SegmentOutput, "SegmentPage"))
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID) -> Response:
        """List the pieces in order."""
        query = self.read_query(self.Query)
        found = self.document(dataset, document)
        rows = active_segments(found)
        if query["search"]:
            rows = rows.filter(Q(content__icontains=query["search"]) | Q(answer__icontains=query["search"]))
        if query.get("status"):
            rows = rows.filter(status=query["status"])
        if query["enabled"] is not None:
            rows = rows.filter(enabled=query["enabled"])
        if query.get("segment") and (wanted := rows.filter(id=query["segment"]).first()):
            before = rows.filter(Q(position__lt=wanted.position) | Q(position=wanted.position, id__lt=wanted.id)).count()
            query["page"] = before // query["limit"] + 1
        return Response(paginate(rows, query, lambda page: segments_present(found, page)))

    @extend_schema(request=Input, responses={201: SegmentOutput})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID) -> Response:
        """Add a piece at the end."""
        found = self.document(dataset, document)
        made = services.segments_create(document=found, rows=[self.read(self.Input)], created_by=self.ctx.user)
        return Response(segments_present(found, made)[0], 201)


class SegmentActionApi(KnowledgeView):
    """Something done to several pieces."""

    class Input(serializers.Serializer[Any]):
        action = serializers.ChoiceField(["enable", "disable", "delete"])
        segment_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=1000)

    class Output(serializers.Serializer[Any]):
        changed = serializers.IntegerField()

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID) -> Response:
        """Enable, disable or delete; queries follow at once."""
        found = self.document(dataset, document)
        given = self.read(self.Input)
        ids = given["segment_ids"]
        if given["action"] == "delete":
            return Response({"changed": services.segments_delete(document=found, segment_ids=ids)})
        enabled = given["action"] == "enable"
        return Response({"changed": services.segments_set_enabled(document=found, segment_ids=ids, enabled=enabled, user=self.ctx.user)})


class SegmentApi(KnowledgeView):
    """A piece."""

    class Input(serializers.Serializer[Any]):
        content = serializers.CharField(trim_whitespace=False, max_length=services.MAX_CHARS, required=False)
        answer = serializers.CharField(trim_whitespace=False, allow_blank=True, required=False)
        keywords = serializers.ListField(child=serializers.CharField(max_length=100), required=False, max_length=services.MAX_KEYWORDS)
        enabled = serializers.BooleanField(required=False)
        regenerate_child_chunks = serializers.BooleanField(required=False)

    @extend_schema(request=Input, responses=SegmentOutput)
    def patch(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID, segment: uuid.UUID) -> Response:
        """Change what is given; a changed text is found by its new words once it is embedded."""
        found = self.segment(dataset, document, segment)
        changed = services.segment_update(segment=found, updated_by=self.ctx.user, **self.read(self.Input))
        return Response(segments_present(found.document, [changed])[0])


class ChildListApi(KnowledgeView):
    """The children of a piece."""

    @extend_schema(request=ContentInput, responses={201: ChildOutput})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID, segment: uuid.UUID) -> Response:
        """Add a child."""
        found = self.segment(dataset, document, segment)
        made = services.child_create(segment=found, content=self.read(ContentInput)["content"], created_by=self.ctx.user)
        return Response(child_present(made), 201)


class ChildApi(KnowledgeView):
    """A child of a piece."""

    @extend_schema(request=ContentInput, responses=ChildOutput)
    def patch(
        self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID, segment: uuid.UUID, child: uuid.UUID
    ) -> Response:
        """Change the child's text."""
        found = self.child(dataset, document, segment, child)
        return Response(child_present(services.child_update(child=found, content=self.read(ContentInput)["content"])))

    @extend_schema(responses={204: None})
    def delete(
        self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID, segment: uuid.UUID, child: uuid.UUID
    ) -> Response:
        """Delete the child."""
        services.child_delete(child=self.child(dataset, document, segment, child))
        return Response(status=204)
