"""The ASGI entry point: published API, WebSocket, everything else."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402

from backend.core.body_limit import limit_bodies  # noqa: E402  (needs the app registry)
from backend.runs.consumers import live_application  # noqa: E402
from backend.service_api.asgi import mcp_application, public_application  # noqa: E402

_console = limit_bodies(get_asgi_application(), settings.BODY_MAX_BYTES)


async def application(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    """Hand a connection to the room that serves it."""
    if scope["type"] == "websocket":
        await live_application(scope, receive, send)
    elif scope["type"] == "http" and (scope["path"] + "/").startswith(("/v1/", "/openai/")):
        await public_application(scope, receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/mcp/"):
        await mcp_application(scope, receive, send)
    else:
        await _console(scope, receive, send)
