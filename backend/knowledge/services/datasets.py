"""Make, change and delete datasets."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from backend.accounts.models import User
from backend.core.errors import AppError
from backend.core.jobs import documents_enqueue
from backend.core.live import notify
from backend.knowledge.models import Dataset, DocForm, Document, Permission, Segment, SegmentStatus, Stage, Technique
from backend.knowledge.retrieval_settings import retrieval_model
from backend.knowledge.services.cutting_rules import checked_rule
from backend.knowledge.services.removals import forget_files, removal_create
from backend.llm.providers import EMBEDDING
from backend.llm.selectors import model_resolve
from workers.engine.errors import NodeError

MAX_NAME = 100
_CHANGEABLE = frozenset(
    {
        *("name", "description", "icon", "permission", "members", "indexing_technique", "embedding_provider", "embedding_model"),
        *("retrieval", "process_rule", "doc_form", "enable_api", "built_in_fields"),
    }
)


def dataset_create(
    *,
    workspace_id: uuid.UUID,
    name: str,
    created_by: User | None = None,
    description: str = "",
    icon: Mapping[str, Any] | None = None,
    permission: str = Permission.ALL,
    members: Iterable[User] = (),
    indexing_technique: str = "",
    doc_form: str = "",
    embedding_provider: str = "",
    embedding_model: str = "",
    retrieval: Mapping[str, Any] | None = None,
    process_rule: Mapping[str, Any] | None = None,
) -> Dataset:
    """Make an empty dataset.

    Without `indexing_technique` its first document decides; `high_quality` without a model takes the workspace's default
    embedding model. Raises AppError: dataset_name_duplicate 409, invalid_param 400 (with `field`), provider_not_initialize 400.
    """
    dataset = Dataset(
        workspace_id=workspace_id,
        description=description,
        icon=dict(icon or {}),
        permission=_choice("permission", permission, Permission.values),
        doc_form=_choice("doc_form", doc_form, ["", *DocForm.values]),
        created_by=created_by,
        updated_by=created_by,
    )
    dataset.name = _name(name)
    dataset.process_rule = checked_rule(process_rule, doc_form or DocForm.GENERAL)
    if indexing_technique:
        _set_index(dataset, indexing_technique, embedding_provider, embedding_model)
    retrieval_model(retrieval, dataset.indexing_technique)
    dataset.retrieval = dict(retrieval or {})
    with transaction.atomic():
        _save(dataset, new=True)
        dataset.members.set(members)
    return dataset


def dataset_update(*, dataset: Dataset, updated_by: User | None = None, **changes: Any) -> Dataset:
    """Change what is given of: name, description, icon, permission, members, indexing_technique, embedding_provider, embedding_model,
    retrieval, process_rule, doc_form, enable_api, built_in_fields.

    Another technique or embedding model has all pieces embedded anew; until a document is through, queries find it by its old vectors.
    `process_rule` and `doc_form` hold for documents added from now on. Raises as `dataset_create`.
    """
    unknown = set(changes) - _CHANGEABLE
    if unknown:
        raise TypeError(f"cannot change {sorted(unknown)}")
    index_before = (dataset.indexing_technique, dataset.embedding_provider, dataset.embedding_model)
    for field in ("description", "icon", "enable_api", "built_in_fields"):
        if changes.get(field) is not None:
            setattr(dataset, field, changes[field])
    if changes.get("name") is not None:
        dataset.name = _name(changes["name"])
    if changes.get("permission"):
        dataset.permission = _choice("permission", changes["permission"], Permission.values)
    if changes.get("doc_form"):
        dataset.doc_form = _choice("doc_form", changes["doc_form"], DocForm.values)
    if changes.get("process_rule") is not None:
        dataset.process_rule = checked_rule(changes["process_rule"], dataset.doc_form or DocForm.GENERAL)
    if any(changes.get(field) for field in ("indexing_technique", "embedding_provider", "embedding_model")):
        technique = changes.get("indexing_technique") or dataset.indexing_technique or Technique.HIGH_QUALITY
        provider = changes.get("embedding_provider") or (dataset.embedding_provider if not changes.get("embedding_model") else "")
        _set_index(dataset, technique, provider, changes.get("embedding_model") or dataset.embedding_model)
    if changes.get("retrieval") is not None:
        retrieval_model(changes["retrieval"], dataset.indexing_technique)
        dataset.retrieval = dict(changes["retrieval"])
    dataset.updated_by = updated_by
    with transaction.atomic():
        if (dataset.indexing_technique, dataset.embedding_provider, dataset.embedding_model) != index_before:
            dataset.dimensions = None
            documents_touch(dataset)
        _save(dataset)
        if changes.get("members") is not None:
            dataset.members.set(changes["members"])
    return dataset


def dataset_decide(
    *, dataset: Dataset, indexing_technique: str = "", doc_form: str = "", embedding_provider: str = "", embedding_model: str = ""
) -> None:
    """Settle what is still open when a document arrives: technique (default high_quality), embedding model, form. What is settled stays.

    Raises AppError provider_not_initialize 400, invalid_param 400.
    """
    fields = []
    if not dataset.indexing_technique:
        technique = indexing_technique or Technique.HIGH_QUALITY
        _set_index(dataset, technique, embedding_provider, embedding_model)
        fields += ["indexing_technique", "embedding_provider", "embedding_model"]
    if not dataset.doc_form:
        dataset.doc_form = _choice("doc_form", doc_form or DocForm.GENERAL, DocForm.values)
        fields.append("doc_form")
    if fields:
        dataset.save(update_fields=[*fields, "updated_at"])


def dataset_delete(*, dataset: Dataset) -> None:
    """Delete a dataset with all that is in it. Its points follow in a worker; queries find nothing from now on."""
    dataset_id, workspace_id = dataset.id, dataset.workspace_id
    with transaction.atomic():
        removal_create(workspace_id=workspace_id, dataset_id=dataset_id)
        forget_files(Document.scoped(workspace_id).filter(dataset=dataset))
        dataset.delete()
    notify(workspace_id, {"kind": "dataset_deleted", "id": str(dataset_id)})


def dataset_reindex(*, dataset: Dataset) -> int:
    """Compare index and rows in a worker and write again what is missing; returns how many documents are looked at."""
    with transaction.atomic():
        return documents_touch(dataset)


def documents_touch(dataset: Dataset) -> int:
    """Have the pieces of all indexed documents compared with the index; call it inside a transaction."""
    rows = Document.scoped(dataset.workspace_id).filter(dataset=dataset, active_revision__gt=0)
    count = rows.update(dirty=True)
    Segment.scoped(dataset.workspace_id).filter(dataset=dataset, status=SegmentStatus.ERROR).update(status=SegmentStatus.WAITING)
    ids = list(rows.filter(stage=Stage.COMPLETED).values_list("id", flat=True))
    transaction.on_commit(lambda: documents_enqueue(ids))
    return count


def _set_index(dataset: Dataset, technique: str, provider: str, model: str) -> None:
    """Set technique and embedding model, the workspace's default where none is named."""
    dataset.indexing_technique = _choice("indexing_technique", technique, Technique.values)
    if technique == Technique.ECONOMY:
        dataset.embedding_provider = dataset.embedding_model = ""
        return
    try:
        found = model_resolve(dataset.workspace_id, provider, model, EMBEDDING)
    except NodeError as error:
        raise AppError("provider_not_initialize", error.message, 400, {"field": "embedding_model"}) from None
    dataset.embedding_provider, dataset.embedding_model = found.provider, found.name


def _name(name: str) -> str:
    cleaned = name.strip()
    if not 1 <= len(cleaned) <= MAX_NAME:
        raise AppError("invalid_param", f"The name must have 1 to {MAX_NAME} characters.", 400, {"field": "name"})
    return cleaned


def _choice(field: str, value: str, allowed: Iterable[str]) -> str:
    if value not in allowed:
        known = ", ".join(name for name in allowed if name)
        raise AppError("invalid_param", f"{field} {value!r} is unknown; known are {known}.", 400, {"field": field})
    return value


def _save(dataset: Dataset, *, new: bool = False) -> None:
    try:
        with transaction.atomic():
            dataset.save(force_insert=new)
    except IntegrityError:
        message = f"There is a dataset {dataset.name!r} already. Choose another name."
        raise AppError("dataset_name_duplicate", message, 409, {"field": "name"}) from None
