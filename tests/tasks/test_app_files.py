"""App files are fetched by the guarded way out, from the file's own address, and no further than the limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from backend.core import egress
from backend.core.errors import AppError
from workers.engine.errors import NodeError
from workers.tasks import app_files
from workers.tasks.jobs import HANDLERS


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """A server on loopback, which the tests' environment opens."""
    app = web.Application()

    async def big(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(400):
            await response.write(b"x" * 65_536)
        return response

    async def moved(request: web.Request) -> web.Response:
        raise web.HTTPFound("/app.yml")

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response(text="late")

    app.add_routes(
        [
            web.get("/app.yml", lambda request: _answer("kind: app # 潮".encode())),
            web.get("/wide.yml", lambda request: _answer("kind: app".encode("utf-16"))),
            web.get("/bytes", lambda request: _answer(b"\xff\x00\xff")),
            web.get("/big", big),
            web.get("/moved", moved),
            web.get("/slow", slow),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await egress.close()
    await runner.cleanup()


async def _answer(body: bytes) -> web.Response:
    return web.Response(body=body)


@pytest.mark.parametrize(("path", "content"), [("/app.yml", "kind: app # 潮"), ("/wide.yml", "kind: app"), ("/moved", "kind: app # 潮")])
async def test_a_file_is_fetched_and_read(site: str, path: str, content: str) -> None:
    assert await HANDLERS["studio.fetch_file"]({"url": f"  {site}{path} "}) == {"content": content}


@pytest.mark.parametrize(
    ("path", "code"), [("/none", "fetch_failed"), ("/big", "file_too_large"), ("/bytes", "invalid_encoding"), ("/slow", "fetch_failed")]
)
async def test_what_is_no_file_has_a_reason(site: str, path: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_files, "TIMEOUT_S", 2.0)
    with pytest.raises((NodeError, AppError)) as caught:
        await app_files.fetch_file({"url": site + path})
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("url", "code"),
    [("ftp://example.test/x", "invalid_url"), ("app.yml", "invalid_url"), ("http://10.1.2.3/app.yml", "egress_blocked")],
)
async def test_addresses_that_are_not_allowed(url: str, code: str) -> None:
    with pytest.raises(NodeError) as caught:
        await app_files.fetch_file({"url": url})
    assert caught.value.code == code
    await egress.close()


RAW = "https://raw.githubusercontent.com/o/r"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/o/r/blob/main/DSL/a%20b.yml", f"{RAW}/main/DSL/a%20b.yml"),
        ("https://www.github.com/o/r/blob/main/中译英.yml?plain=1#L3", f"{RAW}/main/中译英.yml"),
        ("https://github.com/o/r/raw/refs/heads/main/a.yml", f"{RAW}/main/a.yml"),
        (f"{RAW}/main/a.yml", f"{RAW}/main/a.yml"),
        ("https://gist.github.com/u/0123456789abcdef", "https://gist.githubusercontent.com/u/0123456789abcdef/raw"),
        ("https://gitlab.com/g/p/-/blob/main/a.yml#L1", "https://gitlab.com/g/p/-/raw/main/a.yml"),
        ("https://github.com/o/r", "https://github.com/o/r"),
        ("https://example.test/blob/a.yml", "https://example.test/blob/a.yml"),
    ],
)
def test_pages_that_show_a_file_lead_to_it(url: str, address: Any) -> None:
    assert app_files.file_address(url) == address
