"""What the views of `/v1` get and give, and how they reach the database."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, ParamSpec, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

import orjson
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from backend.core.errors import AppError
from backend.files.uploads import Form, parse_form
from backend.service_api.callers import Caller
from backend.service_api.errors import WireError

SSE_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-cache"),
    (b"access-control-allow-origin", b"*"),
)
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


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_holds_nul, value))


@dataclass(slots=True)
class Request:
    """What a view gets. `path` holds the values of the route's named groups; `upload` the body where the view takes uploads.

    `visitor` is set where a token fixes the end user: what the request says of one is then ignored. `key_id` is set where a key
    was shown. `address` is where it came from, as far as the proxies in front can be trusted.
    """

    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[bytes, bytes]
    body: bytes
    upload: BinaryIO | None = None
    raw_query: bytes = b""
    visitor: Caller | None = None
    key_id: UUID | None = None
    address: str = ""

    def every(self, name: str) -> list[str]:
        """Return all values of a query argument that may be repeated, also as `name[]`."""
        pairs = parse_qsl(self.raw_query.decode("latin-1"))
        return [value for key, value in pairs if key in (name, f"{name}[]")]

    async def form(self) -> Form:
        """Parse a multipart body. Raises AppError; see `files.uploads.parse_form`."""
        if self.upload is None:
            raise AppError("no_file_uploaded", "Please upload your file.", 400)
        length = self.upload.seek(0, os.SEEK_END)
        self.upload.seek(0)
        content_type = self.headers.get(b"content-type", b"").decode("latin-1")
        return await in_thread(parse_form, content_type, length, self.upload)

    def json_if_any(self) -> dict[str, Any]:
        """Parse a body that may be left out. Raises WireError."""
        return self.json() if self.body else {}

    def json(self) -> dict[str, Any]:
        """Parse the body. Raises WireError when it is not a JSON object."""
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise WireError("bad_request", f"The body is not valid JSON: {error}", 400) from None
        if not isinstance(value, dict):
            raise WireError("bad_request", "The body must be a JSON object.", 400)
        if b"\\u0000" in self.body and _holds_nul(value):
            raise WireError("invalid_param", "The body has a text with the character U+0000, which cannot be stored.", 400)
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
_uploading: set[View] = set()


def takes_upload(view: View) -> View:
    """Mark a view whose body may be a file: larger than other bodies, and spooled to disk."""
    _uploading.add(view)
    return view


def is_upload(view: View) -> bool:
    """Tell whether a view takes uploads."""
    return view in _uploading
