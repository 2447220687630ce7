"""From a bearer token to the app it opens; keys are remembered for five seconds, apps and visitors for one."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from backend.accounts.keys import KeyContext, key_aresolve
from backend.accounts.models import ApiKey
from backend.service_api.errors import WireError, not_found, unauthorized
from backend.service_api.http import Request, in_thread
from backend.service_api.visitors import PREFIX as VISITOR_PREFIX
from backend.service_api.visitors import Visitor, token_read, visited_app
from backend.studio.models import CHAT_MODES, App, Mode, Version
from backend.studio.plans import flow_document, plan_for
from workers.engine.plan import Plan

APP_MEMORY_S = 1.0
MAX_REMEMBERED = 10_000
T = TypeVar("T")


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
    limits: Mapping[str, Any]

    @property
    def is_chat(self) -> bool:
        return self.mode in CHAT_MODES


_memory: dict[UUID | Visitor, tuple[float, PublishedApp]] = {}


def _load(key: KeyContext) -> PublishedApp:
    """Read the app of a key. Raises WireError."""
    if key.app_id is None:
        raise WireError("forbidden", "This key does not belong to an app.", 403)
    app = App.scoped(key.workspace_id).filter(id=key.app_id, deleted_at=None).select_related("published", "created_by").first()
    if app is None:
        raise WireError("forbidden", "The app no longer exists.", 403)
    if not app.api_enabled:
        raise WireError("forbidden", "The API of this app has been disabled.", 403)
    return published_of(app)


def _load_visited(visitor: Visitor) -> PublishedApp:
    """Read the app whose page somebody visits. Raises WireError."""
    app = visited_app(visitor)
    if app is None:
        raise unauthorized("The page has changed, or is no longer open to you; load it again.")
    return published_of(app)


def published_of(app: App) -> PublishedApp:
    """Put together what callers of an app get. Raises WireError."""
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
        limits=app.limits,
    )


async def published_app(request: Request) -> PublishedApp:
    """Authenticate a request, by an app's key or as a visitor of its page, who then is the request's end user.

    Raises WireError: unauthorized 401, forbidden 403, app_unavailable 400.
    """
    scheme, _, token = request.headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise unauthorized("Authorization header must be provided and start with 'Bearer'")
    if token.startswith(VISITOR_PREFIX):
        visitor = token_read(token)
        if visitor is None:
            raise unauthorized("The visit has ended; open the page's session again.")
        request.visitor = visitor.caller()
        return await _remembered(visitor, _load_visited, visitor)
    key = await key_aresolve(token)
    if key is None or key.kind != ApiKey.Kind.APP or key.app_id is None:
        raise unauthorized()
    request.key_id = key.id
    return await _remembered(key.app_id, _load, key)


async def _remembered(name: UUID | Visitor, load: Callable[[T], PublishedApp], arguments: T) -> PublishedApp:
    now = time.monotonic()
    until, app = _memory.get(name, (0.0, None))
    if app is None or until <= now:
        app = await in_thread(load, arguments)
        if len(_memory) >= MAX_REMEMBERED:
            _memory.clear()
        _memory[name] = (now + APP_MEMORY_S, app)
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
