"""The bundled embedding model, in its child process."""

from __future__ import annotations

import asyncio
import math
import os
import signal

import pytest

from backend.llm import gateway, local
from backend.llm.selectors import model_resolve
from workers.engine.errors import NodeError


@pytest.fixture(scope="module", autouse=True)
def _child_ends():
    yield
    local.shut_down()


def near(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


async def test_the_right_passage_is_nearest_in_both_languages():
    model = model_resolve("w", "local", "multilingual-e5-small", "text-embedding")
    passages = await gateway.embed(model, ["Cats sleep most of the day.", "The invoice is due in thirty days.", "北京的冬天很冷。"])
    queries = await gateway.embed(model, ["When do I have to pay?", "how much do cats rest", "天气寒冷的城市"], "query")
    assert [len(v) for v in passages] == [384, 384, 384]
    assert math.isclose(near(passages[0], passages[0]), 1, rel_tol=1e-3)
    best = [max(range(3), key=lambda n: near(query, passages[n])) for query in queries]
    assert best == [1, 0, 2]


async def test_the_loop_goes_on_meanwhile():
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.002)

    ticker = asyncio.create_task(tick())
    await local.embed(["some longer text about nothing in particular " * 10] * 4)
    ticker.cancel()
    assert ticks > 10


async def test_a_dead_child_is_replaced():
    await local.embed(["x"])
    [child] = local._executor("document")._processes
    os.kill(child, signal.SIGKILL)
    with pytest.raises(NodeError) as caught:
        await local.embed(["x"])
    assert (caught.value.code, caught.value.retryable) == ("provider_unavailable", True)
    assert len(await local.embed(["x"])) == 1
