"""The vendors that LiteLLM speaks for: every one of them goes through the guarded session, and its wire is understood."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from backend.llm import gateway, providers
from backend.llm.resolved import CallLimits, ResolvedModel, Route
from workers.engine.errors import NodeError
from workers.engine.ports import ChatMessage, ChatRequest, ModelRef

pytestmark = pytest.mark.usefixtures("clean_gateway")

KEY = "sk-ant-very-secret-0123456789"
FAST = CallLimits(first_token_s=10, gap_s=5, total_s=20, retries=0)
REQUEST = ChatRequest(ModelRef("x", "x"), (ChatMessage("system", "Be brief."), ChatMessage("user", "hi")), {"max_tokens": 50})
VENDORS = {
    "anthropic": ("claude-sonnet-4-5", {"api_key": KEY}),
    "gemini": ("gemini-2.5-flash", {"api_key": KEY}),
    "cohere": ("command-a-03-2025", {"api_key": KEY}),
    "replicate": ("meta/meta-llama-3-8b-instruct", {"api_key": KEY}),
    "bedrock": (
        "anthropic.claude-3-5-haiku-20241022-v1:0",
        {"aws_access_key_id": "AKIA0123456789ABCDEF", "aws_secret_access_key": KEY, "aws_region_name": "us-east-1"},
    ),
}


def model(provider: str, name: str, fields: dict[str, str]) -> ResolvedModel:
    return ResolvedModel(provider, name, "llm", (Route(providers.get(provider), name, "c", fields),))


def test_this_list_is_complete():
    assert {spec.id for spec in providers.ALL if spec.wire == "litellm"} == set(VENDORS)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_no_vendor_gets_past_the_guard(vendor, monkeypatch):
    """Every name leads to an internal address here: the call must end at the guard, and nothing else may resolve or dial."""
    await gateway.loaded()
    loop = asyncio.get_running_loop()
    asked: list[str] = []

    async def internal(host, port, **_):
        asked.append(str(host))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", port))]

    def refused(*args, **_):
        raise AssertionError(f"a second way out was tried: {args}")

    monkeypatch.setattr(loop, "getaddrinfo", internal)
    monkeypatch.setattr(loop, "sock_connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    name, fields = VENDORS[vendor]
    with pytest.raises(NodeError) as caught:
        [delta async for delta in gateway.stream(model(vendor, name, fields), REQUEST, FAST)]
    assert caught.value.code == "egress_blocked", caught.value.message
    assert len(set(asked)) == 1
    assert KEY not in caught.value.message


class Anthropic:
    """Speaks Anthropic's messages wire."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], dict]] = []
        self.status = 200
        self.cut = False
        self.url = ""

    async def messages(self, request: web.Request) -> web.StreamResponse:
        self.received.append((dict(request.headers), await request.json()))
        if self.status != 200:
            body = {"type": "error", "error": {"type": "some_error", "message": f"invalid x-api-key {KEY}"}}
            return web.json_response(body, status=self.status, headers={"retry-after": "3"})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for event in self.events():
            await response.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
            if self.cut and event["type"] == "content_block_delta":
                assert request.transport
                request.transport.abort()
                return response
        return response

    def events(self) -> list[dict]:
        message = {
            "id": "m",
            "type": "message",
            "role": "assistant",
            "model": "c",
            "content": [],
            "usage": {"input_tokens": 9, "output_tokens": 1},
        }
        block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        words = [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": t}} for t in ("Hello", " there")]
        end = {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 4}}
        return [
            {"type": "message_start", "message": message},
            block,
            *words,
            {"type": "content_block_stop", "index": 0},
            end,
            {"type": "message_stop"},
        ]


@pytest.fixture
async def anthropic() -> AsyncIterator[Anthropic]:
    fake = Anthropic()
    app = web.Application()
    app.add_routes([web.post("/v1/messages", fake.messages)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield fake
    await runner.cleanup()


async def call(fake: Anthropic) -> list:
    found = model("anthropic", "claude-sonnet-4-5", {"api_key": KEY, "base_url": fake.url})
    return [delta async for delta in gateway.stream(found, REQUEST, FAST)]


async def test_anthropics_wire(anthropic):
    deltas = await call(anthropic)
    assert "".join(d.text for d in deltas) == "Hello there"
    last = deltas[-1]
    assert (last.finish_reason, last.usage.prompt_tokens, last.usage.completion_tokens) == ("stop", 9, 4)
    [(headers, body)] = anthropic.received
    assert headers["x-api-key"] == KEY
    assert (body["model"], body["max_tokens"], body["stream"]) == ("claude-sonnet-4-5", 50, True)
    assert "Be brief." in json.dumps(body["system"])


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "provider_bad_request"),
        (401, "provider_unauthorized"),
        (404, "model_not_found"),
        (429, "provider_rate_limited"),
        (529, "provider_unavailable"),
    ],
)
async def test_anthropics_refusals(anthropic, status, code):
    anthropic.status = status
    with pytest.raises(NodeError) as caught:
        await call(anthropic)
    assert caught.value.code == code, caught.value.message
    assert KEY not in caught.value.message
    if status == 429:
        assert caught.value.details["retry_after_s"] == 3


async def test_anthropic_breaks_off(anthropic):
    anthropic.cut = True
    with pytest.raises(NodeError) as caught:
        await call(anthropic)
    assert caught.value.code == "provider_stream_cut"
