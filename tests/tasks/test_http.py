"""The HTTP port over the guarded session, against a server on this machine."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from django.conf import settings

from backend.core import egress
from workers.engine.errors import NodeError
from workers.engine.ports import HttpRequest
from workers.tasks.http import GuardedHttp

SECRETS = frozenset({"authorization"})


class Site:
    """A server with a path per behaviour; `seen` are the requests."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.url = ""
        self.closing = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append((request.method, request.path_qs, headers, await request.read()))
        path = request.path
        if path.startswith("/to/"):
            return web.Response(status=int(path.split("/")[2]), headers={"Location": "/end"})
        if path == "/away":
            return web.Response(status=302, headers={"Location": self.url.replace("127.0.0.1", "localhost") + "/end"})
        if path == "/round":
            return web.Response(status=302, headers={"Location": "/round"})
        if path == "/inside":
            return web.Response(status=302, headers={"Location": "http://10.0.0.1/"})
        if path == "/big":
            return web.Response(body=zlib.compress(b"x" * 50_000), headers={"Content-Encoding": "deflate"})
        if path == "/slow":
            await self.closing.wait()
        if path == "/cut":
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b"part")
            assert request.transport is not None
            request.transport.close()
            return response
        answer = web.Response(body=b"done", headers={"X-One": "1"})
        answer.headers.add("X-One", "2")
        return answer


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    found.closing.set()
    await egress.close()
    await runner.cleanup()


async def send(site: Site, path: str = "/", method: str = "GET", **more: Any) -> Any:
    return await GuardedHttp().send(HttpRequest(method, site.url + path, **more))


async def fault(site: Site, path: str, **more: Any) -> NodeError:
    with pytest.raises(NodeError) as refused:
        await send(site, path, **more)
    return refused.value


async def test_a_request_arrives_as_it_was_made(site: Site) -> None:
    response = await send(site, "/a b?q=%20x", "POST", headers=(("X-A", "ü"),), body=b"hello")
    assert (response.status, response.body, response.headers["x-one"]) == (200, b"done", "1, 2")
    [(method, path, headers, body)] = site.seen
    assert (method, path, body) == ("POST", "/a%20b?q=%20x", b"hello")
    assert headers["x-a"].encode("utf-8", "surrogateescape").decode() == "ü"
    assert headers["user-agent"] == "Tidemill"
    assert "content-type" not in headers


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
async def test_redirects(site: Site, status: int, method: str) -> None:
    headers = (("Authorization", "k"), ("Content-Type", "text/plain"))
    response = await send(site, f"/to/{status}", "POST", body=b"b", headers=headers, secret_headers=SECRETS)
    assert response.url == f"{site.url}/end"
    last = site.seen[-1]
    assert (last[0], last[3]) == (method, b"b" if method == "POST" else b"")
    assert last[2]["authorization"] == "k"
    assert ("content-type" in last[2]) is (method == "POST")


async def test_secrets_stay_with_their_host(site: Site) -> None:
    await send(site, "/away", headers=(("Authorization", "k"), ("X-Open", "1")), secret_headers=SECRETS)
    last = site.seen[-1][2]
    assert "authorization" not in last
    assert last["x-open"] == "1"


async def test_an_endless_redirect_ends(site: Site) -> None:
    assert (await fault(site, "/round")).code == "http_too_many_redirects"
    assert len(site.seen) == 4


async def test_a_redirect_does_not_lead_inside(site: Site) -> None:
    assert (await fault(site, "/inside")).code == "egress_blocked"


async def test_internal_addresses_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"egress_allow_cidrs": ""}))
    assert (await fault(site, "/")).code == "egress_blocked"
    assert site.seen == []


async def test_bytes_are_counted_after_unpacking(site: Site) -> None:
    error = await fault(site, "/big", max_bytes=10_000)
    assert (error.code, error.retryable) == ("response_too_large", False)


async def test_waiting_ends(site: Site) -> None:
    error = await fault(site, "/slow", read_s=0.05)
    assert (error.code, error.retryable) == ("http_timeout", True)


async def test_a_cut_connection(site: Site) -> None:
    error = await fault(site, "/cut")
    assert (error.code, error.retryable) == ("http_connection_lost", True)


async def test_nobody_there(site: Site) -> None:
    site.url = "http://127.0.0.1:1"
    error = await fault(site, "/")
    assert (error.code, error.retryable) == ("http_unreachable", True)
    assert "127.0.0.1:1" in error.message
