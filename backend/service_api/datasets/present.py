"""Rows of knowledge as the published API shows them. Times are unix seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from backend.files.models import StoredFile
from backend.knowledge.models import WORKING_STAGES, ChildChunk, Dataset, Document, MetadataField, Segment, Stage, Tag, Technique
from backend.knowledge.retrieval_settings import retrieval_model
from backend.knowledge.services.metadata import BUILT_IN

DEFAULT_RULES = {
    "pre_processing_rules": [{"id": "remove_extra_spaces", "enabled": True}, {"id": "remove_urls_emails", "enabled": False}],
    "segmentation": {"separator": "\n", "max_tokens": 500, "chunk_overlap": 50},
}


def when(moment: datetime | None) -> int | None:
    """Unix seconds."""
    return int(moment.timestamp()) if moment else None


def retrieval_dict(dataset: Dataset) -> dict[str, Any]:
    """The retrieval model of a dataset with its defaults filled in."""
    found = retrieval_model(dataset.retrieval, dataset.indexing_technique).model_dump(exclude={"metadata_filtering_conditions"})
    return {**found, "score_threshold": found["score_threshold"] or 0.0}


def dataset_row(dataset: Dataset, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Show a dataset; `facts` are its counts (see `selectors.dataset_facts`)."""
    high_quality = dataset.indexing_technique == Technique.HIGH_QUALITY
    return {
        "id": str(dataset.id),
        "name": dataset.name,
        "description": dataset.description,
        "provider": "vendor",
        "permission": dataset.permission,
        "data_source_type": facts["data_source_type"],
        "indexing_technique": dataset.indexing_technique or None,
        "app_count": facts["app_count"],
        "document_count": facts["document_count"],
        "word_count": facts["word_count"],
        "created_by": _id(dataset.created_by_id),
        "author_name": dataset.created_by.name if dataset.created_by else None,
        "created_at": when(dataset.created_at),
        "updated_by": _id(dataset.updated_by_id),
        "updated_at": when(dataset.updated_at),
        "embedding_model": dataset.embedding_model if high_quality else None,
        "embedding_model_provider": dataset.embedding_provider if high_quality else None,
        "embedding_available": facts["embedding_available"],
        "retrieval_model_dict": retrieval_dict(dataset),
        "summary_index_setting": {"enable": False, "model_name": "", "model_provider_name": "", "summary_prompt": ""},
        "tags": [{"id": str(tag.id), "name": tag.name, "type": "knowledge"} for tag in dataset.tags.all()],
        "doc_form": dataset.doc_form or None,
        "external_knowledge_info": {
            "external_knowledge_id": None,
            "external_knowledge_api_id": None,
            "external_knowledge_api_name": None,
            "external_knowledge_api_endpoint": None,
        },
        "external_retrieval_model": {"top_k": 2, "score_threshold": 0.0, "score_threshold_enabled": False},
        "doc_metadata": [field_row(field) for field in dataset.metadata_fields.all()],
        "built_in_field_enabled": dataset.built_in_fields,
        "pipeline_id": None,
        "runtime_mode": "general",
        "chunk_structure": None,
        "icon_info": {
            "icon_type": dataset.icon.get("icon_type", "emoji"),
            "icon": dataset.icon.get("icon", "📙"),
            "icon_background": dataset.icon.get("icon_background", "#FFF4ED"),
            "icon_url": dataset.icon.get("icon_url", ""),
        },
        "is_published": False,
        "total_documents": facts["document_count"],
        "total_available_documents": facts["available_count"],
        "enable_api": dataset.enable_api,
        "is_multimodal": False,
        "maintainer": _id(dataset.created_by_id),
        "partial_member_list": facts["members"],
    }


def field_row(field: MetadataField) -> dict[str, Any]:
    """Show a metadata field."""
    return {"id": str(field.id), "name": field.name, "type": field.type}


def tag_row(tag: Tag, bound: int = 0) -> dict[str, Any]:
    """Show a tag."""
    return {"id": str(tag.id), "name": tag.name, "type": "knowledge", "binding_count": str(bound)}


def display_status(document: Document) -> str:
    """One word for where a document stands."""
    if document.archived and document.stage == Stage.COMPLETED:
        return "archived"
    if document.stage == Stage.COMPLETED:
        return "available" if document.enabled else "disabled"
    if document.stage in WORKING_STAGES:
        return "indexing"
    return {Stage.WAITING: "queuing", Stage.PAUSED: "paused"}.get(Stage(document.stage), "error")


def process_rule(document: Document) -> dict[str, Any]:
    """The process rule that a document was cut by."""
    rule = document.process_rule or {}
    return {"id": rule_id(document), "dataset_id": str(document.dataset_id), "mode": rule.get("mode", "automatic"), "rules": _rules(rule)}


def _rules(rule: Mapping[str, Any]) -> Any:
    return rule.get("rules") or DEFAULT_RULES


def rule_id(document: Document) -> str:
    """Name a process rule: equal rules of a dataset have equal ids."""
    text = orjson.dumps(document.process_rule, option=orjson.OPT_SORT_KEYS).decode()
    return str(uuid5(NAMESPACE_URL, f"{document.dataset_id}:{text}"))


def file_facts(file: StoredFile | None) -> dict[str, Any]:
    """What is said of the file a document came from."""
    if file is None:
        return {}
    return {
        "id": str(file.id),
        "name": file.name,
        "size": file.size_bytes,
        "extension": file.extension.removeprefix("."),
        "mime_type": file.mime_type,
        "created_by": _id(file.created_by_id),
        "created_at": when(file.created_at),
    }


def document_row(document: Document, fields: Iterable[MetadataField]) -> dict[str, Any]:
    """Show a document in lists and after a change."""
    source = {"upload_file_id": str(document.file_id)} if document.file_id else dict(document.source)
    detail = {"upload_file": file_facts(document.file)} if document.file else {}
    return {
        "id": str(document.id),
        "position": document.position,
        "data_source_type": source_type(document),
        "data_source_info": source,
        "data_source_detail_dict": detail,
        "dataset_process_rule_id": rule_id(document),
        "name": document.name,
        "created_from": "api",
        "created_by": _id(document.created_by_id),
        "created_at": when(document.created_at),
        "tokens": document.tokens,
        "indexing_status": document.stage,
        "error": error_text(document),
        "enabled": document.enabled,
        "disabled_at": when(document.disabled_at),
        "disabled_by": _id(document.disabled_by_id),
        "archived": document.archived,
        "display_status": display_status(document),
        "word_count": document.word_count,
        "hit_count": document.hit_count,
        "doc_form": document.doc_form,
        "doc_metadata": metadata_rows(document, fields),
        "summary_index_status": None,
        "need_summary": False,
    }


def document_detail(document: Document, fields: Iterable[MetadataField], segment_count: int) -> dict[str, Any]:
    """Show one document whole."""
    shown = document_row(document, fields)
    for name in ("data_source_detail_dict", "word_count"):
        del shown[name]
    took = (document.completed_at - document.started_at).total_seconds() if document.completed_at and document.started_at else None
    return {
        **shown,
        "data_source_info": {"upload_file": file_facts(document.file)} if document.file else dict(document.source),
        "dataset_process_rule": process_rule(document),
        "document_process_rule": process_rule(document),
        "doc_language": document.doc_language,
        "doc_type": None,
        "completed_at": when(document.completed_at),
        "updated_at": when(document.updated_at),
        "indexing_latency": took,
        "segment_count": segment_count,
        "average_segment_length": document.word_count / segment_count if segment_count else 0,
    }


def error_text(document: Document) -> str | None:
    """The cause of a failure in words."""
    return str(document.error.get("message") or document.error.get("code")) if document.error else None


def source_type(document: Document) -> str:
    """Where a document came from; texts are files that were written here."""
    return "website_crawl" if document.source_type == "website" else "upload_file"


def metadata_rows(document: Document, fields: Iterable[MetadataField]) -> list[dict[str, Any]]:
    """The values of a document, and of the built-in fields where its dataset shows them."""
    rows = [{**field_row(field), "value": document.metadata[str(field.id)]} for field in fields if str(field.id) in document.metadata]
    if document.dataset.built_in_fields:
        values = built_in_values(document)
        rows += [{"id": "built-in", "name": name, "type": str(kind), "value": values[name]} for name, kind in BUILT_IN.items()]
    return rows


def built_in_values(document: Document) -> dict[str, Any]:
    """What every document says of itself."""
    return {
        "document_name": document.name,
        "uploader": (document.created_by.name or document.created_by.email) if document.created_by else "",
        "upload_date": when(document.created_at),
        "last_update_date": when(document.updated_at),
        "source": {"upload_file": "file_upload", "text": "file_upload", "website": "website_crawl"}[document.source_type],
    }


def segment_row(segment: Segment, children: Iterable[ChildChunk] = ()) -> dict[str, Any]:
    """Show a segment with its children."""
    return {
        **segment_facts(segment),
        "updated_at": when(segment.updated_at),
        "updated_by": _id(segment.created_by_id),
        "child_chunks": [child_row(child) for child in children],
        "attachments": [],
        "summary": None,
    }


def segment_facts(segment: Segment) -> dict[str, Any]:
    """What lists of segments and of hits say alike."""
    return {
        "id": str(segment.id),
        "position": segment.position,
        "document_id": str(segment.document_id),
        "content": segment.content,
        "sign_content": segment.content,
        "answer": segment.answer or None,
        "word_count": segment.word_count,
        "tokens": segment.tokens,
        "keywords": segment.keywords,
        "index_node_id": _id(segment.point_id),
        "index_node_hash": segment.hash,
        "hit_count": segment.hit_count,
        "enabled": segment.enabled,
        "disabled_at": when(segment.disabled_at),
        "disabled_by": _id(segment.disabled_by_id),
        "status": "indexing" if segment.status == "waiting" else segment.status,
        "created_by": _id(segment.created_by_id),
        "created_at": when(segment.created_at),
        "indexing_at": when(segment.indexing_at),
        "completed_at": when(segment.completed_at),
        "error": segment.error or None,
        "stopped_at": None,
    }


def child_row(child: ChildChunk) -> dict[str, Any]:
    """Show a child chunk."""
    return {
        "id": str(child.id),
        "segment_id": str(child.segment_id),
        "content": child.content,
        "position": child.position,
        "word_count": child.word_count,
        "type": child.type,
        "created_at": when(child.created_at),
        "updated_at": when(child.updated_at),
    }


def _id(value: UUID | None) -> str | None:
    return str(value) if value else None
