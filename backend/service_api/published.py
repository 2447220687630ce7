"""From a bearer token to the app it opens; keys are remembered for five seconds, apps for one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from backend.accounts.keys import KeyContext, key_aresolve
from backend.accounts.models import ApiKey
from backend.service_api.errors import WireError, not_found, unauthorized
from backend.service_api.http import Request, in_thread
from backend.studio.models import CHAT_MODES, App, Mode, Version
from backend.studio.plans import flow_document, plan_for
from workers.engine.plan import Plan

APP_MEMORY_S = 1.0
MAX_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class PublishedApp:
    """An app and the version that callers get, as a flow and with its compiled plan."""

    id: UUID
    workspace_id: UUID
    name: str
    description: str
    mode: str
    tags: tuple[str, ...]
    author: str
    icon_type: str
    icon: str
    icon_background: str
    site: Mapping[str, Any]
    version_id: UUID
    document: Mapping[str, Any]
    plan: Plan

    @property
    def is_chat(self) -> bool:
        return self.mode in CHAT_MODES


_memory: dict[UUID, tuple[float, PublishedApp | None]] = {}


def _load(key: KeyContext) -> PublishedApp:
    """Read the app of a key. Raises WireError."""
    if key.app_id is None:
        raise WireError("forbidden", "This key does not belong to an app.", 403)
    app = App.scoped(key.workspace_id).filter(id=key.app_id, deleted_at=None).select_related("published", "created_by").first()
    if app is None:
        raise WireError("forbidden", "The app no longer exists.", 403)
    if not app.api_enabled:
        raise WireError("forbidden", "The API of this app has been disabled.", 403)
    version: Version | None = app.published
    if version is None:
        raise WireError("app_unavailable", "App unavailable: it has never been published.", 400)
    return PublishedApp(
        id=app.id,
        workspace_id=app.workspace_id,
        name=app.name,
        description=app.description,
        mode=app.mode,
        tags=tuple(app.tags),
        author=(app.created_by.name or app.created_by.email) if app.created_by else "",
        icon_type=app.icon_type,
        icon=app.icon,
        icon_background=app.icon_background,
        site=app.site,
        version_id=version.id,
        document=flow_document(version.document, app.mode),
        plan=plan_for(version.id, version.document, app.mode),
    )


async def published_app(request: Request) -> PublishedApp:
    """Authenticate a request. Raises WireError: unauthorized 401, forbidden 403, app_unavailable 400."""
    scheme, _, token = request.headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise unauthorized("Authorization header must be provided and start with 'Bearer'")
    key = await key_aresolve(token)
    if key is None or key.kind != ApiKey.Kind.APP or key.app_id is None:
        raise unauthorized()
    now = time.monotonic()
    until, app = _memory.get(key.app_id, (0.0, None))
    if app is None or until <= now:
        app = await in_thread(_load, key)
        if len(_memory) >= MAX_REMEMBERED:
            _memory.clear()
        _memory[key.app_id] = (now + APP_MEMORY_S, app)
    return app


def _version(app: PublishedApp, version_id: UUID) -> PublishedApp:
    found = Version.scoped(app.workspace_id).filter(id=version_id, app_id=app.id, number__isnull=False).first()
    if found is None:
        raise not_found("Workflow version")
    document = flow_document(found.document, app.mode)
    return replace(app, version_id=found.id, document=document, plan=plan_for(found.id, found.document, app.mode))


async def in_version(app: PublishedApp, version_id: UUID | None) -> PublishedApp:
    """Return the app with another of its published versions. Raises WireError not_found."""
    if version_id is None or version_id == app.version_id:
        return app
    return await in_thread(_version, app, version_id)


def require_chat(app: PublishedApp) -> None:
    """Raise WireError unless the app holds conversations."""
    if not app.is_chat:
        raise WireError("not_chat_app", "Please check if your app mode matches the right API route.", 400)


def require_completion(app: PublishedApp) -> None:
    """Raise WireError unless the app completes texts."""
    if app.mode != Mode.COMPLETION:
        raise WireError("app_unavailable", "App unavailable, please check your app configurations.", 400)


def require_workflow(app: PublishedApp) -> None:
    """Raise WireError unless the app is a workflow."""
    if app.mode != Mode.WORKFLOW:
        raise WireError("not_workflow_app", "Please check if your app mode matches the right API route.", 400)
