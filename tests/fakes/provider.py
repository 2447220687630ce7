"""A scripted OpenAI-compatible server that stands for every model provider.

In tests: the fixture `provider` (tests/fakes/provider_fixtures.py). Alone: `python -m tests.fakes.provider --port 8120`.

What it answers, in this order of precedence:
1. the next reply queued for the model by `script(model, *replies)` (the last one repeats), or by `POST /_script`;
2. directives in the model's name: `mock?words=50&delay_ms=10&fault=429` (see `Reply.from_query`);
3. the default: a short sentence that repeats the last user message.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import threading
import time
import zlib
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web


@dataclass(frozen=True)
class Reply:
    """One scripted answer.

    `*_after` count content chunks that are sent before the fault; 0 is before the first token. A hang
    lasts until `FakeProvider.release()`, then the answer goes on (or, with `hang_for_s`, until that time is over).
    """

    text: str = ""
    chunks: tuple[str, ...] = ()
    reasoning: str = ""
    tool_calls: tuple[tuple[str, str], ...] = ()
    finish_reason: str = "stop"
    usage: bool = True
    first_delay_s: float = 0.0
    delay_s: float = 0.0
    status: int = 200
    error: str = ""
    error_code: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    hang_after: int | None = None
    hang_for_s: float | None = None
    cut_after: int | None = None
    malformed_after: int | None = None
    plain_json: bool = False

    @classmethod
    def from_query(cls, query: str) -> Reply:
        """Read directives: words, text, delay_ms, first_delay_ms, retry_after, fault.

        A fault is a status, `hang[:n]`, `cut[:n]`, `malformed[:n]`, `empty` or `plain` (JSON although a stream was asked for).
        """
        given = dict(parse_qsl(query))
        kind, _, count = given.get("fault", "").partition(":")
        after = int(count or 0)
        words = int(given["words"]) if "words" in given else None
        text = given.get("text") or " ".join(f"word{n}" for n in range(words if words is not None else 8))
        return cls(
            text="" if kind == "empty" else text,
            first_delay_s=float(given.get("first_delay_ms", 0)) / 1000,
            delay_s=float(given.get("delay_ms", 0)) / 1000,
            status=int(kind) if kind.isdigit() else 200,
            headers=(("Retry-After", given["retry_after"]),) if "retry_after" in given else (),
            hang_after=after if kind == "hang" else None,
            cut_after=after if kind == "cut" else None,
            malformed_after=after if kind == "malformed" else None,
            plain_json=kind == "plain",
        )

    def pieces(self) -> list[str]:
        """The content chunks: those given, or the text word by word."""
        if self.chunks:
            return list(self.chunks)
        words = self.text.split(" ") if self.text else []
        return [word if n == 0 else " " + word for n, word in enumerate(words)]


ERROR_TEXT = {
    400: ("This request is not valid.", "invalid_request_error"),
    401: ("Incorrect API key provided.", "invalid_api_key"),
    403: ("You have no access to this model.", "permission_denied"),
    404: ("The model does not exist.", "model_not_found"),
    429: ("Rate limit reached.", "rate_limit_exceeded"),
    500: ("The server had an error.", "server_error"),
    503: ("The server is overloaded.", "overloaded"),
}


@dataclass
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float
    completed: bool = False

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def prompt(self) -> str:
        """The text of all messages, one per line."""
        return "\n".join(_text_of(m.get("content")) for m in self.body.get("messages", []))


@dataclass
class FakeProvider:
    """The server, in a thread of its own. `models` is what `/v1/models` lists; `api_key`, if set, is the only key accepted."""

    models: tuple[str, ...] = ("mock", "mock-large", "mock-embedding")
    api_key: str = ""
    requests: list[Received] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _scripts: dict[str, deque[Reply]] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _gate: asyncio.Event | None = None
    _stopping: asyncio.Event | None = None

    @property
    def url(self) -> str:
        """Base URL as a client of OpenAI's API wants it."""
        return f"http://127.0.0.1:{self.port}/v1"

    def script(self, model: str, *replies: Reply | str) -> None:
        """Queue replies for a model (a text stands for a Reply of it), replacing what was queued."""
        self._scripts[model] = deque(Reply(text=r) if isinstance(r, str) else r for r in replies)

    def release(self) -> None:
        """Let every hanging answer go on, now and from now on."""
        if self._loop and self._gate:
            self._loop.call_soon_threadsafe(self._gate.set)

    def reset(self) -> None:
        """Forget scripts, requests and counters; answers hang again."""
        self._scripts.clear()
        self.requests.clear()
        self.calls.clear()
        self.api_key = ""
        self.models = FakeProvider.models
        if self._loop and self._gate:
            self._loop.call_soon_threadsafe(self._gate.clear)

    def wait_for(self, count: int, model: str | None = None, timeout_s: float = 20.0) -> None:
        """Block until so many requests came in (of a model). Raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while (self.calls.total() if model is None else self.calls[model]) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{count} requests were expected, got {dict(self.calls)}")
            time.sleep(0.005)

    def start(self) -> FakeProvider:
        """Serve on a free loopback port (or `port`, if set)."""
        ready = threading.Event()
        failure: list[BaseException] = []

        def serve() -> None:
            try:
                asyncio.run(self.serve(ready))
            except BaseException as error:  # handed to the thread that waits in start()
                failure.append(error)
                ready.set()

        self._thread = threading.Thread(target=serve, name="fake-provider", daemon=True)
        self._thread.start()
        ready.wait()
        if failure:
            raise failure[0]
        return self

    def stop(self) -> None:
        """End the server; requests in flight are cut."""
        if self._loop and self._stopping:
            self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread:
            self._thread.join(timeout=10)

    async def serve(self, ready: threading.Event | None = None) -> None:
        """Serve on the running loop until `stop()`."""
        self._loop, self._gate, self._stopping = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        app = web.Application(client_max_size=50_000_000)
        app.add_routes(
            [
                web.post("/v1/chat/completions", self._chat),
                web.post("/openai/deployments/{deployment}/chat/completions", self._chat),
                web.post("/v1/embeddings", self._embeddings),
                web.post("/v1/rerank", self._rerank),
                web.post("/v1/audio/transcriptions", self._transcription),
                web.post("/v1/audio/speech", self._speech),
                web.get("/v1/models", self._models),
                web.post("/_script", self._remote_script),
                web.post("/_release", self._remote_release),
                web.post("/_reset", self._remote_reset),
                web.get("/_requests", self._remote_requests),
            ]
        )
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        if ready:
            ready.set()
        await self._stopping.wait()
        await runner.cleanup()

    async def _receive(self, request: web.Request) -> Received | web.Response:
        if request.content_type == "multipart/form-data":
            body = {name: _field(value) for name, value in (await request.post()).items()}
        else:
            body = json.loads(await request.read() or b"{}")
        body.setdefault("model", request.match_info.get("deployment", ""))
        received = Received(request.path, dict(request.headers), body, time.time())
        self.requests.append(received)
        self.calls[received.model] += 1
        return _error(401) if self._refuses(request) else received

    def _refuses(self, request: web.Request) -> bool:
        if not self.api_key:
            return False
        given = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.headers.get("api-key", "")
        return given != self.api_key

    def _next_reply(self, received: Received) -> Reply:
        queue = self._scripts.get(received.model)
        if queue:
            return queue.popleft() if len(queue) > 1 else queue[0]
        _, found, query = received.model.partition("?")
        if found:
            return Reply.from_query(query)
        asked = [_text_of(m.get("content")) for m in received.body.get("messages", []) if m.get("role") == "user"]
        return Reply(text=f"You said: {asked[-1]}" if asked else "Hello from the scripted provider.")

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        received = await self._receive(request)
        if isinstance(received, web.Response):
            return received
        reply = self._next_reply(received)
        if reply.status != 200:
            return _error(reply.status, reply.error, reply.error_code, dict(reply.headers))
        if not received.body.get("stream") or reply.plain_json:
            if reply.hang_after is not None:
                await self._hang(reply)
            await asyncio.sleep(reply.first_delay_s)
            received.completed = True
            if reply.malformed_after is not None:
                return web.Response(text='{"choices": [{"mess', content_type="application/json")
            return web.json_response(_whole(reply, received))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **dict(reply.headers)})
        await response.prepare(request)
        try:
            async for piece in self._stream(reply, received):
                await response.write(piece)
        except _Cut:
            if request.transport:
                request.transport.abort()
            return response
        except ConnectionError:  # the client left
            return response
        received.completed = True
        return response

    async def _hang(self, reply: Reply) -> None:
        assert self._gate is not None
        try:
            await asyncio.wait_for(self._gate.wait(), reply.hang_for_s)
        except TimeoutError:
            pass

    async def _stream(self, reply: Reply, received: Received) -> AsyncIterator[bytes]:
        model = received.model

        def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return _event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice]})

        pieces = reply.pieces()
        if reply.hang_after != 0 and reply.cut_after != 0 and not reply.first_delay_s:
            yield chunk({"role": "assistant", "content": ""})
        elif reply.first_delay_s:
            await asyncio.sleep(reply.first_delay_s)
        if reply.reasoning:
            yield chunk({"reasoning_content": reply.reasoning})
        for number in range(len(pieces) + 1):
            if number == reply.hang_after:
                await self._hang(reply)
            if number == reply.cut_after:
                raise _Cut
            if number == reply.malformed_after:
                yield b'data: {"choices": [{"delta": {"content": "br\n\n'
                return
            if number < len(pieces):
                yield chunk({"content": pieces[number]})
                if reply.delay_s:
                    await asyncio.sleep(reply.delay_s)
        for index, (name, arguments) in enumerate(reply.tool_calls):
            yield chunk(
                {"tool_calls": [{"index": index, "id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": ""}}]}
            )
            half = len(arguments) // 2
            for part in (arguments[:half], arguments[half:]):
                yield chunk({"tool_calls": [{"index": index, "function": {"arguments": part}}]})
        yield chunk({}, "tool_calls" if reply.tool_calls else reply.finish_reason)
        if reply.usage and (received.body.get("stream_options") or {}).get("include_usage"):
            yield _event(
                {
                    "id": "chatcmpl-1",
                    "object": "chat.completion.chunk",
                    "created": 1,
                    "model": model,
                    "choices": [],
                    "usage": _usage(reply, received),
                }
            )
        yield b"data: [DONE]\n\n"

    async def _rerank(self, request: web.Request) -> web.Response:
        """Score each document by the share of the question's words that it has; the best first, as vendors do."""
        received = await self._receive(request)
        if isinstance(received, web.Response):
            return received
        queue = self._scripts.get(received.model)
        if queue:
            reply = queue.popleft() if len(queue) > 1 else queue[0]
            if reply.status != 200:
                return _error(reply.status, reply.error, reply.error_code, dict(reply.headers))
        words = set(received.body["query"].lower().split())
        scores = [len(words & set(text.lower().split())) / max(1, len(words)) for text in received.body["documents"]]
        results = [{"index": index, "relevance_score": score} for index, score in enumerate(scores)]
        received.completed = True
        return web.json_response({"results": sorted(results, key=lambda row: -row["relevance_score"])})

    async def _transcription(self, request: web.Request) -> web.Response:
        """Hear what was scripted, else how much was sent."""
        received = await self._receive(request)
        if isinstance(received, web.Response):
            return received
        reply = self._next_reply(received) if self._scripts.get(received.model) else Reply(text=f"{received.body['file']['size']} bytes")
        if reply.status != 200:
            return _error(reply.status, reply.error, reply.error_code, dict(reply.headers))
        received.completed = True
        return web.json_response({"text": reply.text})

    async def _speech(self, request: web.Request) -> web.Response:
        """Answer with the text itself behind the mark of an MP3 file."""
        received = await self._receive(request)
        if isinstance(received, web.Response):
            return received
        reply = self._next_reply(received) if self._scripts.get(received.model) else Reply()
        if reply.status != 200:
            return _error(reply.status, reply.error, reply.error_code, dict(reply.headers))
        received.completed = True
        return web.Response(body=b"ID3" + received.body["input"].encode(), content_type="audio/mpeg")

    async def _embeddings(self, request: web.Request) -> web.Response:
        received = await self._receive(request)
        if isinstance(received, web.Response):
            return received
        queue = self._scripts.get(received.model)
        if queue:
            reply = queue.popleft() if len(queue) > 1 else queue[0]
            if reply.status != 200:
                return _error(reply.status, reply.error, reply.error_code, dict(reply.headers))
            if reply.hang_after is not None:
                await self._hang(reply)
        texts = received.body.get("input") or []
        texts = [texts] if isinstance(texts, str) else texts
        data = [{"object": "embedding", "index": n, "embedding": embedding_of(text)} for n, text in enumerate(texts)]
        tokens = sum(len(text.split()) for text in texts)
        received.completed = True
        return web.json_response(
            {"object": "list", "model": received.model, "data": data, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}
        )

    async def _models(self, request: web.Request) -> web.Response:
        if self._refuses(request):
            return _error(401)
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model", "owned_by": "tests"} for name in self.models]})

    async def _remote_script(self, request: web.Request) -> web.Response:
        """Body: {"model": …, "replies": [{fields of Reply}]}."""
        body = await request.json()
        replies = []
        for raw in body["replies"]:
            raw["tool_calls"] = tuple(tuple(c) for c in raw.get("tool_calls", ()))
            raw["headers"] = tuple(tuple(h) for h in raw.get("headers", ()))
            raw["chunks"] = tuple(raw.get("chunks", ()))
            replies.append(Reply(**raw))
        self.script(body["model"], *replies)
        return web.json_response({})

    async def _remote_release(self, request: web.Request) -> web.Response:
        self.release()
        return web.json_response({})

    async def _remote_reset(self, request: web.Request) -> web.Response:
        self.reset()
        return web.json_response({})

    async def _remote_requests(self, request: web.Request) -> web.Response:
        rows = [{"path": r.path, "model": r.model, "body": r.body, "at": r.at, "completed": r.completed} for r in self.requests]
        return web.json_response({"calls": dict(self.calls), "requests": rows})


class _Cut(Exception):
    """The connection is to be torn down here."""


def embedding_of(text: str, dimensions: int = 32) -> list[float]:
    """A deterministic unit vector: words hashed into buckets, so texts that share words are near."""
    vector = [0.0] * dimensions
    for word in text.lower().split():
        vector[zlib.crc32(word.encode()) % dimensions] += 1.0
    norm = math.sqrt(sum(v * v for v in vector)) or 1.0
    return [v / norm for v in vector]


def _field(value: Any) -> Any:
    """A field of a form: its text, or what is known of its file."""
    if not isinstance(value, web.FileField):
        return value
    return {"filename": value.filename, "content_type": value.content_type, "size": len(value.file.read())}


def _text_of(content: Any) -> str:
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return str(content or "")


def _event(body: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


def _usage(reply: Reply, received: Received) -> dict[str, int]:
    prompt, completion = max(1, len(received.prompt.split())), len(reply.pieces())
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _whole(reply: Reply, received: Received) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": "".join(reply.pieces())}
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    if reply.tool_calls:
        message["tool_calls"] = [
            {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for n, (name, arguments) in enumerate(reply.tool_calls)
        ]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if reply.tool_calls else reply.finish_reason}
    body: dict[str, Any] = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": received.model, "choices": [choice]}
    if reply.usage:
        body["usage"] = _usage(reply, received)
    return body


def _error(status: int, message: str = "", code: str = "", headers: dict[str, str] | None = None) -> web.Response:
    text, default_code = ERROR_TEXT.get(status, ("Something went wrong.", "error"))
    body = {"error": {"message": message or text, "type": "error", "code": code or default_code, "param": None}}
    return web.json_response(body, status=status, headers=headers)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8120)
    parser.add_argument("--api-key", default="", help="the only key accepted; empty accepts all")
    given = parser.parse_args()
    provider = FakeProvider(port=given.port, api_key=given.api_key)
    print(f"scripted provider at http://127.0.0.1:{given.port}/v1", flush=True)
    try:
        asyncio.run(provider.serve())
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
