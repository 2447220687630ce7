"""Writing app files: what was read, in the order in which it was read, with what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Field

from backend.studio import yaml_text
from backend.studio.dsl.envelope import PICTURE_KEYS, SETTINGS
from backend.studio.environment import environment_blank, environment_open
from backend.studio.models import FLOW_MODES, App

WRITTEN_VERSION = "0.7.0"
_ORDER = ("version", "kind", "app", "dependencies", "workflow", SETTINGS)


def file_write(app: App, document: Mapping[str, Any], *, secrets: bool = False) -> str:
    """Write an app and its flow or settings as a file. The same input gives the same bytes.

    Values of secrets are left out; with `secrets` they are written in the clear (raises vault.VaultError).
    """
    imported = app.imported or {}
    values = {**(imported.get("top") or {}), "version": WRITTEN_VERSION, "kind": "app", "app": _look(app, imported)}
    if app.mode in FLOW_MODES:
        workflow = environment_open(app, dict(document)) if secrets else environment_blank(dict(document))
        unsaid = imported.get("unsaid") or ()
        values["workflow"] = {key: value for key, value in workflow.items() if value or key not in unsaid}
    else:
        values[SETTINGS] = document.get(SETTINGS) or {}
    if not imported.get("order"):
        values.setdefault("dependencies", [])
    return yaml_text.dump(_ordered(values, imported.get("order") or _ORDER))


def _look(app: App, imported: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": app.name,
        "mode": str(app.mode),
        "icon": app.icon,
        "icon_type": app.icon_type,
        "icon_background": app.icon_background,
        "description": app.description,
    }
    if "picture" in imported and app.icon == _default("icon"):
        # Nobody has chosen another icon since.
        values = {**{key: value for key, value in values.items() if key not in PICTURE_KEYS}, **imported["picture"]}
    order = imported.get("app_order")
    if not order:
        values["use_icon_as_answer_icon"] = False
        return {**values, **(imported.get("app") or {})}
    # What the file did not say, and nobody has said since, stays unsaid.
    said = {key: value for key, value in values.items() if key in order or value != _default(key)}
    return _ordered({**said, **(imported.get("app") or {})}, order)


def _default(column: str) -> Any:
    field = App._meta.get_field(column)
    return field.get_default() if isinstance(field, Field) else None


def _ordered(values: Mapping[str, Any], order: Iterable[str]) -> dict[str, Any]:
    first = [key for key in order if key in values]
    return {key: values[key] for key in [*first, *(key for key in values if key not in first)]}
