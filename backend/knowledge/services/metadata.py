"""Metadata fields of datasets and their values in documents."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from backend.accounts.models import User
from backend.core.errors import AppError
from backend.knowledge.models import Dataset, Document, FieldType, MetadataField

BUILT_IN: dict[str, str] = {
    "document_name": FieldType.STRING,
    "uploader": FieldType.STRING,
    "upload_date": FieldType.TIME,
    "last_update_date": FieldType.TIME,
    "source": FieldType.STRING,
}
MAX_NAME, MAX_VALUE = 255, 2_000


def field_create(*, dataset: Dataset, name: str, type: str, created_by: User | None = None) -> MetadataField:
    """Add a field. Raises AppError invalid_param for a bad type or a name that is empty, too long, taken or built in."""
    if type not in FieldType.values:
        raise AppError("invalid_param", f"The type {type!r} is unknown; known are string, number, time.", 400, {"field": "type"})
    field = MetadataField(workspace_id=dataset.workspace_id, dataset=dataset, name=_name(name), type=type, created_by=created_by)
    return _saved(field)


def field_rename(*, field: MetadataField, name: str) -> MetadataField:
    """Give a field another name; values stay. Raises as `field_create`."""
    field.name = _name(name)
    return _saved(field)


def field_delete(*, field: MetadataField) -> None:
    """Delete a field with its values."""
    key = str(field.id)
    with transaction.atomic():
        changed = []
        for document in Document.scoped(field.workspace_id).filter(dataset_id=field.dataset_id).only("id", "metadata"):
            if document.metadata.pop(key, None) is not None:
                changed.append(document)
        Document.unscoped.bulk_update(changed, ["metadata"], batch_size=200)
        field.delete()


def built_in_set(*, dataset: Dataset, enabled: bool) -> None:
    """Show, or hide, the fields that every document has by itself (`BUILT_IN`)."""
    dataset.built_in_fields = enabled
    dataset.save(update_fields=["built_in_fields", "updated_at"])


def values_set(*, dataset: Dataset, operations: Sequence[Mapping[str, Any]]) -> None:
    """Set metadata of documents, all or nothing.

    Each operation has document_id, metadata_list [{id, name, value}] and partial_update: False replaces all values, True adds to
    them; a value of None takes one away. Raises AppError invalid_param 400, not_found 404.
    """
    fields = {str(field.id): field for field in MetadataField.scoped(dataset.workspace_id).filter(dataset=dataset)}
    with transaction.atomic():
        for number, operation in enumerate(operations):
            where = f"operation_data.{number}"
            document = _document(dataset, operation.get("document_id"))
            values = dict(document.metadata) if operation.get("partial_update") else {}
            for row in operation.get("metadata_list") or ():
                key = str(row.get("id", ""))
                field = fields.get(key)
                if field is None:
                    raise AppError("not_found", f"The dataset has no metadata field {key!r}.", 404, {"field": f"{where}.metadata_list"})
                value = typed_value(field.type, row.get("value"), f"{where}.metadata_list.{field.name}")
                if value is None:
                    values.pop(key, None)
                else:
                    values[key] = value
            document.metadata = values
            document.save(update_fields=["metadata", "updated_at"])


def typed_value(type: str, raw: Any, where: str) -> Any:
    """Check a value: text, number, or a time as unix seconds. None and an empty text are no value. Raises AppError invalid_param."""
    if raw is None or raw == "":
        return None
    if type == FieldType.STRING:
        return str(raw)[:MAX_VALUE]
    try:
        number = float(raw)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(raw, bool) or not math.isfinite(number):
        what = "a number" if type == FieldType.NUMBER else "a time in unix seconds"
        raise AppError("invalid_param", f"{where}: {str(raw)[:100]!r} is not {what}.", 400, {"field": where})
    return int(number) if number.is_integer() else number


def _document(dataset: Dataset, raw: Any) -> Document:
    try:
        found = Document.scoped(dataset.workspace_id).select_for_update().filter(dataset=dataset, id=UUID(str(raw))).first()
    except ValueError:
        found = None
    if found is None:
        raise AppError("not_found", "Document not found.", 404, {"field": "document_id"})
    return found


def _name(name: str) -> str:
    cleaned = name.strip()
    if not 1 <= len(cleaned) <= MAX_NAME:
        raise AppError("invalid_param", f"The name must have 1 to {MAX_NAME} characters.", 400, {"field": "name"})
    if cleaned in BUILT_IN:
        raise AppError("invalid_param", f"{cleaned!r} is the name of a built-in field. Choose another.", 400, {"field": "name"})
    return cleaned


def _saved(field: MetadataField) -> MetadataField:
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError:
        raise AppError("invalid_param", f"The dataset has a field {field.name!r} already.", 400, {"field": "name"}) from None
    return field
