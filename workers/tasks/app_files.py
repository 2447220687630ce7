"""Fetch app files from addresses that people give, for an import."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from backend.core import egress
from backend.studio.dsl import MAX_BYTES
from backend.studio.dsl.texts import decode
from workers.engine.errors import NodeError

TIMEOUT_S = 20.0
MAX_REDIRECTS = 5
_PIECE_BYTES = 65_536
_GITHUB = re.compile(r"/([^/]+)/([^/]+)/(?:blob|raw)/(.+)")
_GIST = re.compile(r"/([^/]+)/([0-9a-f]{8,})/?")


async def fetch_file(payload: dict[str, Any]) -> dict[str, str]:
    """Return {content} of the file at `url`, by the guarded way out.

    Raises NodeError: invalid_url, egress_blocked, fetch_failed; AppError: file_too_large, invalid_encoding.
    """
    url = file_address(str(payload["url"]).strip())
    egress.check_url(url)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            content = await _read(url)
    except TimeoutError:
        raise NodeError("fetch_failed", f"{url[:200]} did not answer within {TIMEOUT_S:.0f} seconds.", retryable=True) from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        if egress.is_blocked(error):
            raise egress.blocked_error(url) from None
        raise NodeError("fetch_failed", f"{url[:200]} cannot be read: {str(error)[:300] or type(error).__name__}.") from None
    return {"content": await asyncio.to_thread(decode, content)}


def file_address(url: str) -> str:
    """Turn the address of a page that shows a file into that of the file itself, where the host is known."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    if host == "github.com" and (found := _GITHUB.fullmatch(parts.path)):
        path = "/".join((found[1], found[2], found[3].removeprefix("refs/heads/")))
        return urlunsplit(("https", "raw.githubusercontent.com", f"/{path}", "", ""))
    if host == "gist.github.com" and (found := _GIST.fullmatch(parts.path)):
        return f"https://gist.githubusercontent.com/{found[1]}/{found[2]}/raw"
    if host == "gitlab.com" and "/-/blob/" in parts.path:
        return urlunsplit(parts._replace(path=parts.path.replace("/-/blob/", "/-/raw/", 1), fragment=""))
    return url


async def _read(url: str) -> bytes:
    headers = {"Accept": "application/yaml, text/yaml, text/plain, application/json, */*"}
    async with egress.session().get(url, headers=headers, max_redirects=MAX_REDIRECTS) as response:
        if response.status != 200:
            raise NodeError("fetch_failed", f"{url[:200]} answered {response.status}: check the address, and that anybody may read it.")
        content = bytearray()
        async for piece in response.content.iter_chunked(_PIECE_BYTES):
            content += piece
            if len(content) > MAX_BYTES:
                details = {"limit": "bytes", "allowed": MAX_BYTES}
                raise NodeError("file_too_large", f"The file has more than {MAX_BYTES} bytes, which is the most allowed.", details=details)
        return bytes(content)
