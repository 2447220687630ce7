"""Flows with nodes that cannot run: a run goes up to them and says what is the matter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, answer, ask, chain, document, edge, end, if_else, llm, node, start, when
from workers.engine import plan as plans
from workers.engine.events import RunFinished

TOOL = {"provider_name": "tavily", "tool_name": "tavily_search", "title": "Search"}


def failure(last: Any) -> tuple[str, str | None]:
    """Code and node of a failed run."""
    assert isinstance(last, RunFinished)
    assert last.status == "failed"
    assert last.error is not None
    assert last.error.message.endswith((".", "!"))
    return last.error.code, last.error.node_id


async def test_a_run_goes_up_to_a_node_of_an_unknown_type() -> None:
    bench = Bench(mode="workflow")
    fill = node("template", "template-transform", template="{{ x }}", variables=[{"variable": "x", "value_selector": ["start", "q"]}])
    flow = document([start(ask("q")), fill, node("t", "tool", **TOOL), end(o="t.text")], chain("start", "template", "t", "end"))
    ran = await bench.run(flow, {"q": "hello"})
    assert failure(ran.last) == ("unknown_node_type", "t")
    assert ran.finished.error is not None
    assert "'Search'" in ran.finished.error.message
    assert ran.state.nodes["template"].outputs == {"output": "hello"}
    assert "end" not in ran.state.nodes


@pytest.mark.parametrize("word", ["left", "right"])
async def test_a_branch_that_is_not_taken_does_no_harm(word: str) -> None:
    bench = Bench(mode="workflow")
    flow = document(
        [
            start(ask("q")),
            if_else("if", ("left", [when("start.q", "is", "left")])),
            node("t", "tool", **TOOL),
            end("a", o="t.text"),
            end("b", o="start.q"),
        ],
        [edge("start", "if"), edge("if", "t", "left"), edge("t", "a"), edge("if", "b", "false")],
    )
    ran = await bench.run(flow, {"q": word})
    if word == "left":
        assert failure(ran.last) == ("unknown_node_type", "t")
    else:
        assert (ran.finished.status, ran.finished.outputs) == ("succeeded", {"o": "right"})


@pytest.mark.parametrize(
    ("strategy", "values"),
    [
        ({"error_strategy": "fail-branch"}, {"why": "unknown_node_type"}),
        ({"error_strategy": "default-value", "default_value": [{"key": "text", "type": "string", "value": "none"}]}, {"text": "none"}),
    ],
)
async def test_the_error_handling_that_was_drawn_applies(strategy: dict[str, Any], values: dict[str, str]) -> None:
    handle = "fail-branch" if strategy["error_strategy"] == "fail-branch" else "source"
    flow = document(
        [start(), node("t", "tool", **TOOL, **strategy), end(**{name: f"t.{'error_type' if name == 'why' else name}" for name in values})],
        [edge("start", "t"), edge("t", "end", handle)],
    )
    ran = await Bench(mode="workflow").run(flow)
    assert (ran.finished.status, ran.finished.outputs) == ("partial_succeeded", values)


async def test_a_node_with_settings_of_a_wrong_shape_fails_when_it_is_reached() -> None:
    flow = document([start(), llm(memory={"window": {"size": "many"}}), answer()], chain("start", "llm", "answer"))
    ran = await Bench().run(flow)
    assert failure(ran.last) == ("node_invalid", "llm")


async def test_an_empty_container_fails_when_it_is_reached() -> None:
    flow = document([start(), node("x", "iteration"), answer("x")], chain("start", "x", "answer"))
    assert failure((await Bench().run(flow)).last) == ("container_empty", "x")


async def test_a_trigger_begins_a_flow_that_has_no_start() -> None:
    flow = document([node("t", "trigger-webhook"), end(o="t.body")], chain("t", "end"))
    assert [problem.code for problem in plans.compile(flow, "workflow").problems] == ["unknown_node_type"]
    assert failure((await Bench(mode="workflow").run(flow)).last) == ("unknown_node_type", "t")


async def test_a_trigger_beside_a_start_is_left_out() -> None:
    flow = document([start(), node("t", "trigger-schedule"), end("a"), end("b")], [edge("start", "a"), edge("t", "b")])
    ran = await Bench(mode="workflow").run(flow)
    assert ran.finished.status == "succeeded"
    assert ran.started == ["start", "a"]


async def test_a_flow_without_an_end_runs() -> None:
    flow = document([start(ask("q")), node("t", "template-transform", template="x")], chain("start", "t"))
    assert [(problem.code, problem.severity) for problem in plans.compile(flow, "workflow").problems] == [("no_end", "warning")]
    ran = await Bench(mode="workflow").run(flow, {"q": "hi"})
    assert (ran.finished.status, ran.finished.outputs) == ("succeeded", {})


async def test_what_a_reference_to_nothing_reads_is_its_own_path() -> None:
    flow = document([start(), answer("{{#ghost.text#}} and {{#start.none#}}")], chain("start", "answer"))
    assert (await Bench().run(flow)).finished.answer == "ghost.text and start.none"


async def test_connections_to_nowhere_are_not_followed() -> None:
    flow = document([start(ask("q")), end(q="start.q")], [*chain("start", "end"), edge("start", "ghost")])
    assert [(problem.code, problem.severity) for problem in plans.compile(flow, "workflow").problems] == [("edge_to_nowhere", "error")]
    assert (await Bench(mode="workflow").run(flow)).finished.status == "succeeded"
