"""Reads of the studio, in the shapes the screens show."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from backend.accounts.models import ApiKey, Workspace
from backend.core.api import get_or_404
from backend.core.sql import JsonListHas
from backend.llm.models import DefaultModel, ModelType
from backend.studio.dsl import models_replace
from backend.studio.environment import environment_mask
from backend.studio.last_runs import last_runs
from backend.studio.models import App, Draft, Version
from backend.studio.plans import flow_problems, problems_json
from backend.studio.services import display_name, iso

SORTS = ("-updated_at", "updated_at", "name", "-name", "-created_at", "created_at")


def apps_of(
    workspace: Workspace | uuid.UUID,
    *,
    search: str = "",
    mode: str = "",
    tag: str = "",
    owner: uuid.UUID | None = None,
    deleted: bool = False,
    sort: str = "-updated_at",
) -> QuerySet[App]:
    """List a workspace's apps or those in the bin, without their documents. A search also looks into prompts and node titles."""
    apps = App.scoped(workspace).filter(deleted_at__isnull=not deleted)
    apps = apps.select_related("published", "draft", "draft__updated_by", "created_by").defer("published__document", "draft__document")
    if search:
        apps = apps.filter(Q(name__icontains=search) | Q(description__icontains=search) | Q(draft__document__icontains=search))
    if mode:
        apps = apps.filter(mode=mode)
    if tag:
        apps = apps.filter(JsonListHas("tags", Value(tag)))
    if owner:
        apps = apps.filter(created_by=owner)
    return apps.order_by(sort, "id")


def app_tags(workspace: Workspace) -> list[dict[str, Any]]:
    """List the tags of a workspace's apps by name, with how many have each."""
    rows = App.scoped(workspace).filter(deleted_at=None).exclude(tags=[]).values_list("tags", flat=True)
    counts = Counter(tag for tags in rows for tag in set(tags))
    return [{"name": name, "apps": count} for name, count in sorted(counts.items(), key=lambda item: item[0].casefold())]


def app_of(workspace: Workspace | uuid.UUID, app_id: uuid.UUID) -> App:
    """Return one app. Raises NotFound."""
    return get_or_404(apps_of(workspace), app_id)


def apps_present(workspace: Workspace, apps: Sequence[App]) -> list[dict[str, Any]]:
    """Shape apps that came from `apps_of`, with their newest runs."""
    newest = last_runs(workspace.id, [app.id for app in apps])
    return [_app_json(app) | {"last_run": newest.get(app.id)} for app in apps]


def app_present(workspace: Workspace, app_id: uuid.UUID) -> dict[str, Any]:
    """Shape one app. Raises NotFound."""
    return apps_present(workspace, [app_of(workspace, app_id)])[0]


def draft_present(app: App, draft: Draft) -> dict[str, Any]:
    """Shape a draft with its checklist; secrets are masked."""
    return {
        "document": environment_mask(draft.document),
        "revision": draft.revision,
        "updated_at": iso(draft.updated_at),
        "updated_by": display_name(draft.updated_by),
        "problems": problems_json(flow_problems(app.workspace_id, draft.document, app.mode)),
    }


def versions_of(app: App) -> QuerySet[Version]:
    """List an app's published and named versions, newest first; copies made for debug runs are left out."""
    versions = Version.scoped(app.workspace_id).filter(app=app).exclude(number=None, name="")
    return versions.select_related("created_by").order_by("-created_at", "-id")


def version_of(app: App, version_id: uuid.UUID) -> Version:
    """Return any version of the app, also one of a debug run. Raises NotFound."""
    return get_or_404(Version.scoped(app.workspace_id).filter(app=app).select_related("created_by"), version_id)


def version_present(app: App, version: Version, *, document: bool = False) -> dict[str, Any]:
    """Shape a version, with its flow if asked for."""
    shown = {
        "id": str(version.id),
        "number": version.number,
        "name": version.name,
        "note": version.note,
        "created_at": iso(version.created_at),
        "created_by": display_name(version.created_by),
        "live": version.id == app.published_id,
    }
    return {**shown, "document": environment_mask(version.document)} if document else shown


def keys_of(app: App) -> QuerySet[ApiKey]:
    """List an app's API keys, newest first."""
    return ApiKey.scoped(app.workspace_id).filter(kind=ApiKey.Kind.APP, app_id=app.id).order_by("-created_at", "-id")


def with_default_model(workspace: Workspace, document: dict[str, Any]) -> dict[str, Any]:
    """Return a new flow with the workspace's default model where it has chosen one, else as it is."""
    chosen = DefaultModel.scoped(workspace).filter(type=ModelType.LLM).first()
    return document if chosen is None else models_replace(document, chosen.provider, chosen.name)


def _app_json(app: App) -> dict[str, Any]:
    live = app.published
    columns = ("name", "description", "mode", "icon_type", "icon", "icon_background", "tags", "api_enabled")
    return {
        "id": str(app.id),
        **{column: getattr(app, column) for column in columns},
        "published": live and {"id": str(live.id), "number": live.number, "name": live.name, "created_at": iso(live.created_at)},
        "has_unpublished_changes": live is None or live.digest != app.draft.digest,
        "created_at": iso(app.created_at),
        "updated_at": iso(app.updated_at),
        "updated_by": display_name(app.draft.updated_by),
        "owner": app.created_by and {"id": str(app.created_by.id), "name": display_name(app.created_by)},
        "deleted_at": app.deleted_at and iso(app.deleted_at),
    }


def apps_using(workspace_id: uuid.UUID, dataset_id: uuid.UUID) -> list[App]:
    """Return the apps whose draft or published version names a dataset."""
    rows = App.scoped(workspace_id).filter(deleted_at=None)
    return list(rows.filter(_names(dataset_id)).order_by("name", "id"))


def apps_using_counts(workspace_id: uuid.UUID, dataset_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Count the apps that use each of the datasets, in one query."""
    wanted = {f"dataset_{dataset_id.hex}": dataset_id for dataset_id in dataset_ids}
    counts = {alias: Count("id", filter=_names(dataset_id)) for alias, dataset_id in wanted.items()}
    rows = App.scoped(workspace_id).filter(deleted_at=None)
    found = rows.aggregate(**counts) if counts else {}
    return {wanted[alias]: count for alias, count in found.items()}


def _names(dataset_id: uuid.UUID) -> Q:
    return Q(draft__document__contains=str(dataset_id)) | Q(published__document__contains=str(dataset_id))
