from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.engine.builders import Bench, Clock, Ran, answer, ask, chain, document, edge, end, if_else, llm, node, start, when
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine import plan as plans
from workers.engine import runner
from workers.engine.errors import NodeError
from workers.engine.events import Event, NodeFinished, NodeRetried, NodeStarted
from workers.engine.nodes.variable_aggregator import VariableAggregatorNode
from workers.engine.ports import ChatDelta, Limits
from workers.engine.state import RunState, fold

FLAKY = NodeError("provider_unavailable", "The provider is away.", retryable=True)
FINAL = NodeError("provider_bad_request", "The provider refuses this request.")
QUICK = {"retry_config": {"retry_enabled": True, "max_retries": 2, "retry_interval": 0}}


def kinds(ran: Ran) -> list[str]:
    """Types of the events, with the node's id where there is one."""
    return [f"{event.type}:{event.node_id}" if hasattr(event, "node_id") else event.type for event in ran.events]


def parallel(text: str = "{{#a.text#}} + {{#b.text#}}") -> dict[str, Any]:
    """Two models side by side and an answer after both."""
    edges = [edge("start", "a"), edge("start", "b"), edge("a", "answer"), edge("b", "answer")]
    return document([start(), llm("a"), llm("b"), answer(text)], edges)


async def test_the_events_of_a_chat() -> None:
    ran = await Bench(model=ScriptedModel(Reply(("Hel", "lo")))).run(
        document([start(), llm(), answer("A: {{#llm.text#}}!")], chain("start", "llm", "answer"))
    )
    assert kinds(ran) == [
        "run_started",
        "answer_delta",
        "node_started:start",
        "node_finished:start",
        "node_started:llm",
        "answer_delta",
        "answer_delta",
        "node_finished:llm",
        "answer_delta",
        "node_started:answer",
        "node_finished:answer",
        "run_finished",
    ]
    assert [event.seq for event in ran.events] == list(range(1, 13))
    assert [event.at for event in ran.events] == [1001.0 + index for index in range(12)]
    assert ran.streamed == ["A: ", "Hel", "lo", "!"]
    started = [event for event in ran.events if isinstance(event, NodeStarted)]
    assert [(event.index, event.attempt, event.predecessor_node_id) for event in started] == [(1, 1, None), (2, 1, "start"), (3, 1, "llm")]
    assert len({event.node_run_id for event in started}) == 3
    finished = ran.finished
    assert (finished.status, finished.answer, finished.steps, finished.exceptions_count) == ("succeeded", "A: Hello!", 3, 0)
    assert finished.elapsed_s == 11.0
    assert ran.node("llm").elapsed_s == 3.0


async def test_the_given_sequence_goes_on() -> None:
    bench, log = Bench(), list[Event]()
    flow = document([start(), answer("x")], chain("start", "answer"))
    await runner.execute(bench.plan(flow), bench.info(), bench.ports, emit=log.append, seq_start=40)
    assert [event.seq for event in log][:3] == [41, 42, 43]


async def test_parallel_models_that_end_in_the_other_order_still_answer_in_order() -> None:
    gate = asyncio.Event()
    model = ScriptedModel(by_model={"a": [Reply(("A1", "A2"), gate=gate)], "b": [Reply(("B1", "B2"))]})
    task = asyncio.create_task(Bench(model=model).run(parallel()))
    while "b" not in model.closed:
        await asyncio.sleep(0)
    gate.set()
    ran = await task
    assert [event.node_id for event in ran.events if isinstance(event, NodeFinished)] == ["start", "b", "a", "answer"]
    assert ran.streamed == ["A1", "A2", " + ", "B1B2"]
    assert ran.finished.answer == "A1A2 + B1B2"


async def test_branches_really_run_at_the_same_time_but_not_more_than_allowed() -> None:
    ids = [f"m{index}" for index in range(6)]
    flow = document(
        [start(), *(llm(node_id) for node_id in ids), answer("ok")],
        [*(edge("start", node_id) for node_id in ids), *(edge(node_id, "answer") for node_id in ids)],
    )
    for allowed in (1, 2, 6):
        gates = {node_id: asyncio.Event() for node_id in ids}
        model = ScriptedModel(by_model={node_id: [Reply(gate=gates[node_id])] for node_id in ids})
        most = 0

        def count(_request: Any, model: ScriptedModel = model) -> None:
            nonlocal most
            most = max(most, len(model.requests) - len(model.closed))

        model.on_request = count
        task = asyncio.create_task(Bench(model=model, limits=Limits(parallel=allowed)).run(flow))
        while not task.done():
            for _ in range(20):
                await asyncio.sleep(0)
            for name in model.called:
                gates[name].set()
        assert (await task).finished.status == "succeeded"
        assert most == allowed


async def test_an_answer_is_held_back_until_its_branch_is_decided() -> None:
    flow = document(
        [
            start(),
            llm("a"),
            llm("judge"),
            if_else("if", ("yes", [when("judge.text", "is", "good")])),
            answer("Good: {{#a.text#}}", "good"),
            answer("Bad: {{#a.text#}}", "bad"),
        ],
        [edge("start", "a"), edge("a", "judge"), *chain("judge", "if"), edge("if", "good", "yes"), edge("if", "bad", "false")],
    )
    ran = await Bench(model=ScriptedModel(by_model={"a": [Reply(("one", "two"))], "judge": ["bad"]})).run(flow)
    assert ran.streamed == ["Bad: ", "onetwo"]
    decided = next(index for index, event in enumerate(ran.events) if isinstance(event, NodeFinished) and event.node_id == "if")
    assert all("answer" not in event.type for event in ran.events[:decided])


async def test_a_join_after_branches_runs_once() -> None:
    flow = document(
        [start(ask("q")), if_else("if", ("yes", [when("start.q", "is", "x")])), llm("a"), llm("b"), answer("done", "join")],
        [
            *chain("start", "if"),
            edge("if", "a", "yes"),
            edge("if", "b", "false"),
            edge("a", "join"),
            edge("b", "join"),
            edge("if", "join", "yes"),
        ],
    )
    ran = await Bench(model=ScriptedModel("text")).run(flow, {"q": "x"})
    assert ran.started == ["start", "if", "a", "join"]


async def test_a_retry_replaces_what_was_streamed() -> None:
    flow = document([start(), llm(**QUICK), answer("> {{#llm.text#}}")], chain("start", "llm", "answer"))
    model = ScriptedModel(Reply(("Hel", "lo wor"), error=FLAKY), Reply(("Good", " day")))
    ran = await Bench(model=model).run(flow)
    assert ran.streamed == ["> ", "Hel", "lo wor", "=> ", "Good", " day"]
    assert ran.finished.answer == "> Good day"
    retried = [event for event in ran.events if isinstance(event, NodeRetried)]
    assert [(event.attempt, event.delay_s, event.error.code, event.node_run_id) for event in retried] == [
        (1, 0.0, "provider_unavailable", ran.node("llm").node_run_id)
    ]
    assert ran.node("llm").attempt == 2
    assert ran.started == ["start", "llm", "answer"]


async def test_a_retry_waits_without_holding_a_place() -> None:
    slow = {"retry_config": {"retry_enabled": True, "max_retries": 1, "retry_interval": 30}}
    flow = parallel()
    flow["graph"]["nodes"][1] = llm("a", **slow)
    model = ScriptedModel(by_model={"a": [Reply(error=FLAKY), "A"], "b": ["B"]})
    ran = await Bench(model=model, limits=Limits(parallel=1)).run(flow)
    assert model.called == ["a", "b", "a"]
    assert ran.finished.answer == "A + B"


@pytest.mark.parametrize(("error", "calls"), [(FLAKY, 3), (FINAL, 1)])
async def test_only_what_may_help_is_tried_again_and_not_for_ever(error: NodeError, calls: int) -> None:
    model = ScriptedModel(*[Reply(("x",), error=error) for _ in range(3)])
    ran = await Bench(model=model).run(document([start(), llm(**QUICK), answer()], chain("start", "llm", "answer")))
    assert len(model.requests) == calls
    assert ran.finished.status == "failed"
    assert ran.finished.error is not None
    assert (ran.finished.error.code, ran.finished.error.node_id) == (error.code, "llm")
    assert (ran.node("llm").status, ran.node("llm").attempt, ran.node("llm").handle) == ("failed", calls, None)
    assert ran.started == ["start", "llm"]


async def test_a_default_value_stands_in() -> None:
    defaults = [{"key": "text", "type": "string", "value": "Sorry"}, {"key": "usage", "type": "object", "value": '{"total_tokens": 0}'}]
    flow = document(
        [
            start(),
            llm(error_strategy="default-value", default_value=defaults),
            answer("{{#llm.text#}} {{#llm.usage.total_tokens#}} {{#llm.error_type#}}"),
        ],
        chain("start", "llm", "answer"),
    )
    ran = await Bench(model=ScriptedModel(Reply(("Hal",), error=FINAL))).run(flow)
    assert ran.finished.status == "partial_succeeded"
    assert ran.finished.exceptions_count == 1
    assert ran.finished.answer == "Sorry 0 provider_bad_request"
    assert ran.streamed[:3] == ["Hal", "=", "Sorry"]
    event = ran.node("llm")
    assert (event.status, event.error_strategy, event.handle) == ("exception", "default-value", "source")
    assert event.error is not None
    assert event.outputs["error_message"] == "The provider refuses this request."


@pytest.mark.parametrize(
    ("reply", "text", "status"),
    [(Reply(("fine",)), "OK fine", "succeeded"), (Reply(error=FINAL), "Failed: provider_bad_request", "partial_succeeded")],
)
async def test_a_fail_branch_is_a_way_of_its_own(reply: Reply, text: str, status: str) -> None:
    flow = document(
        [start(), llm(error_strategy="fail-branch"), answer("OK {{#llm.text#}}", "good"), answer("Failed: {{#llm.error_type#}}", "bad")],
        [*chain("start", "llm", "good"), edge("llm", "bad", "fail-branch")],
    )
    ran = await Bench(model=ScriptedModel(reply)).run(flow)
    assert (ran.finished.answer, ran.finished.status) == (text, status)
    assert ran.streamed[0] == text.split(" ")[0] + " "
    if status == "partial_succeeded":
        assert (ran.node("llm").status, ran.node("llm").handle, ran.node("llm").error_strategy) == (
            "exception",
            "fail-branch",
            "fail-branch",
        )


async def test_retries_come_before_the_strategy() -> None:
    flow = document(
        [start(), llm(error_strategy="fail-branch", **QUICK), answer("{{#llm.text#}}", "good"), answer("bad", "bad")],
        [*chain("start", "llm", "good"), edge("llm", "bad", "fail-branch")],
    )
    ran = await Bench(model=ScriptedModel(Reply(error=FLAKY), Reply(error=FLAKY), "third time")).run(flow)
    assert ran.finished.answer == "third time"
    assert ran.finished.status == "succeeded"


async def test_one_branch_that_fails_ends_the_others() -> None:
    model = ScriptedModel(by_model={"a": [Reply(("A",), hang=True)], "b": [Reply(error=FINAL)]})
    ran = await Bench(model=model).run(parallel())
    assert ran.finished.status == "failed"
    assert ran.finished.error is not None
    assert ran.finished.error.node_id == "b"
    assert sorted(model.closed) == ["a", "b"]
    assert [event.node_id for event in ran.events if isinstance(event, NodeFinished)] == ["start", "b"]


async def test_a_fault_in_a_node_ends_as_its_error(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    async def crash(self: Any, ctx: Any) -> Any:
        raise KeyError("secret detail")

    monkeypatch.setattr(VariableAggregatorNode, "run", crash)
    flow = document(
        [start(ask("q")), node("agg", "variable-aggregator", variables=[["start", "q"]]), answer("x")], chain("start", "agg", "answer")
    )
    ran = await Bench().run(flow)
    assert ran.finished.error is not None
    assert (ran.finished.error.code, ran.finished.error.node_id) == ("internal_error", "agg")
    assert "secret" not in ran.finished.error.message
    assert "run-1" in caplog.text


async def test_a_conversation_variable_that_a_node_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    run = VariableAggregatorNode.run

    async def change(self: Any, ctx: Any) -> Any:
        outputs = await run(self, ctx)
        outputs.conversation = {"mood": "good"}
        return outputs

    monkeypatch.setattr(VariableAggregatorNode, "run", change)
    flow = document(
        [
            start(ask("q")),
            node("agg", "variable-aggregator", variables=[["start", "q"]]),
            answer("{{#conversation.mood#}} {{#conversation.name#}}"),
        ],
        chain("start", "agg", "answer"),
        conversation_variables=[{"name": "mood"}, {"name": "name"}],
    )
    ran = await Bench(conversation={"mood": "bad", "name": "Ann"}).run(flow)
    assert ran.node("answer").outputs["answer"] == "good Ann"
    assert ran.state.conversation == {"mood": "good"}


async def test_environment_variables() -> None:
    flow = document([start(), answer("{{#env.key#}}")], chain("start", "answer"), environment_variables=[{"name": "key"}])
    assert (await Bench(environment={"key": "k1"}).run(flow)).finished.answer == "k1"


async def test_the_state_is_the_fold_of_the_events() -> None:
    flow = parallel()
    flow["graph"]["nodes"][1] = llm("a", error_strategy="default-value", default_value=[{"key": "text", "value": "D"}], **QUICK)
    model = ScriptedModel(by_model={"a": [Reply(("par",), error=FLAKY), Reply(("tial",), error=FINAL)], "b": ["B"]})
    ran = await Bench(model=model, live_preview=True).run(flow)
    assert fold(ran.events).snapshot() == ran.state.snapshot()
    assert ran.state.snapshot()["answer"] == ran.finished.answer == "D + B"
    assert ran.state.nodes["a"].retries == 1


async def test_stopping_closes_the_stream_says_nothing_more_and_keeps_the_text() -> None:
    bench = Bench(model=ScriptedModel(Reply(("half",), hang=True)))
    flow = document([start(), llm(), answer()], chain("start", "llm", "answer"))
    log: list[Event] = []
    state = RunState()
    task = asyncio.create_task(bench.run(flow, state=state, events=log))
    while state.answer != "half":
        await asyncio.sleep(0)
    said = len(log)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(log) == said
    assert bench.model.closed == ["llm"]
    last = runner.stopped(state, at=2000.0)
    assert (last.seq, last.status, last.answer, last.steps) == (said + 1, "stopped", "half", 2)
    state.apply(last)
    assert state.ended


async def test_a_retry_that_comes_due_while_the_run_is_failing_does_nothing() -> None:
    gate = asyncio.Event()
    flow = parallel()
    flow["graph"]["nodes"][1] = llm("a", **QUICK)
    model = ScriptedModel(by_model={"a": [Reply((), gate=gate, error=FLAKY)], "b": [Reply((), gate=gate, error=FINAL)]})
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))
    task = asyncio.create_task(Bench(model=model).run(flow))
    while len(model.requests) < 2:
        await asyncio.sleep(0)
    gate.set()
    ran = await task
    assert ran.finished.status == "failed"
    assert [event.node_id for event in ran.events if isinstance(event, NodeRetried)] == ["a"]
    assert model.called == ["a", "b"]
    assert faults == []


class Waiting:
    """A stream that is no generator: it hangs and tells whether it was closed."""

    closed = False

    def __aiter__(self) -> Waiting:
        return self

    async def __anext__(self) -> ChatDelta:
        await asyncio.Event().wait()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self.closed = True


async def test_stopping_closes_streams_that_are_no_generators() -> None:
    stream = Waiting()
    bench = Bench()
    bench.model.stream = lambda request: stream  # type: ignore[method-assign,assignment,return-value]
    state = RunState()
    task = asyncio.create_task(bench.run(document([start(), llm(), answer()], chain("start", "llm", "answer")), state=state))
    while "llm" not in state.nodes:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stream.closed


async def test_stopping_while_a_retry_waits() -> None:
    waiting = {"retry_config": {"retry_enabled": True, "max_retries": 1, "retry_interval": 60_000}}
    bench = Bench(model=ScriptedModel(Reply(error=FLAKY)))
    state = RunState()
    task = asyncio.create_task(bench.run(document([start(), llm(**waiting), answer()], chain("start", "llm", "answer")), state=state))
    while not state.nodes.get("llm") or not state.nodes["llm"].retries:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(bench.model.requests) == 1


async def test_a_plan_with_errors_and_a_run_that_ended_are_refused() -> None:
    bench = Bench()
    broken = plans.compile(document([], []), "advanced-chat")
    with pytest.raises(ValueError, match="no_start"):
        await runner.execute(broken, bench.info(), bench.ports, emit=lambda event: None)
    flow = document([start(), answer("x")], chain("start", "answer"))
    ran = await bench.run(flow)
    with pytest.raises(ValueError, match="succeeded"):
        await bench.run(flow, state=ran.state)


async def test_one_plan_serves_many_runs_at_a_time() -> None:
    flow = document(
        [start(ask("q")), llm(prompt="{{#start.q#}}"), answer("{{#start.q#}}: {{#llm.text#}}")], chain("start", "llm", "answer")
    )
    bench = Bench(model=ScriptedModel(*[Reply(("x",)) for _ in range(20)]))
    plan = bench.plan(flow)
    states = [RunState() for _ in range(20)]
    await asyncio.gather(
        *(
            runner.execute(plan, bench.info({"q": str(number)}), bench.ports, state=state, emit=lambda event: None, clock=Clock())
            for number, state in enumerate(states)
        )
    )
    assert [state.answer for state in states] == [f"{number}: x" for number in range(20)]


async def test_a_workflow_without_results_of_models_streams_nothing() -> None:
    ran = await Bench(mode="workflow").run(document([start(ask("q")), end(o="start.q")], chain("start", "end")), {"q": "x"})
    assert kinds(ran) == [
        "run_started",
        "node_started:start",
        "node_finished:start",
        "node_started:end",
        "node_finished:end",
        "run_finished",
    ]
