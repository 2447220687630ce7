"""The lean ASGI handler of `/v1` and `/openai/v1`: no thread and no middleware per request.

Views do their database work in `http.in_thread`, which gives its connection back before it returns, so that
no connection is held while a model answers.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qsl

import orjson
from django.conf import settings

from backend.core.errors import OUTAGES, AppError
from backend.service_api import mcp_door, openai_errors, openai_views
from backend.service_api.errors import WireError, to_wire_error
from backend.service_api.http import JsonReply, Reply, Request, StreamReply, View, is_upload
from backend.service_api.urls import is_for_visitors, resolve
from backend.service_api.visitors import is_visitor
from workers.engine.errors import InvalidInput

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_DATA_BODY_BYTES = 32 * 1024 * 1024
SPOOL_BYTES = 1024 * 1024
JSON_HEADERS = ((b"content-type", b"application/json; charset=utf-8"),)
COMMON_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-request-id, retry-after"),
)
CORS_PREFLIGHT = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
)
USUAL_HEADERS = b"authorization, content-type, last-event-id, idempotency-key, x-trace-id"
HEADER_NAMES = re.compile(rb"[A-Za-z0-9_, -]{1,2000}")

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]


def _too_large(code: str, size: int | None, allowed: int) -> WireError:
    told = f"has {size:,} bytes; at most {allowed:,} are accepted" if size else f"is larger than {allowed:,} bytes"
    return WireError(code, f"The body {told}.", 413)


async def _read_body(headers: Mapping[bytes, bytes], receive: Receive, allowed: int) -> bytes:
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > allowed:
        raise _too_large("request_too_large", int(declared), allowed)
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise asyncio.CancelledError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > allowed:
            raise _too_large("request_too_large", None, allowed)
    return b"".join(parts)


async def _spool_body(headers: Mapping[bytes, bytes], receive: Receive, spool: SpooledTemporaryFile[bytes]) -> None:
    """Read an upload into a file that stays in memory while it is small."""
    allowed = settings.BODY_MAX_BYTES
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > allowed:
        raise _too_large("file_too_large", int(declared), allowed)
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise asyncio.CancelledError
        chunk = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(chunk)
        if size > allowed:
            raise _too_large("file_too_large", None, allowed)
        if size <= SPOOL_BYTES:
            spool.write(chunk)
        else:
            await asyncio.to_thread(spool.write, chunk)


@dataclass(frozen=True, slots=True)
class Door:
    """A protocol: how it finds the view of a request, how it tells an error, and the largest JSON that it reads."""

    resolve: Callable[[str, str], tuple[View, Mapping[str, str]]]
    told: Callable[[WireError], JsonReply]
    body_bytes: int


V1 = Door(resolve, lambda error: JsonReply(error.body(), error.status, error.headers), MAX_BODY_BYTES)
OPENAI = Door(openai_views.resolve, openai_errors.error_reply, MAX_DATA_BODY_BYTES)


def _address(scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> str:
    """Tell where a request came from: what the outermost of our own proxies saw, or the other end of the connection."""
    proxies: int = settings.ENV.trusted_proxies
    if proxies:
        seen = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        return seen[-min(proxies, len(seen))].strip()[:64]
    client = scope.get("client")
    return str(client[0]) if client else ""


async def _answer(door: Door, scope: dict[str, Any], receive: Receive) -> Reply:
    headers = dict(scope["headers"])
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    view, groups = door.resolve(scope["method"], scope["path"])
    if is_visitor(headers) and not is_for_visitors(view):
        raise WireError("forbidden", "This is not open to visitors of an app's page.", 403)
    if not is_upload(view):
        body = await _read_body(headers, receive, door.body_bytes)
        request = Request(scope["method"], groups, query, headers, body, raw_query=scope["query_string"])
        request.address = _address(scope, headers)
        return await view(request)
    with SpooledTemporaryFile[bytes](max_size=SPOOL_BYTES) as spool:
        await _spool_body(headers, receive, spool)
        return await view(Request(scope["method"], groups, query, headers, b"", cast(BinaryIO, spool)))


async def _send_json(send: Send, reply: JsonReply) -> None:
    body = b"" if reply.body is None else orjson.dumps(reply.body, default=str, option=orjson.OPT_NON_STR_KEYS)
    headers = [*JSON_HEADERS, *COMMON_HEADERS, *reply.headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _send_stream(send: Send, receive: Receive, reply: StreamReply) -> None:
    """Send frames until they end or the client goes away. A client that leaves does not stop the run."""
    await send({"type": "http.response.start", "status": 200, "headers": list(reply.headers)})

    async def pump() -> None:
        async for frame in reply.frames:
            await send({"type": "http.response.body", "body": frame, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    pumping, leaving = asyncio.create_task(pump()), asyncio.create_task(gone())
    try:
        await asyncio.wait((pumping, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        if not pumping.done():
            pumping.cancel()
    try:
        await pumping
    except asyncio.CancelledError:
        pass


def _preflight(headers: Mapping[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """Answer a browser that asks first: any origin, never with cookies, and the headers that the client library wants to send."""
    wanted = headers.get(b"access-control-request-headers", b"")
    allowed = wanted if HEADER_NAMES.fullmatch(wanted) else USUAL_HEADERS
    return [*CORS_PREFLIGHT, (b"access-control-allow-headers", allowed)]


async def mcp_application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serve one request of an MCP client."""
    headers = dict(scope["headers"])
    try:
        origin = mcp_door.origin_allowed(headers)
        send = _for_origin(send, origin)
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _preflight(headers)})
            await send({"type": "http.response.body", "body": b""})
            return
        call = await mcp_door.let_in(scope, headers, _address(scope, headers))
        body = await _read_body(headers, receive, mcp_door.MAX_BODY_BYTES)
    except (WireError, AppError, *OUTAGES) as error:
        wire = to_wire_error(error)
        await _send_json(send, JsonReply(wire.body(), wire.status, wire.headers))
        return
    await mcp_door.serve(call, scope, body, receive, send)


def _for_origin(send: Send, origin: str) -> Send:
    """Let a page of our own, and nobody else's, read the answer."""

    async def told(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [row for row in message["headers"] if not row[0].startswith(b"access-control-allow-origin")]
            ours = [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")] if origin else []
            exposed = [(b"access-control-expose-headers", b"mcp-session-id")] if origin else []
            message = {**message, "headers": [*kept, *ours, *exposed]}
        await send(message)

    return told


async def public_application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serve one request of the published API."""
    if scope["method"] == "OPTIONS":
        await send({"type": "http.response.start", "status": 204, "headers": _preflight(dict(scope["headers"]))})
        await send({"type": "http.response.body", "body": b""})
        return
    door = OPENAI if scope["path"].startswith("/openai/") else V1
    try:
        reply = await _answer(door, scope, receive)
    except (WireError, AppError, InvalidInput, *OUTAGES) as error:
        reply = door.told(to_wire_error(error))
    except Exception as error:
        logger.exception("unhandled error in %s %s", scope["method"], scope["path"])
        reply = door.told(to_wire_error(error))
    if isinstance(reply, StreamReply):
        await _send_stream(send, receive, reply)
    else:
        await _send_json(send, reply)
