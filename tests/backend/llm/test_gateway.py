"""Model calls against the scripted provider: the thin reader and LiteLLM must answer and fail alike."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from contextlib import aclosing
from decimal import Decimal

import pytest

from backend.llm import gateway, providers
from backend.llm.resolved import CallLimits, ResolvedModel, Route
from tests.fakes.provider import FakeProvider, Reply, embedding_of
from workers.engine.errors import NodeError
from workers.engine.ports import ChatMessage, ChatRequest, ImagePart, ModelRef, TextPart, ToolCall

pytestmark = pytest.mark.usefixtures("clean_gateway")

KEY = "sk-very-secret-key-1234567890"
FAST = CallLimits(first_token_s=5, gap_s=5, total_s=20, retries=0, backoff_s=0.01)
IMPATIENT = dataclasses.replace(FAST, first_token_s=0.3, gap_s=0.3)
OPENAI = providers.get("openai-compatible")
SPECS = {"thin": OPENAI, "litellm": dataclasses.replace(OPENAI, wire="litellm", prefix="openai")}


@pytest.fixture(params=SPECS)
def wire(request):
    """Every wire that can talk to an OpenAI-shaped server."""
    return SPECS[request.param]


def model_on(provider: FakeProvider, spec=OPENAI, name: str = "mock", keys: tuple[str, ...] = (KEY,), **more) -> ResolvedModel:
    routes = tuple(Route(spec, name, f"credential-{n}", {"base_url": provider.url, "api_key": key}) for n, key in enumerate(keys))
    return ResolvedModel(spec.id, name, "llm", routes, **more)


def ask(text: str = "hi there", **more) -> ChatRequest:
    return ChatRequest(ModelRef("openai-compatible", "mock"), (ChatMessage("user", text),), **more)


async def collect(model: ResolvedModel, request: ChatRequest, limits: CallLimits = FAST) -> list:
    return [delta async for delta in gateway.stream(model, request, limits)]


async def failure(model: ResolvedModel, limits: CallLimits = FAST, request: ChatRequest | None = None) -> NodeError:
    with pytest.raises(NodeError) as caught:
        await collect(model, request or ask(), limits)
    return caught.value


# ------------------------------------------------------------ both wires


async def test_streams_text_and_counts(provider, wire):
    provider.script("mock", Reply("The answer is 42.", delay_s=0.02))
    deltas = await collect(model_on(provider, wire, input_price=Decimal("2"), output_price=Decimal("8")), ask())
    assert "".join(d.text for d in deltas) == "The answer is 42."
    assert len([d for d in deltas if d.text]) > 1
    last = deltas[-1]
    assert [d.finish_reason for d in deltas[:-1]] == [None] * (len(deltas) - 1)
    assert last.finish_reason == "stop"
    assert (last.usage.prompt_tokens, last.usage.completion_tokens, last.usage.total_tokens) == (2, 4, 6)
    assert (last.usage.prompt_unit_price, last.usage.completion_unit_price) == ("0.002", "0.008")
    assert last.usage.cost_usd == pytest.approx(2 * 2e-6 + 4 * 8e-6)
    assert 0 < last.usage.first_token_s <= last.usage.latency_s


async def test_sends_what_was_asked(provider, wire):
    request = ChatRequest(
        ModelRef("openai-compatible", "mock"),
        (
            ChatMessage("system", "Be brief."),
            ChatMessage("user", (TextPart("What is this?"), ImagePart("data:image/png;base64,AAAA"))),
            ChatMessage("assistant", "", tool_calls=(ToolCall("c1", "look", '{"a": 1}'),)),
            ChatMessage("tool", "a cat", tool_call_id="c1"),
        ),
        params={"temperature": 0.2, "max_tokens": 7, "stop": ["END"], "model": "another", "n": 5, "stream": False},
        response_schema={"type": "object", "properties": {"a": {"type": "string"}}},
        tools=({"name": "look", "description": "Look.", "parameters": {"type": "object", "properties": {}}},),
    )
    await collect(model_on(provider, wire), request)
    [received] = provider.requests
    body = received.body
    assert received.headers["Authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["stream"], body["stream_options"]) == ("mock", True, {"include_usage": True})
    assert (body["temperature"], body["max_tokens"], body["stop"]) == (0.2, 7, ["END"])
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert body["messages"][1]["content"][1]["image_url"]["url"] == "data:image/png;base64,AAAA"
    assert body["messages"][2]["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"a": 1}'}
    assert body["messages"][3]["tool_call_id"] == "c1"
    assert body["response_format"]["json_schema"]["schema"]["properties"] == {"a": {"type": "string"}}
    assert body["tools"][0]["function"]["name"] == "look"


async def test_tool_calls_arrive_whole_in_the_last_delta(provider, wire):
    provider.script("mock", Reply(tool_calls=(("add", '{"a": 1, "b": 2}'), ("look", "{}"))))
    deltas = await collect(model_on(provider, wire), ask())
    assert [(c.name, c.arguments) for c in deltas[-1].tool_calls] == [("add", '{"a": 1, "b": 2}'), ("look", "{}")]
    assert len({c.id for c in deltas[-1].tool_calls}) == 2
    assert deltas[-1].finish_reason == "tool_calls"


async def test_reasoning_is_kept_apart(provider, wire):
    provider.script("mock", Reply("Yes.", reasoning="Let me think."))
    deltas = await collect(model_on(provider, wire), ask())
    assert "".join(d.reasoning for d in deltas) == "Let me think."
    assert "".join(d.text for d in deltas) == "Yes."


async def test_usage_is_estimated_where_the_server_keeps_silent(provider, wire):
    provider.script("mock", Reply("one two three four", usage=False))
    usage = (await collect(model_on(provider, wire), ask("hi there you")))[-1].usage
    assert usage.prompt_tokens > 0
    assert 3 <= usage.completion_tokens <= 6


async def test_an_empty_reply_is_a_reply(provider, wire):
    provider.script("mock", Reply(""))
    [last] = await collect(model_on(provider, wire), ask())
    assert (last.text, last.finish_reason) == ("", "stop")


FAULTS = {
    "400": (Reply(status=400, error="temperature must be below 2"), "provider_bad_request", False),
    "401": (Reply(status=401, error=f"Incorrect API key provided: {KEY}"), "provider_unauthorized", False),
    "403": (Reply(status=403), "provider_unauthorized", False),
    "404": (Reply(status=404), "model_not_found", False),
    "429": (Reply(status=429, headers=(("Retry-After", "7"),)), "provider_rate_limited", True),
    "quota": (
        Reply(status=429, error="You exceeded your current quota", error_code="insufficient_quota"),
        "provider_quota_exceeded",
        False,
    ),
    "500": (Reply(status=500), "provider_unavailable", True),
    "503": (Reply(status=503), "provider_unavailable", True),
    "too long": (
        Reply(status=400, error="This model's maximum context length is 8192 tokens.", error_code="context_length_exceeded"),
        "context_too_long",
        False,
    ),
    "no first token": (Reply("x", hang_after=0), "provider_timeout", True),
    "hang": (Reply("a b c", hang_after=1), "provider_timeout", True),
    "cut": (Reply("a b c d e f", cut_after=2, delay_s=0.02), "provider_stream_cut", True),
    "cut at once": (Reply("a b c", cut_after=0), "provider_stream_cut", True),
    "malformed": (Reply("a b c", malformed_after=1), "provider_bad_response", False),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_faults_have_their_codes(provider, wire, case):
    reply, code, retryable = FAULTS[case]
    provider.script("mock", reply)
    error = await failure(model_on(provider, wire), IMPATIENT)
    assert (error.code, error.retryable) == (code, retryable), error.message
    assert "mock" in error.message
    assert wire.label in error.message
    assert KEY not in error.message + repr(error.details)
    assert (error.details["provider"], error.details["model"]) == (wire.id, "mock")


async def test_nobody_listens(provider, wire):
    dead = Route(wire, "mock", "c", {"base_url": "http://127.0.0.1:9/v1", "api_key": KEY})
    error = await failure(ResolvedModel(wire.id, "mock", "llm", (dead,)))
    assert (error.code, error.retryable) == ("provider_unavailable", True)


async def test_the_guard_stands_before_both_wires(provider, wire, monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"egress_allow_cidrs": ""}))
    error = await failure(model_on(provider, wire))
    assert error.code == "egress_blocked"
    assert "EGRESS_ALLOW_CIDRS" in error.message
    assert provider.calls.total() == 0


async def test_closing_the_iterator_ends_the_upstream_call(provider, wire):
    provider.script("mock", Reply("a b c d", hang_after=2))
    async with aclosing(gateway.stream(model_on(provider, wire), ask(), FAST)) as deltas:
        async for _ in deltas:
            break
    await asyncio.sleep(0.1)  # the server must have seen the end before it goes on
    provider.release()
    await asyncio.sleep(0.1)
    assert [r.completed for r in provider.requests] == [False]


async def test_cancelling_the_task_ends_the_upstream_call(provider, wire):
    provider.script("mock", Reply("a b c d", hang_after=0))
    task = asyncio.create_task(collect(model_on(provider, wire), ask()))
    await asyncio.to_thread(provider.wait_for, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.1)
    provider.release()
    await asyncio.sleep(0.1)
    assert not provider.requests[0].completed


async def test_embeddings(provider, wire):
    spec = dataclasses.replace(wire, embed_batch=2)
    texts = ["red apple", "green pear", "blue plum"]
    vectors = await gateway.embed(model_on(provider, spec), texts, limits=FAST)
    assert vectors == [pytest.approx(embedding_of(text)) for text in texts]
    assert [len(r.body["input"]) for r in provider.requests] == [2, 1]


async def test_embedding_faults(provider, wire):
    provider.script("mock", Reply(status=401))
    with pytest.raises(NodeError) as caught:
        await gateway.embed(model_on(provider, wire), ["x"], limits=FAST)
    assert caught.value.code == "provider_unauthorized"


# ------------------------------------------------------------ the thin reader's own


async def test_a_server_that_ignores_stream(provider):
    provider.script("mock", Reply("All at once.", plain_json=True, tool_calls=(("add", "{}"),)))
    deltas = await collect(model_on(provider), ask())
    assert "".join(d.text for d in deltas) == "All at once."
    assert deltas[-1].usage.completion_tokens == 3
    assert deltas[-1].tool_calls[0].name == "add"


async def test_a_server_that_does_not_know_stream_options(provider):
    refusal = Reply(status=400, error="Unrecognized request argument: stream_options")
    provider.script("mock", refusal, Reply("ok"))
    for _ in range(2):
        assert (await collect(model_on(provider), ask()))[-1].usage.completion_tokens > 0
    assert ["stream_options" in r.body for r in provider.requests] == [True, False, False]


async def test_redirects_are_not_followed_with_a_key(provider):
    provider.script("mock", Reply(status=307, headers=(("Location", f"{provider.url}/elsewhere"),)))
    error = await failure(model_on(provider))
    assert error.code == "provider_bad_response"
    assert provider.calls.total() == 1


async def test_azure_has_its_own_address_and_header(provider):
    fields = {"base_url": provider.url.removesuffix("/v1"), "api_key": KEY, "api_version": "2024-10-21"}
    route = Route(providers.get("azure-openai"), "my-deployment", "c", fields)
    await collect(ResolvedModel("azure-openai", "my-deployment", "llm", (route,)), ask())
    [received] = provider.requests
    assert received.path == "/openai/deployments/my-deployment/chat/completions"
    assert received.headers["api-key"] == KEY
    assert "Authorization" not in received.headers


async def test_one_connection_serves_call_after_call(provider):
    from backend.core import egress

    opened = []
    original = egress.session()._connector._socket_factory
    egress.session()._connector._socket_factory = lambda info: opened.append(info) or original(info)
    for _ in range(3):
        await collect(model_on(provider), ask())
    assert len(opened) == 1


# ------------------------------------------------------------ retries, fallback, cool-down


async def test_tries_again_until_it_works(provider):
    provider.script("mock", Reply(status=500), Reply(status=429), Reply("ok"))
    deltas = await collect(model_on(provider), ask(), dataclasses.replace(FAST, retries=3))
    assert "".join(d.text for d in deltas) == "ok"
    assert provider.calls["mock"] == 3


async def test_gives_up_after_the_retries(provider):
    provider.script("mock", Reply(status=500))
    error = await failure(model_on(provider), dataclasses.replace(FAST, retries=2))
    assert error.code == "provider_unavailable"
    assert provider.calls["mock"] == 3


async def test_honours_retry_after(provider):
    provider.script("mock", Reply(status=429, headers=(("Retry-After", "0.4"),)), Reply("ok"))
    began = time.monotonic()
    await collect(model_on(provider), ask(), dataclasses.replace(FAST, retries=1))
    assert time.monotonic() - began >= 0.4


async def test_does_not_wait_longer_than_allowed(provider):
    provider.script("mock", Reply(status=429, headers=(("Retry-After", "60"),)))
    error = await failure(model_on(provider), dataclasses.replace(FAST, retries=3, backoff_total_s=30))
    assert error.code == "provider_rate_limited"
    assert error.details["retry_after_s"] == 60
    assert provider.calls["mock"] == 1


async def test_never_repeats_after_the_first_piece(provider):
    provider.script("mock", Reply("a b c", cut_after=2, delay_s=0.02), Reply("fresh"))
    error = await failure(model_on(provider), dataclasses.replace(FAST, retries=3))
    assert error.code == "provider_stream_cut"
    assert provider.calls["mock"] == 1


async def test_a_bad_request_is_not_repeated(provider):
    provider.script("mock", Reply(status=400))
    await failure(model_on(provider, keys=("k1", "k2")), dataclasses.replace(FAST, retries=3))
    assert provider.calls["mock"] == 1


async def test_falls_back_to_the_next_credential_and_lets_the_first_rest(provider):
    provider.script("mock", Reply(status=429), Reply("ok"))
    model = model_on(provider, keys=("first-key", "second-key"))
    await collect(model, ask())
    await collect(model, ask())
    assert [r.headers["Authorization"] for r in provider.requests] == ["Bearer first-key", "Bearer second-key", "Bearer second-key"]


async def test_a_refused_key_falls_back_too(provider):
    provider.api_key = "second-key"
    deltas = await collect(model_on(provider, keys=("first-key", "second-key")), ask())
    assert deltas[-1].finish_reason == "stop"


async def test_no_credential(provider):
    error = await failure(ResolvedModel("openai", "gpt-4o", "llm", ()))
    assert error.code == "model_not_configured"
    assert "gpt-4o" in error.message


# ------------------------------------------------------------ LiteLLM's own


async def test_control_words_of_litellm_do_not_pass(provider):
    request = ask(params={"api_base": "http://127.0.0.1:9", "mock_response": "fooled", "fallbacks": ["x"], "temperature": 1})
    deltas = await collect(model_on(provider, SPECS["litellm"]), request)
    assert "".join(d.text for d in deltas) == "You said: hi there"
    assert not {"api_base", "mock_response", "fallbacks"} & provider.requests[0].body.keys()


async def test_litellm_does_not_fetch_pictures_itself(provider):
    request = ChatRequest(ModelRef("x", "mock"), (ChatMessage("user", (ImagePart("http://127.0.0.1:9/a.png"),)),))
    error = await failure(model_on(provider, SPECS["litellm"]), request=request)
    assert error.code == "provider_bad_request"
    assert "picture" in error.message
