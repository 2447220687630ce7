"""Retrieval test sets in the studio: questions, what should be found, and how settings did."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Workspace
from backend.core.api import PageInput, get_or_404, page_of, paginate
from backend.core.job_api import JobOutput
from backend.core.jobs import Job
from backend.knowledge.api.base import KnowledgeView
from backend.knowledge.models import Document, Segment, TestQuestion, TestResult, TestSet
from backend.knowledge.services import measures as services

EXCERPT = 160


class ExpectedShape(serializers.Serializer[Any]):
    """A document, or one of its pieces, that a question should find."""

    document_id = serializers.UUIDField()
    segment_id = serializers.UUIDField(required=False)


class ExpectedOutput(ExpectedShape):
    """An expectation as people read it; the name is empty where the document is gone, the position null where the piece is."""

    document_name = serializers.CharField(allow_blank=True)
    position = serializers.IntegerField(allow_null=True)
    excerpt = serializers.CharField(allow_blank=True)


class TestSetOutput(serializers.Serializer[Any]):
    __test__ = False  # no test class of pytest

    id = serializers.UUIDField()
    name = serializers.CharField()
    questions = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class TestQuestionOutput(serializers.Serializer[Any]):
    __test__ = False

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    query = serializers.CharField()
    expected = ExpectedOutput(many=True)


class TestResultOutput(serializers.Serializer[Any]):
    __test__ = False

    id = serializers.UUIDField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field called like an attribute of Field
    settings = serializers.DictField()
    metrics = serializers.DictField()
    rows = serializers.ListField(child=serializers.DictField())
    error = serializers.DictField(allow_null=True)
    created_at = serializers.DateTimeField()


def _set(row: TestSet) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("id", "name", "created_at", "updated_at")}
    return {**shown, "questions": row.questions.count()}


def _questions(workspace: Workspace, rows: Sequence[TestQuestion]) -> list[dict[str, Any]]:
    """Show questions with the names of what they should find."""
    wanted = [row for question in rows for row in question.expected]
    documents = Document.scoped(workspace).filter(id__in={row["document_id"] for row in wanted})
    names = {str(key): name for key, name in documents.values_list("id", "name")}
    keys = {row["segment_id"] for row in wanted if row.get("segment_id")}
    pieces = {str(row.id): row for row in Segment.scoped(workspace).filter(id__in=keys).only("id", "position", "content")}

    def expected(row: dict[str, Any]) -> dict[str, Any]:
        piece = pieces.get(row.get("segment_id", ""))
        shown = {"position": piece.position, "excerpt": piece.content[:EXCERPT]} if piece else {"position": None, "excerpt": ""}
        return {**row, "document_name": names.get(row["document_id"], ""), **shown}

    return [
        {
            "id": question.id,
            "position": question.position,
            "query": question.query,
            "expected": [expected(row) for row in question.expected],
        }
        for question in rows
    ]


class TestSetView(KnowledgeView):
    """A view below a test set."""

    __test__ = False

    def test_set(self, dataset: uuid.UUID, test_set: uuid.UUID) -> TestSet:
        """Return a test set of a dataset. Raises NotFound."""
        rows = TestSet.scoped(self.ctx.workspace).filter(dataset=self.dataset(dataset)).select_related("dataset")
        return get_or_404(rows, test_set)


class NameInput(serializers.Serializer[Any]):
    """A test set's name."""

    name = serializers.CharField(max_length=services.MAX_NAME)


class TestSetListApi(TestSetView):
    """The test sets of a dataset."""

    @extend_schema(responses=TestSetOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """List the test sets by name."""
        rows = TestSet.scoped(self.ctx.workspace).filter(dataset=self.dataset(dataset)).order_by("name")
        return Response([_set(row) for row in rows])

    @extend_schema(request=NameInput, responses={201: TestSetOutput})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Make an empty test set."""
        found = self.dataset(dataset)
        return Response(_set(services.set_create(dataset=found, name=self.read(NameInput)["name"], created_by=self.ctx.user)), 201)


class TestSetApi(TestSetView):
    """A test set."""

    @extend_schema(request=NameInput, responses=TestSetOutput)
    def patch(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, test_set: uuid.UUID) -> Response:
        """Rename the test set."""
        found = self.test_set(dataset, test_set)
        return Response(_set(services.set_rename(test_set=found, name=self.read(NameInput)["name"])))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, test_set: uuid.UUID) -> Response:
        """Delete the test set with its questions and results."""
        services.set_delete(test_set=self.test_set(dataset, test_set))
        return Response(status=204)


class QuestionListApi(TestSetView):
    """The questions of a test set."""

    class Input(serializers.Serializer[Any]):
        query = serializers.CharField(max_length=services.MAX_QUERY)
        expected = ExpectedShape(many=True)

    @extend_schema(responses=TestQuestionOutput(many=True))
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, test_set: uuid.UUID) -> Response:
        """List the questions in order."""
        rows = TestQuestion.scoped(self.ctx.workspace).filter(test_set=self.test_set(dataset, test_set)).order_by("position")
        return Response(_questions(self.ctx.workspace, list(rows)))

    @extend_schema(request=Input, responses={201: TestQuestionOutput})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, test_set: uuid.UUID) -> Response:
        """Add a question and what it should find."""
        found = self.test_set(dataset, test_set)
        return Response(_questions(self.ctx.workspace, [services.question_create(test_set=found, **self.read(self.Input))])[0], 201)


class QuestionApi(TestSetView):
    """A question of a test set."""

    class Input(serializers.Serializer[Any]):
        query = serializers.CharField(max_length=services.MAX_QUERY, required=False)
        expected = ExpectedShape(many=True, required=False)

    def _question(self, dataset: uuid.UUID, test_set: uuid.UUID, question: uuid.UUID) -> TestQuestion:
        rows = TestQuestion.scoped(self.ctx.workspace).filter(test_set=self.test_set(dataset, test_set))
        return get_or_404(rows.select_related("test_set"), question)

    @extend_schema(request=Input, responses=TestQuestionOutput)
    def patch(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, test_set: uuid.UUID, question: uuid.UUID) -> Response:
        """Change what is given."""
        found = self._question(dataset, test_set, question)
        return Response(_questions(self.ctx.workspace, [services.question_update(question=found, **self.read(self.Input))])[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, test_set: uuid.UUID, question: uuid.UUID) -> Response:
        """Delete the question; results that were measured with it stay."""
        services.question_delete(question=self._question(dataset, test_set, question))
        return Response(status=204)


class ResultListApi(TestSetView):
    """Measurements of a test set."""

    class Input(serializers.Serializer[Any]):
        class Settings(serializers.Serializer[Any]):
            label = serializers.CharField(max_length=services.MAX_NAME, allow_blank=True, default="")  # type: ignore[assignment]
            retrieval_model = serializers.DictField()

        settings = Settings(many=True)
        k = serializers.IntegerField(min_value=1, max_value=50, default=5)

    @extend_schema(parameters=[PageInput], responses=page_of(TestResultOutput, "TestResultPage"))
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, test_set: uuid.UUID) -> Response:
        """List the measurements, newest first."""
        query = self.read_query(PageInput)
        rows = TestResult.scoped(self.ctx.workspace).filter(test_set=self.test_set(dataset, test_set)).order_by("-created_at", "-id")
        return Response(paginate(rows, query, lambda page: list(TestResultOutput(page, many=True).data)))

    @extend_schema(request=Input, responses={202: JobOutput})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, test_set: uuid.UUID) -> Response:
        """Measure under one or several settings. The job's result is {results: [{id, label, metrics, error}]}."""
        found = self.test_set(dataset, test_set)
        given = self.read(self.Input)
        job_id = services.measure_start(test_set=found, settings=given["settings"], k=given["k"], created_by=self.ctx.user)
        return Response(JobOutput(Job(job_id, "running")).data, 202)


class ResultApi(TestSetView):
    """A measurement."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, test_set: uuid.UUID, result: uuid.UUID) -> Response:
        """Delete the measurement."""
        rows = TestResult.scoped(self.ctx.workspace).filter(test_set=self.test_set(dataset, test_set))
        services.result_delete(result=get_or_404(rows, result))
        return Response(status=204)
