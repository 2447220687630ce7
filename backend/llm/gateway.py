"""Every model call goes through here, in a worker. The only module that imports LiteLLM, and only when a call needs it.

Retries, back-off, the chain over several credentials, their cool-downs, time-outs, usage and price are ours.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import functools
import logging
import os
import random
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from decimal import Decimal
from typing import Any

import aiohttp
from django.conf import settings

from backend.core import egress
from backend.llm import demo, faults, local, openai_wire
from backend.llm.requests import estimate_tokens, message_body, params_body, prompt_text
from backend.llm.resolved import CallLimits, Purpose, ResolvedModel, Route
from workers.engine.errors import NodeError
from workers.engine.events import Usage
from workers.engine.ports import ChatDelta, ChatRequest, ToolCall

logger = logging.getLogger(__name__)

LIMITS = CallLimits(
    first_token_s=settings.ENV.model_first_token_s,
    gap_s=settings.ENV.model_gap_s,
    total_s=settings.ENV.model_total_s,
    retries=settings.ENV.model_retries,
)
MAX_IMAGE = 10_000_000
IMAGE_TIMEOUT_S = 20.0
FINAL_CODES = frozenset({"provider_bad_request", "context_too_long", "invalid_url", "file_too_large"})
COOL_DOWN_S = {
    "provider_rate_limited": 10.0,
    "provider_unavailable": 5.0,
    "provider_timeout": 5.0,
    "provider_unauthorized": 60.0,
    "provider_quota_exceeded": 60.0,
}
# What LiteLLM may be told. Its own control words (api_base, mock_response, fallbacks, aws_role_name, …) must not come from a flow.
LITELLM_PARAMS = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "max_tokens",
        "max_completion_tokens",
        "stop",
        "presence_penalty",
        "frequency_penalty",
        "seed",
        "logit_bias",
        "response_format",
        "reasoning_effort",
        "thinking",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "user",
    }
)

_resting: dict[str, float] = {}


# ---------------------------------------------------------------- calls


async def stream(model: ResolvedModel, request: ChatRequest, limits: CallLimits = LIMITS) -> AsyncGenerator[ChatDelta, None]:
    """Stream one reply; the last delta has `finish_reason` and priced `usage`.

    Until the first piece is out a failure moves on to the next credential, and when all have failed,
    waits and tries again if that may help. After the first piece a failure is the caller's.
    """
    began = time.monotonic()
    deadline = asyncio.get_running_loop().time() + limits.total_s
    chain = Chain(model, limits)
    while True:
        route = chain.next_route()
        written: list[str] = []
        first_s: float | None = None
        try:
            async with aclosing(_open(route, request, limits, deadline)) as deltas:
                async for delta in deltas:
                    if first_s is None and (delta.text or delta.reasoning or delta.tool_calls):
                        first_s = time.monotonic() - began
                    written.append(delta.text or delta.reasoning)
                    if delta.finish_reason is not None:
                        written.extend(call.arguments for call in delta.tool_calls)
                        counted = delta.usage or _estimate(request, written)
                        usage = _priced(model, counted, time.monotonic() - began, first_s)
                        yield dataclasses.replace(delta, usage=usage)
                        return
                    yield delta
            raise faults.stream_cut(route)
        except NodeError as error:
            if first_s is not None:
                raise
            await chain.failed(route, error, deadline)


async def embed(model: ResolvedModel, texts: list[str], purpose: Purpose = "document", limits: CallLimits = LIMITS) -> list[list[float]]:
    """Return one vector per text, in order. Same failures and retries as `stream`."""
    if not texts:
        return []
    deadline = asyncio.get_running_loop().time() + limits.total_s
    chain = Chain(model, limits)
    vectors: list[list[float]] = []
    while len(vectors) < len(texts):
        route = chain.next_route()
        batch = texts[len(vectors) : len(vectors) + route.spec.embed_batch]
        try:
            got = await _embed_batch(route, batch, purpose, limits)
        except NodeError as error:
            await chain.failed(route, error, deadline)
            continue
        if vectors and len(got[0]) != len(vectors[0]):
            raise faults.bad_response(route, f"its vectors have {len(got[0])} numbers, those before had {len(vectors[0])}")
        vectors.extend(got)
    return vectors


def _open(route: Route, request: ChatRequest, limits: CallLimits, deadline: float) -> AsyncGenerator[ChatDelta, None]:
    if route.spec.wire == "demo":
        return demo.stream(request)
    if route.spec.wire == "openai":
        return openai_wire.stream(route, request, limits, deadline)
    if route.spec.wire == "litellm":
        return _litellm_stream(route, request, limits, deadline)
    raise NodeError("model_not_configured", f"{route.spec.label} has no chat models.")


async def _embed_batch(route: Route, texts: list[str], purpose: Purpose, limits: CallLimits) -> list[list[float]]:
    if route.spec.wire == "local":
        return await local.embed(texts, purpose)
    if route.spec.wire == "openai":
        return (await openai_wire.embed(route, texts, limits))[0]
    if route.spec.wire == "litellm":
        return await _litellm_embed(route, texts, purpose, limits)
    raise NodeError("model_not_configured", f"{route.spec.label} has no embedding models.")


class Chain:
    """The order in which routes are tried, and how long to wait between rounds."""

    def __init__(self, model: ResolvedModel, limits: CallLimits) -> None:
        if not model.routes:
            raise NodeError(
                "model_not_configured", f"No credential gives access to {model.name} of {model.provider}. Add one under Models."
            )
        self._routes = model.routes
        self._limits = limits
        self._tried: list[Route] = []
        self._round_error: NodeError | None = None
        self._rounds = 0
        self._waited = 0.0

    def next_route(self) -> Route:
        """The best route not tried in this round: by priority, those that rest because of a failure last."""
        now = time.monotonic()
        left = [route for route in self._routes if route not in self._tried]
        return min(left or self._routes, key=lambda route: max(0.0, _resting.get(route.key, 0.0) - now))

    async def failed(self, route: Route, error: NodeError, deadline: float) -> None:
        """Return when another try makes sense, at the right time. Raises the error otherwise."""
        if error.code in FINAL_CODES:
            raise error
        asked = error.details.get("retry_after_s")
        rest = asked if isinstance(asked, int | float) else COOL_DOWN_S.get(error.code, 0.0)
        if rest and route.key:
            _resting[route.key] = time.monotonic() + min(float(rest), 300.0)
        if self._round_error is None or error.retryable or not self._round_error.retryable:
            self._round_error = error
        self._tried.append(route)
        if len(self._tried) < len(self._routes):
            return
        failure = self._round_error
        wait = self._limits.backoff_s * 2**self._rounds * random.uniform(0.5, 1.0)
        if isinstance(failure.details.get("retry_after_s"), int | float):
            wait = max(wait, float(failure.details["retry_after_s"]))
        left = min(self._limits.backoff_total_s - self._waited, deadline - asyncio.get_running_loop().time())
        if not failure.retryable or self._rounds >= self._limits.retries or wait > left:
            raise failure
        logger.info("model call failed, trying again in %.1f s: %s", wait, failure.code)
        self._rounds += 1
        self._waited += wait
        self._tried.clear()
        self._round_error = None
        await asyncio.sleep(wait)


def forget_cool_downs() -> None:
    """Let every credential be tried again at once (after one was changed)."""
    _resting.clear()


# ---------------------------------------------------------------- usage


def _estimate(request: ChatRequest, written: list[str]) -> Usage:
    prompt, completion = estimate_tokens(prompt_text(request)), estimate_tokens("".join(written))
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


def _per_thousand(price: Decimal | None) -> Decimal:
    return price / 1000 if price is not None else Decimal(0)


@functools.lru_cache(maxsize=1024)
def _price_text(price: Decimal) -> str:
    return f"{price.normalize():f}"


def _priced(model: ResolvedModel, usage: Usage, latency_s: float, first_s: float | None) -> Usage:
    input_price, output_price = _per_thousand(model.input_price), _per_thousand(model.output_price)
    prompt_cost = float(input_price * usage.prompt_tokens / 1000)
    completion_cost = float(output_price * usage.completion_tokens / 1000)
    return dataclasses.replace(
        usage,
        prompt_unit_price=_price_text(input_price),
        completion_unit_price=_price_text(output_price),
        prompt_cost_usd=prompt_cost,
        completion_cost_usd=completion_cost,
        cost_usd=prompt_cost + completion_cost,
        latency_s=round(latency_s, 6),
        first_token_s=round(first_s, 6) if first_s is not None else None,
    )


# ---------------------------------------------------------------- LiteLLM


@functools.lru_cache(maxsize=1)
def _litellm() -> Any:
    """Import LiteLLM and make it ours: no network at import, no callbacks, no retries, no sockets of its own."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm
    from litellm.llms.custom_httpx import aiohttp_transport, http_handler

    class GuardedTransport(aiohttp_transport.LiteLLMAiohttpTransport):
        """Sends through the guarded session of whatever loop is running, and never closes it."""

        def __init__(self) -> None:
            super().__init__(client=egress.session, owns_session=False, session_factory=egress.session)

        def get_valid_client_session(self) -> aiohttp.ClientSession:
            return egress.session()

        _get_valid_client_session = get_valid_client_session

        async def aclose(self) -> None:
            return None

    def guarded(*_: Any, **__: Any) -> GuardedTransport:
        return GuardedTransport()

    for name in ("create_async_transport", "_create_async_transport", "create_aiohttp_transport", "_create_aiohttp_transport"):
        if not hasattr(http_handler.AsyncHTTPHandler, name):  # a rename would silently take the guard away
            raise RuntimeError(f"LiteLLM has no AsyncHTTPHandler.{name} any more: the guarded session cannot be put in")
        setattr(http_handler.AsyncHTTPHandler, name, staticmethod(guarded))
    litellm.telemetry = False
    litellm.drop_params = True
    litellm.num_retries = 0
    litellm.suppress_debug_info = True
    litellm.disable_streaming_logging = True
    litellm.turn_off_message_logging = True
    litellm.callbacks, litellm.success_callback, litellm.failure_callback = [], [], []
    litellm._async_success_callback, litellm._async_failure_callback = [], []
    return litellm


async def loaded() -> Any:
    """LiteLLM; its import takes seconds and stays off the loop."""
    return _litellm() if _litellm.cache_info().currsize else await asyncio.to_thread(_litellm)


def litellm_args(route: Route, limits: CallLimits) -> dict[str, Any]:
    known = {"api_key": "api_key", "base_url": "api_base"}
    args = {known.get(name, name): value for name, value in route.fields.items() if name in known or name.startswith("aws_")}
    return {"model": f"{route.spec.prefix}/{route.model}", "max_retries": 0, "num_retries": 0, "timeout": limits.total_s, **args}


async def _litellm_stream(route: Route, request: ChatRequest, limits: CallLimits, deadline: float) -> AsyncGenerator[ChatDelta, None]:
    litellm = await loaded()
    loop = asyncio.get_running_loop()
    if route.fields.get("base_url"):
        egress.check_url(route.fields["base_url"])
    messages = [await _with_inline_images(message_body(m)) for m in request.messages]
    params = {k: v for k, v in params_body(request, route).items() if k in LITELLM_PARAMS}
    when, started = min(loop.time() + limits.first_token_s, deadline), False
    reply = _LiteLLMReply(route)
    response: Any = None
    try:
        async with asyncio.timeout_at(when):
            response = await litellm.acompletion(
                messages=messages,
                stream=True,
                stream_options={"include_usage": True},
                _skip_mcp_handler=True,  # LiteLLM would import its MCP gateway for every call with tools
                **params,
                **litellm_args(route, limits),
            )
        chunks = aiter(response)
        while True:
            async with asyncio.timeout_at(when):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            delta = reply.read(chunk)
            if delta is not None:
                yield delta
            if reply.anything:
                started, when = True, min(loop.time() + limits.gap_s, deadline)
        yield reply.last()
    except TimeoutError:
        raise openai_wire.which_timeout(route, limits, when, deadline, started) from None
    except (litellm.exceptions.APIError, *vendor_errors(litellm), aiohttp.ClientError, OSError, ValueError) as error:
        raise litellm_error(litellm, route, error, started) from None
    finally:
        if response is not None:
            await response.aclose()


class _LiteLLMReply:
    """Collects tool calls, usage and the end of one reply."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._finish: str | None = None
        self._usage: Usage | None = None
        self._calls: dict[int, list[str]] = {}
        self.anything = False

    def read(self, chunk: Any) -> ChatDelta | None:
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self._usage = openai_wire.usage_of({"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens})
        if not chunk.choices:
            return None
        choice = chunk.choices[0]
        self._finish = choice.finish_reason or self._finish
        for call in getattr(choice.delta, "tool_calls", None) or ():
            known = self._calls.setdefault(call.index or 0, ["", "", ""])
            known[0] = known[0] or call.id or ""
            known[1] += call.function.name or ""
            known[2] += call.function.arguments or ""
            self.anything = True
        text, reasoning = choice.delta.content or "", getattr(choice.delta, "reasoning_content", None) or ""
        if not text and not reasoning:
            return None
        self.anything = True
        return ChatDelta(text=text, reasoning=reasoning)

    def last(self) -> ChatDelta:
        if self._finish is None:
            raise faults.stream_cut(self._route)
        calls = tuple(ToolCall(c[0] or f"call_{index}", c[1], c[2] or "{}") for index, c in sorted(self._calls.items()))
        return ChatDelta(tool_calls=calls, finish_reason="tool_calls" if calls else self._finish, usage=self._usage)


async def _litellm_embed(route: Route, texts: list[str], purpose: Purpose, limits: CallLimits) -> list[list[float]]:
    litellm = await loaded()
    extra = {"input_type": "search_query" if purpose == "query" else "search_document"} if route.spec.id == "cohere" else {}
    try:
        async with asyncio.timeout(limits.total_s):
            response = await litellm.aembedding(input=texts, **extra, **litellm_args(route, limits))
    except TimeoutError:
        raise faults.timed_out(route, "the vectors", limits.total_s) from None
    except (litellm.exceptions.APIError, *vendor_errors(litellm), aiohttp.ClientError, OSError, ValueError) as error:
        raise litellm_error(litellm, route, error, False) from None
    vectors = [list(row["embedding"]) for row in sorted(response.data, key=lambda row: row["index"])]
    if len(vectors) != len(texts):
        raise faults.bad_response(route, f"it has {len(vectors)} vectors for {len(texts)} texts")
    return vectors


@functools.lru_cache(maxsize=1)
def vendor_errors(litellm: Any) -> tuple[type[BaseException], ...]:
    """What LiteLLM raises: its own errors, those of the OpenAI client below it, and the base of its per-vendor errors."""
    import openai
    from litellm.llms.base_llm.chat.transformation import BaseLLMException

    return (openai.OpenAIError, BaseLLMException, litellm.exceptions.ModelNotMappedError)


def litellm_error(litellm: Any, route: Route, error: BaseException, started: bool) -> NodeError:
    """Translate by class first, then by status. A failed reading after the first piece is a cut stream."""
    kinds = litellm.exceptions
    if egress.is_blocked(error):
        return egress.blocked_error(openai_wire.base_of(route))
    text = str(getattr(error, "message", "") or error)
    text = text.split(" - ", 1)[1] if text.startswith("litellm.") and " - " in text else text
    if isinstance(error, kinds.ContextWindowExceededError):
        return faults.from_status(route, 400, f"context window: {text}", "context_length_exceeded")
    if isinstance(error, kinds.Timeout | TimeoutError):
        return faults.from_status(route, 408, text)
    status = getattr(error, "status_code", None)
    if started and (isinstance(error, kinds.APIConnectionError | kinds.MidStreamFallbackError | aiohttp.ClientError | OSError)):
        if any(isinstance(e, ValueError) for e in _causes(error)) or "JSON" in text:
            return faults.bad_response(route, "a piece of it is not JSON")
        return faults.stream_cut(route)
    if "Response payload is not completed" in text or any(isinstance(e, aiohttp.ClientPayloadError) for e in _causes(error)):
        return faults.stream_cut(route)
    if isinstance(error, kinds.APIConnectionError) or not isinstance(status, int):
        if isinstance(error, ValueError) or "JSON" in text:
            return faults.bad_response(route, "it is not JSON")
        return faults.unreachable(route, text or type(error).__name__)
    return faults.from_status(route, status, text, str(getattr(error, "code", "") or ""), _retry_after_s(error))


def _retry_after_s(error: BaseException) -> float | None:
    """Look for the header wherever LiteLLM has put the vendor's: it depends on the vendor."""
    found = (
        getattr(error, "litellm_response_headers", None),
        getattr(getattr(error, "response", None), "headers", None),
        getattr(error, "headers", None),
    )
    return next((seconds for headers in found if headers and (seconds := faults.retry_after_s(headers)) is not None), None)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__ or getattr(current, "original_exception", None)
    return found


async def _with_inline_images(body: dict[str, Any]) -> dict[str, Any]:
    """Fetch pictures given by address: LiteLLM would fetch them itself, past the guard."""
    if not isinstance(body["content"], list):
        return body
    for part in body["content"]:
        url = part.get("image_url", {}).get("url", "")
        if url.startswith(("http://", "https://")):
            part["image_url"]["url"] = await _data_url(url)
    return body


async def _data_url(url: str) -> str:
    egress.check_url(url)
    try:
        async with asyncio.timeout(IMAGE_TIMEOUT_S), egress.session().get(url, max_redirects=3) as response:
            kind = response.content_type
            if response.status != 200 or not kind.startswith("image/"):
                raise NodeError("provider_bad_request", f"The picture at {url[:200]} cannot be loaded (status {response.status}, {kind}).")
            data = await response.content.read(MAX_IMAGE + 1)
            while len(data) <= MAX_IMAGE and (more := await response.content.read(MAX_IMAGE + 1 - len(data))):
                data += more
    except TimeoutError:
        raise NodeError("provider_bad_request", f"The picture at {url[:200]} took longer than {IMAGE_TIMEOUT_S:g} s to load.") from None
    except (aiohttp.ClientError, OSError) as error:
        if egress.is_blocked(error):
            raise egress.blocked_error(url) from None
        raise NodeError("provider_bad_request", f"The picture at {url[:200]} cannot be loaded: {type(error).__name__}.") from None
    if len(data) > MAX_IMAGE:
        raise NodeError("file_too_large", f"The picture at {url[:200]} is larger than {MAX_IMAGE // 1_000_000} MB.")
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
