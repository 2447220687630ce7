"""Secret environment variables of a flow: sealed where stored, masked where shown, opened only for a run."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from backend.core import vault
from backend.core.errors import AppError
from backend.studio.models import App

MASK = "••••••••"


def environment_seal(app: App, document: dict[str, Any], previous: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the document with its secrets sealed; a value that is still the mask keeps what `previous` holds for it.

    Raises AppError when a secret's value is not text.
    """
    before = _secrets(previous or {})
    kept = {variable.get(key): variable.get("value") for key in ("name", "id") for variable in before if variable.get(key)}

    def seal(variable: Mapping[str, Any]) -> str:
        value = variable.get("value")
        if value is None or value == "":
            return ""
        if not isinstance(value, str):
            field = f"document.environment_variables.{variable.get('name')}"
            raise AppError("invalid_document", f"{field} must be text, as it is a secret.", 400, {"field": field, "reason": "must be text"})
        if value == MASK:
            return str(kept.get(variable.get("id")) or kept.get(variable.get("name")) or "")
        return vault.seal(value, _place(app.workspace_id, app.id))

    return _with_secrets(document, seal)


def environment_keep(document: dict[str, Any], previous: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with the mask for each empty secret that `previous` has a value of under the same name."""
    known = {variable.get("name") for variable in _secrets(previous) if variable.get("value")}
    return _with_secrets(document, lambda one: one.get("value") or (MASK if one.get("name") in known else ""))


def environment_mask(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document as it may be shown."""
    return _with_secrets(document, lambda variable: MASK if variable.get("value") else "")


def environment_blank(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without its secrets, for a file that leaves the workspace."""
    return _with_secrets(document, lambda variable: "")


def environment_open(app: App, document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with its secrets in the clear. Raises vault.VaultError."""
    return _with_secrets(document, lambda variable: _opened(app.workspace_id, app.id, variable))


def environment_values(workspace_id: uuid.UUID, app_id: uuid.UUID, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the `env.*` variables by name, for a run. Raises vault.VaultError."""
    return {
        str(variable.get("name")): _opened(workspace_id, app_id, variable) if _is_secret(variable) else variable.get("value")
        for variable in document.get("environment_variables") or []
    }


def _place(workspace_id: uuid.UUID, app_id: uuid.UUID) -> vault.Place:
    return vault.Place(workspace_id, App._meta.db_table, app_id, "environment")


def _opened(workspace_id: uuid.UUID, app_id: uuid.UUID, variable: Mapping[str, Any]) -> str:
    sealed = variable.get("value")
    return vault.open_sealed(sealed, _place(workspace_id, app_id)) if sealed else ""


def _is_secret(variable: Mapping[str, Any]) -> bool:
    return variable.get("value_type") == "secret"


def _secrets(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [variable for variable in document.get("environment_variables") or [] if _is_secret(variable)]


def _with_secrets(document: dict[str, Any], value: Callable[[Mapping[str, Any]], str]) -> dict[str, Any]:
    if not _secrets(document):
        return document
    variables = document["environment_variables"]
    return {**document, "environment_variables": [{**item, "value": value(item)} if _is_secret(item) else item for item in variables]}
