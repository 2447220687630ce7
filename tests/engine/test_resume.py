"""A run that is cut anywhere and taken up again ends like one that was never cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.engine.builders import Bench, answer, ask, chain, document, edge, end, if_else, llm, node, start, when
from tests.engine.containers import assign
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine import events as log_format
from workers.engine.errors import NodeError
from workers.engine.events import AnswerDelta, AnswerReplaced, Event, NodeFinished, NodeStarted, RunFinished, RunStarted
from workers.engine.ports import ChatRequest
from workers.engine.state import fold

FLAKY = NodeError("provider_stream_cut", "The stream was cut.", retryable=True)
FINAL = NodeError("provider_bad_request", "Refused.")
QUICK = {"retry_config": {"retry_enabled": True, "max_retries": 2, "retry_interval": 0}}


class SteadyModel(ScriptedModel):
    """Answers every call of a model with the same reply, so that a repeated call can be compared."""

    def __init__(self, **replies: Reply) -> None:
        super().__init__(by_model={})
        self._steady = replies

    def stream(self, request: ChatRequest) -> Any:
        reply = self._steady[request.model.name]
        self._by_model[request.model.name] = [replace(reply)]
        return super().stream(request)


TWO_IN_A_ROW = (
    "advanced-chat",
    document(
        [start(ask("q")), llm("a"), llm("b", "{{#a.text#}}"), answer("1 {{#a.text#}} 2 {{#b.text#}}.")], chain("start", "a", "b", "answer")
    ),
    {"a": Reply(("A1", "A2")), "b": Reply(("B1", "B2"))},
)
SIDE_BY_SIDE = (
    "advanced-chat",
    document(
        [start(ask("q")), llm("a"), llm("b"), answer("{{#b.text#}}|{{#a.text#}}")],
        [edge("start", "a"), edge("start", "b"), edge("a", "answer"), edge("b", "answer")],
    ),
    {"a": Reply(("A1", "A2")), "b": Reply(("B1", "B2", "B3"))},
)
BRANCHES = (
    "advanced-chat",
    document(
        [
            start(ask("q")),
            llm("judge"),
            if_else("if", ("yes", [when("judge.text", "is", "good")])),
            llm("a"),
            answer("Good {{#a.text#}}", "good"),
            answer("Bad", "bad"),
            answer(" and more", "more"),
        ],
        [
            *chain("start", "judge", "if"),
            edge("if", "a", "yes"),
            *chain("a", "good", "more"),
            edge("if", "bad", "false"),
            edge("bad", "more"),
        ],
    ),
    {"judge": Reply(("go", "od")), "a": Reply(("A1", "A2"))},
)
FAILURES = (
    "advanced-chat",
    document(
        [
            start(ask("q")),
            llm("a", error_strategy="default-value", default_value=[{"key": "text", "type": "string", "value": "D"}]),
            llm("b", error_strategy="fail-branch"),
            answer("{{#a.text#}} {{#b.text#}}", "good"),
            answer("{{#a.text#}} {{#b.error_type#}}", "bad"),
        ],
        [*chain("start", "a", "b", "good"), edge("b", "bad", "fail-branch")],
    ),
    {"a": Reply(("half",), error=FINAL), "b": Reply(("B",), error=FINAL)},
)
WORKFLOW = (
    "workflow",
    document(
        [
            start(ask("q")),
            llm("a"),
            node("agg", "variable-aggregator", variables=[["a", "text"]]),
            llm("b"),
            end(x="agg.output", y="b.text", z="a.text"),
        ],
        [*chain("start", "a", "agg", "end"), edge("start", "b"), edge("b", "end")],
    ),
    {"a": Reply(("A1", "A2")), "b": Reply(("B1",))},
)
RUN_FAILS = (
    "advanced-chat",
    document([start(ask("q")), llm("a"), llm("b"), answer("{{#a.text#}}{{#b.text#}}")], chain("start", "a", "b", "answer")),
    {"a": Reply(("A",)), "b": Reply(("half",), error=FINAL)},
)
DECISIONS = (  # the branch that is decided first speaks first, whatever the names and the order of the document
    "advanced-chat",
    document(
        [
            start(ask("q")),
            if_else("a_if", ("yes", [when("start.q", "is", "x")])),
            if_else("z_if", ("yes", [when("start.q", "is", "x")])),
            llm("m"),
            answer("a ", "a_says"),
            answer("z ", "z_says"),
            if_else("m_if", ("yes", [when("m.text", "is", "M1M2")])),
            answer("m", "m_says"),
        ],
        [
            *chain("start", "z_if"),
            *chain("start", "a_if"),
            edge("z_if", "z_says", "yes"),
            edge("a_if", "a_says", "yes"),
            edge("start", "m"),
            *chain("m", "m_if"),
            edge("m_if", "m_says", "yes"),
        ],
    ),
    {"m": Reply(("M1", "M2"))},
)
SCENARIOS = {
    "decisions": DECISIONS,
    "two in a row": TWO_IN_A_ROW,
    "side by side": SIDE_BY_SIDE,
    "branches": BRANCHES,
    "failures": FAILURES,
    "workflow": WORKFLOW,
    "run fails": RUN_FAILS,
}


def text_of(events: list[Event]) -> str:
    """The answer as a reader of the whole log sees it."""
    text = ""
    for event in events:
        if isinstance(event, AnswerDelta):
            text += event.text
        elif isinstance(event, AnswerReplaced):
            text = event.text
    return text


@pytest.mark.parametrize("name", SCENARIOS)
async def test_cut_after_every_event(name: str) -> None:
    mode, flow, replies = SCENARIOS[name]
    whole = await Bench(model=SteadyModel(**replies), mode=mode).run(flow, {"q": "x"})
    assert whole.finished.status == {"failures": "partial_succeeded", "run fails": "failed"}.get(name, "succeeded")
    for cut in range(1, len(whole.events)):
        before = [log_format.loads(log_format.dumps(event)) for event in whole.events[:cut]]
        done = {event.node_id for event in before if isinstance(event, NodeFinished)}
        begun = {event.node_id for event in before if isinstance(event, NodeStarted)} - done
        bench = Bench(model=SteadyModel(**replies), mode=mode)
        ran = await bench.run(flow, {"q": "x"}, state=fold(before))
        everything = [*before, *ran.events]

        assert ran.finished.outputs == whole.finished.outputs
        assert ran.finished.answer == whole.finished.answer == text_of(everything)
        assert ran.finished.status == whole.finished.status
        assert ran.finished.error == whole.finished.error
        assert ran.finished.steps == whole.finished.steps
        assert ran.finished.usage == whole.finished.usage
        assert ran.finished.exceptions_count == whole.finished.exceptions_count
        assert not done.intersection(bench.model.called)
        assert not done.intersection(ran.started)
        assert [event.seq for event in everything] == list(range(1, len(everything) + 1))
        first = ran.events[0]
        assert isinstance(first, RunStarted)
        assert first.reason == "resumption"
        again = {event.node_id: event for event in ran.events if isinstance(event, NodeStarted)}
        once = {event.node_id: event for event in before if isinstance(event, NodeStarted)}
        if whole.finished.status != "failed":
            assert begun <= again.keys()
        for node_id in begun & again.keys():
            assert again[node_id].attempt == once[node_id].attempt + 1
            assert (again[node_id].node_run_id, again[node_id].index) == (once[node_id].node_run_id, once[node_id].index)
        ids = Counter(event.node_id for event in everything if isinstance(event, NodeFinished))
        assert set(ids.values()) == {1}
        assert fold(everything).snapshot() == ran.state.snapshot()


@pytest.mark.parametrize("name", SCENARIOS)
async def test_cut_twice(name: str) -> None:
    mode, flow, replies = SCENARIOS[name]
    whole = await Bench(model=SteadyModel(**replies), mode=mode).run(flow, {"q": "x"})
    half = whole.events[: len(whole.events) // 2]
    second = await Bench(model=SteadyModel(**replies), mode=mode).run(flow, {"q": "x"}, state=fold(half))
    for cut in range(1, len(second.events)):
        before = [*half, *second.events[:cut]]
        ran = await Bench(model=SteadyModel(**replies), mode=mode).run(flow, {"q": "x"}, state=fold(before))
        assert ran.finished.answer == whole.finished.answer == text_of([*before, *ran.events])
        assert ran.finished.outputs == whole.finished.outputs
        assert ran.finished.steps == whole.finished.steps


async def test_the_text_of_an_unfinished_node_is_replaced_before_its_new_text() -> None:
    mode, flow, replies = TWO_IN_A_ROW
    whole = await Bench(model=SteadyModel(**replies), mode=mode).run(flow)
    cut = next(index for index, event in enumerate(whole.events) if isinstance(event, AnswerDelta) and event.text == "B1") + 1
    bench = Bench(model=SteadyModel(a=Reply(("never",)), b=Reply(("C1", "C2"))), mode=mode)
    ran = await bench.run(flow, state=fold(whole.events[:cut]))
    assert ran.streamed == ["=1 A1A2 2 ", "C1", "C2", "."]
    assert ran.finished.answer == "1 A1A2 2 C1C2."
    assert bench.model.called == ["b"]
    assert bench.model.prompts() == [("user", "A1A2")]


async def test_resuming_from_the_rows_of_finished_nodes_alone() -> None:
    """What is left when the log itself was lost: the answer is said anew as a whole."""
    mode, flow, replies = TWO_IN_A_ROW
    whole = await Bench(model=SteadyModel(**replies), mode=mode).run(flow)
    rows = [
        event
        for event in whole.events
        if isinstance(event, (RunStarted, NodeFinished)) and getattr(event, "node_id", "") not in {"b", "answer"}
    ]
    bench = Bench(model=SteadyModel(**replies), mode=mode)
    ran = await bench.run(flow, state=fold(rows))
    assert bench.model.called == ["b"]
    assert ran.streamed[0] == "=1 A1A2 2 "
    assert ran.finished.answer == whole.finished.answer
    assert ran.finished.usage == whole.finished.usage
    assert ran.finished.steps == whole.finished.steps


async def test_retries_that_were_used_up_before_a_crash_stay_used_up() -> None:
    flow = document([start(), llm("a", **QUICK), answer("{{#a.text#}}")], chain("start", "a", "answer"))
    failing = {"a": Reply(("half",), error=FLAKY)}
    whole = await Bench(model=SteadyModel(**failing)).run(flow)
    assert isinstance(whole.last, RunFinished)
    retried = [index for index, event in enumerate(whole.events) if event.type == "node_retried"]
    for used, index in enumerate(retried, start=1):
        bench = Bench(model=SteadyModel(**failing))
        ran = await bench.run(flow, state=fold(whole.events[: index + 1]))
        assert len(bench.model.requests) == 3 - used
        assert ran.finished.error is not None
        assert ran.finished.error.code == "provider_stream_cut"


async def test_a_conversation_variable_changed_before_a_crash_keeps_its_value() -> None:
    flow = document(
        [start(), assign("set", "conversation.mood", "set", "good"), llm("a"), answer("{{#conversation.mood#}}")],
        chain("start", "set", "a", "answer"),
        conversation_variables=[{"name": "mood"}],
    )
    whole = await Bench(model=SteadyModel(a=Reply()), conversation={"mood": "bad"}).run(flow)
    cut = next(index for index, event in enumerate(whole.events) if isinstance(event, NodeFinished) and event.node_id == "set") + 1
    before = whole.events[:cut]
    ran = await Bench(model=SteadyModel(a=Reply()), conversation={"mood": "bad"}).run(flow, state=fold(before))
    assert ran.finished.answer == "good"
    assert ran.state.conversation == {"mood": "good"}
