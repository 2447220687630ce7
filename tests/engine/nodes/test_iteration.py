from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, chain, document, edge, end, if_else, llm, start, when
from tests.engine.containers import around, assign, body, iteration, template
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine.errors import NodeError
from workers.engine.events import IterationFinished, IterationNext, IterationStarted, NodeFinished, NodeStarted
from workers.engine.ports import Limits
from workers.engine.state import fold

FINAL = NodeError("provider_bad_request", "Refused.")
ITEMS = ["a", "b", "c"]


def shout(text: str = "{{ n }}{{ x }}!", **data: Any) -> dict[str, Any]:
    """A template for every item."""
    nodes = iteration([template("t", text, x="it.item", n="it.index")], output="t.output", **data)
    return document([start(ask("items")), *nodes, end(out="it.output")], [*around("it", "end"), *body("it", "t")])


def asking(**data: Any) -> dict[str, Any]:
    """A model for every item."""
    nodes = iteration([llm("m", "{{#it.item#}}")], output="m.text", **data)
    return document([start(ask("items")), *nodes, end(out="it.output")], [*around("it", "end"), *body("it", "m")])


async def run(flow: dict[str, Any], items: Any = ITEMS, **bench: Any) -> Ran:
    """Run a workflow over a list."""
    done = await Bench(**{"mode": "workflow", **bench}).run(flow, {"items": items})
    assert fold(done.events).snapshot() == done.state.snapshot()
    return done


async def test_the_events_of_an_iteration() -> None:
    ran = await run(shout(), ["a", "b"])
    seen = [
        (event.type, getattr(event, "node_id", ""), getattr(event, "path", ""))
        for event in ran.events
        if not isinstance(event, NodeStarted) or event.node_id == "it"
    ]
    assert seen == [
        ("run_started", "", ""),
        ("node_finished", "start", ""),
        ("node_started", "it", ""),
        ("iteration_started", "it", ""),
        ("iteration_next", "it", ""),
        ("node_finished", "itstart", "it:0"),
        ("node_finished", "t", "it:0"),
        ("iteration_next", "it", ""),
        ("node_finished", "itstart", "it:1"),
        ("node_finished", "t", "it:1"),
        ("iteration_finished", "it", ""),
        ("node_finished", "it", ""),
        ("node_finished", "end", ""),
        ("run_finished", "", ""),
    ]
    [begun] = [event for event in ran.events if isinstance(event, IterationStarted)]
    assert (begun.length, begun.inputs, begun.index) == (2, {"iterator_selector": ["a", "b"]}, 2)
    assert [event.round for event in ran.events if isinstance(event, IterationNext)] == [0, 1]
    [over] = [event for event in ran.events if isinstance(event, IterationFinished)]
    assert (over.rounds, over.status) == (2, "succeeded")
    assert {event.container_type for event in ran.events if isinstance(event, NodeFinished) and event.path} == {"iteration"}
    assert ran.finished.outputs == {"out": ["0a!", "1b!"]}
    assert ran.finished.steps == 7
    assert [event.index for event in ran.events if isinstance(event, NodeStarted)] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize(
    ("items", "expected"),
    [([], []), (None, []), ("", []), (["x"], ["0x!"]), ([1, None, {"k": 1}], ["01!", "1None!", "2{'k': 1}!"])],
)
async def test_lists(items: Any, expected: list[str], parallel: bool) -> None:
    assert (await run(shout(is_parallel=parallel), items)).finished.outputs == {"out": expected}


@pytest.mark.parametrize("items", ["text", 5, {"a": 1}, True])
async def test_what_is_no_list_fails(items: Any) -> None:
    error = (await run(shout(), items)).finished.error
    assert error is not None
    assert (error.code, error.node_id) == ("iterator_not_list", "it")


@pytest.mark.parametrize(
    ("flatten", "items", "expected"),
    [
        (True, [[1, 2], [3]], [1, 2, 3]),
        (True, [[1, [2]], [3]], [1, [2], 3]),
        (True, [[1], 2], [[1], 2]),
        (True, [[1], None], [1]),
        (True, [None, None], [None, None]),
        (True, [[], []], []),
        (False, [[1, 2], [3]], [[1, 2], [3]]),
    ],
)
async def test_lists_of_lists_are_joined(flatten: bool, items: list[Any], expected: list[Any]) -> None:
    flow = shout(flatten_output=flatten)
    flow["graph"]["nodes"][1]["data"]["output_selector"] = ["it", "item"]
    assert (await run(flow, items)).finished.outputs == {"out": expected}


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize(
    ("mode", "status", "outputs"),
    [
        ("terminated", "failed", {}),
        ("continue-on-error", "succeeded", {"out": ["A", None, "C"]}),
        ("remove-abnormal-output", "succeeded", {"out": ["A", "C"]}),
    ],
)
async def test_rounds_that_fail(mode: str, status: str, outputs: dict[str, Any], parallel: bool) -> None:
    model = ScriptedModel("A", Reply(("half",), error=FINAL), "C")
    ran = await run(asking(error_handle_mode=mode, is_parallel=parallel), model=model)
    assert (ran.finished.status, ran.finished.outputs) == (status, outputs)
    if mode == "terminated":
        assert ran.finished.error is not None
        assert (ran.finished.error.code, ran.finished.error.node_id) == ("provider_bad_request", "m")
        assert ran.node("it").status == "failed"
    else:
        assert ran.node("it").process["failed_rounds"] == [1]


async def test_a_container_that_fails_may_have_a_default() -> None:
    rows = [{"key": "output", "type": "array[string]", "value": '["none"]'}]
    flow = asking(error_strategy="default-value", default_value=rows)
    ran = await run(flow, model=ScriptedModel(Reply(error=FINAL)))
    assert (ran.finished.status, ran.finished.outputs) == ("partial_succeeded", {"out": ["none"]})


async def test_a_fail_branch_inside_an_iteration() -> None:
    nodes = iteration(
        [
            llm("m", error_strategy="fail-branch"),
            template("good", "{{ x }}", x="m.text"),
            template("bad", "sorry {{ x }}", x="m.error_type"),
            {"id": "agg", "data": {"type": "variable-aggregator", "variables": [["good", "output"], ["bad", "output"]]}},
        ],
        output="agg.output",
    )
    edges = [*around("it", "end"), *body("it", "m", "good", "agg"), edge("m", "bad", "fail-branch"), edge("bad", "agg")]
    ran = await run(document([start(ask("items")), *nodes, end(out="it.output")], edges), model=ScriptedModel("1", Reply(error=FINAL), "3"))
    assert ran.finished.outputs == {"out": ["1", "sorry provider_bad_request", "3"]}
    assert ran.finished.status == "partial_succeeded"


async def test_rounds_really_run_side_by_side_and_keep_their_order() -> None:
    gates = [asyncio.Event() for _ in range(5)]
    model = ScriptedModel(*(Reply((str(number),), gate=gate) for number, gate in enumerate(gates)))
    task = asyncio.create_task(run(asking(is_parallel=True, parallel_nums=3), list(range(5)), model=model))
    waiting: list[int] = []
    for gate in (2, 3, 1, 4, 0):
        while len(model.requests) < min(5, 3 + len(waiting)):
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        waiting.append(len(model.requests) - len(model.closed))
        gates[gate].set()
        while len(model.closed) < len(waiting):
            await asyncio.sleep(0)
    ran = await task
    assert waiting == [3, 3, 3, 2, 1]
    assert ran.finished.outputs == {"out": ["0", "1", "2", "3", "4"]}


async def test_the_runs_own_limit_of_parallel_nodes_holds_in_containers_too() -> None:
    gate = asyncio.Event()
    model = ScriptedModel(*(Reply((str(number),), gate=gate) for number in range(6)))
    task = asyncio.create_task(run(asking(is_parallel=True, parallel_nums=6), list(range(6)), model=model, limits=Limits(parallel=2)))
    for _ in range(60):
        await asyncio.sleep(0)
    assert len(model.requests) == 2
    gate.set()
    assert (await task).finished.status == "succeeded"


async def test_a_failed_round_stops_what_runs_beside_it_and_nothing_else() -> None:
    gate, late = asyncio.Event(), asyncio.Event()
    nodes = iteration([llm("a"), llm("b"), template("t", "{{ x }}{{ y }}", x="a.text", y="b.text")], output="t.output")
    nodes[0]["data"] |= {"is_parallel": True, "parallel_nums": 2, "error_handle_mode": "continue-on-error"}
    edges = [*around("it", "end"), *body("it", "a", "t"), *body("it", "b", "t")]
    model = ScriptedModel(
        by_model={"a": [Reply((), gate=gate, error=FINAL), Reply(("A",), gate=late)], "b": [Reply(("x",), hang=True), "B"]}
    )
    task = asyncio.create_task(run(document([start(ask("items")), *nodes, end(out="it.output")], edges), ["x", "y"], model=model))
    while len(model.requests) < 4:
        await asyncio.sleep(0)
    gate.set()
    while len(model.closed) < 3:
        await asyncio.sleep(0)
    late.set()
    ran = await task
    assert ran.finished.outputs == {"out": [None, "AB"]}
    assert sorted(model.closed) == ["a", "a", "b", "b"]


async def test_stopping_a_run_inside_an_iteration() -> None:
    model = ScriptedModel(*(Reply(("x",), hang=True) for _ in range(3)))
    task = asyncio.create_task(run(asking(is_parallel=True), model=model))
    while len(model.requests) < 3:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert model.closed == ["m", "m", "m"]


async def test_a_retry_that_waits_in_a_round_that_fails_holds_nobody_up() -> None:
    flaky = NodeError("provider_unavailable", "Away.", retryable=True)
    retry = {"retry_config": {"retry_enabled": True, "max_retries": 1, "retry_interval": 60_000}}
    gate = asyncio.Event()
    nodes = iteration([llm("a", **retry), llm("b")], output="b.text", error_handle_mode="remove-abnormal-output")
    edges = [*around("it", "end"), *body("it", "a"), *body("it", "b")]
    model = ScriptedModel(by_model={"a": [Reply(error=flaky)], "b": [Reply((), gate=gate, error=FINAL)]})
    task = asyncio.create_task(run(document([start(ask("items")), *nodes, end(out="it.output")], edges), ["x"], model=model))
    while "a" not in model.closed:
        await asyncio.sleep(0)
    gate.set()
    assert (await task).finished.outputs == {"out": []}


def chatting(text: str = "<{{#it.item#}}:{{#m.text#}}>", last: str = "That was {{#it.output#}}.", **data: Any) -> dict[str, Any]:
    """An iteration that answers in each round."""
    nodes = iteration([llm("m"), answer(text, "say")], output="m.text", **data)
    return document([start(ask("items")), *nodes, answer(last)], [*around("it", "answer"), *body("it", "m", "say")])


async def test_answers_of_rounds_stream_before_those_behind_the_container() -> None:
    model = ScriptedModel(Reply(("A", "1")), Reply(("B", "2")))
    ran = await run(chatting(), ["x", "y"], mode="advanced-chat", model=model)
    assert ran.streamed == ["<", "x", ":", "A", "1", ">", "<", "y", ":", "B", "2", ">", "That was ", "A1\nB2", "."]
    assert ran.finished.answer == "<x:A1><y:B2>That was A1\nB2."


async def test_answers_of_parallel_rounds_leave_in_the_order_of_the_rounds() -> None:
    first, second = asyncio.Event(), asyncio.Event()
    model = ScriptedModel(Reply(("A", "1"), gate=first), Reply(("B", "2"), gate=second))
    task = asyncio.create_task(run(chatting(is_parallel=True), ["x", "y"], mode="advanced-chat", model=model))
    while len(model.requests) < 2:
        await asyncio.sleep(0)
    second.set()
    while not model.closed:
        await asyncio.sleep(0)
    first.set()
    ran = await task
    assert ran.finished.answer == "<x:A1><y:B2>That was A1\nB2."
    assert ran.streamed[:8] == ["<", "x", ":", "A", "1", ">", "<", "y"]


async def test_the_half_answer_of_a_failed_round_is_taken_back() -> None:
    model = ScriptedModel(Reply(("half",), error=FINAL), "B")
    ran = await run(chatting(error_handle_mode="continue-on-error"), ["x", "y"], mode="advanced-chat", model=model)
    assert ran.streamed == ["<", "x", ":", "half", "=<x:", "<", "y", ":", "B", ">", "That was ", "\nB", "."]
    assert ran.finished.answer == "<x:<y:B>That was \nB."


async def test_rounds_see_what_is_around_them_but_not_one_another() -> None:
    nodes = iteration(
        [
            if_else("if", ("yes", [when("it.item", "is", "a")])),
            template("t", "{{ x }}{{ q }}", x="it.item", q="start.q"),
            template("u", "{{ t }}|{{ x }}", t="t.output", x="it.item"),
        ],
        output="u.output",
    )
    edges = [*around("it", "end"), *body("it", "if"), edge("if", "t", "yes"), edge("t", "u"), edge("if", "u", "false")]
    flow = document([start(ask("items"), ask("q")), *nodes, end(out="it.output")], edges)
    ran = await Bench(mode="workflow").run(flow, {"items": ["a", "b"], "q": "?"})
    assert ran.finished.outputs == {"out": ["a?|a", "None|b"]}


async def test_a_container_in_a_container() -> None:
    inner = iteration([template("t", "{{ x }}{{ y }}", x="out.index", y="in.item")], "in", "out.item", "t.output")
    nodes = iteration(inner, "out", output="in.output", flatten_output=False)
    edges = [*around("out", "end"), *body("out", "in"), *body("in", "t")]
    ran = await run(document([start(ask("items")), *nodes, end(out="out.output")], edges), [["a", "b"], [], ["c"]])
    assert ran.finished.outputs == {"out": [["0a", "0b"], [], ["2c"]]}
    assert "out:0/in:1" in {event.path for event in ran.events if isinstance(event, NodeStarted)}


async def test_conversation_variables_written_by_rounds_add_up() -> None:
    nodes = iteration([assign("set", "conversation.seen", "append", "it.item", constant=False)], is_parallel=True)
    flow = document(
        [start(ask("items")), *nodes, answer("{{#conversation.seen#}}")],
        [*around("it", "answer"), *body("it", "set")],
        conversation_variables=[{"name": "seen", "value_type": "array[string]", "value": []}],
    )
    ran = await run(flow, mode="advanced-chat", conversation={"seen": []})
    assert ran.state.conversation == {"seen": ITEMS}
    assert ran.finished.answer == "a\nb\nc"


@pytest.mark.parametrize("with_child", [False, True])
async def test_files_without_a_start_child(with_child: bool) -> None:
    nodes = iteration([template("t", "{{ x }}", x="it.item"), template("u", "{{ x }}?", x="t.output")], output="u.output")
    nodes = [row for row in nodes if row["id"] != "itstart"]
    nodes[0]["data"]["start_node_id"] = "t"
    if not with_child:
        for row in nodes:
            row.pop("parentId", None)
    flow = document([start(ask("items")), *nodes, end(out="it.output")], [*around("it", "end"), *chain("t", "u")])
    assert (await run(flow)).finished.outputs == {"out": ["a?", "b?", "c?"]}


@pytest.mark.parametrize(
    ("limits", "items", "code", "details"),
    [
        (Limits(rounds=2), ITEMS, "limit_rounds", {"limit": "rounds", "allowed": 2, "current": 3}),
        (Limits(steps=2), ITEMS, "limit_steps", {"limit": "steps", "allowed": 2, "current": 3}),
        (Limits(depth=0), ITEMS, "limit_depth", {"limit": "depth", "allowed": 0, "current": 1}),
        (Limits(output_bytes=200), ["x" * 60] * 4, "limit_output_bytes", None),
    ],
)
async def test_limits(limits: Limits, items: Any, code: str, details: Any) -> None:
    finished = (await run(shout(error_handle_mode="continue-on-error"), items, limits=limits)).finished
    assert (finished.status, finished.error and finished.error.code) == ("failed", code)
    if details is not None:
        assert finished.error is not None
        assert finished.error.details == details


async def test_the_steps_of_each_round_count_anew() -> None:
    ran = await run(shout(), list(range(30)), limits=Limits(steps=3))
    assert (ran.finished.status, ran.finished.steps) == ("succeeded", 63)


async def test_large_values_are_shared_by_all_rounds() -> None:
    big = "x" * 1_000_000
    nodes = iteration([{"id": "agg", "data": {"type": "variable-aggregator", "variables": [["start", "big"]]}}], output="agg.output")
    flow = document([start(ask("items"), ask("big")), *nodes, end(n="it.output")], [*around("it", "end"), *body("it", "agg")])
    ran = await Bench(mode="workflow", limits=Limits(output_bytes=10**9)).run(flow, {"items": list(range(50)), "big": big})
    assert {id(value) for value in ran.finished.outputs["n"]} == {id(big)}
