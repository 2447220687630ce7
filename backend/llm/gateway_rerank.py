"""Order texts by how well they answer a question, with a rerank model."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from backend.llm import faults, gateway, openai_wire
from backend.llm.resolved import CallLimits, ResolvedModel, Route
from workers.engine.errors import NodeError

MAX_TEXTS = 1_000


async def rerank(model: ResolvedModel, query: str, texts: list[str], limits: CallLimits = gateway.LIMITS) -> list[float]:
    """Return one score per text, in order, nearly always between 0 and 1. Same failures and retries as `gateway.stream`."""
    if not texts:
        return []
    deadline = asyncio.get_running_loop().time() + limits.total_s
    chain = gateway.Chain(model, limits)
    while True:
        route = chain.next_route()
        try:
            return await _scores(route, query, texts[:MAX_TEXTS], limits)
        except NodeError as error:
            await chain.failed(route, error, deadline)


async def _scores(route: Route, query: str, texts: list[str], limits: CallLimits) -> list[float]:
    if route.spec.wire == "openai":
        body = {"model": route.model, "query": query, "documents": texts, "top_n": len(texts), "return_documents": False}
        raw = await openai_wire.request_json(route, "POST", openai_wire.base_of(route) + "/rerank", body, limits.total_s)
        rows = raw.get("results") if isinstance(raw, dict) else None
    elif route.spec.wire == "litellm":
        rows = await _litellm_rows(route, query, texts, limits)
    else:
        raise NodeError("model_not_configured", f"{route.spec.label} has no rerank models.")
    scores = [0.0] * len(texts)
    try:
        for row in rows or ():
            scores[row["index"]] = float(row["relevance_score"])
    except (TypeError, KeyError, ValueError, IndexError):
        raise faults.bad_response(route, "a score is missing") from None
    if not rows:
        raise faults.bad_response(route, "it has no results")
    return scores


async def _litellm_rows(route: Route, query: str, texts: list[str], limits: CallLimits) -> list[Any]:
    litellm = await gateway.loaded()
    try:
        async with asyncio.timeout(limits.total_s):
            arguments = gateway.litellm_args(route, limits)
            response = await litellm.arerank(query=query, documents=texts, top_n=len(texts), return_documents=False, **arguments)
    except TimeoutError:
        raise faults.timed_out(route, "the scores", limits.total_s) from None
    except (litellm.exceptions.APIError, *gateway.vendor_errors(litellm), aiohttp.ClientError, OSError, ValueError) as error:
        raise gateway.litellm_error(litellm, route, error, False) from None
    return list(response.results or ())
