"""Refuses too large bodies before anything is stored: Django would first write all of them to a temporary file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from backend.core.errors import AppError

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class _TooLarge(Exception):
    """More bytes arrived than are accepted."""


def limit_bodies(application: Application, limit_bytes: int) -> Application:
    """Wrap an ASGI application so that a larger body is answered with 413, whether its length was announced or not."""

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        announced = dict(scope.get("headers", ())).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit_bytes:
            await _refuse(send, limit_bytes)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit_bytes:
                raise _TooLarge
            return message

        try:
            await application(scope, counted, send)
        except _TooLarge:
            await _refuse(send, limit_bytes)

    return limited


async def _refuse(send: Send, limit_bytes: int) -> None:
    error = AppError("body_too_large", f"The body is larger than the {limit_bytes} bytes accepted.", 413, {"limit_bytes": limit_bytes})
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(error.body())})
