from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, answer, ask, chain, document, edge, end, if_else, llm, node, start, when
from tests.engine.containers import iteration, template
from workers.engine import plan as plans
from workers.engine.events import IterationStarted

PIN = {"outputs": {"text": "Pinned words"}}


def with_llm(**data: Any) -> dict[str, Any]:
    return document([start(ask("q")), llm(prompt="Say {{#start.q#}}", **data), answer()], chain("start", "llm", "answer"))


async def test_a_pinned_node_gives_its_outputs_without_a_call() -> None:
    bench = Bench()
    ran = await bench.run(with_llm(pinned=PIN), {"q": "x"})
    assert ran.finished.answer == "Pinned words"
    assert ran.node("llm").process == {"pinned": True}
    assert bench.model.requests == []


async def test_a_disabled_node_passes_on_what_it_would_have_read() -> None:
    bench = Bench()
    ran = await bench.run(with_llm(disabled=True), {"q": "tide"})
    assert ran.finished.answer == "tide"
    assert ran.node("llm").process == {"disabled": True}
    assert bench.model.requests == []


async def test_a_disabled_node_gives_its_pinned_output() -> None:
    assert (await Bench().run(with_llm(disabled=True, pinned=PIN), {"q": "tide"})).finished.answer == "Pinned words"


async def test_values_go_on_only_where_they_fit() -> None:
    flow = document(
        [
            start(ask("q")),
            node("get", "http-request", method="get", url="https://example.test/{{#start.q#}}", disabled=True),
            end(a="get.body"),
        ],
        chain("start", "get", "end"),
    )
    bench = Bench(mode="workflow")
    ran = await bench.run(flow, {"q": "x"})
    assert ran.finished.outputs == {"a": "x"}
    assert ran.node("get").outputs["status_code"] is None
    assert bench.http.requests == []


def forked(**data: Any) -> dict[str, Any]:
    branch = if_else("if", ("yes", [when("start.q", "is", "go")]), **data)
    ends = [end("a", x="start.q"), end("b", y="start.q")]
    return document([start(ask("q")), branch, *ends], [edge("start", "if"), edge("if", "a", "yes"), edge("if", "b", "false")])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"disabled": True}, {"y": "go"}),
        ({"pinned": {"outputs": {}, "handle": "yes"}}, {"x": "go"}),
        ({"pinned": {"outputs": {}, "handle": "gone"}}, {"y": "go"}),
        ({}, {"x": "go"}),
    ],
)
async def test_a_branch_takes_its_pinned_exit_or_that_of_no(data: dict[str, Any], expected: dict[str, Any]) -> None:
    assert (await Bench(mode="workflow").run(forked(**data), {"q": "go"})).finished.outputs == expected


async def test_a_disabled_container_hands_its_list_on_and_opens_no_rounds() -> None:
    inner = iteration([template("t", "{{ x }}", x="it.item")], output="t.output", disabled=True)
    edges = [*chain("start", "it", "end"), edge("itstart", "t")]
    flow = document([start(ask("items", "json_object")), *inner, end(all="it.output")], edges)
    flow["graph"]["nodes"][1]["data"]["iterator_selector"] = ["start", "items"]
    ran = await Bench(mode="workflow").run(flow, {"items": {"a": 1}})
    assert ran.finished.outputs == {"all": None}
    assert not any(isinstance(event, IterationStarted) for event in ran.events)
    assert ran.started == ["start", "it", "end"]


async def test_a_disabled_response_says_nothing() -> None:
    ran = await Bench().run(document([start(), answer("hello", "a"), answer("bye", "b")], chain("start", "a", "b")))
    assert "hello" in ran.finished.answer
    silent = answer("hello", "a")
    silent["data"]["disabled"] = True
    ran = await Bench().run(document([start(), silent, answer("bye", "b")], chain("start", "a", "b")))
    assert ran.finished.answer == "bye"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"disabled": True, "model": "nonsense"}, []),
        ({"disabled": True, "prompt_template": [{"role": "user", "text": "{{#gone.x#}}"}]}, []),
        ({"pinned": PIN}, [("output_pinned", "warning", "llm")]),
        ({"pinned": PIN, "disabled": True}, []),
        ({"pinned": "nonsense"}, []),
        ({"pinned": None, "disabled": False}, []),
    ],
)
def test_what_is_passed_by_has_no_problems_of_its_own(data: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    plan = plans.compile(with_llm(**data), "advanced-chat")
    assert [(problem.code, problem.severity, problem.node_id) for problem in plan.problems] == expected


async def test_an_unknown_node_that_is_disabled_does_not_stop_the_flow() -> None:
    flow = document([start(ask("q")), node("x", "hologram", disabled=True), answer("{{#start.q#}}")], chain("start", "x", "answer"))
    assert plans.compile(flow, "advanced-chat").problems == ()
    assert (await Bench().run(flow, {"q": "on"})).finished.answer == "on"


async def test_the_start_cannot_be_disabled() -> None:
    flow = with_llm(pinned=PIN)
    flow["graph"]["nodes"][0]["data"]["disabled"] = True
    assert (await Bench().run(flow, {"q": "x"})).node("start").outputs["q"] == "x"
