"""Limits of a run: each ends it with a code of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, answer, ask, chain, document, llm, start
from tests.engine.containers import around, body, iteration, loop, template
from tests.engine.test_runner import QUICK
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine import runner
from workers.engine.errors import LimitExceeded
from workers.engine.events import Event
from workers.engine.ports import Limits
from workers.engine.state import RunState, fold


class Standing:
    """A clock that stands still."""

    def __call__(self) -> float:
        return 1000.0


def deep(levels: int) -> Any:
    """Lists within one another."""
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


ONE = document([start(ask("items")), llm(), answer()], chain("start", "llm", "answer"))
INNER = iteration([template("t", "{{ x }}", x="it.item")], output="t.output")
ROUNDS = document([start(ask("items")), *INNER, answer("x")], [*around("it", "answer"), *body("it", "t")])
REPEATS = document(
    [start(ask("items")), *loop([template("t", "x")], loop_count=4), answer("x")], [*around("loop", "answer"), *body("loop", "t")]
)
NESTED = document(
    [start(ask("items")), *iteration([*loop([template("t", "x")])]), answer("x")],
    [*around("it", "answer"), *body("it", "loop"), *body("loop", "t")],
)
THREE = document([start(ask("items")), llm("a"), llm("b"), llm("c"), answer("x")], chain("start", "a", "b", "c", "answer"))

REACHED: dict[str, tuple[Limits, Any, Any, ScriptedModel, str, str | None, tuple[float, float]]] = {
    "steps": (Limits(steps=2), ONE, None, ScriptedModel("x"), "limit_steps", "answer", (2, 3)),
    "seconds of a run": (
        *(Limits(wall_clock_s=0.02), ONE, None, ScriptedModel(Reply(("x",), hang=True))),
        *("limit_wall_clock_s", None, (0.02, 0.02)),
    ),
    "seconds of a step": (
        *(Limits(node_s=0.02), ONE, None, ScriptedModel(Reply(("x",), hang=True))),
        *("node_timeout", "llm", (0.02, 0.02)),
    ),
    "bytes of results": (Limits(output_bytes=500), ONE, None, ScriptedModel("x" * 500), "limit_output_bytes", "llm", (500, -1)),
    "depth of results": (Limits(output_depth=8), ONE, deep(9), ScriptedModel(), "limit_output_depth", "start", (8, 9)),
    "depth that JSON cannot write": (Limits(), ONE, deep(300), ScriptedModel(), "limit_output_depth", "start", (64, 65)),
    "bytes of a prompt": (Limits(prompt_bytes=5), ONE, None, ScriptedModel("x"), "limit_prompt_bytes", "llm", (5, 9)),
    "cost": (Limits(cost_usd=0.4), THREE, None, ScriptedModel("x", "y"), "limit_cost_usd", "b", (0.4, 0.5)),
    "rounds of an iteration": (Limits(rounds=2), ROUNDS, ["x", "y", "z"], ScriptedModel(), "limit_rounds", "it", (2, 3)),
    "rounds of a loop": (Limits(rounds=2), REPEATS, None, ScriptedModel(), "limit_rounds", "loop", (2, 3)),
    "containers in one another": (Limits(depth=1), NESTED, ["x"], ScriptedModel(), "limit_depth", "loop", (1, 2)),
}


@pytest.mark.parametrize("name", REACHED)
async def test_limits_end_the_run_and_are_named(name: str) -> None:
    limits, flow, items, model, code, node_id, (allowed, current) = REACHED[name]
    bench = Bench(model=model, limits=limits)
    state, log = RunState(), list[Event]()
    info = bench.info({"items": items})
    last = await runner.execute(bench.plan(flow), info, bench.ports, state=state, emit=log.append, limits=limits, clock=Standing())
    assert last.type == "run_finished"
    assert state.status == "failed"
    assert state.error is not None
    assert (state.error.code, state.error.node_id) == (code, node_id)
    told = state.error.details
    assert (told["allowed"], told["current"]) == (allowed, told["current"] if current == -1 else pytest.approx(current))
    assert f"{allowed:,g}" in state.error.message
    assert told["current"] >= allowed
    assert len(model.closed) == len(model.requests)
    assert fold(log).snapshot() == state.snapshot()


async def test_results_may_be_as_deep_as_allowed_and_as_wide_as_they_like() -> None:
    flow = document([start(ask("items")), answer("x")], chain("start", "answer"))
    for items in (deep(8), [[1]] * 500):
        ran = await Bench(limits=Limits(output_depth=8)).run(flow, {"items": items})
        assert ran.finished.status == "succeeded"


async def test_large_numbers_are_written_out() -> None:
    error = LimitExceeded("output_bytes", 10_000_000, 12_345_678)
    assert "10,000,000" in error.message
    assert "12,345,678" in error.message


async def test_a_limit_is_not_for_the_nodes_error_strategy() -> None:
    flow = document(
        [start(), llm(error_strategy="default-value", default_value=[{"key": "text", "value": "D"}], **QUICK), answer()],
        chain("start", "llm", "answer"),
    )
    ran = await Bench(model=ScriptedModel("x" * 900), limits=Limits(output_bytes=500)).run(flow)
    assert ran.finished.status == "failed"
    assert len(ran.state.nodes) == 2


async def test_a_node_that_takes_too_long_may_have_a_default() -> None:
    flow = document(
        [start(), llm(error_strategy="default-value", default_value=[{"key": "text", "value": "late"}]), answer()],
        chain("start", "llm", "answer"),
    )
    bench = Bench(model=ScriptedModel(Reply(("x",), hang=True)), limits=Limits(node_s=0.02))
    ran = await bench.run(flow)
    assert (ran.finished.answer, ran.finished.status) == ("late", "partial_succeeded")
    assert bench.model.closed == ["llm"]
