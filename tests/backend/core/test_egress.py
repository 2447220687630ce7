"""The egress guard: decided at the socket, whatever form an address was written in."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from django.conf import settings

from backend.core import egress
from backend.core.egress import Policy
from workers.engine.errors import NodeError

CLOSED = Policy((), frozenset({80, 443}))


@pytest.fixture
def allow(monkeypatch):
    """Sets what the operator opened."""

    def put(cidrs: str = "", ports: str = "") -> None:
        monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"egress_allow_cidrs": cidrs, "egress_allow_ports": ports}))

    return put


@pytest.fixture
async def server() -> AsyncIterator[int]:
    """A server on loopback: /ok answers, /to?url=… redirects."""

    async def ok(request: web.Request) -> web.Response:
        return web.Response(text="ok", headers={"Set-Cookie": "a=1"})

    async def to(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.query["url"])

    app = web.Application()
    app.add_routes([web.get("/ok", ok), web.get("/to", to)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield runner.addresses[0][1]
    await egress.close()
    await runner.cleanup()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.192",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.5",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001::1",
        "2001:db8::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
    ],
)
def test_internal_addresses_are_refused(address):
    assert not CLOSED.permits(address, 443)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_pass(address):
    assert CLOSED.permits(address, 443)


@pytest.mark.parametrize(("port", "passes"), [(80, True), (443, True), (22, False), (6379, False), (8080, False), (25, False)])
def test_only_web_ports_pass(port, passes):
    assert CLOSED.permits("1.1.1.1", port) is passes


def test_the_operator_opens_ranges_and_ports(allow):
    allow("10.1.0.0/16, 64:ff9b::/96", "8000, 9000")
    policy = egress.policy()
    assert policy.permits("10.1.2.3", 8000)
    assert policy.permits("::ffff:10.1.2.3", 443)
    assert policy.permits("64:ff9b::808:808", 443)
    assert not policy.permits("10.2.0.1", 8000)
    assert policy.permits("10.1.2.3", 7000), "an opened range is open on every port"
    assert policy.permits("1.1.1.1", 8000)
    assert not policy.permits("1.1.1.1", 7000)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0"],
)
async def test_no_spelling_of_loopback_gets_through(server, allow, host):
    allow("", str(server))
    with pytest.raises((aiohttp.ClientError, OSError)) as caught:
        await egress.session().get(f"http://{host}:{server}/ok")
    assert egress.is_blocked(caught.value) or isinstance(caught.value, aiohttp.InvalidURL)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0"])
def test_the_socket_itself_is_refused_for_odd_spellings(host, allow):
    """What a resolver makes of such a name, were a client to let it through."""
    allow()
    for info in socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM):
        with pytest.raises(egress.EgressBlocked):
            egress._open_socket(info)


async def test_a_redirect_is_checked_again(server, allow):
    allow("127.0.0.1/32", str(server))
    async with egress.session().get(f"http://127.0.0.1:{server}/to", params={"url": f"http://127.0.0.1:{server}/ok"}) as response:
        assert await response.text() == "ok"
    with pytest.raises(aiohttp.ClientError) as caught:
        await egress.session().get(f"http://127.0.0.1:{server}/to", params={"url": f"http://127.0.0.2:{server}/ok"})
    assert egress.is_blocked(caught.value)


async def test_every_answer_of_a_name_is_checked(server, allow, monkeypatch):
    """A name that resolves to a public and an internal address must not be dialled at the internal one."""
    allow("", str(server))
    dialled: list[str] = []
    loop = asyncio.get_running_loop()

    async def answers(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.1", "10.0.0.1")]

    async def connect(sock, address):
        dialled.append(address[0])
        raise OSError("not in a test")

    monkeypatch.setattr(loop, "getaddrinfo", answers)
    monkeypatch.setattr(loop, "sock_connect", connect)
    with pytest.raises(aiohttp.ClientError) as caught:
        await egress.session().get(f"http://rebinding.example:{server}/ok")
    assert egress.is_blocked(caught.value)
    assert dialled == []


async def test_proxies_of_the_environment_and_cookies_are_ignored(server, allow, monkeypatch):
    allow("127.0.0.0/8", "*")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    for _ in range(2):
        async with egress.session().get(f"http://127.0.0.1:{server}/ok") as response:
            assert response.request_info.headers.get("Cookie") is None
            assert await response.text() == "ok"


async def test_one_session_per_loop(server):
    assert egress.session() is egress.session()
    first = egress.session()
    await egress.close()
    assert first.closed
    assert egress.session() is not first


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.com", "gopher://x", "example.com", "http://", "http://[::1", "http://a:99999/", ""]
)
def test_only_http_addresses(url):
    with pytest.raises(NodeError) as caught:
        egress.check_url(url)
    assert caught.value.code == "invalid_url"


def test_the_error_names_the_settings():
    error = egress.blocked_error("http://localhost:11434/v1")
    assert error.code == "egress_blocked"
    assert "localhost:11434" in error.message
    assert "EGRESS_ALLOW_CIDRS" in error.message
    assert "EGRESS_ALLOW_PORTS" in error.message
