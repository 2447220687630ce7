"""Make the request of an HTTP node out of its settings and the values of a run."""

from __future__ import annotations

import base64
import mimetypes
import os
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import json_repair
import orjson

from workers.engine.errors import NodeError
from workers.engine.node import NodeContext, Reference
from workers.engine.nodes.http_request.config import CONNECT_S, MAX_TIMEOUT_S, READ_S, WRITE_S, HttpRequestConfig, lines
from workers.engine.ports import HttpRequest
from workers.engine.variables import MISSING, Scope, Selector, Template, as_text, file_attribute, is_file, template

READING = frozenset({"get", "head", "options"})
MAX_BODY_BYTES = 20_000_000
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# These describe how the message travels, which is not for a flow to say.
_OF_THE_WIRE = frozenset({"content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"})
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key"})


class Lines:
    """`key: value` lines, taken apart once. A line that is all variable may turn out to hold several lines."""

    def __init__(self, text: str) -> None:
        self._rows: list[tuple[Template, Template | None]] = []
        for line in text.splitlines():
            key, colon, value = line.partition(":")
            if key.strip():
                whole = not colon and "{{#" in key
                self._rows.append((template(key.strip()), None if whole else template(value.strip())))

    @property
    def selectors(self) -> Iterable[Selector]:
        """The variables used."""
        for key, value in self._rows:
            yield from key.selectors
            yield from value.selectors if value is not None else ()

    @property
    def secret_names(self) -> frozenset[str]:
        """Keys (in small letters) whose value comes from the environment variables, where builders keep their secrets."""
        return frozenset(
            key.source.lower() for key, value in self._rows if value is not None and any(row[0] == "env" for row in value.selectors)
        )

    def render(self, scope: Scope) -> list[tuple[str, str]]:
        """Fill in the values."""
        rows: list[tuple[str, str]] = []
        for key, value in self._rows:
            if value is None:
                rows += lines(key.render(scope))
            elif name := key.render(scope).strip():
                rows.append((name, value.render(scope)))
        return rows


class RequestBuilder:
    """The request of one node, taken apart once."""

    def __init__(self, config: HttpRequestConfig) -> None:
        self._config = config
        self._url = template(config.url.strip())
        self._params = Lines(config.params)
        self._headers = Lines(config.headers)
        self._key = template(config.authorization.config.api_key)
        self._header = template(config.authorization.config.header.strip())
        self._rows = tuple((template(row.key), row, template(row.value)) for row in config.body.data)

    def references(self) -> Iterable[Reference]:
        """List the variables with the fields they stand in."""
        for field, source in (("url", self._url), ("params", self._params), ("headers", self._headers)):
            yield from (Reference(selector, field) for selector in source.selectors)
        if self._config.authorization.type == "api-key":
            yield from (Reference(selector, "authorization.config.api_key") for selector in self._key.selectors)
            yield from (Reference(selector, "authorization.config.header") for selector in self._header.selectors)
        if self._config.body.type == "none":
            return
        for index, (key, row, value) in enumerate(self._rows):
            yield from (Reference(selector, f"body.data.{index}.key") for selector in key.selectors)
            if row.type == "file" or self._config.body.type == "binary":
                yield Reference(row.file, f"body.data.{index}.file", True)
            else:
                yield from (Reference(selector, f"body.data.{index}.value") for selector in value.selectors)

    async def build(self, ctx: NodeContext) -> tuple[HttpRequest, str]:
        """Return the request and the key in it. Raises NodeError invalid_url, header_invalid, body_invalid, file_missing."""
        config = self._config
        headers = {name.lower(): (name, value) for name, value in self._headers.render(ctx.scope) if name.lower() not in _OF_THE_WIRE}
        secret = ""
        hidden = SECRET_HEADERS | self._headers.secret_names
        if config.authorization.type == "api-key":
            name, value, secret = self._authorization(ctx.scope)
            headers[name.lower()] = (name, value)
            hidden |= {name.lower()}
        if config.method not in READING and "idempotency-key" not in headers:
            headers["idempotency-key"] = ("Idempotency-Key", ctx.execution_key)
        content, kind = await self._body(ctx)
        given = headers.get("content-type", ("", ""))[1].lower()
        # A boundary is chosen here, so a multipart type without it would not be understood.
        if kind and (not given or (given.startswith("multipart/") and config.body.type == "form-data")):
            headers["content-type"] = ("Content-Type", kind)
        timeout = config.timeout
        request = HttpRequest(
            method=config.method.upper(),
            url=_address(self._url.render(ctx.scope), self._params.render(ctx.scope)),
            headers=tuple(_checked(name, value) for name, value in headers.values()),
            body=content,
            connect_s=min(timeout.connect or CONNECT_S, MAX_TIMEOUT_S),
            read_s=min(timeout.read or READ_S, MAX_TIMEOUT_S),
            write_s=min(timeout.write or WRITE_S, MAX_TIMEOUT_S),
            verify_tls=config.ssl_verify,
            secret_headers=hidden,
        )
        return request, secret

    def _authorization(self, scope: Scope) -> tuple[str, str, str]:
        key = self._key.render(scope).strip()
        name = self._header.render(scope).strip() or "Authorization"
        kind = self._config.authorization.config.type
        if kind == "basic":
            return name, "Basic " + (base64.b64encode(key.encode()).decode() if ":" in key else key), key
        return name, key if kind == "custom" else f"Bearer {key}", key

    async def _body(self, ctx: NodeContext) -> tuple[bytes | None, str]:
        """Return the body and its content type."""
        kind = self._config.body.type
        if kind == "none" or not self._rows:
            return None, ""
        if kind == "form-data":
            content, content_type = await self._form(ctx)
        elif kind == "x-www-form-urlencoded":
            rows = [(key.render(ctx.scope), value.render(ctx.scope)) for key, _, value in self._rows if key.source]
            content, content_type = urlencode(rows).encode(), "application/x-www-form-urlencoded"
        elif kind == "binary":
            found = _files(ctx.scope, self._rows[0][1].file)
            if not found:
                raise NodeError("file_missing", "The body is a file, but its variable holds none.")
            content, content_type = await ctx.ports.files.read(found[0]), _mime_type(found[0])
        elif kind == "json":
            content, content_type = _json(self._rows[0][2], ctx.scope), "application/json"
        else:
            content, content_type = self._rows[0][2].render(ctx.scope).encode(), "text/plain; charset=utf-8"
        if len(content) > MAX_BODY_BYTES:
            raise NodeError("body_too_large", f"The body has {len(content):,} bytes; {MAX_BODY_BYTES:,} are allowed. Send less.")
        return content, content_type

    async def _form(self, ctx: NodeContext) -> tuple[bytes, str]:
        boundary = f"form-{os.urandom(16).hex()}"
        parts: list[bytes] = []
        for key, row, value in self._rows:
            name = key.render(ctx.scope)
            if not name:
                continue
            if row.type == "text":
                parts.append(_part(boundary, f'name="{_quoted(name)}"', value.render(ctx.scope).encode()))
                continue
            for file in _files(ctx.scope, row.file):
                field = f'name="{_quoted(name)}"; filename="{_quoted(as_text(file) or "file")}"\r\nContent-Type: {_mime_type(file)}'
                parts.append(_part(boundary, field, await ctx.ports.files.read(file)))
        return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, field: str, content: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {field}\r\n\r\n".encode() + content + b"\r\n"


def _quoted(name: str) -> str:
    """Write a name into a form part as browsers do (HTML, multipart/form-data encoding)."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _files(scope: Scope, selector: Selector) -> list[Any]:
    value = scope.get(selector)
    if value is MISSING or value is None:
        return []
    found = value if isinstance(value, list) else [value]
    if not all(is_file(item) for item in found):
        raise NodeError("file_missing", f"The variable {'.'.join(selector)} is not a file: choose another one.")
    return found


def _mime_type(file: Any) -> str:
    known = file_attribute(file, "mime_type") or mimetypes.guess_type(as_text(file))[0] or "application/octet-stream"
    return re.sub(r"[\r\n]", "", str(known))


def _json(source: Template, scope: Scope) -> bytes:
    """Write a JSON body: as it is, with values inside quotes escaped, or mended. Raises NodeError body_invalid."""
    plain = source.render(scope)
    if not plain.strip():
        return b""
    for text in (plain, source.render(scope, _escaped)):
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError:
            continue
        return text.encode()
    mended = json_repair.loads(plain)
    if mended == "" or not isinstance(mended, (dict, list)):
        raise NodeError("body_invalid", "The body is not JSON: check quotes and commas, and put quotes around variables that are text.")
    return orjson.dumps(mended)


def _escaped(value: Any) -> str:
    return orjson.dumps(value).decode()[1:-1] if isinstance(value, str) else as_text(value)


def _address(url: str, params: list[tuple[str, str]]) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise NodeError("invalid_url", f"{url[:200]!r} is not an address: it must begin with http:// or https:// and name a host.")
    if not params:
        return url
    added = urlencode(params, quote_via=quote)
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def _checked(name: str, value: str) -> tuple[str, str]:
    """Refuse names that are none; a line break in a value would begin another header."""
    if not _NAME.fullmatch(name):
        raise NodeError("header_invalid", f"{name[:100]!r} cannot be the name of a header.")
    return name, re.sub(r"[\r\n\x00]+", " ", value).strip()
