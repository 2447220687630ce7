"""Containers in documents: who is in which, where rounds begin, and what is wrong."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.engine.builders import answer, ask, chain, document, edge, end, llm, node, start, when
from tests.engine.containers import around, body, iteration, loop, template, variable
from workers.engine import plan as plans

Found = tuple[str, str, str | None, str | None]


def found(flow: dict[str, Any], mode: str = "workflow") -> list[Found]:
    plan = plans.compile(flow, mode)
    assert all(problem.message.endswith(".") for problem in plan.problems)
    return [(problem.code, problem.severity, problem.node_id, problem.field) for problem in plan.problems]


def flow(nodes: list[dict[str, Any]], edges: list[dict[str, Any]], last: str = "it.output") -> dict[str, Any]:
    return document([start(ask("items")), template("before", "x"), *nodes, end(o=last)], edges)


ITEM = template("t", "{{ x }}", x="it.item")
LINE = [*chain("start", "before", "it", "end"), *body("it", "t")]


def test_a_sound_iteration_and_loop_have_no_problems() -> None:
    assert found(flow(iteration([ITEM], output="t.output"), LINE)) == []
    nodes = loop([template("t", "x", n="loop.n")], variables=[variable("n", 0)], break_conditions=[when("t.output", "is", "{{#loop.n#}}")])
    assert found(flow(nodes, [*chain("start", "before", "loop", "end"), *body("loop", "t")], "loop.n")) == []


@pytest.mark.parametrize(
    ("nodes", "edges", "expected"),
    [
        pytest.param(
            iteration([ITEM], output="t.output"),
            [*LINE, edge("before", "t")],
            [("edge_crosses_container", "error", "before", None)],
            id="an edge into a container",
        ),
        pytest.param(
            iteration([ITEM], output="t.output"),
            [*LINE, edge("t", "end")],
            [("edge_crosses_container", "error", "t", None)],
            id="an edge out of a container",
        ),
        pytest.param(
            iteration([ITEM], output="t.output"),
            [*LINE, edge("it", "itstart")],
            [("edge_crosses_container", "warning", "it", None)],
            id="an edge from a container to its own start",
        ),
        pytest.param(
            iteration([ITEM, template("loose", "x")], output="t.output"),
            LINE,
            [("not_connected", "warning", "loose", None)],
            id="a loose node in a container",
        ),
        pytest.param(
            iteration([ITEM, template("u", "{{ x }}", x="it.output")], output="t.output"),
            [*LINE, edge("t", "u")],
            [("reference_missing", "error", "u", "variables.0.value_selector")],
            id="the result from inside",
        ),
        pytest.param(
            iteration([ITEM], output="t.nothing"),
            LINE,
            [("reference_missing", "warning", "it", "output_selector")],
            id="a result that does not exist",
        ),
        pytest.param(
            iteration([ITEM], items="t.output", output="before.output"),
            LINE,
            [("reference_not_upstream", "error", "it", "iterator_selector")],
            id="a list from inside",
        ),
        pytest.param(
            [*iteration([ITEM], output="t.output"), node("x", "loop-end")],
            [*LINE, edge("before", "x")],
            [("node_misplaced", "warning", "x", None)],
            id="a loop-end outside of a loop",
        ),
        pytest.param(
            iteration([ITEM, node("x", "loop-end")], output="t.output"),
            [*LINE, edge("t", "x")],
            [("node_misplaced", "warning", "x", None)],
            id="a loop-end in an iteration",
        ),
        pytest.param(
            iteration([ITEM, start(node_id="s2")], output="t.output"),
            [*LINE, edge("t", "s2")],
            [("node_misplaced", "error", "s2", None)],
            id="a start in a container",
        ),
        pytest.param(
            iteration([ITEM, end("inner", x="t.output")], output="t.output"),
            [*LINE, edge("t", "inner")],
            [("node_misplaced", "warning", "inner", None)],
            id="an end in a container",
        ),
        pytest.param(
            iteration([ITEM, template("u", "x")], output="t.output"),
            [*LINE, edge("t", "u"), edge("u", "t")],
            [("cycle", "error", "t", None)],
            id="a circle in a container",
        ),
        pytest.param(
            iteration([ITEM], output="t.output", is_parallel=True, parallel_nums=0, error_handle_mode="pray"),
            LINE,
            [("node_invalid", "error", "it", "parallel_nums"), ("node_invalid", "error", "it", "error_handle_mode")],
            id="wrong settings",
        ),
        pytest.param(iteration([ITEM]), LINE, [("output_missing", "warning", "it", "output_selector")], id="rounds without a result"),
    ],
)
def test_containers(nodes: list[dict[str, Any]], edges: list[dict[str, Any]], expected: list[Found]) -> None:
    assert found(flow(nodes, edges)) == expected


def test_a_container_whose_beginning_cannot_be_told() -> None:
    nodes = [row for row in iteration([ITEM, template("u", "x")], output="t.output") if row["id"] != "itstart"]
    edges = chain("start", "before", "it", "end")
    assert ("container_without_start", "error", "it", None) in found(flow(nodes, edges))
    nodes[0]["data"]["start_node_id"] = "u"
    assert found(flow(nodes, edges)) == [("not_connected", "warning", "t", None)]
    plan = plans.compile(flow(nodes, [*edges, edge("t", "u")]), "workflow")
    assert plan.bodies["it"].start_id == "u"


@pytest.mark.parametrize("named_by", ["parentId", "iteration_id", "nothing", "all but the first", "a flag"])
def test_ways_in_which_files_say_what_is_inside(named_by: str) -> None:
    nodes = deepcopy(iteration([ITEM], output="t.output"))
    for row in nodes[1:]:
        if named_by != "parentId" and (named_by != "all but the first" or row["id"] == "itstart"):
            del row["parentId"]
        if named_by == "a flag" and row["id"] == "itstart":
            row["parentId"] = "it"
        if named_by == "a flag":
            row["data"] |= {"isInIteration": True}
        if named_by == "iteration_id":
            row["data"] |= {"isInIteration": True, "iteration_id": "it"}
    plan = plans.compile(flow(nodes, LINE), "workflow")
    assert plan.problems == ()
    assert set(plan.bodies["it"].in_degree) == {"itstart", "t"}
    assert set(plan.in_degree) == {"start", "before", "it", "end"}


def test_containers_inside_one_another_in_a_circle() -> None:
    nodes = iteration([ITEM], output="t.output")
    nodes[0]["parentId"] = "it"
    assert ("node_invalid", "error", "it", None) in found(flow(nodes, LINE))


def test_a_parent_that_is_no_container_means_nothing() -> None:
    nodes = iteration([ITEM], output="t.output")
    row = {**template("u", "x"), "parentId": "group-1"}
    assert found(flow([*nodes, row], [*LINE, edge("before", "u")])) == []


def test_a_container_that_never_runs_stops_nobody() -> None:
    broken = node("other", "loop", loop_variables=[{"label": "1"}])
    assert found(flow([*iteration([ITEM], output="t.output"), broken], LINE)) == [
        ("container_empty", "warning", "other", None),
        ("variable_name_invalid", "warning", "other", "loop_variables.0.label"),
        ("not_connected", "warning", "other", None),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"loop_variables": [variable("n", 0), variable("n", 0)]},
            [("variable_name_duplicate", "error", "loop", "loop_variables.1.label")],
        ),
        ({"loop_variables": [variable("n", "many")]}, [("value_invalid", "error", "loop", "loop_variables.0.value")]),
        ({"loop_variables": [variable("n", "ghost.x")]}, [("reference_missing", "error", "loop", "loop_variables.0.value")]),
        ({"loop_variables": [variable("n", "t.output")]}, [("reference_not_upstream", "error", "loop", "loop_variables.0.value")]),
        (
            {"break_conditions": [when("t.output", "", "x")]},
            [("condition_incomplete", "error", "loop", "break_conditions.0.comparison_operator")],
        ),
        ({"break_conditions": [when("t.output", "is", "")]}, [("condition_incomplete", "error", "loop", "break_conditions.0.value")]),
        (
            {"break_conditions": [when("end.o", "is", "x")]},
            [("reference_not_upstream", "warning", "loop", "break_conditions.0.variable_selector")],
        ),
        (
            {"break_conditions": [when("loop.no", "is", "x")]},
            [("reference_missing", "warning", "loop", "break_conditions.0.variable_selector")],
        ),
        (
            {"break_conditions": [{"comparison_operator": "is", "value": "x"}]},
            [("condition_incomplete", "error", "loop", "break_conditions.0.variable_selector")],
        ),
        ({"loop_count": 0}, [("node_invalid", "error", "loop", "loop_count")]),
    ],
)
def test_the_settings_of_a_loop(data: dict[str, Any], expected: list[Found]) -> None:
    nodes = loop([template("t", "x")], **data)
    edges = [*chain("start", "before", "loop", "end"), *body("loop", "t")]
    assert found(flow(nodes, edges, "before.output")) == expected


def test_only_answers_in_containers_are_answers() -> None:
    nodes = iteration([llm("m", "{{#it.item#}}"), answer("{{#m.text#}}", "say")])
    plan = plans.compile(document([start(ask("items")), *nodes], [edge("start", "it"), *body("it", "m", "say")]), "advanced-chat")
    assert [problem.code for problem in plan.problems] == ["output_missing"]
    assert plan.bodies["it"].streamed == {("m", "text")}
    assert plan.certain["start"] == ()
    assert plan.bodies["it"].certain["itstart"] == ("say",)


def test_what_is_after_a_container_that_answers_is_certain_only_after_it() -> None:
    nodes = iteration([answer("x", "say")])
    plan = plans.compile(
        document([start(ask("items")), *nodes, answer("y")], [*around("it", "answer"), *body("it", "say")]), "advanced-chat"
    )
    assert (plan.certain["start"], plan.certain["answer"]) == ((), ("answer",))
    silent = plans.compile(flow(iteration([ITEM], output="t.output"), LINE), "workflow")
    assert silent.bodies["it"].responses == {}
