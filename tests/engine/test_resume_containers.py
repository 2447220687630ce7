"""A run that is cut anywhere inside iterations and loops goes on there: nothing that has finished runs again."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, chain, document, edge, end, if_else, llm, node, start, when
from tests.engine.containers import around, assign, body, iteration, loop, template, variable
from workers.engine import events as log_format
from workers.engine import registry
from workers.engine.errors import NodeError
from workers.engine.events import (
    AnswerDelta,
    AnswerReplaced,
    ContainerFinished,
    ContainerStarted,
    Event,
    NodeFinished,
    NodeStarted,
    RoundStarted,
    RunStarted,
    Usage,
)
from workers.engine.nodes.template_transform import TemplateTransformNode
from workers.engine.ports import ChatDelta, ChatRequest, Limits
from workers.engine.state import RunState, fold


class Parrot:
    """Says what it was asked in two pieces; refuses what holds "bad", after the first piece."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def supports(self, model: Any, feature: str) -> bool:
        return False

    async def stream(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        said = str(request.messages[-1].content)
        self.asked.append(f"{request.model.name}:{said}")
        yield ChatDelta(text="«")
        if "bad" in said:
            raise NodeError("provider_bad_request", "Refused.")
        yield ChatDelta(text=said)
        yield ChatDelta(finish_reason="stop", usage=Usage(total_tokens=3, cost_usd=0.5))


def words(**data: Any) -> dict[str, Any]:
    """A model and an answer for every item, a text behind."""
    nodes = iteration([llm("m", "{{#it.item#}}"), answer("[{{#m.text#}}]", "say")], output="m.text", **data)
    return document([start(ask("items")), *nodes, answer("= {{#it.output#}}")], [*around("it", "answer"), *body("it", "m", "say")])


def two_in_a_round(**data: Any) -> dict[str, Any]:
    """Two models side by side in each round, and one beside the container."""
    inner = [llm("a", "a{{#it.item#}}"), llm("b", "b{{#it.index#}}"), template("t", "{{ x }}{{ y }}", x="a.text", y="b.text")]
    nodes = iteration(inner, output="t.output", **data)
    edges = [*around("it", "end"), *body("it", "a", "t"), *body("it", "b", "t"), edge("start", "m"), edge("m", "end")]
    return document([start(ask("items")), llm("m", "beside"), *nodes, end(out="it.output", m="m.text")], edges)


def handled() -> dict[str, Any]:
    """A container that fails and has a fail branch."""
    nodes = iteration([llm("m", "{{#it.item#}}"), answer("[{{#m.text#}}]", "say")], output="m.text", error_strategy="fail-branch")
    edges = [*around("it", "good"), *body("it", "m", "say"), edge("it", "sorry", "fail-branch")]
    return document([start(ask("items")), *nodes, answer("good", "good"), answer("{{#it.error_type#}}", "sorry")], edges)


def counting() -> dict[str, Any]:
    """A loop that writes its variables, asks, answers, and ends by a condition."""
    inner = [
        assign("add", "loop.n", "+=", 1),
        llm("m", "n{{#loop.n#}}"),
        assign("join", "loop.text", "over-write", "m.text", constant=False),
        assign("log", "conversation.seen", "append", "loop.text", constant=False),
        answer("{{#loop.n#}}{{#m.text#}} ", "say"),
    ]
    stop = [when("loop.n", "≥", "3")]
    nodes = loop(inner, variables=[variable("n", 0), variable("text", "", "string")], break_conditions=stop, loop_count=9)
    return document(
        [start(ask("items")), *nodes, answer("{{#loop.loop_round#}} {{#loop.text#}} {{#conversation.seen#}}")],
        [*around("loop", "answer"), *body("loop", "add", "m", "join", "log", "say")],
        conversation_variables=[{"name": "seen"}],
    )


def way_out() -> dict[str, Any]:
    """A loop with a branch, a loop-end and a branch that decides at the same time beside it."""
    inner = [
        assign("add", "loop.n", "+=", 1),
        if_else("if", ("yes", [when("loop.n", "=", "2")])),
        node("out", "loop-end"),
        llm("m", "n{{#loop.n#}}"),
        answer("{{#m.text#}},", "say"),
    ]
    nodes = loop(inner, variables=[variable("n", 0)])
    beside = [if_else("z_if", ("yes", [when("start.q", "is", "x")])), answer("beside ", "b_says")]
    edges = [
        *around("loop", "answer"),
        *body("loop", "add", "if"),
        edge("if", "out", "yes"),
        edge("if", "m", "false"),
        edge("m", "say"),
        *chain("start", "z_if"),
        edge("z_if", "b_says", "yes"),
    ]
    return document([start(ask("q")), *beside, *nodes, answer("{{#loop.n#}}")], edges)


def nested(**data: Any) -> dict[str, Any]:
    """A loop in an iteration; the loop's rounds answer."""
    inner = loop(
        [assign("add", "loop.n", "+=", 1), llm("m", "{{#it.item#}}{{#loop.n#}}"), answer("{{#m.text#}};", "say")],
        variables=[variable("n", 0)],
        loop_count=2,
    )
    nodes = iteration([*inner, template("t", "{{ x }}", x="loop.n")], output="t.output", **data)
    edges = [*around("it", "answer"), *body("it", "loop", "t"), *body("loop", "add", "m", "say")]
    return document([start(ask("items")), *nodes, answer("{{#it.output#}}.")], edges)


THREE, BROKEN = ["x", "y", "z"], ["x", "bad", "z"]
SKIP = {"error_handle_mode": "continue-on-error"}
DROP = {"error_handle_mode": "remove-abnormal-output"}
PARALLEL = {"is_parallel": True, "parallel_nums": 2}
SCENARIOS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "sequential": ("advanced-chat", words(), THREE),
    "parallel": ("advanced-chat", words(**PARALLEL), THREE),
    "empty": ("advanced-chat", words(), []),
    "a round fails": ("advanced-chat", words(), BROKEN),
    "a round fails and is null": ("advanced-chat", words(**SKIP), BROKEN),
    "a round fails and is dropped": ("advanced-chat", words(**DROP, **PARALLEL), BROKEN),
    "the last round fails": ("advanced-chat", words(**SKIP), ["x", "bad"]),
    "a parallel round fails": ("advanced-chat", words(**PARALLEL), BROKEN),
    "the container's failure is handled": ("advanced-chat", handled(), BROKEN),
    "two in a round": ("workflow", two_in_a_round(), THREE),
    "two in parallel rounds": ("workflow", two_in_a_round(**PARALLEL), THREE),
    "loop": ("advanced-chat", counting(), None),
    "loop end": ("advanced-chat", way_out(), None),
    "nested": ("advanced-chat", nested(), ["x", "y"]),
    "nested in parallel": ("advanced-chat", nested(**PARALLEL), ["x", "y", "z"]),
    "nested and failing": ("advanced-chat", nested(**SKIP), ["x", "bad", "z"]),
}
FAILING = {"a round fails": "failed", "a parallel round fails": "failed", "the container's failure is handled": "partial_succeeded"}


async def go(name: str, before: list[Event] | None = None) -> tuple[Ran, Parrot]:
    mode, flow, items = SCENARIOS[name]
    parrot = Parrot()
    bench = Bench(mode=mode, conversation={"seen": []})
    bench.model = parrot  # type: ignore[assignment]
    state = fold(log_format.loads(log_format.dumps(event)) for event in before) if before else None
    return await bench.run(flow, {"items": items, "q": "x"}, state=state), parrot


def text_of(events: list[Event]) -> str:
    """The answer as a reader of the whole log sees it."""
    text = ""
    for event in events:
        if isinstance(event, AnswerDelta):
            text += event.text
        elif isinstance(event, AnswerReplaced):
            text = event.text
    return text


def check(name: str, whole: Ran, before: list[Event], ran: Ran) -> None:
    """Compare a run that was cut with one that was not."""
    everything = [*before, *ran.events]
    assert ran.finished.outputs == whole.finished.outputs
    assert ran.finished.answer == whole.finished.answer == text_of(everything)
    assert (ran.finished.status, ran.finished.error) == (whole.finished.status, whole.finished.error)
    assert ran.state.conversation == whole.state.conversation
    assert [event.seq for event in everything] == list(range(1, len(everything) + 1))
    assert isinstance(ran.events[0], RunStarted)
    ends = Counter((event.path, event.node_id) for event in everything if isinstance(event, NodeFinished))
    assert set(ends.values()) == {1}
    rounds = Counter((event.path, event.node_id, event.round) for event in everything if isinstance(event, RoundStarted))
    assert set(rounds.values()) <= {1}
    done = {(event.path, event.node_id) for event in before if isinstance(event, NodeFinished)}
    again = {(event.path, event.node_id) for event in ran.events if isinstance(event, NodeStarted)}
    assert not done & again
    opened = {(event.path, event.node_id) for event in before if isinstance(event, ContainerStarted)}
    assert not opened & again
    for kind in (ContainerStarted, ContainerFinished):
        assert set(Counter((event.path, event.node_id) for event in everything if isinstance(event, kind)).values()) <= {1}
    if whole.finished.status != "failed":
        assert ran.finished.usage == whole.finished.usage
        assert ran.finished.steps == whole.finished.steps
        assert ends == Counter((event.path, event.node_id) for event in whole.events if isinstance(event, NodeFinished))
    assert fold(everything).snapshot() == ran.state.snapshot()


@pytest.mark.parametrize("name", SCENARIOS)
async def test_cut_after_every_event(name: str) -> None:
    whole, _ = await go(name)
    assert whole.finished.status == FAILING.get(name, "succeeded")
    for cut in range(1, len(whole.events)):
        before = whole.events[:cut]
        ran, _ = await go(name, before)
        check(name, whole, before, ran)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_cut_twice(name: str) -> None:
    whole, _ = await go(name)
    half = whole.events[: len(whole.events) // 2]
    second, _ = await go(name, half)
    for cut in range(1, len(second.events)):
        before = [*half, *second.events[:cut]]
        ran, _ = await go(name, before)
        check(name, whole, before, ran)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_resuming_from_the_rows_of_finished_nodes_alone(name: str) -> None:
    whole, _ = await go(name)
    kept: list[Event] = [event for event in whole.events if isinstance(event, (RunStarted, NodeFinished))]
    for cut in range(1, len(kept)):
        done = {(event.path, event.node_id) for event in kept[:cut] if isinstance(event, NodeFinished)}
        ran, _ = await go(name, kept[:cut])
        assert ran.finished.outputs == whole.finished.outputs
        assert ran.finished.answer == whole.finished.answer
        assert ran.finished.error == whole.finished.error
        assert whole.finished.status == "failed" or ran.finished.steps == whole.finished.steps
        finished = Counter((event.path, event.node_id) for event in ran.events if isinstance(event, NodeFinished))
        assert not done & finished.keys()
        assert set(finished.values()) <= {1}


async def test_finished_items_are_not_asked_for_again() -> None:
    whole, parrot = await go("sequential")
    assert parrot.asked == ["m:x", "m:y", "m:z"]
    cut = next(
        index
        for index, event in enumerate(whole.events)
        if isinstance(event, NodeFinished) and event.path == "it:1" and event.node_id == "m"
    )
    _, parrot = await go("sequential", whole.events[: cut + 1])
    assert parrot.asked == ["m:z"]


async def test_a_limit_reached_inside_a_container_ends_the_run_also_after_a_crash() -> None:
    async def limited(state: RunState | None = None) -> Ran:
        bench = Bench(mode="advanced-chat", limits=Limits(output_bytes=60))
        bench.model = Parrot()  # type: ignore[assignment]
        return await bench.run(words(**SKIP), {"items": ["x" * 40]}, state=state)

    whole = await limited()
    assert whole.finished.error is not None
    assert whole.finished.error.code == "limit_output_bytes"
    ran = await limited(fold(whole.events[:-1]))
    assert ran.finished.error == whole.finished.error
    assert [event.type for event in ran.events] == ["run_started", "run_finished"]


class Once(TemplateTransformNode):
    """A step that must not run twice."""

    def repeatable(self) -> bool:
        return False


async def test_a_step_that_must_not_run_twice_fails_after_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._BY_TYPE, "template-transform", Once)
    nodes = iteration([template("t", "{{ x }}", x="it.item")], output="t.output", **SKIP)
    flow = document([start(ask("items")), *nodes, end(o="it.output")], [*around("it", "end"), *body("it", "t")])
    whole = await Bench(mode="workflow").run(flow, {"items": ["x", "y"]})
    assert whole.finished.outputs == {"o": ["x", "y"]}
    cut = next(index for index, event in enumerate(whole.events) if isinstance(event, NodeStarted) and event.node_id == "t") + 1
    bench = Bench(mode="workflow")
    ran = await bench.run(flow, {"items": ["x", "y"]}, state=fold(whole.events[:cut]))
    assert ran.finished.outputs == {"o": [None, "y"]}
    assert len(bench.templates.calls) == 1
    assert ran.state.nodes["it:0/t"].error is not None
    assert ran.state.nodes["it:0/t"].error.code == "outcome_unknown"
