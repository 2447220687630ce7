"""Documents in the studio."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import PageInput, get_or_404, page_of, paginate
from backend.core.errors import AppError
from backend.files.models import StoredFile
from backend.files.selectors import file_read
from backend.knowledge.api.base import KnowledgeView
from backend.knowledge.api.shapes import DocumentOutput, document_present, documents_present
from backend.knowledge.models import DocForm, Document, Technique
from backend.knowledge.selectors import DISPLAYED
from backend.knowledge.services import documents as services

MAX_AT_ONCE = 100
SORTS = ("-created_at", "created_at", "name", "-name", "-hit_count", "-word_count", "position")


class CuttingInput(serializers.Serializer[Any]):
    """How a document is cut; what is not given is the dataset's, or the document's as it was."""

    process_rule = serializers.DictField(required=False)
    doc_form = serializers.ChoiceField(DocForm.choices, required=False)
    doc_language = serializers.CharField(required=False, max_length=40)


class DocumentListApi(KnowledgeView):
    """The documents of a dataset."""

    class Query(PageInput):
        search = serializers.CharField(required=False, allow_blank=True, default="")
        state = serializers.ChoiceField(sorted(DISPLAYED), required=False)
        batch = serializers.CharField(required=False)
        sort = serializers.ChoiceField(SORTS, default="-created_at")

    class Input(CuttingInput):
        class Text(serializers.Serializer[Any]):
            name = serializers.CharField(max_length=services.MAX_NAME)
            text = serializers.CharField(trim_whitespace=False)

        files = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MAX_AT_ONCE, help_text="Uploaded files.")
        urls = serializers.ListField(child=serializers.CharField(max_length=2000), required=False, max_length=MAX_AT_ONCE)
        text = Text(required=False)
        indexing_technique = serializers.ChoiceField(Technique.choices, required=False)
        embedding_provider = serializers.CharField(required=False, allow_blank=True)
        embedding_model = serializers.CharField(required=False, allow_blank=True)

    @extend_schema(parameters=[Query], responses=page_of(DocumentOutput, "DocumentPage"))
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """List the documents."""
        query = self.read_query(self.Query)
        rows = Document.scoped(self.ctx.workspace).filter(dataset=self.dataset(dataset)).select_related("file", "created_by")
        if query["search"]:
            rows = rows.filter(name__icontains=query["search"])
        if query.get("state"):
            rows = rows.filter(DISPLAYED[query["state"]])
        if query.get("batch"):
            rows = rows.filter(batch=query["batch"])
        return Response(paginate(rows.order_by(query["sort"], "-id"), query, documents_present))

    @extend_schema(request=Input, responses={201: DocumentOutput(many=True)})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Bring in files that were uploaded, web pages, or a text; they are indexed in the background, as one batch."""
        found = self.dataset(dataset)
        given = self.read(self.Input)
        files, urls, text = given.pop("files", []), given.pop("urls", []), given.pop("text", None)
        if not (files or urls or text):
            raise AppError("invalid_input", "Choose files, addresses or a text.", 400, {"fields": {"files": ["Nothing was chosen."]}})
        given = {**given, "batch": services.new_batch(), "created_by": self.ctx.user}
        stored = [get_or_404(StoredFile.scoped(self.ctx.workspace).filter(purpose="knowledge"), key) for key in files]
        made = [services.document_create_file(dataset=found, file=file, **given) for file in stored]
        made += [services.document_create_url(dataset=found, url=url, **given) for url in urls]
        if text:
            made.append(services.document_create_text(dataset=found, **text, **given))
        return Response(documents_present(made), 201)


class DocumentActionApi(KnowledgeView):
    """Something done to several documents."""

    class Input(serializers.Serializer[Any]):
        action = serializers.ChoiceField(["enable", "disable", "archive", "un_archive", "delete", "retry", "cancel"])
        document_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=1000)

    class Output(serializers.Serializer[Any]):
        changed = serializers.IntegerField()

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID) -> Response:
        """Enable, disable, archive, delete, retry or cancel; what is not in the dataset is left out."""
        found = self.dataset(dataset)
        given = self.read(self.Input)
        action, ids = given["action"], given["document_ids"]
        if action == "delete":
            changed = services.documents_delete(dataset=found, document_ids=ids)
        elif action in ("retry", "cancel"):
            act = services.document_retry if action == "retry" else services.document_cancel
            rows = Document.scoped(self.ctx.workspace).filter(dataset=found, id__in=ids)
            changed = sum(act(document=row) for row in rows)
        else:
            changed = services.documents_set_status(dataset=found, document_ids=ids, action=action, user=self.ctx.user)
        return Response({"changed": changed})


class DocumentApi(KnowledgeView):
    """A document."""

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=services.MAX_NAME)

    @extend_schema(responses=DocumentOutput)
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID) -> Response:
        """Return the document."""
        return Response(document_present(self.document(dataset, document)))

    @extend_schema(request=Input, responses=DocumentOutput)
    def patch(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID) -> Response:
        """Rename the document."""
        found = self.document(dataset, document)
        return Response(document_present(services.document_rename(document=found, name=self.read(self.Input)["name"])))


class DocumentReplaceApi(KnowledgeView):
    """Another source, or other cuts, for a document."""

    class Input(CuttingInput):
        file = serializers.UUIDField(required=False)
        text = serializers.CharField(required=False, trim_whitespace=False)
        name = serializers.CharField(required=False, max_length=services.MAX_NAME)

    @extend_schema(request=Input, responses={202: DocumentOutput})
    def post(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID) -> Response:
        """Index again: with another file or text where one is given, with other settings where these are.

        Queries find the former state until the new one is complete.
        """
        found = self.document(dataset, document)
        given = self.read(self.Input)
        file, text, name = given.pop("file", None), given.pop("text", None), given.pop("name", None)
        if file is not None:
            stored = get_or_404(StoredFile.scoped(self.ctx.workspace).filter(purpose="knowledge"), file)
            changed = services.document_update_file(document=found, file=stored, name=name, updated_by=self.ctx.user, **given)
        else:
            changed = services.document_update_text(document=found, text=text, name=name, updated_by=self.ctx.user, **given)
        return Response(document_present(changed), 202)


class DocumentTextApi(KnowledgeView):
    """What was read of a document."""

    class Output(serializers.Serializer[Any]):
        text = serializers.CharField(allow_blank=True)
        ready = serializers.BooleanField(help_text="False as long as the document was not read.")

    @extend_schema(responses=Output)
    def get(self, request: Request, ws: uuid.UUID, dataset: uuid.UUID, document: uuid.UUID) -> Response:
        """Return the cleaned text in which pieces have their places."""
        text = self.document(dataset, document).text
        return Response({"text": file_read(text).decode("utf-8", "replace") if text else "", "ready": text is not None})
