"""The routes of the published API."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.service_api import app_views, chat_views, file_views, workflow_views
from backend.service_api.errors import WireError
from backend.service_api.http import View

_ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/v1/", app_views.welcome),
    ("GET", "/v1/info", app_views.info),
    ("GET", "/v1/parameters", app_views.parameters),
    ("GET", "/v1/site", app_views.site),
    ("GET", "/v1/meta", app_views.meta),
    ("POST", "/v1/chat-messages", chat_views.send),
    ("POST", "/v1/chat-messages/<task_id>/stop", chat_views.stop),
    ("POST", "/v1/files/upload", file_views.upload),
    ("GET", "/v1/files/<file_id>/preview", file_views.preview),
    ("GET", "/v1/conversations", chat_views.conversations),
    ("GET", "/v1/messages", chat_views.messages),
    ("POST", "/v1/workflows/run", workflow_views.run),
    ("GET", "/v1/workflows/run/<run_id>", workflow_views.detail),
    ("POST", "/v1/workflows/tasks/<task_id>/stop", workflow_views.stop),
    ("GET", "/v1/workflow/<run_id>/events", workflow_views.events),
)
_FIXED: dict[str, dict[str, View]] = {}
_PATTERNS: list[tuple[re.Pattern[str], dict[str, View]]] = []


def _build() -> None:
    patterns: dict[str, dict[str, View]] = {}
    for method, route, view in _ROUTES:
        table = patterns if "<" in route else _FIXED
        table.setdefault(route, {})[method] = view
    for route, views in patterns.items():
        _PATTERNS.append((re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", route) + r"\Z"), views))


_build()


def resolve(method: str, path: str) -> tuple[View, Mapping[str, str]]:
    """Find the view of a request. Raises WireError 404 or 405."""
    views, groups = _FIXED.get(path), {}
    if views is None:
        for pattern, candidates in _PATTERNS:
            if match := pattern.match(path):
                views, groups = candidates, match.groupdict()
                break
    if views is None:
        raise WireError("not_found", "The requested URL was not found on the server.", 404)
    view = views.get("GET" if method == "HEAD" else method)
    if view is None:
        allow = ", ".join(sorted(views)).encode()
        raise WireError("method_not_allowed", "The method is not allowed for the requested URL.", 405, headers=((b"allow", allow),))
    return view, groups
