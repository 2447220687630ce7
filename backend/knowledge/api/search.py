"""Ask a dataset, see how a source would be cut, list the pages of a site: short jobs of a worker. Each answers 202 with the job."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import PageInput, get_or_404, page_of, paginate
from backend.core.errors import AppError
from backend.core.job_api import JobOutput
from backend.core.jobs import Job, job_start
from backend.files.models import StoredFile
from backend.knowledge.api.base import KnowledgeView
from backend.knowledge.models import DocForm, RecentQuery, Technique
from backend.knowledge.retrieval_settings import retrieval_model
from backend.knowledge.services.cutting_rules import rule_of

MAX_TEXT = 1_000_000


class JobView(KnowledgeView):
    """A view whose work a worker does."""

    def started(self, name: str, payload: dict[str, Any]) -> Response:
        """Start a job of the workspace and show it."""
        job_id = job_start(name, {**payload, "workspace_id": str(self.ctx.workspace.pk)}, self.ctx.workspace.pk)
        return Response(JobOutput(Job(job_id, "running")).data, 202)


class RetrieveApi(JobView):
    """A question to a dataset."""

    harmless = True

    class Input(serializers.Serializer[Any]):
        query = serializers.CharField(max_length=10_000)
        retrieval = serializers.DictField(required=False, help_text="Settings to try; else the dataset's own.")
        remember = serializers.BooleanField(default=True)

    @extend_schema(request=Input, responses={202: JobOutput})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Find what fits best. The job's result is {hits, seconds}."""
        found = self.dataset(dataset)
        given = self.read(self.Input)
        settings = {**found.retrieval, **given.get("retrieval", {})}
        retrieval_model(settings, found.indexing_technique)
        asked = {"dataset_ids": [str(found.pk)], "query": given["query"], "retrieval_model": settings, "remember": given["remember"]}
        return self.started("knowledge.retrieve", {**asked, "source": "hit_testing", "account_id": str(self.ctx.user.pk)})


class TrialApi(JobView):
    """A question to the datasets of a retrieval node."""

    harmless = True

    class Input(serializers.Serializer[Any]):
        query = serializers.CharField(max_length=10_000)
        config = serializers.DictField(help_text="The node's settings. Datasets that the member does not see are left out.")

    @extend_schema(request=Input, responses={202: JobOutput})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Search as a node with these settings would; nothing is counted or remembered. The job's result is {hits, seconds}."""
        given = self.read(self.Input)
        wanted = given["config"].get("dataset_ids")
        seen = {str(key) for key in self.datasets().values_list("id", flat=True)}
        ids = [key for key in wanted if key in seen] if isinstance(wanted, list) else []
        if not ids:
            message = "Choose the knowledge to search."
            raise AppError("invalid_input", message, 400, {"fields": {"config": [message]}})
        return self.started("knowledge.try", {"query": given["query"], "config": {**given["config"], "dataset_ids": ids}})


class RecentQueryOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    content = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field called like an attribute of Field
    settings = serializers.DictField()
    created_at = serializers.DateTimeField()


class RecentQueryListApi(KnowledgeView):
    """What a dataset was asked lately."""

    @extend_schema(parameters=[PageInput], responses=page_of(RecentQueryOutput, "RecentQueryPage"))
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """List the questions, newest first."""
        query = self.read_query(PageInput)
        rows = RecentQuery.scoped(self.ctx.workspace).filter(dataset=self.dataset(dataset)).order_by("-created_at", "-id")
        return Response(paginate(rows, query, lambda page: list(RecentQueryOutput(page, many=True).data)))


class PreviewApi(JobView):
    """How a source would be cut."""

    class Input(serializers.Serializer[Any]):
        file = serializers.UUIDField(required=False)
        text = serializers.CharField(required=False, max_length=MAX_TEXT, trim_whitespace=False)
        url = serializers.URLField(required=False, max_length=2000)
        document = serializers.UUIDField(required=False, help_text="A document of `dataset`, to see it cut anew.")
        process_rule = serializers.DictField(required=False)
        doc_form = serializers.ChoiceField(DocForm.choices, default=DocForm.GENERAL)
        doc_language = serializers.CharField(required=False, max_length=40)
        dataset = serializers.UUIDField(required=False)
        indexing_technique = serializers.ChoiceField(Technique.choices, required=False)
        embedding_provider = serializers.CharField(required=False, allow_blank=True)
        embedding_model = serializers.CharField(required=False, allow_blank=True)

    @extend_schema(request=Input, responses={202: JobOutput})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Cut without embedding or keeping anything. The job's result has the first pieces, counts and an estimate of cost and time."""
        given = self.read(self.Input)
        file, document, dataset = given.pop("file", None), given.pop("document", None), given.pop("dataset", None)
        if sum(source is not None for source in (file, document, given.get("text"), given.get("url"))) != 1:
            details = {"fields": {"file": ["One file, document, text or address is needed."]}}
            raise AppError("invalid_input", "Choose one file, document, text or address.", 400, details)
        rule_of(given.get("process_rule") or {}, given["doc_form"], given.get("doc_language", ""))
        if dataset is not None:
            given["dataset_id"] = str(self.dataset(dataset).pk)
        if file is not None:
            given["file_id"] = str(get_or_404(StoredFile.scoped(self.ctx.workspace).filter(purpose="knowledge"), file).pk)
        elif document is not None:
            given |= self._source(dataset, document)
        return self.started("knowledge.preview", given)

    def _source(self, dataset: uuid.UUID | None, document: uuid.UUID) -> dict[str, str]:
        """Where a document's content is: its file, or the page that is still to be fetched. Raises NotFound, AppError invalid_input."""
        if dataset is None:
            raise AppError(
                "invalid_input", "Name the document's dataset.", 400, {"fields": {"dataset": ["The document's dataset is needed."]}}
            )
        found = self.document(dataset, document)
        return {"file_id": str(found.file_id)} if found.file_id else {"url": str(found.source.get("url", ""))}


class CrawlApi(JobView):
    """The pages of a site."""

    class Input(serializers.Serializer[Any]):
        url = serializers.URLField(max_length=2000)
        limit = serializers.IntegerField(min_value=1, max_value=200, default=10)
        depth = serializers.IntegerField(min_value=0, max_value=3, default=1)

    @extend_schema(request=Input, responses={202: JobOutput})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Follow links on one host. The job's result lists pages, each of which can be brought in as a document."""
        return self.started("knowledge.crawl", self.read(self.Input))
