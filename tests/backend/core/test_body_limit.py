"""Bodies that are refused before they are stored."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from backend.core.body_limit import limit_bodies

LIMIT = 10


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def _ask(chunks: list[bytes], announced: int | None = None) -> tuple[int, bytes, int]:
    """Returns status, body and how many chunks were asked for."""
    sent: list[Any] = []
    waiting = list(chunks)

    async def receive() -> Any:
        chunk = waiting.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [] if announced is None else [(b"content-length", str(announced).encode())]
    await limit_bodies(_echo, LIMIT)({"type": "http", "headers": headers}, receive, send)
    return sent[0]["status"], sent[1]["body"], len(chunks) - len(waiting)


@pytest.mark.parametrize("announced", [None, 10])
async def test_body_within_the_limit_passes(announced: int | None) -> None:
    assert await _ask([b"12345", b"67890"], announced) == (200, b"1234567890", 2)


async def test_announced_too_large_is_not_even_read() -> None:
    status, body, read = await _ask([b"x"], LIMIT + 1)
    assert (status, read) == (413, 0)
    assert orjson.loads(body)["details"] == {"limit_bytes": LIMIT}


async def test_unannounced_too_large_stops_at_the_limit() -> None:
    status, body, read = await _ask([b"12345", b"678901", b"more", b"more"])
    assert (status, read) == (413, 2)
    assert orjson.loads(body)["code"] == "body_too_large"
