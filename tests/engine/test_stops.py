"""A test run stands before the nodes that people marked, or before each, and goes on as if it had not."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, chain, document, edge, end, if_else, llm, start, when
from tests.engine.containers import around, body, iteration, loop, template, variable
from tests.engine.nodes.test_human_input import human
from tests.engine.test_resume_containers import FAILING, SCENARIOS, Parrot, check, go
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine import events as log_format
from workers.engine import plan as plans
from workers.engine.errors import NodeError
from workers.engine.events import Event, NodeFinished, NodeKept, NodeStarted, RunFinished, RunPaused, RunStarted
from workers.engine.state import fold
from workers.engine.stops import SHOWN_BYTES, Stops, released

SIDE_BY_SIDE = document(
    [start(ask("q")), template("a", "a{{ q }}", q="start.q"), template("b", "b{{ q }}", q="start.q"), end(a="a.output", b="b.output")],
    [edge("start", "a"), edge("start", "b"), edge("a", "end"), edge("b", "end")],
)


def paused(ran: Ran) -> RunPaused:
    assert isinstance(ran.last, RunPaused)
    return ran.last


def held(ran: Ran) -> list[str]:
    """The keys of the nodes that a run stands before."""
    rows = (row for row in paused(ran).reasons if row["type"] == "breakpoint")
    return sorted(f"{row['path']}/{row['node_id']}".lstrip("/") for row in rows)


class Debugger:
    """Runs a flow from one stop to the next, each stretch from the log of those before, as another worker would."""

    def __init__(self, flow: dict[str, Any], inputs: dict[str, Any] | None = None, bench: Bench | None = None) -> None:
        self.flow, self.inputs, self.bench = flow, inputs or {}, bench or Bench(mode="workflow")
        self.events: list[Event] = []
        self.released: list[str] = []

    async def go(self, *nodes: str, every: bool = False) -> Ran:
        state = fold(log_format.loads(log_format.dumps(event)) for event in self.events)
        stops = Stops(frozenset(nodes), every, frozenset(self.released))
        ran = await self.bench.run(self.flow, self.inputs, state=state, stops=stops)
        self.events += ran.events
        if isinstance(ran.last, RunPaused):
            self.released = released(ran.last.reasons)
        return ran


def started(events: list[Event]) -> list[str]:
    return [event.node_id for event in events if isinstance(event, NodeStarted)]


async def test_a_run_stands_before_a_marked_node_and_tells_what_it_is_about_to_read() -> None:
    flow = document([start(ask("q")), template("t", "{{ q }}", q="start.q"), end(o="t.output")], chain("start", "t", "end"))
    debug = Debugger(flow, {"q": "hi"})
    ran = await debug.go("t")
    assert ran.started == ["start"]
    (reason,) = paused(ran).reasons
    assert (reason["node_id"], reason["node_type"], reason["title"], reason["path"]) == ("t", "template-transform", "t", "")
    assert reason["variables"] == [{"selector": ["start", "q"], "state": "known", "value": "hi"}]
    assert fold(debug.events).status == "paused"
    ran = await debug.go("t")
    assert ran.started == ["t", "end"]
    assert ran.finished.outputs == {"o": "hi"}
    first = debug.events[0]
    assert isinstance(first, RunStarted)
    assert [event.reason for event in debug.events if isinstance(event, RunStarted)] == ["initial", "resumption"]


async def test_branches_are_held_together_and_what_is_not_marked_runs_on_first() -> None:
    debug = Debugger(SIDE_BY_SIDE, {"q": "!"})
    ran = await debug.go("a")
    assert (held(ran), ran.started) == (["a"], ["start", "b"])
    debug = Debugger(SIDE_BY_SIDE, {"q": "!"})
    assert held(await debug.go("a", "b")) == ["a", "b"]
    ran = await debug.go("end")
    assert (held(ran), sorted(ran.started)) == (["end"], ["a", "b"])
    assert (await debug.go()).finished.outputs == {"a": "a!", "b": "b!"}


async def test_marks_may_change_at_every_stop() -> None:
    flow = document([start(ask("q")), *(template(name, name) for name in "abc"), end(o="c.output")], chain("start", "a", "b", "c", "end"))
    debug = Debugger(flow)
    assert held(await debug.go("a")) == ["a"]
    assert held(await debug.go("c")) == ["c"]
    assert held(await debug.go(every=True)) == ["end"]
    assert (await debug.go("a", "b", "c")).finished.status == "succeeded"


async def test_a_branch_that_is_not_taken_is_not_held() -> None:
    flow = document(
        [start(ask("q")), if_else("if", ("yes", [when("start.q", "is", "x")])), template("a", "a"), template("b", "b"), end(o="b.output")],
        [edge("start", "if"), edge("if", "a", "yes"), edge("if", "b", "false"), edge("b", "end")],
    )
    debug = Debugger(flow, {"q": "y"})
    assert (await debug.go("a")).finished.outputs == {"o": "b"}


async def test_a_failure_elsewhere_ends_the_run_though_a_node_is_held() -> None:
    bench = Bench(model=ScriptedModel(by_model={"bad": [Reply(("x",), error=NodeError("provider_bad_request", "Refused."))]}))
    flow = document(
        [start(ask("q")), llm("bad"), template("a", "a"), answer("{{#a.output#}}")], [*chain("start", "a", "answer"), edge("start", "bad")]
    )
    ran = await Debugger(flow, {}, bench).go("a")
    assert ran.finished.status == "failed"


async def test_secrets_and_large_values_are_not_told() -> None:
    flow = document(
        [
            start(ask("q")),
            template("t", "{{ a }}{{ b }}{{ c }}", a="start.q", b="env.key", c="start.nothing"),
            end(o="t.output"),
        ],
        chain("start", "t", "end"),
        environment_variables=[{"name": "key", "value_type": "secret", "value": "hush"}],
    )
    ran = await Debugger(flow, {"q": "x" * SHOWN_BYTES}, Bench(mode="workflow", environment={"key": "hush"})).go("t")
    assert paused(ran).reasons[0]["variables"] == [
        {"selector": ["start", "q"], "state": "omitted", "value": None},
        {"selector": ["start", "nothing"], "state": "missing", "value": None},
    ]
    assert b"hush" not in log_format.dumps(paused(ran))


async def test_a_mark_in_an_iteration_stands_in_every_round() -> None:
    nodes = iteration([template("t", "<{{ x }}>", x="it.item")], output="t.output")
    flow = document([start(ask("items")), *nodes, end(o="it.output")], [*around("it", "end"), *body("it", "t")])
    debug = Debugger(flow, {"items": ["x", "y", "z"]})
    stood = []
    while isinstance((ran := await debug.go("t")).last, RunPaused):
        stood.append((held(ran), paused(ran).reasons[0]["variables"][0]["value"]))
    assert stood == [(["it:0/t"], "x"), (["it:1/t"], "y"), (["it:2/t"], "z")]
    assert ran.finished.outputs == {"o": ["<x>", "<y>", "<z>"]}


async def test_rounds_at_the_same_time_are_held_together() -> None:
    nodes = iteration([template("t", "<{{ x }}>", x="it.item")], output="t.output", is_parallel=True, parallel_nums=2)
    flow = document([start(ask("items")), *nodes, end(o="it.output")], [*around("it", "end"), *body("it", "t")])
    debug = Debugger(flow, {"items": ["x", "y", "z"]})
    assert held(await debug.go("t")) == ["it:0/t", "it:1/t"]
    assert held(await debug.go("t")) == ["it:2/t"]
    assert (await debug.go("t")).finished.outputs == {"o": ["<x>", "<y>", "<z>"]}


async def test_steps_through_a_loop() -> None:
    nodes = loop([template("t", "{{ n }}", n="loop.n")], variables=[variable("n", 1)], loop_count=2)
    flow = document([start(ask("q")), *nodes, end(o="t.output")], [*around("loop", "end"), *body("loop", "t")])
    debug = Debugger(flow)
    stood = []
    while isinstance((ran := await debug.go(every=True)).last, RunPaused):
        stood += held(ran)
    assert stood == ["loop", "loop:0/t", "loop:1/t", "end"]
    assert ran.finished.status == "succeeded"


@pytest.mark.parametrize("rows", [False, True], ids=["log", "rows"])
@pytest.mark.parametrize("name", SCENARIOS)
async def test_stepping_to_the_end_gives_what_a_run_in_one_go_gives(name: str, rows: bool) -> None:
    whole, _ = await go(name)
    mode, flow, items = SCENARIOS[name]
    bench = Bench(mode=mode, conversation={"seen": []})
    bench.model = Parrot()  # type: ignore[assignment]
    debug = Debugger(flow, {"items": items, "q": "x"}, bench)
    stood: list[str] = []
    before: list[Event] = []
    while isinstance((ran := await debug.go(every=True)).last, RunPaused):
        stood += held(ran)
        before = list(debug.events)
        if rows:  # the log is lost with all but the ends of nodes and the pause
            debug.events = [event for event in debug.events if isinstance(event, (RunStarted, NodeFinished, RunPaused))]
    assert len(stood) == len(set(stood))
    assert ran.finished.status == FAILING.get(name, "succeeded")
    if not rows:
        check(name, whole, before, ran)
    elif ran.finished.status != "failed":
        assert (ran.finished.outputs, ran.finished.steps) == (whole.finished.outputs, whole.finished.steps)


async def test_a_worker_lost_at_any_moment_of_a_step_holds_nothing_twice() -> None:
    nodes = iteration([template("t", "<{{ x }}>", x="it.item"), template("u", "{{ x }}", x="t.output")], output="u.output")
    flow = document([start(ask("items")), *nodes, end(o="it.output")], [*around("it", "end"), *body("it", "t", "u")])
    inputs = {"items": ["x", "y"]}
    debug = Debugger(flow, inputs)
    ends = 0
    while True:
        before, free = list(debug.events), list(debug.released)
        ran = await debug.go(every=True)
        for cut in range(len(ran.events)):
            again = Debugger(flow, inputs)
            again.events, again.released = [*before, *ran.events[:cut]], free
            other = await again.go(every=True)
            if isinstance(ran.last, RunFinished):
                assert other.finished.outputs == {"o": ["<x>", "<y>"]}
                ends += 1
            else:
                assert held(other) == held(ran)
        if isinstance(ran.last, RunFinished):
            break
    assert ends > 0


async def test_forms_and_stops_wait_side_by_side() -> None:
    flow = document(
        [start(ask("q")), human(), template("t", "t"), end("yes"), end("done", o="t.output")],
        [edge("start", "human"), edge("human", "yes", "approve"), *chain("start", "t", "done")],
    )
    debug = Debugger(flow)
    ran = await debug.go("t")
    assert {row["type"] for row in paused(ran).reasons} == {"breakpoint", "human_input_required"}
    ran = await debug.go("t")
    assert [row["type"] for row in paused(ran).reasons] == ["human_input_required"]
    assert started(ran.events) == ["t", "done"]


async def test_what_is_kept_of_another_run_is_not_held() -> None:
    flow = document(
        [start(ask("q")), template("t", "t"), template("u", "{{ x }}", x="t.output"), end(o="u.output")], chain("start", "t", "u", "end")
    )
    bench = Bench(mode="workflow")
    whole = await bench.run(flow, {})
    kept = {
        event.node_id: NodeKept(**{spec.name: getattr(event, spec.name) for spec in fields(event)}, run_id="r0")
        for event in whole.events
        if isinstance(event, NodeFinished) and event.node_id in ("start", "t")
    }
    ran = await bench.run(flow, {}, kept=kept, stops=Stops(frozenset(), every=True))
    assert held(ran) == ["u"]


def test_nodes_that_only_begin_something_are_passed_by_unless_they_are_marked() -> None:
    plan = plans.compile(SIDE_BY_SIDE, "workflow")
    assert not Stops(frozenset(), every=True).holds(plan.nodes["start"], "start")
    assert Stops(frozenset({"start"})).holds(plan.nodes["start"], "start")
    assert not Stops(frozenset({"start"}), released=frozenset({"start"})).holds(plan.nodes["start"], "start")


def test_containers_around_what_is_released_are_released() -> None:
    reasons = [{"type": "breakpoint", "node_id": "n", "path": "a:3/b:0"}, {"type": "human_input_required", "node_id": "f", "path": ""}]
    assert released(reasons) == ["a", "a:3/b", "a:3/b:0/n"]
