"""The only way out: one guarded HTTP session per event loop.

The check sits where the socket opens (`socket_factory`), after name resolution and for every
redirect, so the form in which an address was written makes no difference. Only public addresses
and ports 80 and 443 pass; the operator opens more with EGRESS_ALLOW_CIDRS and EGRESS_ALLOW_PORTS.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import aiohttp
from django.conf import settings

from workers.engine.errors import NodeError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

CONNECT_TIMEOUT_S = 10.0
KEEPALIVE_S = 30.0
WEB_PORTS = frozenset({80, 443})
MARK = "address not permitted by the egress guard"

# Ranges that `is_global` of Python 3.11 lets through although no public service lives there: NAT64, 6to4,
# IPv4-compatible, site-local, Teredo, protocol assignments, and carrier-grade and benchmark ranges.
DENIED: tuple[IPNetwork, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "::/96",
        "fec0::/10",
        "2001::/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "100.64.0.0/10",
        "198.18.0.0/15",
        "240.0.0.0/4",
    )
)


class EgressBlocked(OSError):
    """The guard refused to open a socket. Always the same text, so that several refusals of one name stay one error."""

    def __init__(self) -> None:
        super().__init__(MARK)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator opened besides the public internet: `networks` on every port, `ports` (None: all) on public addresses."""

    networks: tuple[IPNetwork, ...]
    ports: frozenset[int] | None

    def permits(self, host: str, port: int) -> bool:
        """Decide about one address that is about to be dialled; `host` is a numeric address."""
        address: IPAddress = ipaddress.ip_address(host.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        if mapped is not None:
            address = mapped
        if any(address in network for network in self.networks):
            return True
        if self.ports is not None and port not in self.ports:
            return False
        if any(address in network for network in DENIED):
            return False
        internal = (
            address.is_private
            or address.is_loopback
            or address.is_link_local
            or address.is_multicast
            or address.is_reserved
            or address.is_unspecified
        )
        return address.is_global and not internal


@lru_cache(maxsize=8)
def _parse(cidrs: str, ports: str) -> Policy:
    networks = tuple(ipaddress.ip_network(part.strip(), strict=False) for part in cidrs.split(",") if part.strip())
    if ports.strip() == "*":
        return Policy(networks, None)
    return Policy(networks, WEB_PORTS | {int(part) for part in ports.split(",") if part.strip()})


def policy() -> Policy:
    """The policy of this installation."""
    return _parse(settings.ENV.egress_allow_cidrs, settings.ENV.egress_allow_ports)


def _open_socket(info: tuple[Any, ...]) -> socket.socket:
    """Create the socket for one resolved address. Raises EgressBlocked."""
    family, kind, protocol, _, address = info
    if family not in (socket.AF_INET, socket.AF_INET6) or not policy().permits(address[0], address[1]):
        raise EgressBlocked
    opened = socket.socket(family, kind, protocol)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()


def session() -> aiohttp.ClientSession:
    """Return the guarded session of the running loop. It keeps no cookies and ignores proxy variables.

    It has no total time-out of its own: every caller sets one. Callers that send credentials pass
    `allow_redirects=False`, since only the standard Authorization header is dropped on the way to another host.
    """
    loop = asyncio.get_running_loop()
    found = _sessions.get(loop)
    if found is None or found.closed:
        connector = aiohttp.TCPConnector(socket_factory=_open_socket, limit=0, keepalive_timeout=KEEPALIVE_S)
        found = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S),
            trust_env=False,
        )
        _sessions[loop] = found
    return found


async def close() -> None:
    """Close the running loop's session; the next call of `session` opens a new one."""
    found = _sessions.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()


def check_url(url: str) -> None:
    """Refuse addresses that are not http(s) or name no host. Raises NodeError("invalid_url")."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise NodeError("invalid_url", f"{url[:200]!r} is not an http(s) address.")


def is_blocked(error: BaseException) -> bool:
    """Tell whether the guard is what made a request fail, however deep the libraries in between have wrapped it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        if isinstance(current, EgressBlocked) or MARK in str(current):
            return True
        seen.add(id(current))
        current = current.__cause__ or current.__context__
    return False


def blocked_error(url: str) -> NodeError:
    """The error for a refused address, in words that say which setting opens it."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return NodeError(
        "egress_blocked",
        f"Calls to {parts.hostname}:{port} are not allowed: it is an internal address or an unusual port. The operator of this "
        f"installation can open it with EGRESS_ALLOW_CIDRS (an address range, e.g. 127.0.0.0/8) and EGRESS_ALLOW_PORTS (e.g. {port}).",
        details={"host": parts.hostname or "", "port": port, "settings": ["EGRESS_ALLOW_CIDRS", "EGRESS_ALLOW_PORTS"]},
    )
