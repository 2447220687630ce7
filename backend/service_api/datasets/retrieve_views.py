"""Ask a dataset. A worker does it: the web process never touches vectors."""

from __future__ import annotations

from typing import Any

from django.db import connection

from backend.core.errors import AppError
from backend.core.jobs import MAX_WAIT_S, job_result, job_start
from backend.knowledge.models import Dataset, Segment
from backend.knowledge.retrieval_settings import retrieval_model
from backend.service_api.datasets.bodies import Retrieve
from backend.service_api.datasets.call import Call, dataset_view
from backend.service_api.datasets.present import segment_facts
from backend.service_api.errors import WireError
from backend.service_api.http import JsonReply


@dataset_view
def retrieve(call: Call) -> JsonReply:
    """`POST /v1/datasets/{dataset_id}/retrieve`, also as `hit-testing`."""
    dataset = call.dataset()
    body = call.body(Retrieve)
    settings = {**dataset.retrieval, **(body.retrieval_model or {})}
    retrieval_model(settings, dataset.indexing_technique)
    hits = _ask(dataset, body.query, settings)
    segments = {
        str(row.id): row
        for row in Segment.scoped(call.workspace_id).filter(id__in=[hit["segment_id"] for hit in hits]).select_related("document__dataset")
    }
    records = [_record(segments[hit["segment_id"]], hit) for hit in hits if hit["segment_id"] in segments]
    return JsonReply({"query": {"content": body.query}, "records": records})


def _ask(dataset: Dataset, query: str, settings: dict[str, Any]) -> list[dict[str, Any]]:
    asked = {"dataset_ids": [str(dataset.id)], "query": query, "retrieval_model": settings, "source": "api"}
    payload = {**asked, "workspace_id": str(dataset.workspace_id)}
    job_id = job_start("knowledge.retrieve", payload, dataset.workspace_id)
    connection.close()  # nobody holds a database connection while waiting
    job = job_result(dataset.workspace_id, job_id, MAX_WAIT_S)
    if job.error:
        raise AppError(job.error["code"], job.error["message"], 400, job.error.get("details") or {})
    if job.state == "running":
        raise WireError("internal_server_error", "The search took too long and was given up.", 500)
    hits: list[dict[str, Any]] = job.result["hits"]
    return hits


def _record(segment: Segment, hit: dict[str, Any]) -> dict[str, Any]:
    document = segment.document
    values = {
        field.name: document.metadata[str(field.id)]
        for field in document.dataset.metadata_fields.all()
        if str(field.id) in document.metadata
    }
    return {
        "segment": {
            **segment_facts(segment),
            "document": {
                "id": str(document.id),
                "data_source_type": "website_crawl" if document.source_type == "website" else "upload_file",
                "name": document.name,
                "doc_type": None,
                "doc_metadata": values or None,
            },
        },
        "child_chunks": hit.get("child_chunks", []),
        "score": hit["score"],
        "tsne_position": None,
        "files": [],
        "summary": None,
    }
