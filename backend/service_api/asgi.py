"""The lean ASGI handler of `/v1`: no thread and no middleware per request.

Database work happens in `in_thread`, which gives its connection back before it returns, so that no
connection is held while a model answers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qsl

import orjson
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from backend.core.errors import OUTAGES, AppError
from backend.service_api.errors import WireError, to_wire_error
from workers.engine.errors import InvalidInput

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 2 * 1024 * 1024
JSON_HEADERS = ((b"content-type", b"application/json; charset=utf-8"),)
COMMON_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"access-control-allow-origin", b"*"),
)
SSE_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-cache"),
    (b"access-control-allow-origin", b"*"),
)
CORS_PREFLIGHT = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, last-event-id, idempotency-key, x-trace-id"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
)

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]
P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking database code in a worker thread and release its connection afterwards."""

    def call() -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return await sync_to_async(call, thread_sensitive=False)()


@dataclass(slots=True)
class Request:
    """What a view gets. `path` holds the values of the route's named groups."""

    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[bytes, bytes]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Parse the body. Raises WireError when it is not a JSON object."""
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise WireError("bad_request", f"The body is not valid JSON: {error}", 400) from None
        if not isinstance(value, dict):
            raise WireError("bad_request", "The body must be a JSON object.", 400)
        return value


@dataclass(slots=True)
class JsonReply:
    """A JSON answer; `body` None sends none."""

    body: Any
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(slots=True)
class StreamReply:
    """An SSE answer; each item is one or more whole frames."""

    frames: AsyncIterator[bytes]
    headers: tuple[tuple[bytes, bytes], ...] = field(default=SSE_HEADERS)


Reply = JsonReply | StreamReply
View = Callable[[Request], Awaitable[Reply]]


async def _read_body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > MAX_BODY_BYTES:
        raise WireError("request_too_large", f"The body has {int(declared):,} bytes; at most {MAX_BODY_BYTES:,} are accepted.", 413)
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise asyncio.CancelledError
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise WireError("request_too_large", f"The body is larger than {MAX_BODY_BYTES:,} bytes.", 413)
    return body


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


async def public_application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serve one request of the published API."""
    from backend.service_api.urls import resolve  # the views import this module

    if scope["method"] == "OPTIONS":
        await send({"type": "http.response.start", "status": 204, "headers": list(CORS_PREFLIGHT)})
        await send({"type": "http.response.body", "body": b""})
        return
    try:
        headers = dict(scope["headers"])
        body = await _read_body(headers, receive)
        view, groups = resolve(scope["method"], scope["path"])
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        reply = await view(Request(scope["method"], groups, query, headers, body))
    except (WireError, AppError, InvalidInput, *OUTAGES) as error:
        wire = to_wire_error(error)
        reply = JsonReply(wire.body(), wire.status, wire.headers)
    except Exception as error:
        logger.exception("unhandled error in %s %s", scope["method"], scope["path"])
        wire = to_wire_error(error)
        reply = JsonReply(wire.body(), wire.status)
    if isinstance(reply, StreamReply):
        await _send_stream(send, receive, reply)
    else:
        await _send_json(send, reply)
