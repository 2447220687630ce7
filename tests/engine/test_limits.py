"""Limits of a run: each ends it with a code of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, answer, chain, document, llm, start
from tests.engine.test_runner import QUICK
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine import runner
from workers.engine.events import Event
from workers.engine.ports import Limits
from workers.engine.state import RunState, fold


class Standing:
    """A clock that stands still."""

    def __call__(self) -> float:
        return 1000.0


@pytest.mark.parametrize(
    ("limits", "flow", "model", "code", "node_id"),
    [
        (
            Limits(steps=2),
            document([start(), llm(), answer()], chain("start", "llm", "answer")),
            ScriptedModel("x"),
            "limit_steps",
            "answer",
        ),
        (
            Limits(wall_clock_s=0.02),
            document([start(), llm(), answer()], chain("start", "llm", "answer")),
            ScriptedModel(Reply(("x",), hang=True)),
            "limit_wall_clock_s",
            None,
        ),
        (
            Limits(node_s=0.02),
            document([start(), llm(), answer()], chain("start", "llm", "answer")),
            ScriptedModel(Reply(("x",), hang=True)),
            "node_timeout",
            "llm",
        ),
        (
            Limits(output_bytes=500),
            document([start(), llm(), answer()], chain("start", "llm", "answer")),
            ScriptedModel("x" * 500),
            "limit_output_bytes",
            "llm",
        ),
        (
            Limits(cost_usd=0.4),
            document([start(), llm("a"), llm("b"), llm("c"), answer("x")], chain("start", "a", "b", "c", "answer")),
            ScriptedModel("x", "y"),
            "limit_cost_usd",
            "b",
        ),
    ],
)
async def test_limits_end_the_run_and_are_named(limits: Limits, flow: Any, model: ScriptedModel, code: str, node_id: str | None) -> None:
    bench = Bench(model=model, limits=limits)
    state, log = RunState(), list[Event]()
    last = await runner.execute(bench.plan(flow), bench.info(), bench.ports, state=state, emit=log.append, limits=limits, clock=Standing())
    assert last.type == "run_finished"
    assert state.status == "failed"
    assert state.error is not None
    assert (state.error.code, state.error.node_id) == (code, node_id)
    assert state.error.details["allowed"] in (2, 0.02, 500, 0.4)
    assert len(model.closed) == len(model.requests)
    assert fold(log).snapshot() == state.snapshot()


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
