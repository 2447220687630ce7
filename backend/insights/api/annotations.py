"""Annotations of an app in the studio: edit, import, export, hits, settings, try out."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import PageInput, page_of, paginate
from backend.core.job_api import JobOutput
from backend.core.jobs import Job, job_start
from backend.insights import annotations as service
from backend.insights import exporting
from backend.insights.api.base import InsightsView
from backend.insights.api.shapes import AnnotationOutput
from backend.runs.annotations import MAX_ANSWER, MAX_QUESTION, annotation_create, annotation_delete, annotation_update
from backend.runs.filters import MAX_SEARCH
from backend.runs.models import AnnotationHit, Source


class Text(serializers.CharField):
    """A text that is not empty."""

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(max_length=limit, trim_whitespace=True, **options)


class AnnotationListApi(InsightsView):
    """The annotations of an app."""

    required = {"get": "insights.read", "post": "insights.edit"}

    class Query(PageInput):
        search = serializers.CharField(required=False, max_length=MAX_SEARCH)
        sort = serializers.ChoiceField(("-created_at", "created_at", "-hit_count", "-last_hit_at"), default="-created_at")

    class Input(serializers.Serializer[Any]):
        question = Text(MAX_QUESTION)
        answer = Text(MAX_ANSWER)

    @extend_schema(parameters=[Query], responses=page_of(AnnotationOutput, "AnnotationPage"))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List the annotations, newest first unless told otherwise."""
        query = self.read_query(self.Query)
        rows = service.annotations_found(self.ctx.workspace, self.app(app).pk, query.get("search", ""), query["sort"])
        return Response(paginate(rows, query, service.presented))

    @extend_schema(request=Input, responses={201: AnnotationOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Set the answer to a question."""
        found = self.app(app)
        made = annotation_create(workspace_id=self.ctx.workspace.pk, app_id=found.pk, account_id=self.ctx.user.pk, **self.read(self.Input))
        service.embed_soon(found)
        return Response(service.presented([made])[0], 201)


class AnnotationApi(InsightsView):
    """An annotation."""

    required = {"get": "insights.read", "patch": "insights.edit", "delete": "insights.edit"}

    class Input(serializers.Serializer[Any]):
        question = Text(MAX_QUESTION, required=False)
        answer = Text(MAX_ANSWER, required=False)

    @extend_schema(responses=AnnotationOutput)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID, annotation: uuid.UUID) -> Response:
        """Return the annotation."""
        return Response(service.presented([self.annotation(app, annotation)])[0])

    @extend_schema(request=Input, responses=AnnotationOutput)
    def patch(self, request: Request, ws: uuid.UUID, app: uuid.UUID, annotation: uuid.UUID) -> Response:
        """Change question or answer; a changed question is compared with others again once it is embedded."""
        found = self.annotation(app, annotation)
        body = {"question": found.question, "answer": found.answer, **self.read(self.Input)}
        changed = annotation_update(annotation=found, account_id=self.ctx.user.pk, **body)
        service.embed_soon(self.app(app))
        return Response(service.presented([changed])[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, app: uuid.UUID, annotation: uuid.UUID) -> Response:
        """Delete the annotation with its hits."""
        annotation_delete(annotation=self.annotation(app, annotation))
        return Response(status=204)


class MessageAnnotationApi(InsightsView):
    """The correction of an answer."""

    required = {"put": "insights.edit"}

    class Input(serializers.Serializer[Any]):
        question = Text(MAX_QUESTION, required=False, help_text="Without it the message's own.")
        answer = Text(MAX_ANSWER)

    @extend_schema(request=Input, responses=AnnotationOutput)
    def put(self, request: Request, ws: uuid.UUID, app: uuid.UUID, message: uuid.UUID) -> Response:
        """Set what should have been answered; another correction of the same answer is replaced."""
        found = self.message(app, message)
        body = self.read(self.Input)
        made = annotation_create(
            workspace_id=self.ctx.workspace.pk,
            app_id=found.app_id,
            question=body.get("question") or found.query,
            answer=body["answer"],
            account_id=self.ctx.user.pk,
            message=found,
        )
        service.embed_soon(self.app(app))
        return Response(service.presented([made])[0])


class AnnotationImportApi(InsightsView):
    """Annotations from a CSV file."""

    required = {"post": "insights.edit"}

    class Input(serializers.Serializer[Any]):
        content = serializers.CharField(
            trim_whitespace=False, help_text="CSV with the columns question and answer; without a header, the first two columns."
        )
        preview = serializers.BooleanField(default=False, help_text="Only tell what would be imported.")

    class Output(serializers.Serializer[Any]):
        """What was or would be imported. Nothing is imported while there are errors."""

        class Row(serializers.Serializer[Any]):
            line = serializers.IntegerField()
            question = serializers.CharField()
            answer = serializers.CharField()

        class Fault(serializers.Serializer[Any]):
            line = serializers.IntegerField()
            field = serializers.CharField()
            message = serializers.CharField()

        rows = serializers.IntegerField()
        added = serializers.IntegerField()
        updated = serializers.IntegerField(help_text="Questions that are there already and get another answer.")
        first = Row(many=True, help_text="The first rows.")
        faults = Fault(many=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Import annotations, all or none: 400 `import_has_errors` lists what is wrong, by line. A preview lists it too."""
        found = self.app(app)
        body = self.read(self.Input)
        told = service.annotations_import(app=found, content=body["content"], user=self.ctx.user, preview=body["preview"])
        return Response(told)


class AnnotationExportApi(InsightsView):
    """Annotations as a file."""

    required = {"get": "insights.read"}

    class Query(serializers.Serializer[Any]):
        format = serializers.ChoiceField(exporting.FORMATS, default="csv")

    @extend_schema(
        parameters=[Query],
        responses={
            (200, "text/csv"): OpenApiResponse(response=str, description="The columns question, answer, hits, updated"),
            (200, "application/x-ndjson"): OpenApiResponse(response=str, description="The same as JSON objects"),
        },
    )
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> StreamingHttpResponse:
        """Download the annotations; the CSV can be imported again."""
        return exporting.annotations_export(self.app(app), self.read_query(self.Query)["format"])


class AnnotationHitListApi(InsightsView):
    """The questions that an annotation answered."""

    required = {"get": "insights.read"}

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        question = serializers.CharField()
        score = serializers.FloatField()
        run_id = serializers.UUIDField(allow_null=True)
        conversation_id = serializers.UUIDField(allow_null=True)
        source = serializers.ChoiceField(Source.choices, allow_null=True)  # type: ignore[assignment]  # a field called like an attribute of Field
        created_at = serializers.DateTimeField()

    @extend_schema(parameters=[PageInput], responses=page_of(Output, "AnnotationHitPage"))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID, annotation: uuid.UUID) -> Response:
        """List the hits, newest first."""
        query = self.read_query(PageInput)
        rows = AnnotationHit.scoped(self.ctx.workspace).filter(annotation=self.annotation(app, annotation))
        return Response(paginate(rows.select_related("run").order_by("-created_at", "-id"), query, service.hits_presented))


class AnnotationSettingsApi(InsightsView):
    """Whether and how the app answers from its annotations."""

    required = {"get": "insights.read", "put": "insights.edit"}

    class Input(serializers.Serializer[Any]):
        enabled = serializers.BooleanField()
        threshold = serializers.FloatField(min_value=0, max_value=1)
        embedding_provider = serializers.CharField(default="", allow_blank=True, max_length=100)
        embedding_model = serializers.CharField(default="", allow_blank=True, max_length=255)

    class Output(serializers.Serializer[Any]):
        """`total` and `embedded` tell how many questions there are and how many of them can be matched; `job_id` is set by a change."""

        enabled = serializers.BooleanField()
        threshold = serializers.FloatField()
        embedding_provider = serializers.CharField(allow_blank=True)
        embedding_model = serializers.CharField(allow_blank=True)
        total = serializers.IntegerField()
        embedded = serializers.IntegerField()
        job_id = serializers.UUIDField(allow_null=True)

    @extend_schema(responses=Output)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Return the settings and how far the embedding of the questions has come."""
        return Response({**service.settings_shown(self.app(app)), "job_id": None})

    @extend_schema(request=Input, responses=Output)
    def put(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Change the settings. Without a model the workspace's default is taken, else the local one; questions are embedded in a job."""
        found = self.app(app)
        job_id = service.settings_change(app=found, **self.read(self.Input))
        return Response({**service.settings_shown(found), "job_id": job_id})


class AnnotationTryApi(InsightsView):
    """What would match."""

    required = {"post": "insights.edit"}

    class Input(serializers.Serializer[Any]):
        question = Text(MAX_QUESTION)
        limit = serializers.IntegerField(min_value=1, max_value=20, default=5)

    @extend_schema(request=Input, responses={202: JobOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Compare a question with the annotations.

        The job's result is {threshold, model, matches: [{id, question, answer, score, hit}]}, the nearest first.
        """
        found = self.app(app)
        body = self.read(self.Input)
        job_id = job_start("annotations.match", {"app_id": str(found.pk), **body}, self.ctx.workspace.pk)
        return Response(JobOutput(Job(job_id, "running")).data, 202)
