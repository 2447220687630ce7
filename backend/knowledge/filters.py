"""Conditions on the metadata of documents: which documents a search may look into."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.knowledge.models import Document, MetadataField
from workers.engine.errors import NodeError

MAX_CONDITIONS = 50
_ALIASES = {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤", "starts with": "start with", "ends with": "end with", "not empty": "not empty"}


def _texts(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(part).casefold().strip() for part in value]
    return [part.casefold().strip() for part in str(value or "").split(",")]


_TEXT: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda have, want: want in have,
    "not contains": lambda have, want: want not in have,
    "start with": lambda have, want: have.startswith(want),
    "end with": lambda have, want: have.endswith(want),
    "is": lambda have, want: have == want,
    "is not": lambda have, want: have != want,
}
_NUMBER: dict[str, Callable[[float, float], bool]] = {
    "=": lambda have, want: have == want,
    "≠": lambda have, want: have != want,
    ">": lambda have, want: have > want,
    "<": lambda have, want: have < want,
    "≥": lambda have, want: have >= want,
    "≤": lambda have, want: have <= want,
    "before": lambda have, want: have < want,
    "after": lambda have, want: have > want,
}
OPERATORS = (*_TEXT, *_NUMBER, "empty", "not empty", "in", "not in")
_NEGATIVE = frozenset({"not contains", "is not", "≠", "not in"})


def matching_documents(workspace_id: UUID, dataset_ids: Sequence[UUID], raw: Mapping[str, Any]) -> set[UUID] | None:
    """Return the documents that meet the conditions `{logical_operator, conditions: [{name, comparison_operator, value}]}`.

    None where there are no conditions. A document without the field meets only `empty` and the negative operators. Fields are found
    by name, built-in ones too. Raises NodeError metadata_filter_invalid.
    """
    conditions = [row for row in raw.get("conditions") or () if isinstance(row, Mapping)]
    if not conditions:
        return None
    if len(conditions) > MAX_CONDITIONS:
        raise NodeError("metadata_filter_invalid", f"The filter has {len(conditions)} conditions; at most {MAX_CONDITIONS} are accepted.")
    fields = _fields(workspace_id, dataset_ids)
    rows = Document.scoped(workspace_id).filter(dataset_id__in=dataset_ids).select_related("created_by")
    every = str(raw.get("logical_operator") or "and").lower() != "or"
    names = {str(row.get("name", "")) for row in conditions}
    found = set()
    for document in rows.only("id", "name", "metadata", "created_at", "updated_at", "source_type", "dataset_id", "created_by__name"):
        values = {name: _value(document, name, fields) for name in names}
        verdicts = (
            meets(values[str(row.get("name", ""))], str(row.get("comparison_operator", "")), row.get("value")) for row in conditions
        )
        if all(verdicts) if every else any(verdicts):
            found.add(document.id)
    return found


def meets(have: Any, operator: str, want: Any) -> bool:
    """Hold one value against one condition. Raises NodeError metadata_filter_invalid for an unknown operator."""
    operator = _ALIASES.get(operator, operator)
    if operator not in OPERATORS:
        known = ", ".join(OPERATORS)
        raise NodeError("metadata_filter_invalid", f"The operator {operator!r} of a metadata condition is unknown; known are {known}.")
    missing = have is None or have == ""
    if operator in ("empty", "not empty"):
        return missing == (operator == "empty")
    if missing:
        return operator in _NEGATIVE
    if operator in ("in", "not in"):
        return (str(have).casefold() in _texts(want)) == (operator == "in")
    if operator in _TEXT:
        return _TEXT[operator](str(have).casefold(), str(want if want is not None else "").casefold())
    left, right = _number(have), _number(want)
    if left is None or right is None:
        same = str(have).casefold() == str(want).casefold()
        return same if operator == "=" else not same if operator == "≠" else False
    return _NUMBER[operator](left, right)


def _number(value: Any) -> float | None:
    """Read a number, or a time: unix seconds or ISO text."""
    try:
        return float(value)
    except (TypeError, ValueError):
        pass
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


def _fields(workspace_id: UUID, dataset_ids: Sequence[UUID]) -> dict[tuple[UUID, str], str]:
    rows = MetadataField.scoped(workspace_id).filter(dataset_id__in=dataset_ids)
    return {(row.dataset_id, row.name): str(row.id) for row in rows}


def _value(document: Document, name: str, fields: Mapping[tuple[UUID, str], str]) -> Any:
    key = fields.get((document.dataset_id, name))
    if key is not None:
        return document.metadata.get(key)
    built_in: dict[str, Callable[[], Any]] = {
        "document_name": lambda: document.name,
        "uploader": lambda: document.created_by.name if document.created_by else "",
        "upload_date": lambda: document.created_at.timestamp(),
        "last_update_date": lambda: document.updated_at.timestamp(),
        "source": lambda: document.source_type,
    }
    return built_in[name]() if name in built_in else None
