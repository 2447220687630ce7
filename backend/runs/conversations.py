"""What happens to conversations besides their runs: name, pin, delete, and the variables that their flow keeps in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from backend.core.errors import AppError, NotFound
from backend.runs.models import Conversation

MAX_NAME = 255
FIRST_NAME_CHARS = 60
NEW_NAME = "New conversation"
MAX_VALUE_BYTES = 256 * 1024


def first_name(query: str) -> str:
    """Name a conversation by the start of its first question."""
    line = " ".join(query.split())
    return (line if len(line) <= FIRST_NAME_CHARS else line[: FIRST_NAME_CHARS - 1] + "…") or NEW_NAME


def conversation_rename(*, conversation: Conversation, name: str) -> Conversation:
    """Give a conversation a name. Raises AppError invalid_name."""
    line = " ".join(name.split())
    if not line or len(line) > MAX_NAME:
        raise AppError("invalid_name", f"name must have 1 to {MAX_NAME} characters.", 400, {"field": "name"})
    conversation.name = line
    conversation.save(update_fields=["name"])
    return conversation


def conversation_pin(*, conversation: Conversation, pinned: bool) -> Conversation:
    """Put a conversation on top of its owner's list, or take it down again."""
    if pinned != (conversation.pinned_at is not None):
        conversation.pinned_at = timezone.now() if pinned else None
        conversation.save(update_fields=["pinned_at"])
    return conversation


def conversation_delete(*, conversation: Conversation) -> None:
    """Take a conversation away from its owner; its runs stay in the app's logs."""
    conversation.deleted_at = timezone.now()
    conversation.save(update_fields=["deleted_at"])


@dataclass(frozen=True, slots=True)
class Variable:
    """A conversation variable: declared by the flow, its value kept in the conversation."""

    id: str
    name: str
    type: str
    description: str
    value: Any

    @property
    def text(self) -> str:
        """The value as text: texts as they are, everything else as JSON."""
        return self.value if isinstance(self.value, str) else orjson.dumps(self.value, option=orjson.OPT_NON_STR_KEYS).decode()


def conversation_variables(conversation: Conversation, declared: Iterable[Mapping[str, Any]]) -> list[Variable]:
    """Return the variables that a flow declares, with the conversation's values, else the flow's; in the flow's order."""
    return [
        Variable(
            id=str(row.get("id") or uuid.uuid5(conversation.app_id, row["name"])),
            name=row["name"],
            type=str(row.get("value_type") or "string"),
            description=str(row.get("description") or ""),
            value=conversation.variables.get(row["name"], row.get("value")),
        )
        for row in declared
        if row.get("name")
    ]


def conversation_variable_set(
    *, conversation: Conversation, declared: Iterable[Mapping[str, Any]], variable_id: str, value: Any
) -> tuple[Conversation, Variable]:
    """Set a variable for the runs to come.

    Raises NotFound for one that the flow does not declare, AppError invalid_variable for a value of another type.
    """
    rows = list(declared)
    found = next((row for row in conversation_variables(conversation, rows) if row.id == variable_id), None)
    if found is None:
        raise NotFound("Conversation Variable Not Exists.")
    if not fits(value, found.type):
        told = f"The variable {found.name!r} holds values of the type {found.type}, not {type_of(value)}."
        raise AppError("invalid_variable", told, 400, {"field": "value", "type": found.type})
    if len(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)) > MAX_VALUE_BYTES:
        raise AppError("invalid_variable", f"The value is larger than {MAX_VALUE_BYTES // 1024} kB.", 400, {"field": "value"})
    with transaction.atomic():
        locked = Conversation.scoped(conversation.workspace_id).select_for_update().get(pk=conversation.pk)
        locked.variables = {**locked.variables, found.name: value}
        locked.updated_at = timezone.now()
        locked.save(update_fields=["variables", "updated_at"])
    return locked, next(row for row in conversation_variables(locked, rows) if row.id == variable_id)


def fits(value: Any, kind: str) -> bool:
    """Tell whether a JSON value is of a variable's type."""
    if kind.startswith("array"):
        inner = kind[len("array") :].strip("[]") or "any"
        return isinstance(value, list) and all(fits(item, inner) for item in value)
    match kind:
        case "any":
            return True
        case "string" | "secret":
            return isinstance(value, str)
        case "number" | "integer" | "float":
            whole = isinstance(value, int) and not isinstance(value, bool)
            return whole or (kind != "integer" and isinstance(value, float))
        case "boolean":
            return isinstance(value, bool)
    return isinstance(value, dict)  # object and file


def type_of(value: Any) -> str:
    """Name the type of a JSON value as flows do."""
    if isinstance(value, bool):
        return "boolean"
    names: tuple[tuple[Any, str], ...] = ((str, "string"), ((int, float), "number"), (dict, "object"), (list, "array"))
    return next((name for kind, name in names if isinstance(value, kind)), "null")
