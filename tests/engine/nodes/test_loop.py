from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, chain, document, edge, end, if_else, llm, node, start, when
from tests.engine.containers import around, assign, body, iteration, loop, template, variable
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine.errors import NodeError
from workers.engine.events import LoopFinished, LoopNext, LoopStarted, NodeFinished
from workers.engine.ports import Limits
from workers.engine.state import fold

FINAL = NodeError("provider_bad_request", "Refused.")


def counting(**data: Any) -> dict[str, Any]:
    """A loop that adds one per round."""
    nodes = loop([assign("add", "loop.n", "+=", 1)], variables=[variable("n", 0), variable("word", "start.q", "string")], **data)
    flow_end = end(n="loop.n", word="loop.word", rounds="loop.loop_round")
    return document([start(ask("q")), *nodes, flow_end], [*around("loop", "end"), *body("loop", "add")])


async def run(flow: dict[str, Any], inputs: dict[str, Any] | None = None, **bench: Any) -> Ran:
    done = await Bench(**{"mode": "workflow", **bench}).run(flow, {"q": "x"} if inputs is None else inputs)
    assert fold(done.events).snapshot() == done.state.snapshot()
    return done


@pytest.mark.parametrize(
    ("data", "rounds"),
    [
        ({}, 5),
        ({"loop_count": 1}, 1),
        ({"break_conditions": [when("loop.n", "≥", "3")]}, 3),
        ({"break_conditions": [when("loop.n", "=", "0")]}, 0),
        ({"break_conditions": [when("loop.n", "≥", "2"), when("start.q", "is", "y")]}, 5),
        ({"break_conditions": [when("loop.n", "≥", "2"), when("start.q", "is", "y")], "logical_operator": "or"}, 2),
        ({"break_conditions": [when("loop.n", "≥", "{{#start.q#}}")]}, 4),
    ],
)
async def test_rounds_until_a_condition_holds(data: dict[str, Any], rounds: int) -> None:
    inputs = {"q": "4"} if "{{" in str(data) else {"q": "x"}
    ran = await run(counting(**data), inputs)
    assert ran.finished.outputs == {"n": rounds, "word": inputs["q"], "rounds": rounds}
    assert [event.round for event in ran.events if isinstance(event, LoopNext)] == list(range(rounds))
    [begun], [over] = ([event for event in ran.events if isinstance(event, kind)] for kind in (LoopStarted, LoopFinished))
    assert isinstance(begun, LoopStarted)
    assert isinstance(over, LoopFinished)
    assert (begun.length, over.rounds) == (data.get("loop_count", 5), rounds)
    assert begun.inputs["n"] == 0
    reason = "loop_completed" if rounds == data.get("loop_count", 5) else "loop_break"
    process = ran.node("loop").process
    assert process["completed_reason"] == reason
    assert {number: seen["n"] for number, seen in process["round_variables"].items()} == {str(n): n + 1 for n in range(rounds)}
    assert {event.container_type for event in ran.events if isinstance(event, NodeFinished) and event.path} <= {"loop"}


async def test_a_condition_may_look_at_a_node_of_the_round() -> None:
    nodes = loop([llm("m")], break_conditions=[when("m.text", "contains", "done")])
    flow = document([start(ask("q")), *nodes, end(rounds="loop.loop_round")], [*around("loop", "end"), *body("loop", "m")])
    ran = await run(flow, model=ScriptedModel("no", "not yet", "done!", "never"))
    assert ran.finished.outputs == {"rounds": 3}


async def test_a_condition_that_cannot_be_decided_fails_the_loop() -> None:
    nodes = loop([if_else("if", ("yes", [when("start.q", "is", "never")])), llm("m")], break_conditions=[when("m.text", "is", "x")])
    flow = document(
        [start(ask("q")), *nodes, end(r="loop.loop_round")], [*around("loop", "end"), *body("loop", "if"), edge("if", "m", "yes")]
    )
    error = (await run(flow)).finished.error
    assert error is not None
    assert (error.code, error.node_id) == ("variable_missing", "loop")


async def test_a_loop_end_is_a_way_out_after_the_round() -> None:
    nodes = loop(
        [
            assign("add", "loop.n", "+=", 1),
            if_else("if", ("yes", [when("loop.n", "=", "2")])),
            node("out", "loop-end"),
            assign("also", "loop.n", "+=", 10),
        ],
        variables=[variable("n", 0)],
    )
    edges = [*around("loop", "end"), *body("loop", "add", "if"), edge("if", "out", "yes"), edge("if", "also", "yes")]
    ran = await run(document([start(ask("q")), *nodes, end(n="loop.n", r="loop.loop_round")], edges))
    assert ran.finished.outputs == {"n": 12, "r": 2}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("string", "text", "text"),
        ("string", None, ""),
        ("string", {"a": 1}, '{"a":1}'),
        ("number", 2.5, 2.5),
        ("number", "7", 7),
        ("number", "", 0),
        ("boolean", True, True),
        ("boolean", "false", False),
        ("object", '{"a": 1}', {"a": 1}),
        ("object", {"a": 1}, {"a": 1}),
        ("array[string]", '["a"]', ["a"]),
        ("array[number]", [1], [1]),
        ("array[object]", "", []),
        ("any", 5, 5),
    ],
)
async def test_first_values(kind: str, value: Any, expected: Any) -> None:
    row = {"label": "v", "var_type": kind, "value_type": "constant", "value": value}
    nodes = loop([template("t", "x")], variables=[row], loop_count=1)
    flow = document([start(ask("q")), *nodes, end(v="loop.v")], [*around("loop", "end"), *body("loop", "t")])
    assert (await run(flow)).finished.outputs == {"v": expected}


async def test_a_variable_that_begins_with_nothing_fails_the_loop() -> None:
    flow = document(
        [
            start(ask("q")),
            if_else("if", ("yes", [when("start.q", "is", "never")])),
            template("t", "x"),
            *loop([template("u", "x")], variables=[variable("v", "t.output", "string")]),
            end(v="loop.v"),
        ],
        [
            *chain("start", "if"),
            edge("if", "t", "yes"),
            edge("t", "loop"),
            edge("if", "loop", "false"),
            edge("loop", "end"),
            *body("loop", "u"),
        ],
    )
    error = (await run(flow)).finished.error
    assert error is not None
    assert (error.code, error.node_id) == ("variable_missing", "loop")


@pytest.mark.parametrize(("mode", "status", "calls"), [("terminated", "failed", 2), ("continue-on-error", "succeeded", 3)])
async def test_rounds_that_fail(mode: str, status: str, calls: int) -> None:
    nodes = loop([llm("m")], loop_count=3, error_handle_mode=mode)
    flow = document([start(ask("q")), *nodes, end(r="loop.loop_round")], [*around("loop", "end"), *body("loop", "m")])
    ran = await run(flow, model=(model := ScriptedModel("1", Reply(error=FINAL), "3")))
    assert (ran.finished.status, len(model.requests)) == (status, calls)


async def test_rounds_do_not_see_the_nodes_of_earlier_rounds() -> None:
    nodes = loop(
        [
            if_else("if", ("first", [when("loop.n", "=", "0")])),
            template("t", "old"),
            template("u", "{{ w }}{{ t }},", w="loop.w", t="t.output"),
            assign("keep", "loop.w", "over-write", "u.output", constant=False),
            assign("add", "loop.n", "+=", 1),
        ],
        variables=[variable("n", 0), variable("w", "", "string")],
        loop_count=2,
    )
    edges = [*around("loop", "end"), *body("loop", "if"), edge("if", "t", "first"), edge("t", "u"), edge("if", "u", "false")]
    ran = await run(document([start(ask("q")), *nodes, end(w="loop.w")], [*edges, *chain("u", "keep", "add")]))
    assert ran.finished.outputs == {"w": "old,None,"}


async def test_a_loop_in_an_iteration_and_an_iteration_that_writes_the_loops_variable() -> None:
    inner = loop([assign("add", "loop.n", "+=", 1)], variables=[variable("n", "it.item")], loop_count=2)
    nodes = iteration(inner, output="loop.n", is_parallel=True)
    flow = document([start(ask("items")), *nodes, end(out="it.output")], [*around("it", "end"), *body("it", "loop"), *body("loop", "add")])
    assert (await run(flow, {"items": [1, 10]})).finished.outputs == {"out": [3, 12]}
    inner = iteration([assign("add", "loop.n", "+=", 1)], "it", is_parallel=True)
    nodes = loop(inner, variables=[variable("n", 0)], loop_count=2)
    flow = document([start(ask("items")), *nodes, end(out="loop.n")], [*around("loop", "end"), *body("loop", "it"), *body("it", "add")])
    assert (await run(flow, {"items": [1, 2, 3]})).finished.outputs == {"out": 6}


async def test_answers_of_rounds_show_the_variables_as_they_were() -> None:
    nodes = loop([assign("add", "loop.n", "+=", 1), answer("{{#loop.n#}},", "say")], variables=[variable("n", 0)], loop_count=3)
    flow = document([start(), *nodes, answer("{{#loop.n#}}!")], [*around("loop", "answer"), *body("loop", "add", "say")])
    assert (await run(flow, mode="advanced-chat")).finished.answer == "1,2,3,3!"


async def test_more_rounds_than_allowed() -> None:
    error = (await run(counting(loop_count=50), limits=Limits(rounds=4))).finished.error
    assert error is not None
    assert (error.code, error.node_id, error.details) == ("limit_rounds", "loop", {"limit": "rounds", "allowed": 4, "current": 5})
    assert (await run(counting(loop_count=50, break_conditions=[when("loop.n", "=", "4")]), limits=Limits(rounds=4))).finished.error is None


async def test_rounds_that_never_wait_do_not_keep_the_clock_from_the_run() -> None:
    inner = loop([assign("add", "loop.n", "+=", 1)], variables=[variable("n", 0)], loop_count=1000)
    nodes = loop(inner, "out", loop_count=1000)
    flow = document([start(), *nodes, end(r="out.loop_round")], [*around("out", "end"), *body("out", "loop"), *body("loop", "add")])
    bench = Bench(mode="workflow", limits=Limits(wall_clock_s=0.02, steps=5000))
    error = (await bench.run(flow)).finished.error
    assert error is not None
    assert error.code == "limit_wall_clock_s"


async def test_only_variables_of_loops_can_be_written() -> None:
    nodes = iteration([assign("set", "it.item", "over-write", "start.q", constant=False)])
    flow = document([start(ask("q")), *nodes, end(o="it.output")], [*around("it", "end"), *body("it", "set")])
    flow["graph"]["nodes"][1]["data"]["iterator_selector"] = ["sys", "files"]
    error = (await run(flow, system={"files": ["a"]})).finished.error
    assert error is not None
    assert (error.code, error.node_id) == ("variable_read_only", "set")


async def test_what_the_rounds_used_is_told_with_the_result() -> None:
    nodes = loop([llm("m")], loop_count=2)
    flow = document([start(ask("q")), *nodes, end(r="loop.loop_round")], [*around("loop", "end"), *body("loop", "m")])
    ran = await run(flow, model=ScriptedModel("a", "b"))
    assert (ran.node("loop").process["total_tokens"], ran.node("loop").usage) == (10, None)
    assert ran.finished.usage.total_tokens == 10
    assert set(ran.node("loop").process["round_seconds"]) == {"0", "1"}


async def test_a_condition_on_nothing_is_marked_and_fails_after_the_first_round() -> None:
    flow = counting(break_conditions=[when("loop.current", "≥", "3")])
    ran = await run(flow)
    assert ran.finished.error is not None
    assert (ran.finished.error.code, ran.finished.error.node_id) == ("variable_missing", "loop")
    assert [event.round for event in ran.events if isinstance(event, LoopNext)] == [0]
