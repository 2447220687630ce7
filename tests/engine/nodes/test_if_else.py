from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, answer, ask, chain, document, edge, if_else, node, start, when


def flow(decision: dict[str, Any], *handles: str) -> dict[str, Any]:
    """A start, the decision, and an answer per exit that says its name."""
    return document(
        [start(ask("q"), ask("n", "number"), ask("b", "checkbox")), decision, *(answer(handle, f"to_{handle}") for handle in handles)],
        [*chain("start", "if"), *(edge("if", f"to_{handle}", handle) for handle in handles)],
    )


@pytest.mark.parametrize(("q", "taken"), [("one", "c1"), ("two", "c2"), ("onetwo", "c1"), ("three", "false")])
async def test_the_first_case_that_holds_is_taken(q: str, taken: str) -> None:
    decision = if_else("if", ("c1", [when("start.q", "contains", "one")]), ("c2", [when("start.q", "contains", "two")]))
    ran = await Bench().run(flow(decision, "c1", "c2", "false"), {"q": q})
    assert ran.finished.answer == taken
    assert ran.node("if").outputs == {"result": taken != "false", "selected_case_id": taken}
    assert ran.node("if").handle == taken
    assert ran.started == ["start", "if", f"to_{taken}"]


@pytest.mark.parametrize(("n", "taken"), [(5, "true"), (50, "false")])
async def test_the_shape_of_old_files(n: int, taken: str) -> None:
    decision = node("if", "if-else", logical_operator="and", conditions=[when("start.n", ">", "1"), when("start.n", "<", "{{#start.q#}}")])
    ran = await Bench().run(flow(decision, "true", "false"), {"n": n, "q": "10"})
    assert ran.finished.answer == taken


async def test_an_exit_written_as_a_yaml_boolean() -> None:
    decision = node("if", "if-else", cases=[{"case_id": True, "conditions": [when("start.q", "is", "x")]}])
    assert (await Bench().run(flow(decision, "true", "false"), {"q": "x"})).finished.answer == "true"


async def test_a_boolean_input() -> None:
    decision = if_else("if", ("yes", [when("start.b", "is", True, varType="boolean")]))
    assert (await Bench().run(flow(decision, "yes", "false"), {"b": True})).finished.answer == "yes"
    assert (await Bench().run(flow(decision, "yes", "false"), {"b": False})).finished.answer == "false"


async def test_what_was_compared_is_kept_for_the_history() -> None:
    decision = if_else("if", ("yes", [when("start.n", "=", "3")]))
    ran = await Bench().run(flow(decision, "yes", "false"), {"n": 3})
    assert ran.node("if").process["condition_results"] == [
        {"variable": "start.n", "actual_value": 3, "comparison_operator": "=", "expected_value": "3", "result": True}
    ]


async def test_a_variable_of_a_branch_that_did_not_run_fails_the_node() -> None:
    decisions = [if_else("if", ("yes", [when("start.q", "is", "x")])), if_else("if2", ("yes", [when("agg.output", "is", "x")]))]
    document_ = document(
        [start(ask("q")), *decisions, node("agg", "variable-aggregator", variables=[["start", "q"]]), answer("end")],
        [*chain("start", "if"), edge("if", "agg", "yes"), edge("if", "if2", "false"), *chain("agg", "if2"), edge("if2", "answer", "yes")],
    )
    ran = await Bench().run(document_, {"q": "other"})
    assert ran.finished.status == "failed"
    assert ran.finished.error is not None
    assert (ran.finished.error.code, ran.finished.error.node_id) == ("variable_missing", "if2")
    assert ran.node("if2").status == "failed"
