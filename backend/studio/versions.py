"""Upkeep of versions: what they are called, and which of them are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from backend.core.errors import AppError
from backend.studio.models import App, Version
from backend.studio.version_runs import version_has_runs


def version_update(*, version: Version, fields: Mapping[str, Any]) -> Version:
    """Change what people call a version (`name`, `note`); its flow never changes.

    Raises AppError invalid_input when one that has no number would lose its name too.
    """
    if version.number is None and not fields.get("name", version.name):
        reason = "A version that was not published needs a name."
        raise AppError("invalid_input", reason, 400, {"field": "name", "fields": {"name": [reason]}})
    for name, value in fields.items():
        setattr(version, name, value)
    version.save(update_fields=[*fields])
    return version


def version_delete(*, app: App, version: Version) -> None:
    """Delete a version that nothing needs. Raises AppError: version_live, version_has_runs."""
    with transaction.atomic():
        locked = App.scoped(app.workspace_id).select_for_update().get(id=app.id)
        if locked.published_id == version.id:
            raise AppError("version_live", "This version is live. Publish another one first.", 409)
        if version_has_runs(app.workspace_id, version.id):
            message = "Runs of this version are kept, and they show its flow. It can be deleted once they are gone."
            raise AppError("version_has_runs", message, 409)
        version.delete()
