from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import answer, ask, chain, document, edge, end, if_else, llm, node, start, when
from workers.engine import plan as plans
from workers.engine.document import DocumentError, parse

Found = tuple[str, str, str | None, str | None]


def found(flow: Any, mode: str = "advanced-chat") -> list[Found]:
    """Compile and list (code, severity, node, field)."""
    plan = plans.compile(flow, mode)
    assert all(problem.message.endswith((".", "!")) for problem in plan.problems)
    assert plan.runnable is not any(problem.stops for problem in plan.problems)
    return [(problem.code, problem.severity, problem.node_id, problem.field) for problem in plan.problems]


def with_llm(**data: Any) -> dict[str, Any]:
    return document([start(ask("q")), llm(**data), answer()], chain("start", "llm", "answer"))


def test_a_sound_flow_has_no_problems() -> None:
    assert found(with_llm()) == []
    assert found(document([start(ask("q")), end(o="start.q")], chain("start", "end")), "workflow") == []


@pytest.mark.parametrize(
    ("flow", "mode", "expected"),
    [
        pytest.param(
            document([answer("x")], []),
            "advanced-chat",
            [("no_start", "error", None, None), ("not_connected", "warning", "answer", None)],
            id="no_start",
        ),
        pytest.param(
            document([start(), start(node_id="s2"), answer("x")], chain("start", "answer")),
            "advanced-chat",
            [("several_starts", "error", "s2", None)],
            id="several_starts",
        ),
        pytest.param(
            document([start(), node("x", "teleport"), answer("x")], chain("start", "x", "answer")),
            "advanced-chat",
            [("unknown_node_type", "error", "x", None)],
            id="unknown_node_type",
        ),
        pytest.param(
            document([start(), node("x", "iteration"), answer("x")], chain("start", "x", "answer")),
            "advanced-chat",
            [
                ("container_empty", "error", "x", None),
                ("output_missing", "warning", "x", "output_selector"),
                ("selector_missing", "error", "x", "iterator_selector"),
            ],
            id="an empty container",
        ),
        pytest.param(
            document([start(ask("q")), end(q="start.q")], chain("start", "end")),
            "advanced-chat",
            [("no_answer", "warning", None, None)],
            id="no_answer",
        ),
        pytest.param(
            document([start(), answer("x")], chain("start", "answer")), "workflow", [("no_end", "warning", None, None)], id="no_end"
        ),
        pytest.param(
            document([start(), answer("x")], [*chain("start", "answer", "ghost")]),
            "advanced-chat",
            [("edge_to_nowhere", "error", "answer", None)],
            id="edge_to_nowhere",
        ),
        pytest.param(
            document([start(), answer("x"), answer("y")], chain("start", "answer")),
            "advanced-chat",
            [("duplicate_node_id", "error", "answer", None)],
            id="duplicate_node_id",
        ),
        pytest.param(
            document(
                [start(), llm("a"), llm("b"), answer("x"), llm("c")],
                [*chain("start", "a", "b", "answer"), edge("b", "a"), edge("b", "c")],
            ),
            "advanced-chat",
            [("cycle", "error", "a", None)],
            id="cycle",
        ),
        pytest.param(
            document([start(), llm("a"), llm("b"), answer("x")], [*chain("start", "answer"), *chain("a", "b")]),
            "advanced-chat",
            [("not_connected", "warning", "a", None), ("unreachable_node", "warning", "b", None)],
            id="not_connected and unreachable_node",
        ),
        pytest.param(
            document([start(), answer("x")], [*chain("start", "answer"), edge("start", "answer", "elsewhere")]),
            "advanced-chat",
            [("handle_unknown", "warning", "start", None)],
            id="handle_unknown",
        ),
        pytest.param(
            document([start(ask("q")), end(o="start.q")], [*chain("start", "end"), edge("end", "end")]),
            "workflow",
            [("handle_unknown", "warning", "end", None)],
            id="nothing leaves from an end",
        ),
    ],
)
def test_the_graph(flow: Any, mode: str, expected: list[Found]) -> None:
    assert found(flow, mode) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"model": {"provider": "", "name": ""}}, [("model_missing", "error", "llm", "model")]),
        ({"model": None}, [("model_missing", "error", "llm", "model")]),
        ({"prompt_template": [{"role": "user", "text": " "}]}, [("prompt_empty", "error", "llm", "prompt_template")]),
        ({"prompt_template": []}, [("prompt_empty", "error", "llm", "prompt_template")]),
        ({"prompt_template": {"text": ""}}, [("prompt_empty", "error", "llm", "prompt_template")]),
        ({"prompt_template": [], "memory": {"window": {"enabled": False}}}, []),
        ({"prompt_template": [{"role": "wizard", "text": "x"}]}, [("node_invalid", "error", "llm", "prompt_template.0.role")]),
        ({"prompt_template": {"text": ["x"]}}, [("node_invalid", "error", "llm", "prompt_template.text")]),
        ({"prompt_template": "x"}, [("node_invalid", "error", "llm", "prompt_template")]),
        ({"retry_config": {"max_retries": 99}}, [("node_invalid", "error", "llm", "retry_config.max_retries")]),
        ({"error_strategy": "pray"}, [("node_invalid", "error", "llm", "error_strategy")]),
        (
            {"error_strategy": "default-value", "default_value": [{"key": "text", "type": "number", "value": "many"}]},
            [("node_invalid", "error", "llm", "default_value.0.value")],
        ),
        ({"vision": {"configs": {"detail": "blurry"}}}, [("node_invalid", "error", "llm", "vision.configs.detail")]),
        ({"prompt_template": [{"text": "{{#ghost.text#}}"}]}, [("reference_missing", "warning", "llm", "prompt_template.0.text")]),
        ({"prompt_template": [{"text": "{{#start.nope#}}"}]}, [("reference_missing", "warning", "llm", "prompt_template.0.text")]),
        ({"prompt_template": [{"text": "{{#sys.nope#}}"}]}, [("reference_missing", "warning", "llm", "prompt_template.0.text")]),
        ({"prompt_template": [{"text": "{{#env.nope#}}"}]}, [("reference_missing", "warning", "llm", "prompt_template.0.text")]),
        ({"prompt_template": [{"text": "{{#conversation.no#}}"}]}, [("reference_missing", "warning", "llm", "prompt_template.0.text")]),
        ({"prompt_template": [{"text": "{{#answer.answer#}}"}]}, [("reference_not_upstream", "warning", "llm", "prompt_template.0.text")]),
        ({"prompt_template": [{"text": "{{#llm.text#}}"}]}, [("reference_not_upstream", "warning", "llm", "prompt_template.0.text")]),
        (
            {"prompt_template": [{"text": "{{#sys.query#}}{{#start.q#}}{{#start.sys.query#}}{{#start.sys.nope#}}"}]},
            [("reference_missing", "warning", "llm", "prompt_template.0.text")],
        ),
        (
            {"context": {"enabled": True, "variable_selector": ["ghost", "x"]}},
            [("reference_missing", "error", "llm", "context.variable_selector")],
        ),
        ({"context": {"enabled": False, "variable_selector": ["ghost", "x"]}}, []),
        ({"prompt_template": [{"text": "{{#context#}}"}]}, [("context_missing", "warning", "llm", "context.variable_selector")]),
        (
            {"vision": {"enabled": True, "configs": {"variable_selector": ["start", "p"]}}},
            [("reference_missing", "error", "llm", "vision.configs.variable_selector")],
        ),
        ({"structured_output_enabled": True}, [("schema_missing", "error", "llm", "structured_output.schema")]),
        (
            {"structured_output_enabled": True, "structured_output": {"schema": {"type": "wish"}}},
            [("schema_invalid", "error", "llm", "structured_output.schema")],
        ),
        (
            {
                "prompt_template": [{"text": "", "edition_type": "jinja2", "jinja2_text": "x"}],
                "prompt_config": {"jinja2_variables": [{"variable": "1x", "value_selector": []}]},
            },
            [
                ("variable_name_invalid", "error", "llm", "prompt_config.jinja2_variables.0.variable"),
                ("selector_missing", "error", "llm", "prompt_config.jinja2_variables.0.value_selector"),
            ],
        ),
        (
            {"model": {"provider": "p", "name": "m", "completion_params": {"user": "{{#ghost.x#}}"}}},
            [("reference_missing", "warning", "llm", "model.completion_params.user")],
        ),
    ],
)
def test_the_settings_of_an_llm_node(data: dict[str, Any], expected: list[Found]) -> None:
    assert found(with_llm(**data)) == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ([ask("q"), ask("q")], [("variable_name_duplicate", "error", "start", "variables.1.variable")]),
        ([ask("")], [("variable_name_invalid", "error", "start", "variables.0.variable")]),
        ([ask("a b")], [("variable_name_invalid", "error", "start", "variables.0.variable")]),
        ([ask("1a")], [("variable_name_invalid", "error", "start", "variables.0.variable")]),
        ([ask("名")], [("variable_name_invalid", "error", "start", "variables.0.variable")]),
        ([ask("q", "select")], [("options_missing", "error", "start", "variables.0.options")]),
        ([ask("q", "hologram")], [("node_invalid", "error", "start", "variables.0.type")]),
        ([ask("q", "json_object", json_schema='{"type": 5}')], [("schema_invalid", "error", "start", "variables.0.json_schema")]),
        ([ask("q", "json_object", json_schema="{")], [("schema_invalid", "error", "start", "variables.0.json_schema")]),
    ],
)
def test_the_inputs_of_the_start(variables: list[dict[str, Any]], expected: list[Found]) -> None:
    assert found(document([start(*variables), answer("x")], chain("start", "answer"))) == expected


def test_ends() -> None:
    rows = [
        {"variable": "", "value_selector": ["start", "q"]},
        {"variable": "a", "value_selector": []},
        {"variable": "a", "value_selector": ["x", "y"]},
    ]
    assert found(document([start(ask("q")), node("end", "end", outputs=rows)], chain("start", "end")), "workflow") == [
        ("variable_name_invalid", "error", "end", "outputs.0.variable"),
        ("variable_name_duplicate", "error", "end", "outputs.2.variable"),
        ("selector_missing", "error", "end", "outputs.1.value_selector"),
        ("reference_missing", "error", "end", "outputs.2.value_selector"),
    ]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], [("condition_incomplete", "error", "if", "cases.0.conditions")]),
        ([when("start.q", "is", "")], [("condition_incomplete", "error", "if", "cases.0.conditions.0.value")]),
        ([when("start.q", "empty")], []),
        ([when("start.q", "is", False)], []),
        ([when("start.q", "", "x")], [("condition_incomplete", "error", "if", "cases.0.conditions.0.comparison_operator")]),
        ([when("start.q", "smells", "x")], [("condition_incomplete", "error", "if", "cases.0.conditions.0.comparison_operator")]),
        (
            [{"comparison_operator": "is", "value": "x"}],
            [("condition_incomplete", "error", "if", "cases.0.conditions.0.variable_selector")],
        ),
        ([when("ghost.q", "is", "x")], [("reference_missing", "error", "if", "cases.0.conditions.0.variable_selector")]),
        ([when("start.q", "is", "{{#ghost.q#}}")], [("reference_missing", "warning", "if", "cases.0.conditions.0.value")]),
        (
            [when("start.q", "contains", sub_variable_condition={"conditions": [{"key": "", "comparison_operator": "is"}]})],
            [("condition_incomplete", "error", "if", "cases.0.conditions.0.sub_variable_condition.conditions.0")],
        ),
    ],
)
def test_the_conditions_of_an_if_else(conditions: list[dict[str, Any]], expected: list[Found]) -> None:
    flow = document([start(ask("q")), if_else("if", ("c", conditions)), answer("x")], [*chain("start", "if"), edge("if", "answer", "c")])
    assert found(flow) == expected


def test_an_if_else_without_cases() -> None:
    flow = document([start(), node("if", "if-else"), answer("x")], [*chain("start", "if"), edge("if", "answer", "false")])
    assert found(flow) == [("condition_incomplete", "error", "if", "cases")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"variables": []}, [("selector_missing", "error", "n", "variables")]),
        ({"variables": [["start", "nope"]]}, [("reference_missing", "error", "n", "variables.0")]),
        (
            {
                "advanced_settings": {
                    "group_enabled": True,
                    "groups": [{"group_name": "", "variables": []}, {"group_name": "g", "variables": [["start", "q"]]}],
                }
            },
            [
                ("variable_name_invalid", "error", "n", "advanced_settings.groups.0.group_name"),
                ("selector_missing", "error", "n", "advanced_settings.groups.0.variables"),
            ],
        ),
    ],
)
def test_aggregators(data: dict[str, Any], expected: list[Found]) -> None:
    assert (
        found(document([start(ask("q")), node("n", "variable-aggregator", **data), answer("x")], chain("start", "n", "answer"))) == expected
    )


def test_templates_and_empty_answers() -> None:
    variables = [{"variable": "a", "value_selector": ["start", "q"]}, {"variable": "a", "value_selector": ["start", "q"]}]
    flow = document(
        [start(ask("q")), node("t", "template-transform", template="", variables=variables), answer(" ")], chain("start", "t", "answer")
    )
    assert found(flow) == [
        ("variable_name_duplicate", "error", "t", "variables.1.variable"),
        ("template_empty", "warning", "t", "template"),
        ("answer_empty", "warning", "answer", "answer"),
    ]


def test_an_output_without_results_gives_nothing_back() -> None:
    flow = document([start(ask("q")), node("end", "end", outputs=[])], chain("start", "end"))
    assert found(flow, "workflow") == [("outputs_missing", "warning", "end", "outputs")]


def test_a_node_that_never_runs_stops_nobody() -> None:
    flow = document([start(), answer("x"), llm("loose", model={}), node("strange", "teleport")], chain("start", "answer"))
    assert found(flow) == [
        ("model_missing", "warning", "loose", "model"),
        ("not_connected", "warning", "loose", None),
        ("unknown_node_type", "warning", "strange", None),
        ("not_connected", "warning", "strange", None),
    ]


def test_outputs_of_a_handled_error_exist_only_where_errors_are_handled() -> None:
    def flow(**data: Any) -> dict[str, Any]:
        edges = [*chain("start", "llm", "answer"), edge("llm", "sorry", "fail-branch")]
        return document([start(), llm(**data), answer(), answer("{{#llm.error_message#}}", "sorry")], edges)

    assert found(flow(error_strategy="fail-branch")) == []
    codes = [row[0] for row in found(flow())]
    assert codes == ["handle_unknown", "reference_missing", "not_connected"]


def test_variables_of_the_flow_and_other_modes() -> None:
    text = "{{#env.key#}} {{#conversation.mood#}} {{#sys.query#}}"
    flow = document(
        [start(), answer(text)],
        chain("start", "answer"),
        environment_variables=[{"name": "key"}],
        conversation_variables=[{"name": "mood"}],
    )
    assert found(flow) == []
    prompt = llm(prompt="{{#sys.query#}} {{#sys.user_id#}}")
    workflow = document([start(), prompt, end(o="llm.text")], chain("start", "llm", "end"))
    assert found(workflow, "workflow") == [("reference_missing", "warning", "llm", "prompt_template.0.text")]


def test_notes_and_placeholders_of_the_canvas_are_ignored() -> None:
    notes = [
        {"id": "n1", "type": "custom-note", "data": {"type": "", "text": "{}", "theme": "blue"}},
        {"id": "n2", "type": "custom", "data": {"type": "start-placeholder"}},
        {"id": "n3", "type": "custom", "data": {"title": "nothing"}},
    ]
    flow = document([start(), answer("x"), *notes], [*chain("start", "answer"), edge("n1", "answer")])
    assert found(flow) == []


def test_edges_as_files_have_them() -> None:
    flow = document([start(ask("q")), if_else("if", ("true", [when("start.q", "is", "x")])), answer("x")], [])
    flow["graph"]["edges"] = [
        {"source": "start", "target": "if"},
        {"source": "if", "target": "answer", "sourceHandle": True},
        {"source": "if", "target": "answer", "sourceHandle": False},
        {"source": "if", "target": "answer", "sourceHandle": "true"},
    ]
    assert found(flow) == []
    assert plans.compile(flow, "advanced-chat").in_degree["answer"] == 2
    old = document(
        [start(), llm(error_strategy="fail-branch"), answer()], [*chain("start", "llm"), edge("llm", "answer", "success-branch")]
    )
    assert found(old) == []


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "graph"),
        ({"graph": None}, "graph"),
        ({"graph": {"nodes": "x"}}, "graph.nodes"),
        ({"graph": {"nodes": [{"id": "a"}]}}, "graph.nodes.0.data"),
        ({"graph": {"nodes": [{"id": "a", "data": []}]}}, "graph.nodes.0.data"),
        ({"graph": {"nodes": [{"id": "", "data": {}}]}}, "graph.nodes.0.id"),
        ({"graph": {"nodes": [], "edges": [{"source": "a"}]}}, "graph.edges.0.target"),
        ({"graph": {}, "environment_variables": {}}, "environment_variables"),
        ({"graph": {}, "features": []}, "features"),
    ],
)
def test_documents_of_the_wrong_shape(raw: dict[str, Any], field: str) -> None:
    assert found(raw) == [("document_invalid", "error", None, field)]
    with pytest.raises(DocumentError) as caught:
        parse(raw)
    assert caught.value.problems[0].field == field


@pytest.mark.parametrize("raw", [{"graph": {}}, {"graph": {"nodes": [], "edges": []}, "features": None, "conversation_variables": None}])
def test_an_empty_flow_is_a_flow(raw: dict[str, Any]) -> None:
    assert [row[0] for row in found(raw)] == ["no_start", "no_answer"]


def test_parsing_keeps_what_it_does_not_know() -> None:
    raw = document([{**start(), "zIndex": 3}], [{**edge("a", "b"), "data": {"isInLoop": False}}], rag_pipeline_variables=[1])
    kept = parse(raw).model_dump(by_alias=True)
    assert kept["rag_pipeline_variables"] == [1]
    assert kept["graph"]["nodes"][0]["zIndex"] == 3
    assert kept["graph"]["edges"][0]["data"] == {"isInLoop": False}


def test_too_many_nodes_and_edges() -> None:
    ids = [f"n{index}" for index in range(301)]
    flow = document([answer("x", node_id) for node_id in ids], [])
    assert found(flow) == [("too_many_nodes", "error", None, None)]
    flow = document([start(), answer("x")], [edge("start", "answer")] * 1001)
    assert found(flow) == [("too_many_edges", "error", None, None)]


def test_problems_name_what_is_meant() -> None:
    problem = plans.compile(with_llm(prompt_template=[{"text": "{{#ghost.text#}}"}]), "advanced-chat").problems[0]
    assert problem.params == {"reference": "ghost.text"}
    assert "ghost.text" in problem.message


def test_a_plan_tells_models_and_inputs() -> None:
    plan = plans.compile(with_llm(), "advanced-chat")
    assert [(node_id, place, model.name) for node_id, place, model in plan.models] == [("llm", "model", "llm")]
    assert [row.variable for row in plan.start_variables] == ["q"]
    broken = plans.compile(with_llm(prompt_template=[]), "advanced-chat")
    assert broken.runnable, "it runs up to the node without a prompt"
    assert [row.variable for row in broken.start_variables] == ["q"]


def test_the_largest_flow_compiles() -> None:
    ids = [f"n{index}" for index in range(298)]
    nodes = [start(ask("q")), *(llm(node_id, prompt="{{#start.q#}} " * 5) for node_id in ids), answer("x")]
    edges = [*chain("start", *ids, "answer"), *(edge("start", node_id) for node_id in ids[1:])]
    assert found(document(nodes, edges)) == []
