"""Datasets: list, make, change, delete, ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from backend.accounts.models import Membership
from backend.knowledge.models import Dataset
from backend.knowledge.selectors import DatasetCounts, dataset_counts, embedding_available
from backend.knowledge.services.datasets import dataset_create, dataset_delete, dataset_update
from backend.service_api.datasets.bodies import CreateDataset, UpdateDataset
from backend.service_api.datasets.call import Call, dataset_view, uuids
from backend.service_api.datasets.present import dataset_row
from backend.service_api.errors import WireError, invalid_param
from backend.service_api.http import JsonReply
from backend.studio.selectors import apps_using


def present(datasets: list[Dataset]) -> list[dict[str, Any]]:
    """Show datasets with their counts."""
    if not datasets:
        return []
    counts = dataset_counts(datasets[0].workspace_id, [dataset.id for dataset in datasets])
    return [dataset_row(dataset, _facts(dataset, counts.get(dataset.id, DatasetCounts()))) for dataset in datasets]


def _facts(dataset: Dataset, counts: DatasetCounts) -> dict[str, Any]:
    return {
        "data_source_type": "website_crawl" if counts.websites and counts.websites == counts.documents else "upload_file",
        "app_count": len(apps_using(dataset.workspace_id, dataset.id)),
        "document_count": counts.documents,
        "available_count": counts.available,
        "word_count": counts.words,
        "embedding_available": embedding_available(dataset),
        "members": [str(key) for key in dataset.members.values_list("id", flat=True)],
    }


def _rows(call: Call) -> QuerySet[Dataset]:
    rows = Dataset.scoped(call.workspace_id).select_related("created_by", "updated_by").prefetch_related("tags", "metadata_fields")
    return rows.order_by("-created_at", "-id")


@dataset_view
def listing(call: Call) -> JsonReply:
    """`GET /v1/datasets`."""
    page, limit = call.page()
    rows = _rows(call)
    if keyword := call.request.query.get("keyword"):
        rows = rows.filter(name__icontains=keyword)
    if tags := uuids(call.request.every("tag_ids"), "tag_ids"):
        rows = rows.filter(tags__id__in=tags).distinct()
    total, start = rows.count(), (page - 1) * limit
    found = present(list(rows[start : start + limit]))
    return JsonReply({"data": found, "has_more": start + len(found) < total, "limit": limit, "total": total, "page": page})


@dataset_view
def create(call: Call) -> JsonReply:
    """`POST /v1/datasets`."""
    body = call.body(CreateDataset)
    if body.provider == "external":
        raise invalid_param("provider", "External knowledge is not offered by this server; use the provider vendor.")
    made = dataset_create(
        workspace_id=call.workspace_id,
        name=body.name,
        description=body.description,
        permission=body.permission or "only_me",
        indexing_technique=body.indexing_technique or "",
        embedding_provider=body.embedding_model_provider or "",
        embedding_model=body.embedding_model or "",
        retrieval=body.retrieval_model,
    )
    return JsonReply(present([made])[0])


@dataset_view
def detail(call: Call) -> JsonReply:
    """`GET /v1/datasets/{dataset_id}`."""
    return JsonReply(present([call.dataset()])[0])


@dataset_view
def update(call: Call) -> JsonReply:
    """`PATCH /v1/datasets/{dataset_id}`."""
    dataset = call.dataset()
    body = call.body(UpdateDataset)
    changes: dict[str, Any] = {
        "name": body.name,
        "description": body.description,
        "permission": body.permission,
        "indexing_technique": body.indexing_technique,
        "embedding_provider": body.embedding_model_provider,
        "embedding_model": body.embedding_model,
        "retrieval": body.retrieval_model,
    }
    if body.partial_member_list is not None:
        changes["members"] = _members(call.workspace_id, [member.user_id for member in body.partial_member_list])
    dataset_update(dataset=dataset, **changes)
    return JsonReply(present([call.dataset()])[0])


def _members(workspace_id: UUID, ids: list[str]) -> list[Any]:
    wanted = set(uuids(ids, "partial_member_list"))
    found = [row.user for row in Membership.objects.filter(workspace_id=workspace_id, user_id__in=wanted).select_related("user")]
    if len(found) != len(wanted):
        raise invalid_param("partial_member_list", "partial_member_list names somebody who is no member of the workspace.")
    return found


@dataset_view
def delete(call: Call) -> JsonReply:
    """`DELETE /v1/datasets/{dataset_id}`."""
    dataset = call.dataset()
    if apps := apps_using(call.workspace_id, dataset.id):
        names = ", ".join(repr(app.name) for app in apps[:3])
        raise WireError("dataset_in_use", f"The dataset is used by {len(apps)} app(s): {names}. Take it out of them first.", 409)
    dataset_delete(dataset=dataset)
    return JsonReply(None, 204)
