"""A thin reader of OpenAI's chat wire on the guarded session.

LiteLLM's stream wrapper builds an object graph per chunk (23 ms of CPU for 50 chunks); this needs well
under one. Texts that arrive in the same network read are handed on as one delta.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from typing import Any, Literal
from urllib.parse import quote

import aiohttp
import orjson

from backend.core import egress
from backend.llm import faults, google_auth
from backend.llm.credential_fields import base_url_of
from backend.llm.requests import message_body, params_body
from backend.llm.resolved import CallLimits, Route
from workers.engine.errors import NodeError
from workers.engine.events import Usage
from workers.engine.ports import ChatDelta, ChatRequest, ToolCall

MAX_BODY = 20_000_000
MAX_ERROR_BODY = 20_000
DRAIN_S = 0.05

# Addresses that refused `stream_options`: older servers do not know it.
_without_usage: set[str] = set()


def forget_refusals() -> None:
    """Send `stream_options` to every address again."""
    _without_usage.clear()


async def headers_of(route: Route) -> dict[str, str]:
    """The headers that authenticate a call."""
    found = {"Content-Type": "application/json", "User-Agent": "Tidemill"}
    key = route.fields.get("api_key", "")
    if route.spec.auth == "google-oauth":
        found["Authorization"] = f"Bearer {await google_auth.token(route)}"
    elif key and route.spec.auth == "bearer":
        found["Authorization"] = f"Bearer {key}"
    elif key:
        found[route.spec.auth] = key
        if route.spec.auth == "x-api-key":
            found["anthropic-version"] = "2023-06-01"
    return found


def url_of(route: Route, path: Literal["chat", "embed", "models"]) -> str:
    """The address of an operation; empty where the vendor has none. Raises NodeError("invalid_url")."""
    template = {"chat": route.spec.chat_path, "embed": route.spec.embed_path, "models": route.spec.models_path}[path]
    if not template:
        return ""
    if "{" in template:
        template = template.format_map({**route.fields, "model": quote(route.model, safe="")})
    url = base_of(route) + template
    egress.check_url(url)
    return url


def base_of(route: Route) -> str:
    """The vendor's address, also where somebody pasted that of an operation."""
    base = base_url_of(route.spec, route.fields)
    for tail in ("/chat/completions", "/embeddings", "/rerank"):
        base = base.removesuffix(tail)
    return base


async def request_json(route: Route, method: str, url: str, body: Any = None, timeout_s: float = 60.0) -> Any:
    """Make one plain call and return its JSON; `body` is JSON or a form. Raises the NodeErrors of `faults`."""
    payload, _ = await request_bytes(route, method, url, body, timeout_s)
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        raise faults.bad_response(route, "it is not JSON") from None


async def request_bytes(route: Route, method: str, url: str, body: Any = None, timeout_s: float = 60.0) -> tuple[bytes, str]:
    """Make one plain call and return its body and MIME type; see `request_json`."""
    try:
        async with asyncio.timeout(timeout_s):
            headers, data = await headers_of(route), body
            if isinstance(body, aiohttp.FormData):
                del headers["Content-Type"]  # it names the form's boundary
            elif body is not None:
                data = orjson.dumps(body)
            async with egress.session().request(method, url, data=data, headers=headers, allow_redirects=False) as response:
                if response.status != 200:
                    raise await _status_error(route, response)
                return await _read(response, MAX_BODY, route), response.content_type
    except TimeoutError:
        raise faults.timed_out(route, "an answer", timeout_s) from None
    except (aiohttp.ClientError, OSError) as error:
        raise _network_error(route, url, error) from None


async def embed(route: Route, texts: list[str], limits: CallLimits) -> tuple[list[list[float]], int | None]:
    """Return one vector per text, in order, and the tokens billed if the vendor says so."""
    raw = await request_json(route, "POST", url_of(route, "embed"), {"model": route.model, "input": texts}, limits.total_s)
    rows = raw.get("data") if isinstance(raw, dict) else None
    if not isinstance(rows, list) or len(rows) != len(texts):
        raise faults.bad_response(route, f"it has {len(rows) if isinstance(rows, list) else 'no'} vectors for {len(texts)} texts")
    try:
        vectors = [row["embedding"] for row in sorted(rows, key=lambda row: row.get("index", 0))]
    except (TypeError, KeyError, AttributeError):
        raise faults.bad_response(route, "a vector is missing") from None
    tokens = (raw.get("usage") or {}).get("prompt_tokens")
    return vectors, tokens if isinstance(tokens, int) else None


async def stream(route: Route, request: ChatRequest, limits: CallLimits, deadline: float) -> AsyncGenerator[ChatDelta, None]:
    """Stream one reply. `deadline` is loop time. The last delta has `finish_reason`, and `usage` if the server sent one."""
    loop = asyncio.get_running_loop()
    first = min(loop.time() + limits.first_token_s, deadline)
    url = url_of(route, "chat")
    response = await _open(route, request, url, first, limits)
    reply = _Reply(route)
    try:
        pending, when, started = b"", first, False
        while not reply.done:
            try:
                async with asyncio.timeout_at(when):
                    received = await response.content.readany()
            except TimeoutError:
                raise which_timeout(route, limits, when, deadline, started) from None
            except (aiohttp.ClientError, OSError):
                raise faults.stream_cut(route) from None
            if not received:
                break
            lines = (pending + received).split(b"\n")
            pending = lines.pop()
            if len(pending) > MAX_BODY:
                raise faults.bad_response(route, "a line has no end")
            reply.read(lines)
            if reply.text or reply.reasoning:
                yield reply.take()
            if reply.anything:
                started, when = True, min(loop.time() + limits.gap_s, deadline)
        if not reply.done:
            reply.end(pending)
            if reply.text or reply.reasoning:
                yield reply.take()
        else:
            await _drain(response)
        yield reply.last()
    finally:
        response.close()


async def _open(route: Route, request: ChatRequest, url: str, first: float, limits: CallLimits) -> aiohttp.ClientResponse:
    """Send the request and return the response of status 200."""
    body = {"model": route.model, "messages": [message_body(m) for m in request.messages], "stream": True, **params_body(request, route)}
    if route.spec.id == "vertex-ai" and "/" not in route.model:
        body["model"] = f"google/{route.model}"
    if url not in _without_usage:
        body["stream_options"] = {"include_usage": True}
    headers = await headers_of(route)
    headers["Accept"] = "text/event-stream"
    if request.idempotency_key:
        headers["Idempotency-Key"] = request.idempotency_key
    try:
        async with asyncio.timeout_at(first):
            response = await egress.session().post(url, data=orjson.dumps(body), headers=headers, allow_redirects=False)
            if response.status == 200:
                return response
            error = await _status_error(route, response)
            response.close()
    except TimeoutError:
        raise faults.timed_out(route, "the first token", limits.first_token_s) from None
    except (aiohttp.ClientError, OSError) as network:
        raise _network_error(route, url, network) from None
    except TypeError as unfit:
        raise NodeError("provider_bad_request", f"The request for {route.model} cannot be written as JSON: {unfit}.") from None
    if error.code == "provider_bad_request" and "stream_options" in error.message and url not in _without_usage:
        _without_usage.add(url)
        return await _open(route, request, url, first, limits)
    raise error


async def _read(response: aiohttp.ClientResponse, limit: int, route: Route) -> bytes:
    """Read a body up to a limit (of unpacked bytes)."""
    parts, size = [], 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > limit:
            raise faults.bad_response(route, f"it is longer than {limit} bytes")
    return b"".join(parts)


async def _status_error(route: Route, response: aiohttp.ClientResponse) -> NodeError:
    body = await response.content.read(MAX_ERROR_BODY)
    message, code = faults.vendor_message(body)
    return faults.from_status(route, response.status, message, code, faults.retry_after_s(response.headers))


def _network_error(route: Route, url: str, error: BaseException) -> NodeError:
    if egress.is_blocked(error):
        return egress.blocked_error(url)
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError | ConnectionResetError):
        return faults.stream_cut(route)
    if isinstance(error, aiohttp.ClientConnectorError):
        cause = error.os_error
        return faults.unreachable(route, os.strerror(cause.errno) if cause.errno and cause.errno > 0 else str(cause.strerror or cause))
    return faults.unreachable(route, type(error).__name__)


def which_timeout(route: Route, limits: CallLimits, when: float, deadline: float, started: bool) -> NodeError:
    """Say which of the three limits ran out."""
    if when >= deadline:
        return faults.timed_out(route, "the whole reply", limits.total_s)
    return (
        faults.timed_out(route, "the next piece", limits.gap_s)
        if started
        else faults.timed_out(route, "the first token", limits.first_token_s)
    )


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read the end of the body, which follows `[DONE]` at once, so that the connection can be used again."""
    try:
        async with asyncio.timeout(DRAIN_S):
            while await response.content.readany():
                pass
    except (TimeoutError, aiohttp.ClientError, OSError):
        return
    response.release()


class _Reply:
    """What has been read of one reply."""

    __slots__ = ("_calls", "_finish", "_json", "_route", "_usage", "anything", "done", "reasoning", "text")

    def __init__(self, route: Route) -> None:
        self._route = route
        self.text = ""
        self.reasoning = ""
        self.done = False
        self.anything = False
        self._finish: str | None = None
        self._usage: Usage | None = None
        self._calls: dict[int, list[str]] = {}
        self._json: list[bytes] | None = None

    def take(self) -> ChatDelta:
        """Hand on the text collected since the last time."""
        delta = ChatDelta(text=self.text, reasoning=self.reasoning)
        self.text = self.reasoning = ""
        return delta

    def last(self) -> ChatDelta:
        """The closing delta. Raises NodeError("provider_stream_cut") when the reply had no end."""
        if self._finish is None:
            raise faults.stream_cut(self._route)
        calls = tuple(ToolCall(c[0] or f"call_{index}", c[1], c[2] or "{}") for index, c in sorted(self._calls.items()))
        return ChatDelta(tool_calls=calls, finish_reason=self._finish, usage=self._usage)

    def read(self, lines: list[bytes]) -> None:
        """Take in complete lines of the body."""
        for line in lines:
            if self._json is not None:
                self._json.append(line)
                continue
            if not line.startswith(b"data:"):
                if not self.anything and line[:1] in (b"{", b"["):  # a server that ignores `stream` answers with one JSON body
                    self._json = [line]
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                self.done = True
                return
            if data:
                self._event(data)

    def end(self, rest: bytes) -> None:
        """The body is over without `[DONE]`."""
        if self._json is None and rest.lstrip()[:1] not in (b"{", b"["):
            self.read([rest])
            return
        self._event(b"\n".join([*(self._json or []), rest]))

    def _event(self, data: bytes) -> None:
        try:
            raw = orjson.loads(data)
        except orjson.JSONDecodeError:
            raise faults.bad_response(self._route, "a piece of it is not JSON") from None
        if not isinstance(raw, dict):
            raise faults.bad_response(self._route, "a piece of it is not an object")
        if raw.get("error"):
            message, code = faults.vendor_message(data)
            status = raw["error"].get("code") if isinstance(raw["error"], dict) else None
            raise faults.from_status(self._route, status if isinstance(status, int) else 0, message, code)
        if raw.get("usage"):
            self._usage = usage_of(raw["usage"])
        choices = raw.get("choices")
        if not choices:
            if choices is None and raw.get("usage") is None:
                raise faults.bad_response(self._route, "it has no choices")
            return
        choice = choices[0]
        delta = choice.get("delta") or choice.get("message")
        if delta:
            self._delta(delta)
        if choice.get("finish_reason"):
            self._finish = str(choice["finish_reason"])
            self.anything = True

    def _delta(self, delta: dict[str, Any]) -> None:
        content = delta.get("content")
        if content:
            self.text += content if isinstance(content, str) else "".join(p.get("text", "") for p in content if isinstance(p, dict))
            self.anything = True
        reasoning = delta.get("reasoning_content") or delta.get("reasoning")
        if isinstance(reasoning, str) and reasoning:
            self.reasoning += reasoning
            self.anything = True
        for position, call in enumerate(delta.get("tool_calls") or ()):
            function = call.get("function") or {}
            known = self._calls.setdefault(call.get("index", position), ["", "", ""])
            known[0] = known[0] or call.get("id") or ""
            known[1] += function.get("name") or ""
            known[2] += function.get("arguments") or ""
            self.anything = True


def usage_of(raw: Any) -> Usage:
    """Token counts of a vendor's `usage` object."""
    prompt, completion = int(raw.get("prompt_tokens") or 0), int(raw.get("completion_tokens") or 0)
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)
