"""Whole flows in which several things come together: order of answers, branches, variables, failures in containers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, chain, document, edge, end, if_else, llm, node, start, when
from tests.engine.containers import around, assign, body, iteration, loop, template, variable
from workers.engine.errors import NodeError
from workers.engine.events import AnswerDelta, NodeFinished, NodeStarted, Usage
from workers.engine.ports import ChatDelta, ChatRequest


class Timed:
    """Speaks word by word; each word of a model comes in the turn that the script says. Refuses prompts with "bad"."""

    def __init__(self, **turns: list[int]) -> None:
        self._turns = turns
        self._now = 0
        self._moved = asyncio.Condition()

    async def supports(self, model: Any, feature: str) -> bool:
        return False

    async def stream(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        name = request.model.name
        if "bad" in str(request.messages[-1].content):
            raise NodeError("provider_bad_request", "Refused.")
        for position, turn in enumerate(self._turns.get(name, [])):
            async with self._moved:
                await self._moved.wait_for(lambda turn=turn: self._now >= turn)  # type: ignore[misc]
                self._now += 1
                self._moved.notify_all()
            yield ChatDelta(text=f"{name}{position}")
        yield ChatDelta(finish_reason="stop", usage=Usage(total_tokens=1))


async def go(flow: dict[str, Any], inputs: dict[str, Any] | None = None, model: Any = None, **more: Any) -> Ran:
    bench = Bench(**more)
    bench.model = model or Timed()  # type: ignore[assignment]
    return await bench.run(flow, inputs)


TWO_ANSWERS = document(
    [start(ask("q")), llm("a"), llm("b"), answer("[{{#a.text#}}]", "first"), answer("({{#b.text#}})", "second")],
    [*chain("start", "a", "first"), *chain("start", "b", "second")],
)


@pytest.mark.parametrize(
    ("turns", "pieces"),
    [
        ({"a": [0, 1], "b": [2, 3]}, ["[", "a0", "a1", "]", "(", "b0", "b1", ")"]),
        ({"b": [0, 1], "a": [2, 3]}, ["[", "a0", "a1", "]", "(", "b0b1", ")"]),
        ({"b": [0, 2], "a": [1, 3]}, ["[", "a0", "a1", "]", "(", "b0b1", ")"]),
        ({"a": [0, 2], "b": [1, 3]}, ["[", "a0", "a1", "]", "(", "b0", "b1", ")"]),
    ],
)
async def test_several_answers_leave_one_after_the_other_whatever_order_their_models_end_in(
    turns: dict[str, list[int]], pieces: list[str]
) -> None:
    ran = await go(TWO_ANSWERS, {"q": "x"}, Timed(**turns))
    assert ran.streamed == pieces
    ends = [event.node_id for event in ran.events if isinstance(event, NodeFinished) and event.node_type == "llm"]
    assert ends == (["b", "a"] if turns["b"][-1] < turns["a"][-1] else ["a", "b"])
    assert ran.finished.answer == "[a0a1](b0b1)"


async def test_the_answer_of_a_branch_waits_until_the_branch_is_taken() -> None:
    flow = document(
        [
            start(ask("q")),
            llm("judge"),
            if_else("if", ("good", [when("judge.text", "contains", "judge0")])),
            llm("a"),
            answer("good {{#a.text#}}", "good"),
            answer("bad", "bad"),
            llm("b"),
            answer("{{#b.text#}}!", "always"),
        ],
        [
            *chain("start", "judge", "if"),
            *(edge("if", "a", "good"), edge("a", "good"), edge("if", "bad", "false")),
            *chain("start", "b", "always"),
        ],
    )
    ran = await go(flow, {"q": "x"}, Timed(b=[0], judge=[1], a=[2]))
    assert ran.finished.answer == "b0!good a0"
    assert "bad" not in ran.started
    first = next(index for index, event in enumerate(ran.events) if isinstance(event, AnswerDelta) and event.text == "good ")
    decided = next(index for index, event in enumerate(ran.events) if isinstance(event, NodeFinished) and event.node_id == "if")
    assert decided < first


async def test_skipping_goes_through_nested_branches_to_the_join() -> None:
    """Of two branches in one another only one way is taken; what both lead to runs once, and sees nothing of the others."""
    flow = document(
        [
            start(ask("q")),
            if_else("outer", ("yes", [when("start.q", "contains", "o")])),
            if_else("inner", ("yes", [when("start.q", "contains", "i")])),
            template("oi", "oi"),
            template("o", "o"),
            template("none", "none"),
            node("join", "variable-aggregator", variables=[["oi", "output"], ["o", "output"], ["none", "output"]]),
            end(x="join.output"),
        ],
        [
            edge("start", "outer"),
            *(edge("outer", "inner", "yes"), edge("outer", "none", "false"), edge("inner", "oi", "yes"), edge("inner", "o", "false")),
            *(edge("oi", "join"), edge("o", "join"), edge("none", "join"), edge("join", "end")),
        ],
    )
    for given, way in (("oi", ["outer", "inner", "oi"]), ("o", ["outer", "inner", "o"]), ("x", ["outer", "none"])):
        ran = await go(flow, {"q": given}, mode="workflow")
        assert ran.started == ["start", *way, "join", "end"]
        assert ran.finished.outputs == {"x": way[-1]}


@pytest.mark.parametrize("parallel", [False, True])
async def test_a_fail_branch_in_an_iteration_is_a_way_of_that_round_only(parallel: bool) -> None:
    inner = [
        llm("m", "{{#it.item#}}", error_strategy="fail-branch"),
        template("good", "ok {{ i }}", i="it.index"),
        template("sorry", "{{ code }} {{ i }}", code="m.error_type", i="it.index"),
        node("join", "variable-aggregator", variables=[["good", "output"], ["sorry", "output"]]),
    ]
    nodes = iteration(inner, output="join.output", is_parallel=parallel, parallel_nums=3)
    edges = [
        *around("it", "end"),
        *body("it", "m", "good", "join"),
        *(edge("m", "sorry", "fail-branch"), edge("sorry", "join")),
    ]
    ran = await go(document([start(ask("items")), *nodes, end(out="it.output")], edges), {"items": ["x", "bad", "y"]}, mode="workflow")
    assert ran.finished.outputs == {"out": ["ok 0", "provider_bad_request 1", "ok 2"]}
    assert (ran.finished.status, ran.finished.exceptions_count) == ("partial_succeeded", 1)
    assert {event.path for event in ran.events if isinstance(event, NodeStarted) and event.node_id == "sorry"} == {"it:1"}


@pytest.mark.parametrize("parallel", [False, True])
async def test_each_round_of_an_iteration_has_a_loop_with_variables_of_its_own(parallel: bool) -> None:
    inner = loop(
        [assign("add", "loop.n", "+=", "it.item", constant=False), assign("log", "loop.seen", "append", "loop.n", constant=False)],
        variables=[variable("n", 0), variable("seen", [], "array[number]")],
        loop_count=9,
        break_conditions=[when("loop.n", "≥", "6")],
    )
    nodes = iteration(inner, output="loop.seen", flatten_output=False, is_parallel=parallel, parallel_nums=3)
    flow = document(
        [start(ask("items")), *nodes, end(out="it.output")], [*around("it", "end"), *body("it", "loop"), *body("loop", "add", "log")]
    )
    ran = await go(flow, {"items": [1, 2, 3]}, mode="workflow")
    assert ran.finished.outputs == {"out": [[1, 2, 3, 4, 5, 6], [2, 4, 6], [3, 6]]}


async def test_parallel_branches_change_variables_and_all_changes_are_kept() -> None:
    branches = ["a", "b", "c"]
    flow = document(
        [
            start(),
            *(llm(name) for name in branches),
            *(assign(f"log_{name}", "conversation.seen", "append", f"{name}.text", constant=False) for name in branches),
            *(assign(f"set_{name}", f"conversation.{name}", "over-write", f"{name}.text", constant=False) for name in branches),
            answer("{{#conversation.seen#}}"),
        ],
        [one for name in branches for one in chain("start", name, f"log_{name}", f"set_{name}", "answer")],
        conversation_variables=[{"name": name} for name in ("seen", *branches)],
    )
    ran = await go(flow, None, Timed(c=[0], a=[1], b=[2]), conversation={"seen": [], "a": "", "b": "", "c": ""})
    assert ran.state.conversation == {"seen": ["c0", "a0", "b0"], "a": "a0", "b": "b0", "c": "c0"}
    assert ran.finished.answer == "c0\na0\nb0"


async def test_parallel_branches_in_a_loop_change_its_variables() -> None:
    inner = [llm("a"), llm("b"), assign("add", "loop.n", "+=", 1), assign("also", "loop.n", "+=", 10)]
    flow = document(
        [start(), *loop(inner, variables=[variable("n", 0)], loop_count=2), end(n="loop.n")],
        [*around("loop", "end"), *body("loop", "a", "add"), *body("loop", "b", "also")],
    )
    ran = await go(flow, mode="workflow")
    assert ran.finished.outputs == {"n": 22}
