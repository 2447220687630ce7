"""`/mcp/<app>`: who may come in, before anything of the SDK is loaded.

The protocol's rule against DNS rebinding: a Host or an Origin that is not ours is refused. Sessions hold nothing: the id that a client of
an older protocol version gets only tells its requests from those of others, so that it can cancel one in whichever process it runs.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from backend.core.redis import async_client
from backend.runs.services import run_stop
from backend.service_api.errors import WireError
from backend.service_api.http import Request
from backend.service_api.published import PublishedApp, published_app

CALL = "tidemill.call"
SESSION = b"mcp-session-id"
MAX_BODY_BYTES = 8 * 1024 * 1024
_PATH = re.compile(r"/mcp/([0-9a-fA-F-]{32,36})/?\Z")
_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{20,64}\Z")

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in. `session` is "" where the client names none."""

    app: PublishedApp
    request: Request
    session: str


def origin_allowed(headers: Mapping[bytes, bytes]) -> str:
    """Return the Origin of a request, "" where there is none. Raises WireError for one, or for a Host, that is not ours."""
    host, _ = split_domain_port(headers.get(b"host", b"").decode("latin-1").lower())
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        raise WireError("misdirected_request", "This host name is not one of this installation (ALLOWED_HOSTS).", 421)
    origin = headers.get(b"origin", b"").decode("latin-1")
    try:
        theirs = urlsplit(origin).hostname or ""
    except ValueError:
        theirs = ""
    if origin and not validate_host(theirs, settings.ALLOWED_HOSTS):
        raise WireError("forbidden", "Pages of this origin may not call here; set ALLOWED_HOSTS where they should.", 403)
    return origin


async def let_in(scope: Mapping[str, Any], headers: Mapping[bytes, bytes], address: str) -> Call:
    """Check method, key and app. Raises WireError."""
    match = _PATH.match(scope["path"])
    if match is None:
        raise WireError("not_found", "The address of an app's tool is /mcp/<app id>.", 404)
    if scope["method"] != "POST":  # nothing is ever told without being asked, and there is no session to end
        raise WireError("method_not_allowed", "Only POST is served here.", 405, headers=((b"allow", b"POST"),))
    request = Request("POST", {}, {}, headers, b"", address=address)
    app = await published_app(request)
    if request.key_id is None or UUID(match[1]) != app.id:
        raise WireError("not_found", "There is no such app for this key.", 404)
    session = headers.get(SESSION, b"").decode("latin-1")
    return Call(app, request, session if _SESSION_ID.match(session) else "")


def cancel_key(call: Call, request_id: Any) -> str | None:
    """Name where the run of a request is kept, None for clients without a session (they cancel by closing the answer)."""
    if not call.session:
        return None
    return f"mcp:{call.app.id}:{call.session}:{orjson.dumps(request_id).decode()}"


async def serve(call: Call, scope: dict[str, Any], body: bytes, receive: Receive, send: Send) -> None:
    """Hand a request to the SDK, with what it does not do without sessions: ids for older clients, and cancelling."""
    method = _method(body)
    if method == "notifications/cancelled":
        await _cancel(call, body)
    new = secrets.token_urlsafe(24).encode() if method == "initialize" else b""
    unread = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Any:
        return unread.pop() if unread else await receive()

    async def told(message: dict[str, Any]) -> None:
        if new and message["type"] == "http.response.start" and message["status"] == 200:
            message = {**message, "headers": [*message["headers"], (SESSION, new)]}
        await send(message)

    await _server().serve({**scope, CALL: call}, replay, told)


def _method(body: bytes) -> str:
    if b'"initialize"' not in body and b'"notifications/cancelled"' not in body:
        return ""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""  # the SDK says what is wrong
    return str(found.get("method")) if isinstance(found, dict) else ""


async def _cancel(call: Call, body: bytes) -> None:
    params = orjson.loads(body).get("params")
    key = cancel_key(call, params.get("requestId")) if isinstance(params, dict) else None
    run_id: Any = await async_client().get(key) if key else None
    if run_id is not None:
        await run_stop(UUID(run_id.decode()))


@cache
def _server() -> Any:
    """Load the SDK, once."""
    return import_module("backend.service_api.mcp_server").McpServer()
