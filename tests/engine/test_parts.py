"""Parts of a flow, and runs that take over what earlier runs did: what runs, what is kept, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, chain, document, edge, if_else, llm, start, when
from tests.engine.containers import around, assign, body, iteration, loop, template, variable
from tests.engine.test_resume_containers import Parrot, text_of
from workers.engine import events as log_format
from workers.engine import parts
from workers.engine import plan as plans
from workers.engine.events import NodeFinished, NodeKept
from workers.engine.plan import Cut
from workers.engine.state import fold

Flow = dict[str, Any]


def bench(mode: str = "advanced-chat", **more: Any) -> tuple[Bench, Parrot]:
    parrot = Parrot()
    made = Bench(mode=mode, **more)
    made.model = parrot  # type: ignore[assignment]
    return made, parrot


def rows(ran: Ran) -> list[NodeFinished]:
    """What the database has of a run."""
    return [event for event in ran.events if isinstance(event, NodeFinished)]


async def once_more(
    flow: Flow,
    first: Ran,
    changed: Mapping[str, parts.Reason] | None = None,
    *,
    before: Flow | None = None,
    edited: Mapping[str, Mapping[str, Any]] | None = None,
    inputs: Mapping[str, Any] | None = None,
    mode: str = "advanced-chat",
    **more: Any,
) -> tuple[Ran, list[str], parts.Takeover]:
    """Run a flow with what an earlier run of it (or of the flow `before`) did; returns what the model was asked."""
    made, parrot = bench(mode, **more)
    plan = made.plan(flow)
    differing = parts.differences(before, flow, plan) if before is not None else {}
    again = parts.stale(plan, {**differing, **(changed or {})})
    taken = parts.take_over(plan, rows(first), "run-0", again, edited)
    ran = await made.run(flow, inputs, kept=taken.nodes)
    assert fold(ran.events).snapshot() == ran.state.snapshot()
    assert text_of(ran.events) == ran.finished.answer
    return ran, parrot.asked, taken


def three(second: str = "b {{#a.text#}}") -> Flow:
    """Three models in a row, each part of the answer."""
    return document(
        [start(ask("q")), llm("a", "a {{#start.q#}}"), llm("b", second), llm("c", "c {{#b.text#}}"), answer("{{#a.text#}} {{#c.text#}}")],
        chain("start", "a", "b", "c", "answer"),
    )


async def test_a_node_alone_runs_with_given_values() -> None:
    made, parrot = bench(values={"a": {"text": "given"}})
    ran = await made.run(three(), cut=Cut("node", "b"))
    assert parrot.asked == ["b:b given"]
    assert ran.started == ["b"]
    assert ran.finished.status == "succeeded"
    assert ran.finished.outputs["text"] == "«b given"


async def test_a_node_of_an_iteration_runs_alone_with_an_item() -> None:
    nodes = iteration([llm("m", "{{#it.index#}} {{#it.item#}}")], output="m.text")
    flow = document([start(ask("items")), *nodes, answer("x")], [*around("it", "answer"), *body("it", "m")])
    made, parrot = bench(values={"it": {"item": "pear", "index": 4}})
    ran = await made.run(flow, cut=Cut("node", "m"))
    assert parrot.asked == ["m:4 pear"]
    assert [event.path for event in rows(ran)] == [""]


async def test_a_container_runs_alone_with_all_that_is_in_it() -> None:
    nodes = iteration([llm("m", "{{#it.item#}}")], output="m.text")
    flow = document([start(ask("items")), *nodes, answer("x")], [*around("it", "answer"), *body("it", "m")])
    made, parrot = bench(values={"start": {"items": ["x", "y"]}})
    ran = await made.run(flow, cut=Cut("node", "it"))
    assert parrot.asked == ["m:x", "m:y"]
    assert ran.finished.outputs == {"output": ["«x", "«y"]}


async def test_a_step_of_a_loop_runs_alone_though_the_loop_is_not_there() -> None:
    nodes = loop([assign("add", "loop.n", "+=", 1)], variables=[variable("n", 0)])
    flow = document([start(), *nodes, answer("x")], [*around("loop", "answer"), *body("loop", "add")])
    made, _ = bench(values={"loop": {"n": 5}})
    ran = await made.run(flow, cut=Cut("node", "add"))
    assert ran.finished.status == "succeeded"
    assert ran.node("add").loop_variables == {"loop": {"n": 6}}


def test_an_unfinished_flow_can_be_tried_node_by_node() -> None:
    flow = document([start(ask("q")), llm("a", "{{#start.q#}} {{#gone.text#}}"), llm("b", prompt_template=[])], chain("start", "a"))
    alone = plans.compile(flow, "advanced-chat", Cut("node", "a"))
    assert (alone.runnable, alone.problems) == (True, ())
    assert [problem.code for problem in plans.compile(flow, "advanced-chat", Cut("to", "b")).problems][-1] == "part_unreachable"
    assert not plans.compile(flow, "advanced-chat", Cut("to", "b")).runnable
    assert [problem.code for problem in plans.compile(flow, "advanced-chat", Cut("to", "a")).problems] == ["reference_missing"]
    assert [problem.code for problem in plans.compile(flow, "advanced-chat", Cut("node", "x")).problems] == ["node_missing"]


async def test_to_here_runs_what_is_before_and_nothing_else() -> None:
    flow = document(
        [start(ask("q")), llm("a"), llm("b"), llm("c", "{{#a.text#}}"), llm("d"), answer("{{#c.text#}}")],
        [*chain("start", "a", "c", "d", "answer"), edge("start", "b"), edge("b", "answer")],
    )
    made, parrot = bench()
    ran = await made.run(flow, {"q": "x"}, cut=Cut("to", "c"))
    assert parrot.asked == ["a:Say hello", "c:«Say hello"]
    assert ran.finished.outputs["text"] == "««Say hello"
    assert ran.finished.answer == ""


async def test_to_here_behind_a_branch_that_is_not_taken_reaches_nothing() -> None:
    flow = document(
        [start(ask("q")), if_else("if", ("yes", [when("start.q", "is", "x")])), llm("a"), answer("x")],
        [*chain("start", "if"), edge("if", "a", "yes"), edge("a", "answer"), edge("if", "answer", "false")],
    )
    made, parrot = bench()
    ran = await made.run(flow, {"q": "other"}, cut=Cut("to", "a"))
    assert (ran.finished.status, ran.finished.outputs, parrot.asked) == ("succeeded", {}, [])


async def test_to_a_node_in_an_iteration() -> None:
    inner = [llm("m", "m{{#it.item#}}"), llm("n", "n{{#m.text#}}")]
    flow = document(
        [start(ask("items")), *iteration(inner, output="n.text"), llm("z"), answer("x")],
        [*around("it", "z"), edge("z", "answer"), *body("it", "m", "n")],
    )
    made, parrot = bench()
    ran = await made.run(flow, {"items": ["1", "2"]}, cut=Cut("to", "m"))
    assert parrot.asked == ["m:m1", "m:m2"]
    assert ran.finished.status == "succeeded"


async def test_from_here_keeps_what_is_before_with_its_text_and_its_costs() -> None:
    made, _ = bench()
    first = await made.run(three(), {"q": "x"})
    ran, asked, taken = await once_more(three(), first, {"b": "chosen"}, inputs={"q": "x"})
    assert asked == ["b:b «a x", "c:c «b «a x"]
    assert ran.finished.answer == first.finished.answer
    assert [event.type for event in ran.events if isinstance(event, NodeFinished)] == ["node_kept"] * 2 + ["node_finished"] * 3
    assert ran.started == ["b", "c", "answer"]
    assert ran.finished.usage.cost_usd == 1.0
    assert ran.state.kept_usage.cost_usd == 0.5
    assert {key: usage.cost_usd for key, usage in taken.usage.items()} == {"a": 0.5}
    kept = next(event for event in ran.events if isinstance(event, NodeKept) and event.node_id == "a")
    assert (kept.run_id, kept.edited, kept.index) == ("run-0", False, 2)
    assert kept.node_run_id != first.node("a").node_run_id


async def test_a_second_takeover_still_names_the_run_that_did_the_work() -> None:
    made, _ = bench()
    first = await made.run(three(), {"q": "x"})
    second, _, _ = await once_more(three(), first, {"b": "chosen"}, inputs={"q": "x"})
    plan = made.plan(three())
    third = parts.take_over(plan, rows(second), "run-1", parts.stale(plan, {"c": "chosen"}))
    assert {key: event.run_id for key, event in third.nodes.items()} == {"start": "run-0", "a": "run-0", "b": "run-1"}


async def test_an_edited_output_runs_what_is_behind_it() -> None:
    made, _ = bench()
    first = await made.run(three(), {"q": "x"})
    plan = made.plan(three())
    behind = {edge.target: "after" for edge in plan.successors["b"]}
    ran, asked, _ = await once_more(three(), first, behind, edited={"b": {"text": "by hand"}}, inputs={"q": "x"})  # type: ignore[arg-type]
    assert asked == ["c:c by hand"]
    assert ran.finished.answer == "«a x «c by hand"
    kept = next(event for event in ran.events if isinstance(event, NodeKept) and event.node_id == "b")
    assert (kept.edited, kept.outputs["text"]) == (True, "by hand")


async def test_an_edited_input_runs_what_uses_it() -> None:
    flow = document(
        [start(ask("q"), ask("r")), llm("a", "{{#start.q#}}"), llm("b", "{{#start.r#}}"), answer("{{#a.text#}} {{#b.text#}}")],
        [edge("start", "a"), edge("start", "b"), edge("a", "answer"), edge("b", "answer")],
    )
    made, _ = bench()
    first = await made.run(flow, {"q": "x", "r": "y"})
    plan = made.plan(flow)
    users = dict.fromkeys(parts.uses(plan, [("start", "r")]), "edited_input")
    again = parts.stale(plan, users)  # type: ignore[arg-type]
    taken = parts.take_over(plan, [event for event in rows(first) if event.node_id != "start"], "run-0", again)
    made, parrot = bench()
    ran = await made.run(flow, {"q": "x", "r": "z"}, kept=taken.nodes)
    assert parrot.asked == ["b:z"]
    assert ran.finished.answer == "«x «z"


def renamed() -> Flow:
    flow = three()
    for row in flow["graph"]["nodes"]:
        row["data"]["title"] = "T"
    return flow


CHANGES: list[tuple[str, Flow, list[str]]] = [
    ("nothing", three(), []),
    ("a title", renamed(), []),
    ("a prompt", three("B {{#a.text#}}"), ["b", "c"]),
    (
        "a node put between",
        document([*three()["graph"]["nodes"], llm("n", "n")], chain("start", "a", "n", "b", "c", "answer")),
        ["n", "b", "c"],
    ),
    (
        "a node taken away",
        document([row for row in three()["graph"]["nodes"] if row["id"] != "b"], chain("start", "a", "c", "answer")),
        ["c"],
    ),
    (
        "a node beside",
        document([*three()["graph"]["nodes"], llm("n", "n")], [*chain("start", "a", "b", "c", "answer"), edge("a", "n")]),
        ["n"],
    ),
]


@pytest.mark.parametrize(("what", "after", "asked"), CHANGES, ids=[row[0] for row in CHANGES])
async def test_in_a_changed_flow_what_differs_and_what_is_behind_runs_again(what: str, after: Flow, asked: list[str]) -> None:
    made, _ = bench()
    first = await made.run(three(), {"q": "x"})
    _, questions, _ = await once_more(after, first, before=three(), inputs={"q": "x"})
    assert [question.partition(":")[0] for question in questions] == asked


async def test_a_changed_variable_of_the_flow_changes_those_who_use_it() -> None:
    def flow(value: str) -> Flow:
        nodes = [start(), llm("a", "{{#env.tone#}}"), llm("b"), answer("{{#a.text#}}{{#b.text#}}")]
        edges = [edge("start", "a"), edge("start", "b"), edge("a", "answer"), edge("b", "answer")]
        return document(nodes, edges, environment_variables=[{"name": "tone", "value": value}])

    made, _ = bench(environment={"tone": "kind"})
    first = await made.run(flow("kind"))
    _, asked, _ = await once_more(flow("rude"), first, before=flow("kind"), environment={"tone": "rude"})
    assert asked == ["a:rude"]


def failing(**data: Any) -> Flow:
    """A model and an answer for each item."""
    nodes = iteration([llm("p", "p{{#it.index#}}"), llm("m", "{{#it.item#}}"), answer("[{{#m.text#}}]", "say")], output="m.text", **data)
    return document([start(ask("items")), *nodes, answer("= {{#it.output#}}")], [*around("it", "answer"), *body("it", "p", "m", "say")])


@pytest.mark.parametrize("parallel", [False, True])
async def test_a_failed_iteration_keeps_its_finished_items(parallel: bool) -> None:
    data = {"is_parallel": True, "parallel_nums": 3} if parallel else {}
    made, _ = bench()
    first = await made.run(failing(**data), {"items": ["x", "bad", "z"]})
    assert first.finished.status == "failed"
    mended = failing(**data)
    next(row for row in mended["graph"]["nodes"] if row["id"] == "m")["data"]["prompt_template"][0]["text"] = "ok"
    ran, asked, _ = await once_more(failing(**data), first, inputs={"items": ["x", "bad", "z"]})
    assert (ran.finished.status, "m:x" in asked, "p:p0" in asked, "p:p1" in asked) == ("failed", False, False, False)
    ran, asked, _ = await once_more(mended, first, before=failing(**data), inputs={"items": ["x", "bad", "z"]})
    assert ran.finished.status == "succeeded"
    assert ran.finished.answer.startswith("[«ok][«ok][«ok]= ")
    assert not {"p:p0", "p:p1"} & set(asked)
    assert asked.count("m:ok") == 3


async def test_a_failed_item_that_counts_as_none_stays_so() -> None:
    flow = failing(error_handle_mode="continue-on-error")
    flow["graph"]["nodes"].append(llm("last", "bad"))
    flow["graph"]["edges"] = [*body("it", "p", "m", "say"), *around("it", "last"), edge("last", "answer")]
    made, _ = bench()
    first = await made.run(flow, {"items": ["x", "bad", "z"]})
    assert first.finished.status == "failed"
    ran, asked, _ = await once_more(flow, first, inputs={"items": ["x", "bad", "z"]})
    assert asked == ["last:bad"]
    assert ran.node("it").outputs == {"output": ["«x", None, "«z"]}


async def test_a_silent_container_is_kept_whole_with_what_it_cost() -> None:
    nodes = iteration([llm("m", "{{#it.item#}}")], output="m.text")
    flow = document(
        [start(ask("items")), *nodes, llm("z", "{{#it.output#}}"), answer("{{#z.text#}}")],
        [
            *around("it", "z"),
            edge("z", "answer"),
            *body("it", "m"),
        ],
    )
    made, _ = bench()
    first = await made.run(flow, {"items": ["x", "y"]})
    ran, asked, taken = await once_more(flow, first, {"z": "chosen"}, inputs={"items": ["x", "y"]})
    assert len(asked) == 1
    assert set(taken.nodes) == {"start", "it"}
    assert taken.counts == {"start": 1, "itstart": 2, "m": 2, "it": 1}
    assert ran.state.kept_usage.cost_usd == 1.0
    assert ran.finished.usage.cost_usd == 0.5


def counting(prompt: str = "m{{#loop.n#}}") -> Flow:
    """A loop whose rounds build on one another, with a last model that fails."""
    inner = [assign("add", "loop.n", "+=", 1), llm("p", "p{{#loop.n#}}"), llm("m", prompt)]
    nodes = loop(inner, variables=[variable("n", 0)], loop_count=3)
    return document(
        [start(), *nodes, llm("z", "bad"), answer("{{#loop.n#}}")],
        [*around("loop", "z"), edge("z", "answer"), *body("loop", "add", "p", "m")],
    )


async def test_a_loop_in_which_something_changed_keeps_only_what_came_before_it() -> None:
    made, _ = bench()
    first = await made.run(counting())
    ran, asked, _ = await once_more(counting("M{{#loop.n#}}"), first, before=counting())
    assert asked == ["m:M1", "p:p2", "m:M2", "p:p3", "m:M3", "z:bad"]
    _, asked, _ = await once_more(counting(), first, before=counting())
    assert asked == ["z:bad"]
    assert ran.state.nodes["loop"].outputs["n"] == 3


async def test_a_loop_that_failed_goes_on_in_its_round() -> None:
    def flow(stop: str) -> Flow:
        inner = [assign("add", "loop.n", "+=", 1), template("t", stop, n="loop.n"), llm("m", "{{#t.output#}}")]
        nodes = loop(inner, variables=[variable("n", 0)], loop_count=3)
        return document([start(), *nodes, answer("{{#loop.n#}}")], [*around("loop", "answer"), *body("loop", "add", "t", "m")])

    made, _ = bench()
    first = await made.run(flow("{{ 'bad' if n == 2 else n }}"))
    assert first.finished.status == "failed"
    ran, asked, _ = await once_more(flow("{{ 'bad' if n == 2 else n }}"), first)
    assert asked == ["m:bad"]
    assert ran.finished.status == "failed"


async def test_changed_conversation_variables_are_kept_with_the_node() -> None:
    flow = document(
        [start(), assign("set", "conversation.mood", "set", "good"), llm("a"), answer("{{#conversation.mood#}}")],
        chain("start", "set", "a", "answer"),
        conversation_variables=[{"name": "mood"}],
    )
    made, _ = bench(conversation={"mood": "bad"})
    first = await made.run(flow)
    ran, asked, _ = await once_more(flow, first, {"a": "chosen"}, conversation={"mood": "bad"})
    assert asked == ["a:Say hello"]
    assert ran.finished.answer == "good"
    assert ran.state.conversation == {"mood": "good"}


async def test_what_lies_ahead() -> None:
    flow = document(
        [start(ask("q")), if_else("if", ("yes", [when("start.q", "is", "x")])), llm("a"), llm("b"), answer("x")],
        [*chain("start", "if"), edge("if", "a", "yes"), edge("if", "b", "false"), edge("a", "answer"), edge("b", "answer")],
    )
    made, _ = bench()
    first = await made.run(flow, {"q": "x"})
    plan = made.plan(flow)
    for changed, found in (("a", {"a", "answer"}), ("b", {"answer"}), ("if", {"if", "a", "b", "answer"})):
        taken = parts.take_over(plan, rows(first), "run-0", parts.stale(plan, {changed: "chosen"}))
        assert parts.ahead(plan, taken.nodes) == found


CUT_SCENARIOS: dict[str, tuple[Flow, dict[str, parts.Reason], Any]] = {
    "in a row": (three(), {"c": "chosen"}, None),
    "in an iteration": (failing(), {"m": "chosen"}, ["x", "y"]),
    "in parallel": (failing(is_parallel=True, parallel_nums=2), {"m": "chosen"}, ["x", "y", "z"]),
    "behind an iteration that answers": (failing(), {"answer": "chosen"}, ["x", "y"]),
    "in a loop": (counting(), {"m": "chosen"}, None),
}


@pytest.mark.parametrize("name", CUT_SCENARIOS)
async def test_such_a_run_that_is_cut_goes_on_with_the_same_takeover(name: str) -> None:
    flow, changed, items = CUT_SCENARIOS[name]
    inputs = {"items": items, "q": "x"}
    made, _ = bench()
    first = await made.run(flow, inputs)
    whole, asked, taken = await once_more(flow, first, changed, inputs=inputs)
    for cut in range(1, len(whole.events)):
        before = [log_format.loads(log_format.dumps(event)) for event in whole.events[:cut]]
        made, parrot = bench()
        ran = await made.run(flow, inputs, state=fold(before), kept=taken.nodes)
        everything = [*before, *ran.events]
        assert ran.finished.outputs == whole.finished.outputs
        assert ran.finished.answer == whole.finished.answer == text_of(everything)
        assert ran.finished.usage == whole.finished.usage
        assert ran.state.kept_usage == whole.state.kept_usage
        assert set(parrot.asked) <= set(asked)
        assert len(rows(Ran(everything, ran.state, None))) == len(rows(whole))
