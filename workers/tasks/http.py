"""What stands behind the engine's HTTP port: the guarded session, redirects looked at one by one."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from backend.core import egress
from workers.engine.errors import NodeError
from workers.engine.nodes.http_request.response import too_large
from workers.engine.ports import HttpRequest, HttpResponse

MAX_REDIRECTS = 3
USER_AGENT = "Tidemill"
_BECOMES_GET = frozenset({301, 302, 303})
_KEEPS_METHOD = frozenset({307, 308})
_OF_THE_BODY = frozenset({"content-type", "content-encoding", "content-language"})


class GuardedHttp:
    """HttpClient over `core/egress.py`."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Send, following redirects; see the port for what it raises."""
        for _ in range(MAX_REDIRECTS + 1):
            response = await send_once(request)
            target = response.headers.get("location", "")
            if response.status not in _BECOMES_GET | _KEEPS_METHOD or not target:
                return response
            request = _redirected(request, response.status, urljoin(response.url, target))
        message = f"The address redirects more than {MAX_REDIRECTS} times: give the address that it leads to."
        raise NodeError("http_too_many_redirects", message)


def _redirected(request: HttpRequest, status: int, target: str) -> HttpRequest:
    """Make the request for the next address; secrets stay with the host they were meant for."""
    headers = request.headers
    before, after = urlsplit(request.url), urlsplit(target)
    if (before.hostname, before.port) != (after.hostname, after.port) or (before.scheme, after.scheme) == ("https", "http"):
        headers = tuple(row for row in headers if row[0].lower() not in request.secret_headers)
    if status in _BECOMES_GET and request.method not in {"GET", "HEAD"}:
        headers = tuple(row for row in headers if row[0].lower() not in _OF_THE_BODY)
        return replace(request, method="GET", url=target, headers=headers, body=None)
    return replace(request, url=target, headers=headers)


async def send_once(request: HttpRequest) -> HttpResponse:
    """Send one request and follow nothing. Raises NodeError; see the port."""
    egress.check_url(request.url)
    headers = [*request.headers]
    if not any(name.lower() == "user-agent" for name, _ in headers):
        headers.append(("User-Agent", USER_AGENT))
    try:
        async with asyncio.timeout(request.connect_s + request.write_s + request.read_s) as answering:
            async with egress.session().request(
                request.method,
                URL(request.url),
                headers=headers,
                data=request.body,
                allow_redirects=False,
                ssl=request.verify_tls,
                skip_auto_headers=("Content-Type",),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=request.connect_s, sock_read=request.read_s),
            ) as response:
                answering.reschedule(None)  # from here on the pauses between pieces count
                body = await _read(response, request.max_bytes)
                known: dict[str, str] = {}
                for name, value in response.headers.items():
                    known[name.lower()] = f"{known[name.lower()]}, {value}" if name.lower() in known else value
                return HttpResponse(response.status, known, body, str(response.url))
    except TimeoutError:
        message = f"{_host(request.url)} did not answer in time. Raise the node's time-outs, or try again later."
        raise NodeError("http_timeout", message, retryable=True) from None
    except aiohttp.InvalidURL:
        raise NodeError("invalid_url", f"{request.url[:200]!r} is not an http(s) address.") from None
    except (aiohttp.ClientError, OSError) as error:
        raise _fault(request.url, error) from None


async def _read(response: aiohttp.ClientResponse, allowed: int) -> bytes:
    """Read a body, counting the bytes after unpacking."""
    announced = response.content_length
    if announced is not None and announced > allowed and response.method != "HEAD":
        raise too_large(announced, allowed)
    parts, size = [], 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > allowed:
            raise too_large(size, allowed)
    return b"".join(parts)


def _fault(url: str, error: aiohttp.ClientError | OSError) -> NodeError:
    if egress.is_blocked(error):
        return egress.blocked_error(url)
    host = _host(url)
    if isinstance(error, aiohttp.ClientSSLError):
        message = (
            f"The certificate of {host} is not accepted ({type(error).__name__}). Correct it there, or switch the check off in the node."
        )
        return NodeError("http_tls_failed", message)
    if isinstance(error, aiohttp.ClientConnectorError):
        cause = error.os_error
        why = os.strerror(cause.errno) if cause.errno and cause.errno > 0 else str(cause.strerror or cause)
        return NodeError("http_unreachable", f"{host} cannot be reached: {why}.", retryable=True)
    message = f"The connection to {host} broke before the answer was complete ({type(error).__name__})."
    return NodeError("http_connection_lost", message, retryable=True)


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]
