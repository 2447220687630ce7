from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, chain, document, if_else, node, start, when
from workers.engine import plan as plans
from workers.engine import registry
from workers.engine.node import NodeContext
from workers.engine.nodes.assigner import AssignerConfig, AssignerNode
from workers.engine.nodes.variable_aggregator import VariableAggregatorNode
from workers.engine.ports import Limits, Ports, RunInfo
from workers.engine.variables import Scope

VARIABLES = {"text": "old", "n": 10, "yes": True, "thing": {"a": 1}, "names": ["a", "b"], "unset": None, "blank": ""}
DECLARED = [{"name": name, "value_type": "string", "value": value} for name, value in VARIABLES.items()]


def change(target: str, operation: str, value: Any = None, input_type: str = "constant") -> dict[str, Any]:
    if input_type == "variable":
        value = value.split(".")
    return {"variable_selector": target.split("."), "input_type": input_type, "operation": operation, "value": value}


def flow(*drawn: dict[str, Any], says: str = "{{#conversation.text#}}") -> dict[str, Any]:
    nodes = [start(ask("q"), ask("n", "number"), ask("o", "json_object"), ask("never")), *drawn, answer(says)]
    return document(nodes, chain(*(row["id"] for row in nodes)), conversation_variables=DECLARED)


async def assigned(*items: dict[str, Any], inputs: dict[str, Any] | None = None, version: str = "2") -> Ran:
    drawn = node("assign", "assigner", version=version, items=list(items))
    return await Bench(conversation=dict(VARIABLES)).run(flow(drawn), inputs or {})


@pytest.mark.parametrize(
    ("item", "value"),
    [
        (change("conversation.text", "over-write", "new"), "new"),
        (change("conversation.text", "overwrite", "new"), "new"),
        (change("conversation.text", "set", "{{#start.q#}}"), "{{#start.q#}}"),
        (change("conversation.text", "over-write", "start.q", "variable"), "asked"),
        (change("conversation.text", "clear"), ""),
        (change("conversation.n", "set", 3), 3),
        (change("conversation.n", "over-write", "0"), 0),
        (change("conversation.n", "set", "2.5"), 2.5),
        (change("conversation.yes", "set", "false"), False),
        (change("conversation.n", "+=", 2), 12),
        (change("conversation.n", "-=", "2.5"), 7.5),
        (change("conversation.n", "*=", 2), 20),
        (change("conversation.n", "/=", 4), 2.5),
        (change("conversation.n", "+=", "start.n", "variable"), 15),
        (change("conversation.n", "clear"), 0),
        (change("conversation.yes", "set", False), False),
        (change("conversation.yes", "clear"), False),
        (change("conversation.thing", "set", '{"b": 2}'), {"b": 2}),
        (change("conversation.thing", "over-write", {"b": 2}), {"b": 2}),
        (change("conversation.thing", "clear"), {}),
        (change("conversation.names", "append", "c"), ["a", "b", "c"]),
        (change("conversation.names", "append", "start.q", "variable"), ["a", "b", "asked"]),
        (change("conversation.names", "extend", ["c", "d"]), ["a", "b", "c", "d"]),
        (change("conversation.names", "extend", '["c"]'), ["a", "b", "c"]),
        (change("conversation.names", "extend", "conversation.names", "variable"), ["a", "b", "a", "b"]),
        (change("conversation.names", "remove-first"), ["b"]),
        (change("conversation.names", "remove-last"), ["a"]),
        (change("conversation.names", "clear"), []),
        (change("conversation.names", "set", '["z"]'), ["z"]),
        (change("conversation.unset", "append", "x"), ["x"]),
        (change("conversation.unset", "over-write", 5), 5),
        (change("conversation.blank", "over-write", 5), 5),
        (change("conversation.blank", "+=", 5), 5),
        (change("conversation.blank", "extend", ["x"]), ["x"]),
    ],
)
async def test_operations(item: dict[str, Any], value: Any) -> None:
    ran = await assigned(item, inputs={"q": "asked", "n": 5})
    assert ran.finished.status == "succeeded", ran.finished.error
    name = item["variable_selector"][1]
    assert ran.node("assign").conversation == {name: value}
    assert ran.state.conversation == {name: value}
    assert ran.node("assign").outputs == {}
    [told] = ran.node("assign").process["updated_variables"]
    assert "old_value" in told
    assert told == {"name": name, "selector": ["conversation", name], "old_value": told["old_value"], "new_value": value}


async def test_what_a_variable_was_before_is_told_once() -> None:
    twice = [change("conversation.names", "append", "c"), change("conversation.names", "append", "d")]
    [told] = (await assigned(*twice, inputs={"q": "asked", "n": 5})).node("assign").process["updated_variables"]
    assert (told["old_value"], told["new_value"]) == (["a", "b"], ["a", "b", "c", "d"])


@pytest.mark.parametrize(
    "item",
    [
        change("conversation.text", "append", "x"),
        change("conversation.text", "+=", 1),
        change("conversation.text", "set", 3),
        change("conversation.n", "set", "many"),
        change("conversation.n", "+=", "much"),
        change("conversation.n", "/=", 0),
        change("conversation.thing", "set", "no json"),
        change("conversation.thing", "set", "[1]"),
        change("conversation.names", "extend", "start.n", "variable"),
        change("conversation.yes", "set", 1),
    ],
)
async def test_what_does_not_fit_fails_and_changes_nothing(item: dict[str, Any]) -> None:
    ran = await assigned(change("conversation.unset", "set", 1), item, inputs={"n": 5})
    assert ran.finished.error is not None
    assert ran.finished.error.code == "operation_impossible"
    assert ran.state.conversation == {}


async def test_later_changes_see_earlier_ones_and_the_flow_sees_them_all() -> None:
    ran = await assigned(
        change("conversation.n", "+=", 1),
        change("conversation.n", "*=", 2),
        change("conversation.text", "set", "now"),
        change("conversation.names", "append", "conversation.text", "variable"),
    )
    assert ran.state.conversation == {"n": 22, "text": "now", "names": ["a", "b", "now"]}
    assert ran.finished.answer == "now"


async def test_values_are_not_changed_in_place() -> None:
    shared = ["a"]
    drawn = node("assign", "assigner", version="2", items=[change("conversation.names", "append", "x")])
    await Bench(conversation={**VARIABLES, "names": shared}).run(flow(drawn))
    assert shared == ["a"]


async def test_an_empty_value_changes_nothing() -> None:
    ran = await assigned(change("conversation.text", "over-write", "conversation.unset", "variable"))
    assert ran.finished.status == "succeeded"
    assert ran.finished.answer == "old"


async def test_items_as_some_files_write_them() -> None:
    ran = await assigned(
        {
            "variable_selector": "{{#conversation.text#}}",
            "input_type": "variable",
            "write_mode": "overwrite",
            "value_selector": ["start", "q"],
        },
        {"variable_selector": ["conversation", "n"], "operation": "set", "value": "{{#start.n#}}"},
        inputs={"q": "asked", "n": 4},
    )
    assert ran.state.conversation == {"text": "asked", "n": 4}


@pytest.mark.parametrize("version", ["2", "v2", "1"])
async def test_the_second_version_under_every_name(version: str) -> None:
    ran = await assigned(change("conversation.text", "set", "new"), version=version)
    assert ran.finished.answer == "new"


@pytest.mark.parametrize(
    ("mode", "target", "value"),
    [
        ("over-write", "text", "asked"),
        ("append", "names", ["a", "b", "asked"]),
        ("clear", "names", []),
        ("over-write", "n", "asked"),  # the first version does not compare types
    ],
)
async def test_the_first_version(mode: str, target: str, value: Any) -> None:
    drawn = node(
        "assign",
        "assigner",
        assigned_variable_selector=["conversation", target],
        write_mode=mode,
        input_variable_selector=["start", "q"] if mode != "clear" else [],
    )
    ran = await Bench(conversation=dict(VARIABLES)).run(flow(drawn), {"q": "asked"})
    assert ran.state.conversation == {target: value}


async def test_a_variable_of_a_branch_that_did_not_run() -> None:
    drawn = [
        if_else("if", ("yes", [when("start.q", "is", "x")])),
        node("agg", "variable-aggregator", variables=[["start", "q"]]),
        node("assign", "assigner", version="2", items=[change("conversation.text", "set", "agg.output", "variable")]),
        answer("done"),
    ]
    edges = [*chain("start", "if"), *chain("agg", "assign", "answer")]
    edges += [{"source": "if", "target": "agg", "sourceHandle": "yes"}, {"source": "if", "target": "assign", "sourceHandle": "false"}]
    document_ = document([start(ask("q")), *drawn], edges, conversation_variables=DECLARED)
    ran = await Bench(conversation=dict(VARIABLES)).run(document_, {"q": "y"})
    assert ran.finished.error is not None
    assert ran.finished.error.code == "variable_missing"


async def test_loop_variables_are_handed_back_apart() -> None:
    rows = [change("loop1.total", "+=", 5), change("conversation.n", "set", "loop1.total", "variable")]
    drawn = AssignerNode("a", AssignerConfig.model_validate({"type": "assigner", "version": "2", "items": rows}))
    scope = Scope({"loop1": {"total": 1}, "conversation": {"n": 0}})
    ports: Any = Ports.__new__(Ports)
    info = RunInfo("r", "workflow", {}, {})
    outputs = await drawn.run(NodeContext("a", "loop1:0", info, scope, ports, Limits(), lambda *_: None, lambda *_: None))
    assert outputs.loop_variables == {"loop1": {"total": 6}}
    assert outputs.conversation == {"n": 6}
    assert list(drawn.writes()) == [("loop1", "total"), ("conversation", "n")]


def test_what_is_wrong_is_told() -> None:
    items = [change("sys.query", "set", "x"), change("conversation.gone", "set", "x"), change("conversation.n", "%=", 2)]
    items.append({"variable_selector": [], "input_type": "variable", "operation": "append", "value": []})
    problems = plans.compile(flow(node("assign", "assigner", version="2", items=items)), "advanced-chat").problems
    assert {(problem.code, problem.field) for problem in problems} == {
        ("variable_read_only", "items.0.variable_selector"),
        ("reference_missing", "items.1.variable_selector"),
        ("operation_unknown", "items.2.operation"),
        ("selector_missing", "items.3.variable_selector"),
        ("selector_missing", "items.3.value"),
    }
    empty = plans.compile(flow(node("assign", "assigner", version="2", items=[])), "advanced-chat").problems
    assert [problem.code for problem in empty] == ["assignments_missing"]


def test_the_old_name_of_the_aggregator_is_not_this_node() -> None:
    assert registry.node_class("variable-assigner") is VariableAggregatorNode
    assert registry.node_class("assigner") is AssignerNode
