"""Tags of datasets, and metadata of their documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count

from backend.knowledge.models import Dataset, Document, MetadataField, Tag
from backend.knowledge.services.metadata import BUILT_IN, built_in_set, field_create, field_delete, field_rename, values_set
from backend.knowledge.services.tags import dataset_bind_tags, dataset_unbind_tags, tag_create, tag_delete, tag_rename
from backend.service_api.datasets.bodies import FieldName, MetadataOperations, NewField, TagBinding, TagId, TagName, TagRename, TagUnbinding
from backend.service_api.datasets.call import Call, dataset_view, not_found_dataset, uuids
from backend.service_api.datasets.present import field_row, tag_row
from backend.service_api.errors import WireError, invalid_param
from backend.service_api.http import JsonReply


def _tag(call: Call, tag_id: str) -> Tag:
    found = Tag.scoped(call.workspace_id).filter(id__in=uuids([tag_id], "tag_id")).first()
    if found is None:
        raise not_found_dataset("Tag")
    return found


@dataset_view
def tag_creation(call: Call) -> JsonReply:
    """`POST /v1/datasets/tags`."""
    return JsonReply(tag_row(tag_create(workspace_id=call.workspace_id, name=call.body(TagName).name)))


@dataset_view
def tag_listing(call: Call) -> JsonReply:
    """`GET /v1/datasets/tags`."""
    rows = Tag.scoped(call.workspace_id).annotate(bound=Count("datasets")).order_by("-created_at")
    return JsonReply([tag_row(tag, tag.bound) for tag in rows])


@dataset_view
def tag_change(call: Call) -> JsonReply:
    """`PATCH /v1/datasets/tags`."""
    body = call.body(TagRename)
    tag = tag_rename(tag=_tag(call, body.tag_id), name=body.name)
    return JsonReply(tag_row(tag, tag.datasets.count()))


@dataset_view
def tag_deletion(call: Call) -> JsonReply:
    """`DELETE /v1/datasets/tags`."""
    tag_delete(tag=_tag(call, call.body(TagId).tag_id))
    return JsonReply(None, 204)


def _target(call: Call, dataset_id: str) -> Dataset:
    found = Dataset.scoped(call.workspace_id).filter(id__in=uuids([dataset_id], "target_id")).first()
    if found is None:
        raise not_found_dataset("Dataset")
    return found


@dataset_view
def tag_binding(call: Call) -> JsonReply:
    """`POST /v1/datasets/tags/binding`."""
    body = call.body(TagBinding)
    dataset_bind_tags(dataset=_target(call, body.target_id), tag_ids=uuids(body.tag_ids, "tag_ids"))
    return JsonReply(None, 204)


@dataset_view
def tag_unbinding(call: Call) -> JsonReply:
    """`POST /v1/datasets/tags/unbinding`."""
    body = call.body(TagUnbinding)
    ids = [*(body.tag_ids or ()), *((body.tag_id,) if body.tag_id else ())]
    if not ids:
        raise invalid_param("tag_ids", "tag_ids is required.")
    dataset_unbind_tags(dataset=_target(call, body.target_id), tag_ids=uuids(ids, "tag_ids"))
    return JsonReply(None, 204)


@dataset_view
def dataset_tags(call: Call) -> JsonReply:
    """`GET /v1/datasets/{dataset_id}/tags`."""
    found = [{"id": str(tag.id), "name": tag.name} for tag in call.dataset().tags.order_by("name")]
    return JsonReply({"data": found, "total": len(found)})


def _field(call: Call, dataset: Dataset) -> MetadataField:
    try:
        key = UUID(call.request.path["metadata_id"])
    except ValueError:
        raise not_found_dataset("Metadata") from None
    found = MetadataField.scoped(call.workspace_id).filter(dataset=dataset, id=key).first()
    if found is None:
        raise not_found_dataset("Metadata")
    return found


@dataset_view
def field_creation(call: Call) -> JsonReply:
    """`POST /v1/datasets/{dataset_id}/metadata`."""
    dataset = call.dataset()
    body = call.body(NewField)
    return JsonReply(field_row(field_create(dataset=dataset, name=body.name, type=body.type)), 201)


@dataset_view
def field_listing(call: Call) -> JsonReply:
    """`GET /v1/datasets/{dataset_id}/metadata`; `count` is the number of documents with a value."""
    dataset = call.dataset()
    counts: dict[str, int] = {}
    for values in Document.scoped(call.workspace_id).filter(dataset=dataset).exclude(metadata={}).values_list("metadata", flat=True):
        for key in values:
            counts[key] = counts.get(key, 0) + 1
    fields = MetadataField.scoped(call.workspace_id).filter(dataset=dataset).order_by("created_at")
    rows: list[dict[str, Any]] = [{**field_row(field), "count": counts.get(str(field.id), 0)} for field in fields]
    return JsonReply({"doc_metadata": rows, "built_in_field_enabled": dataset.built_in_fields})


@dataset_view
def field_change(call: Call) -> JsonReply:
    """`PATCH /v1/datasets/{dataset_id}/metadata/{metadata_id}`."""
    field = _field(call, call.dataset())
    return JsonReply(field_row(field_rename(field=field, name=call.body(FieldName).name)))


@dataset_view
def field_deletion(call: Call) -> JsonReply:
    """`DELETE /v1/datasets/{dataset_id}/metadata/{metadata_id}`."""
    field_delete(field=_field(call, call.dataset()))
    return JsonReply(None, 204)


@dataset_view
def built_in_listing(call: Call) -> JsonReply:
    """`GET /v1/datasets/{dataset_id}/metadata/built-in`."""
    call.dataset()
    return JsonReply({"fields": [{"name": name, "type": str(kind)} for name, kind in BUILT_IN.items()]})


@dataset_view
def built_in_switch(call: Call) -> JsonReply:
    """`POST /v1/datasets/{dataset_id}/metadata/built-in/{action}`."""
    dataset = call.dataset()
    action = call.request.path["action"]
    if action not in ("enable", "disable"):
        raise WireError("invalid_action", "Invalid action.", 400)
    built_in_set(dataset=dataset, enabled=action == "enable")
    return JsonReply({"result": "success"})


@dataset_view
def document_values(call: Call) -> JsonReply:
    """`POST /v1/datasets/{dataset_id}/documents/metadata`."""
    dataset = call.dataset()
    body = call.body(MetadataOperations)
    values_set(dataset=dataset, operations=[operation.model_dump() for operation in body.operation_data])
    return JsonReply({"result": "success"})
