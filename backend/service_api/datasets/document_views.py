"""Documents of a dataset: bring in, look at, follow, change, delete, fetch."""

from __future__ import annotations

import zipfile
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings

from backend.core.errors import AppError
from backend.files.links import signed_url
from backend.files.models import StoredFile
from backend.files.selectors import file_chunks, file_open
from backend.files.services import file_create
from backend.knowledge.models import Dataset, Document, MetadataField
from backend.knowledge.selectors import DISPLAYED, active_segments
from backend.knowledge.services.documents import (
    document_create_file,
    document_create_text,
    document_recut,
    document_rename,
    document_update_file,
    document_update_text,
    documents_delete,
    documents_set_status,
)
from backend.service_api.datasets.bodies import CreateByFile, CreateByText, DocumentIds, Settings, UpdateByFile, UpdateByText
from backend.service_api.datasets.call import Call, dataset_upload, dataset_view, not_found_dataset, uuids
from backend.service_api.datasets.present import document_detail, document_row, error_text, when
from backend.service_api.errors import WireError, invalid_param
from backend.service_api.http import JsonReply, Reply, StreamReply

METADATA_KINDS = ("all", "only", "without")
MAX_ZIPPED = 100


def _fields(dataset: Dataset) -> list[MetadataField]:
    return list(MetadataField.scoped(dataset.workspace_id).filter(dataset=dataset).order_by("created_at"))


def _taken(dataset: Dataset, document: Document) -> JsonReply:
    """The answer to a document that was brought in or replaced: its indexing begins."""
    return JsonReply({"document": document_row(document, _fields(dataset)), "batch": document.batch})


def _options(body: Settings) -> dict[str, Any]:
    return {
        "process_rule": body.process_rule,
        "doc_form": body.doc_form or "",
        "doc_language": body.doc_language,
        "indexing_technique": body.indexing_technique or "",
        "embedding_provider": body.embedding_model_provider or "",
        "embedding_model": body.embedding_model or "",
    }


def _demand_technique(dataset: Dataset, body: Settings) -> None:
    if not dataset.indexing_technique and not body.indexing_technique:
        raise invalid_param("indexing_technique", "indexing_technique is required.")


def _original(dataset: Dataset, document_id: str) -> Document:
    found = Document.scoped(dataset.workspace_id).filter(dataset=dataset, id__in=uuids([document_id], "original_document_id")).first()
    if found is None:
        raise not_found_dataset("Document")
    return found


@dataset_view
def create_by_text(call: Call) -> JsonReply:
    """`POST /v1/datasets/{dataset_id}/document/create-by-text`."""
    dataset = call.dataset()
    body = call.body(CreateByText)
    if body.original_document_id:
        changed = document_update_text(
            document=_original(dataset, body.original_document_id), text=body.text, name=body.name, **_recutting(body)
        )
        return _taken(dataset, changed)
    _demand_technique(dataset, body)
    return _taken(dataset, document_create_text(dataset=dataset, name=body.name, text=body.text, **_options(body)))


def _recutting(body: Settings) -> dict[str, Any]:
    form = body.doc_form if "doc_form" in body.model_fields_set else None
    language = body.doc_language if "doc_language" in body.model_fields_set else None
    given = {"process_rule": body.process_rule, "doc_form": form, "doc_language": language}
    return {name: value for name, value in given.items() if value}


def _stored(call: Call, dataset: Dataset) -> StoredFile:
    if call.form is None:
        raise AppError("no_file_uploaded", "Please upload your file.", 400)
    posted = call.form.only_file()
    return file_create(dataset.workspace_id, content=cast(BinaryIO, posted.file), name=posted.name or "", purpose="dataset")


@dataset_upload
def create_by_file(call: Call) -> JsonReply:
    """`POST /v1/datasets/{dataset_id}/document/create-by-file`."""
    dataset = call.dataset()
    body = call.form_data(CreateByFile)
    if body.original_document_id:
        document = _original(dataset, body.original_document_id)
        return _taken(dataset, document_update_file(document=document, file=_stored(call, dataset), **_recutting(body)))
    _demand_technique(dataset, body)
    return _taken(dataset, document_create_file(dataset=dataset, file=_stored(call, dataset), **_options(body)))


@dataset_view
def update_by_text(call: Call) -> JsonReply:
    """`POST /v1/datasets/{dataset_id}/documents/{document_id}/update-by-text`."""
    dataset = call.dataset()
    document = call.document(dataset)
    body = call.body(UpdateByText)
    if body.text is not None and not body.name:
        raise invalid_param("name", "name is required when text is given.")
    return _taken(dataset, document_update_text(document=document, text=body.text, name=body.name, **_recutting(body)))


@dataset_upload
def update_by_file(call: Call) -> JsonReply:
    """`POST …/documents/{document_id}/update-by-file` and `PATCH …/documents/{document_id}`; without a file the settings change."""
    dataset = call.dataset()
    document = call.document(dataset)
    body = call.form_data(UpdateByFile)
    if call.form is not None and call.form.files:
        document = document_update_file(document=document, file=_stored(call, dataset), name=body.name or None, **_recutting(body))
    elif body.process_rule or "doc_form" in body.model_fields_set:
        document = document_recut(document=document, process_rule=body.process_rule, doc_form=body.doc_form or "")
    elif body.name:
        document = document_rename(document=document, name=body.name)
    return _taken(dataset, document)


@dataset_view
def listing(call: Call) -> JsonReply:
    """`GET /v1/datasets/{dataset_id}/documents`."""
    dataset = call.dataset()
    page, limit = call.page()
    rows = Document.scoped(call.workspace_id).filter(dataset=dataset).select_related("file", "created_by", "dataset")
    if keyword := call.request.query.get("keyword"):
        rows = rows.filter(name__icontains=keyword)
    if status := call.request.query.get("status"):
        if status not in DISPLAYED:
            raise invalid_param("status", f"status must be one of {', '.join(DISPLAYED)}.")
        rows = rows.filter(DISPLAYED[status])
    rows = rows.order_by("-created_at", "-position")
    total, start, fields = rows.count(), (page - 1) * limit, _fields(dataset)
    found = [document_row(row, fields) for row in rows[start : start + limit]]
    return JsonReply({"data": found, "has_more": start + len(found) < total, "limit": limit, "total": total, "page": page})


@dataset_view
def detail(call: Call) -> JsonReply:
    """`GET /v1/datasets/{dataset_id}/documents/{document_id}`."""
    dataset = call.dataset()
    document = call.document(dataset)
    kind = call.request.query.get("metadata", "all")
    if kind not in METADATA_KINDS:
        raise WireError("invalid_metadata", f"Invalid metadata value: {kind[:40]}", 400)
    shown = document_detail(document, _fields(dataset), active_segments(document).count())
    if kind == "only":
        shown = {name: shown[name] for name in ("id", "doc_type", "doc_metadata")}
    elif kind == "without":
        shown = {name: value for name, value in shown.items() if name not in ("doc_type", "doc_metadata")}
    return JsonReply(shown)


@dataset_view
def delete(call: Call) -> JsonReply:
    """`DELETE /v1/datasets/{dataset_id}/documents/{document_id}`."""
    dataset = call.dataset()
    documents_delete(dataset=dataset, document_ids=[call.document(dataset).id])
    return JsonReply(None, 204)


@dataset_view
def indexing_status(call: Call) -> JsonReply:
    """`GET /v1/datasets/{dataset_id}/documents/{batch}/indexing-status`."""
    dataset = call.dataset()
    rows = list(Document.scoped(call.workspace_id).filter(dataset=dataset, batch=call.request.path["batch"]).order_by("position"))
    if not rows:
        raise not_found_dataset("Documents")
    return JsonReply({"data": [_progress(row) for row in rows]})


def _progress(document: Document) -> dict[str, Any]:
    return {
        "id": str(document.id),
        "indexing_status": document.stage,
        "processing_started_at": when(document.started_at),
        "parsing_completed_at": when(document.parsed_at),
        "cleaning_completed_at": when(document.cleaned_at),
        "splitting_completed_at": when(document.split_at),
        "completed_at": when(document.completed_at),
        "paused_at": when(document.stopped_at) if document.stage == "paused" else None,
        "error": error_text(document),
        "stopped_at": when(document.stopped_at),
        "completed_segments": document.done,
        "total_segments": document.total,
    }


@dataset_view
def set_status(call: Call) -> JsonReply:
    """`PATCH /v1/datasets/{dataset_id}/documents/status/{action}`."""
    dataset = call.dataset()
    action = call.request.path["action"]
    if action not in ("enable", "disable", "archive", "un_archive"):
        raise WireError("invalid_action", "Invalid action.", 400)
    ids = uuids(call.body(DocumentIds).document_ids, "document_ids")
    if Document.scoped(call.workspace_id).filter(dataset=dataset, id__in=ids).count() != len(set(ids)):
        raise not_found_dataset("Document")
    documents_set_status(dataset=dataset, document_ids=ids, action=action)
    return JsonReply({"result": "success"})


@dataset_view
def download(call: Call) -> JsonReply:
    """`GET /v1/datasets/{dataset_id}/documents/{document_id}/download`."""
    document = call.document(call.dataset())
    if document.file is None:
        raise not_found_dataset("File")
    return JsonReply({"url": signed_url(document.file, attachment=True)})


@dataset_view
def download_zip(call: Call) -> Reply:
    """`POST /v1/datasets/{dataset_id}/documents/download-zip`."""
    dataset = call.dataset()
    ids = uuids(call.body(DocumentIds).document_ids, "document_ids")
    if len(ids) > MAX_ZIPPED:
        raise invalid_param("document_ids", f"document_ids has {len(ids)} entries; at most {MAX_ZIPPED} are accepted.")
    rows = list(Document.scoped(call.workspace_id).filter(dataset=dataset, id__in=ids).select_related("file").order_by("position"))
    if len(rows) != len(set(ids)):
        raise not_found_dataset("Document")
    made = SpooledTemporaryFile[bytes](max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
    _zip([row.file for row in rows if row.file], cast(BinaryIO, made))
    headers = ((b"content-type", b"application/zip"), (b"content-disposition", b'attachment; filename="documents.zip"'))
    return StreamReply(file_chunks(cast(BinaryIO, made)), (*headers, (b"x-content-type-options", b"nosniff")))


def _zip(files: list[StoredFile], into: BinaryIO) -> None:
    """Pack files; equal names are numbered."""
    seen: dict[str, int] = {}
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            seen[file.name] = number = seen.get(file.name, 0) + 1
            stem, dot, end = file.name.rpartition(".")
            name = file.name if number == 1 else (f"{stem} ({number}){dot}{end}" if dot else f"{end} ({number})")
            with file_open(file) as source, archive.open(name, "w") as target:
                while chunk := source.read(256 * 1024):
                    target.write(chunk)
    into.seek(0)
