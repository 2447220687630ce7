"""Test sets of an app in the studio: keep cases, edit them, download them."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from django.db.models import Count
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import PageInput, WorkspaceView, get_or_404, page_of, paginate
from backend.core.errors import AppError
from backend.evals import services
from backend.evals.models import TestCase, TestSet
from backend.runs.models import Run
from backend.studio.models import App

MAX_FILES = 10


class EvalSetOutput(serializers.Serializer[Any]):
    """A test set."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    cases = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class EvalCaseOutput(serializers.Serializer[Any]):
    """A case: what is given to the app and what is expected; `run_id` is the run it was kept from."""

    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    inputs = serializers.DictField()
    query = serializers.CharField(allow_blank=True)
    files = serializers.ListField(child=serializers.DictField())
    expected = serializers.CharField(allow_blank=True)
    run_id = serializers.UUIDField(allow_null=True)
    message_id = serializers.UUIDField(allow_null=True)
    conversation_id = serializers.UUIDField(allow_null=True)
    created_by = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class EvalNameInput(serializers.Serializer[Any]):
    """A test set's name."""

    name = serializers.CharField(max_length=services.MAX_NAME)


class CaseFields(serializers.Serializer[Any]):
    """What a case holds."""

    name = serializers.CharField(required=False, allow_blank=True, max_length=services.MAX_CASE_NAME)
    inputs = serializers.DictField(required=False)
    query = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=services.MAX_TEXT)
    files = serializers.ListField(child=serializers.DictField(), required=False, max_length=MAX_FILES)
    expected = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=services.MAX_TEXT)


def _set(row: TestSet) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("id", "name", "created_at", "updated_at")}
    return {**shown, "cases": row.cases.count()}


def _cases(rows: list[TestCase]) -> list[dict[str, Any]]:
    shown = ("id", "name", "inputs", "query", "files", "expected", "run_id", "created_at", "updated_at")
    return [
        {
            **{name: getattr(row, name) for name in shown},
            "message_id": row.run.message_id if row.run else None,
            "conversation_id": row.run.conversation_id if row.run else None,
            "created_by": (row.created_by.name or row.created_by.email) if row.created_by else "",
        }
        for row in rows
    ]


class EvalView(WorkspaceView):
    """A view below an app's test sets."""

    def app(self, app: uuid.UUID) -> App:
        """Return the app. Raises NotFound."""
        return get_or_404(App.scoped(self.ctx.workspace).filter(deleted_at=None), app)

    def eval_set(self, app: uuid.UUID, eval_set: uuid.UUID) -> TestSet:
        """Return a test set of the app. Raises NotFound."""
        return get_or_404(TestSet.scoped(self.ctx.workspace).filter(app=self.app(app)), eval_set)

    def eval_case(self, app: uuid.UUID, eval_set: uuid.UUID, eval_case: uuid.UUID) -> TestCase:
        """Return a case of a test set. Raises NotFound."""
        rows = TestCase.scoped(self.ctx.workspace).filter(test_set=self.eval_set(app, eval_set))
        return get_or_404(rows.select_related("run", "created_by"), eval_case)


class EvalSetListApi(EvalView):
    """The test sets of an app."""

    required = {"get": "insights.read", "post": "insights.edit"}

    @extend_schema(responses=EvalSetOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List the test sets by name."""
        rows = TestSet.scoped(self.ctx.workspace).filter(app=self.app(app)).annotate(held=Count("cases")).order_by("name")
        shown = ("id", "name", "held", "created_at", "updated_at")
        return Response([dict(zip(EvalSetOutput().fields, row, strict=True)) for row in rows.values_list(*shown)])

    @extend_schema(request=EvalNameInput, responses={201: EvalSetOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Make an empty test set. 409 `name_taken`."""
        found = self.app(app)
        return Response(_set(services.set_create(app=found, name=self.read(EvalNameInput)["name"])), 201)


class EvalSetApi(EvalView):
    """A test set."""

    required = {"patch": "insights.edit", "delete": "insights.edit"}

    @extend_schema(request=EvalNameInput, responses=EvalSetOutput)
    def patch(self, request: Request, ws: uuid.UUID, app: uuid.UUID, eval_set: uuid.UUID) -> Response:
        """Rename the test set. 409 `name_taken`."""
        found = self.eval_set(app, eval_set)
        return Response(_set(services.set_rename(test_set=found, name=self.read(EvalNameInput)["name"])))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, app: uuid.UUID, eval_set: uuid.UUID) -> Response:
        """Delete the test set with its cases."""
        services.set_delete(test_set=self.eval_set(app, eval_set))
        return Response(status=204)


class EvalCaseListApi(EvalView):
    """The cases of a test set."""

    required = {"get": "insights.read", "post": "insights.edit"}

    class Input(CaseFields):
        """With `run_id` or `message_id` the rest is taken from there where it is not given."""

        run_id = serializers.UUIDField(required=False, allow_null=True)
        message_id = serializers.UUIDField(required=False, allow_null=True)

    @extend_schema(parameters=[PageInput], responses=page_of(EvalCaseOutput, "EvalCasePage"))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID, eval_set: uuid.UUID) -> Response:
        """List the cases, oldest first."""
        query = self.read_query(PageInput)
        rows = TestCase.scoped(self.ctx.workspace).filter(test_set=self.eval_set(app, eval_set)).select_related("run", "created_by")
        return Response(paginate(rows.order_by("created_at", "id"), query, _cases))

    @extend_schema(request=Input, responses={201: EvalCaseOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID, eval_set: uuid.UUID) -> Response:
        """Add a case; kept from an answer, what is expected is its correction, else the answer itself."""
        found = self.eval_set(app, eval_set)
        body = self.read(self.Input)
        run_id, message_id = body.pop("run_id", None), body.pop("message_id", None)
        run = None
        if run_id or message_id:
            name, wanted = ("pk", run_id) if run_id else ("message_id", message_id)
            run = Run.scoped(self.ctx.workspace).filter(app=found.app_id, **{name: wanted}).first()
            if run is None:
                field = "run_id" if run_id else "message_id"
                raise AppError(
                    "invalid_input", "There is no such run of this app.", 400, {"fields": {field: ["There is none in this app."]}}
                )
        return Response(_cases([services.case_create(test_set=found, user=self.ctx.user, run=run, **body)])[0], 201)


class EvalCaseApi(EvalView):
    """A case of a test set."""

    required = {"patch": "insights.edit", "delete": "insights.edit"}

    @extend_schema(request=CaseFields, responses=EvalCaseOutput)
    def patch(self, request: Request, ws: uuid.UUID, app: uuid.UUID, eval_set: uuid.UUID, eval_case: uuid.UUID) -> Response:
        """Change what is given."""
        found = self.eval_case(app, eval_set, eval_case)
        return Response(_cases([services.case_update(case=found, **self.read(CaseFields))])[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, app: uuid.UUID, eval_set: uuid.UUID, eval_case: uuid.UUID) -> Response:
        """Delete the case."""
        services.case_delete(case=self.eval_case(app, eval_set, eval_case))
        return Response(status=204)


class EvalSetExportApi(EvalView):
    """A test set as a file."""

    required = {"get": "insights.read"}

    @extend_schema(responses={(200, "application/x-ndjson"): OpenApiResponse(response=str, description="One JSON object per case")})
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID, eval_set: uuid.UUID) -> HttpResponse:
        """Download the cases as JSON lines: name, inputs, query, files, expected."""
        found = self.eval_set(app, eval_set)
        rows = TestCase.scoped(self.ctx.workspace).filter(test_set=found).order_by("created_at", "id")
        lines = [orjson.dumps(row, default=str) + b"\n" for row in rows.values("name", "inputs", "query", "files", "expected")]
        response = HttpResponse(b"".join(lines), content_type="application/x-ndjson; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(True, f"{found.name}.jsonl")
        return response
