"""Shapes of app files seen in public repositories: each is read, and runs to its end."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from backend.studio.dsl import AppFile, file_read
from tests.engine.builders import Bench, Ran, answer, ask, chain, document, edge, end, if_else, llm, node, start, when
from tests.fakes.scripted_model import ScriptedModel
from workers.engine import plan as plans

Drawn = dict[str, Any]


def read(flow: Drawn, mode: str = "workflow") -> AppFile:
    """Write a flow as somebody's file and read it."""
    app = {"name": "🌊 潮汐", "mode": mode}
    return file_read(yaml.safe_dump({"version": "0.1.5", "kind": "app", "app": app, "workflow": flow}, allow_unicode=True, sort_keys=False))


async def run(flow: Drawn, inputs: dict[str, Any] | None = None, mode: str = "workflow", **bench: Any) -> Ran:
    """Read a flow and run it."""
    return await Bench(mode=mode, **bench).run(read(flow, mode).document, inputs or {})


async def outputs(flow: Drawn, inputs: dict[str, Any] | None = None, **bench: Any) -> dict[str, Any]:
    """Run a workflow that succeeds; returns its outputs."""
    ran = await run(flow, inputs, **bench)
    assert ran.finished.status == "succeeded", ran.finished.error
    return ran.finished.outputs


def template(node_id: str, text: str, **variables: str) -> Drawn:
    """A template node."""
    rows = [{"variable": name, "value_selector": path.split(".")} for name, path in variables.items()]
    return node(node_id, "template-transform", template=text, variables=rows)


def iteration(node_id: str, start_id: str, over: str, result: str) -> Drawn:
    """An iteration."""
    return node(
        node_id,
        "iteration",
        start_node_id=start_id,
        iterator_selector=over.split("."),
        output_selector=result.split("."),
        output_type="array[string]",
    )


@pytest.mark.parametrize("data", [{}, None, {"type": "", "text": "", "theme": "blue"}])
async def test_notes_with_nothing_in_them(data: Any) -> None:
    note = {"id": "note", "type": "custom-note", "position": {"x": 0, "y": 0}, "data": data}
    assert await outputs(document([start(ask("q")), end(o="start.q"), note], chain("start", "end")), {"q": "x"}) == {"o": "x"}


@pytest.mark.parametrize("marked", [True, False])
async def test_an_iteration_that_only_names_its_first_node(marked: bool) -> None:
    inner = template("inner", "<{{ x }}>", x="it.item")
    inner["data"] |= {"isInIteration": True, "iteration_id": "it"}
    if marked:
        inner["parentId"] = "it"
    flow = document(
        [start(ask("items", "json_object")), iteration("it", "inner", "start.items", "inner.output"), inner, end(o="it.output")],
        chain("start", "it", "end"),
    )
    flow["graph"]["nodes"][0]["data"]["variables"][0]["type"] = "json_object"
    # A list in an object, as files without an array input have it.
    flow["graph"]["nodes"][1]["data"]["iterator_selector"] = ["start", "items", "list"]
    assert await outputs(flow, {"items": {"list": ["a", "b"]}}) == {"o": ["<a>", "<b>"]}


async def test_handles_that_are_absent_or_booleans() -> None:
    flow = document(
        [start(ask("q")), if_else("if", ("true", [when("start.q", "is", "go")])), end("a", o="start.q"), end("b", other="start.q")],
        [{"source": "start", "target": "if"}, edge("if", "a", True), edge("if", "b", False)],  # type: ignore[arg-type]
    )
    assert await outputs(flow, {"q": "go"}) == {"o": "go"}
    assert await outputs(flow, {"q": "stay"}) == {"other": "stay"}


async def test_a_case_named_by_a_uuid() -> None:
    case = "7f1f7bcb-8b7c-4fd2-a9b5-0b7a4dcd3b8e"
    flow = document(
        [start(ask("q")), if_else("if", (case, [when("start.q", "contains", "go")])), end("a", o="start.q"), end("b")],
        [edge("start", "if"), edge("if", "a", case), edge("if", "b", "false")],
    )
    assert await outputs(flow, {"q": "let us go"}) == {"o": "let us go"}


@pytest.mark.parametrize(("class_id", "handle"), [(1, 1), ("1", "1"), ("refund", "refund"), ("1711528708197", "1711528708197")])
async def test_classes_named_by_a_number_or_a_word(class_id: Any, handle: Any) -> None:
    classify = node(
        "c",
        "question-classifier",
        query_variable_selector=["start", "q"],
        model={"provider": "openai", "name": "gpt", "mode": "chat", "completion_params": {}},
        classes=[{"id": class_id, "name": "Refunds"}, {"id": 2, "name": "Other"}],
        instructions="",
        topics=[],
    )
    flow = document(
        [start(ask("q")), classify, end("a", o="c.class_name"), end("b", no="start.q")],
        [edge("start", "c"), edge("c", "a", handle), edge("c", "b", 2)],  # type: ignore[arg-type]
    )
    bench = Bench(mode="workflow", model=ScriptedModel(f'{{"category_id": "{class_id}", "category_name": "Refunds"}}'))
    ran = await bench.run(read(flow).document, {"q": "money back"})
    assert ran.finished.outputs == {"o": "Refunds"}


@pytest.mark.parametrize("handle", ["source", "success-branch"])
async def test_the_old_name_of_the_way_out_without_an_error(handle: str) -> None:
    fill = template("t", "ok")
    fill["data"]["error_strategy"] = "fail-branch"
    flow = document(
        [start(), fill, end("a", o="t.output"), end("b")], [edge("start", "t"), edge("t", "a", handle), edge("t", "b", "fail-branch")]
    )
    assert await outputs(flow) == {"o": "ok"}


@pytest.mark.parametrize(
    "node_id", ["1719288585006", "11", "greeting", "0c3a6f0e-5d1c-4d8e-9f8d-0d3d7f9a1b2c", "1719288585006start", "node_with_underscores"]
)
async def test_ids_of_all_kinds(node_id: str) -> None:
    flow = document(
        [start(ask("q")), template(node_id, "{{ x }}!", x="start.q"), end(o=f"{node_id}.output")], chain("start", node_id, "end")
    )
    assert await outputs(flow, {"q": "hi"}) == {"o": "hi!"}


async def test_ids_and_references_without_quotes() -> None:
    text = """
app: {name: n, mode: workflow}
kind: app
version: 0.3.1
workflow:
  graph:
    nodes:
    - {id: 1, data: {type: start, variables: [{variable: q, label: q, type: text-input}]}}
    - {id: 2, data: {type: template-transform, title: 3, template: "{{ x }}", variables: [{variable: x, value_selector: [1, q]}]}}
    - {id: 3, data: {type: end, outputs: [{variable: o, value_selector: [2, output]}]}}
    edges:
    - {source: 1, target: 2}
    - {source: 2, target: 3}
"""
    ran = await Bench(mode="workflow").run(file_read(text).document, {"q": "x"})
    assert ran.finished.outputs == {"o": "x"}


async def test_several_ends_put_their_results_together() -> None:
    flow = document([start(ask("q")), end("a", one="start.q"), end("b", two="start.q")], [edge("start", "a"), edge("start", "b")])
    assert await outputs(flow, {"q": "x"}) == {"one": "x", "two": "x"}


@pytest.mark.parametrize(("answers", "expected"), [(("one ", "two"), "one two"), ((), "")])
async def test_several_answers_or_none(answers: tuple[str, ...], expected: str) -> None:
    ids = [f"a{index}" for index in range(len(answers))]
    flow = document([start(), *(answer(text, node_id) for node_id, text in zip(ids, answers, strict=True))], chain("start", *ids))
    assert (await run(flow, mode="advanced-chat")).finished.answer == expected


async def test_results_without_a_type_and_references_of_two_and_three_parts() -> None:
    flow = document([start(ask("o", "json_object")), end(whole="start.o", part="start.o.deep.0")], chain("start", "end"))
    assert await outputs(flow, {"o": {"deep": ["x"]}}) == {"whole": {"deep": ["x"]}, "part": "x"}


async def test_a_reference_to_nothing_is_written_as_its_path() -> None:
    ran = await run(document([start(), answer("{{#ghost.text#}}|{{#start.a.b#}}")], chain("start", "answer")), mode="advanced-chat")
    assert ran.finished.answer == "ghost.text|start.a.b"


async def test_system_variables_read_from_the_start() -> None:
    flow = document([start(), answer("{{#start.sys.query#}}")], chain("start", "answer"))
    assert plans.compile(flow, "advanced-chat").problems == ()
    assert (await run(flow, mode="advanced-chat")).finished.answer == "hi"
    wrong = document([start(), answer("{{#start.sys.weather#}}")], chain("start", "answer"))
    assert [problem.code for problem in plans.compile(wrong, "advanced-chat").problems] == ["reference_missing"]


@pytest.mark.parametrize("start_type", ["", "iteration-start"])
async def test_steps_of_a_container_that_only_say_so(start_type: str) -> None:
    inner = template("inner", "<{{ x }}>", x="each.item")
    inner["data"] |= {"isInIteration": True, "iteration_id": "each"}
    each = node(
        "each", "iteration", start_node_id="eachstart", iterator_selector=["start", "rows", "list"], output_selector=["inner", "output"]
    )
    begin = {**node("eachstart", start_type, isInIteration=True), "type": "custom-iteration-start"}
    drawn = [start(ask("rows", "json_object")), each, begin, inner, end(o="each.output")]
    flow = document(drawn, [*chain("start", "each", "end"), edge("eachstart", "inner")])
    assert await outputs(flow, {"rows": {"list": ["a", "b"]}}) == {"o": ["<a>", "<b>"]}


@pytest.mark.parametrize("kind", ["variable-assigner", "variable-aggregator"])
async def test_the_old_name_of_the_aggregator(kind: str) -> None:
    merge = node("m", kind, variables=[["ghost", "text"], ["start", "q"]], output_type="string")
    assert await outputs(document([start(ask("q")), merge, end(o="m.output")], chain("start", "m", "end")), {"q": "x"}) == {"o": "x"}


@pytest.mark.parametrize(
    "data",
    [
        {"assigned_variable_selector": ["conversation", "seen"], "write_mode": "over-write", "input_variable_selector": ["sys", "query"]},
        {
            "version": "2",
            "items": [
                {
                    "variable_selector": ["conversation", "seen"],
                    "input_type": "variable",
                    "operation": "over-write",
                    "value": ["sys", "query"],
                }
            ],
        },
        {
            "version": "v2",
            "items": [{"variable_selector": ["conversation", "seen"], "input_type": "constant", "operation": "set", "value": "hi"}],
        },
        {
            "version": 2,
            "items": [{"variable_selector": ["conversation", "seen"], "input_type": "constant", "operation": "set", "value": "hi"}],
        },
    ],
)
async def test_assigners_of_each_version(data: Drawn) -> None:
    flow = document(
        [start(), node("set", "assigner", **data), answer("{{#conversation.seen#}}")],
        chain("start", "set", "answer"),
        conversation_variables=[{"id": "1", "name": "seen", "value_type": "string", "value": ""}],
    )
    ran = await run(flow, mode="advanced-chat", conversation={"seen": ""})
    assert ran.finished.answer == "hi"


@pytest.mark.parametrize("field", ["instruction", "instructions"])
async def test_both_names_of_the_classifiers_instruction(field: str) -> None:
    classify = node(
        "c",
        "question-classifier",
        query_variable_selector=["sys", "query"],
        model={"provider": "langgenius/openai/openai", "name": "gpt", "mode": "chat", "completion_params": {}},
        classes=[{"id": "1", "name": "A"}, {"id": "2", "name": "B"}],
        **{field: "Prefer the rarer class."},
    )
    bench = Bench(model=ScriptedModel('{"category_id": "2", "category_name": "B"}'))
    flow = document([start(), classify, answer("{{#c.class_name#}}")], [edge("start", "c"), edge("c", "answer", "2")])
    assert (await bench.run(read(flow, "advanced-chat").document)).finished.answer == "B"
    assert "Prefer the rarer class." in str(bench.model.requests[0].messages)


@pytest.mark.parametrize("given", [{"query": ["start", "q"]}, {"query_variable_selector": ["start", "q"]}, {"query": "start.q"}])
async def test_both_names_of_the_extractors_question(given: Drawn) -> None:
    extract = node(
        "x",
        "parameter-extractor",
        model={"provider": "openai", "name": "gpt", "mode": "chat", "completion_params": {}},
        parameters=[{"name": "city", "type": "string", "description": "Where", "required": True}],
        reasoning_mode="prompt",
        **given,
    )
    bench = Bench(mode="workflow", model=ScriptedModel('{"city": "Kiel"}'))
    flow = document([start(ask("q")), extract, end(o="x.city")], chain("start", "x", "end"))
    assert (await bench.run(read(flow).document, {"q": "to Kiel"})).finished.outputs == {"o": "Kiel"}
    assert "to Kiel" in str(bench.model.requests[0].messages)


@pytest.mark.parametrize(
    ("operator", "value", "taken"), [("is empty", "", True), ("empty", "", True), ("is not empty", "", False), ("not empty", "", False)]
)
async def test_conditions_without_a_type_and_with_long_names(operator: str, value: str, taken: bool) -> None:
    row = {"variable_selector": ["start", "q"], "comparison_operator": operator, "value": value}
    flow = document(
        [
            start(ask("q")),
            if_else("if", ("true", [row])),
            template("t", "yes"),
            template("f", "no"),
            end("a", o="t.output"),
            end("b", o="f.output"),
        ],
        [edge("start", "if"), edge("if", "t", "true"), edge("if", "f", "false"), edge("t", "a"), edge("f", "b")],
    )
    assert await outputs(flow, {"q": ""}) == {"o": "yes" if taken else "no"}


async def test_an_if_of_the_first_files() -> None:
    branch = node(
        "if",
        "if-else",
        logical_operator="or",
        conditions=[{"id": "1", "variable_selector": ["start", "q"], "comparison_operator": "is", "value": "x"}],
    )
    flow = document(
        [start(ask("q")), branch, end("a", o="start.q"), end("b")], [edge("start", "if"), edge("if", "a", "true"), edge("if", "b", "false")]
    )
    assert await outputs(flow, {"q": "x"}) == {"o": "x"}


async def test_an_input_of_the_type_string() -> None:
    assert await outputs(document([start(ask("q", "string")), end(o="start.q")], chain("start", "end")), {"q": "x"}) == {"o": "x"}


@pytest.mark.parametrize("method", ["get", "GET", "Post", "DELETE"])
async def test_http_methods_in_any_case(method: str) -> None:
    call = node(
        "h",
        "http-request",
        method=method,
        url="https://example.test/{{#start.q#}}",
        authorization={"type": "no-auth", "config": None},
        headers="",
        params="",
        body={"type": "none", "data": []},
        timeout={"max_connect_timeout": 0, "max_read_timeout": 0, "max_write_timeout": 0},
        variables=[],
    )
    bench = Bench(mode="workflow")
    ran = await bench.run(read(document([start(ask("q")), call, end(o="h.body")], chain("start", "h", "end"))).document, {"q": "x"})
    assert ran.finished.outputs == {"o": "ok"}
    assert bench.http.requests[0].method.upper() == method.upper()


@pytest.mark.parametrize("provider", ["openai", "langgenius/openai/openai", "langgenius/deepseek/deepseek"])
async def test_short_and_long_names_of_providers(provider: str) -> None:
    bench = Bench(model=ScriptedModel("hello"))
    ask_model = llm(model={"provider": provider, "name": "m", "mode": "chat", "completion_params": {}})
    flow = document([start(), ask_model, answer()], chain("start", "llm", "answer"))
    assert (await bench.run(read(flow, "advanced-chat").document)).finished.answer == "hello"
    assert bench.model.requests[0].model.provider == provider


async def test_an_agent_that_names_a_strategy_is_a_placeholder() -> None:
    agent = node(
        "agent",
        "agent",
        agent_strategy_provider_name="langgenius/agent/agent",
        agent_strategy_name="function_calling",
        agent_parameters={"query": {"type": "constant", "value": "{{#sys.query#}}"}},
        plugin_unique_identifier="langgenius/agent:0.0.9@abc",
    )
    flow = document([start(), agent, answer("{{#agent.text#}}")], chain("start", "agent", "answer"))
    file = read(flow, "advanced-chat")
    assert {line.node_id: line.status for line in file.report}["agent"] == "placeholder"
    ran = await Bench().run(file.document)
    assert (ran.finished.error.code, ran.finished.error.node_id) == ("unknown_node_type", "agent")  # type: ignore[union-attr]
    assert file.document["graph"]["nodes"][1]["data"] == agent["data"]


@pytest.mark.parametrize(("action", "path"), [("approve", "yes"), ("reject", "no")])
def test_the_ways_out_of_a_form_are_its_actions(action: str, path: str) -> None:
    form = node(
        "form", "human-input", form_content="ok?", inputs=[], user_actions=[{"id": "approve", "title": "A"}, {"id": "reject", "title": "B"}]
    )
    flow = document(
        [start(), form, end("yes"), end("no"), end("late")],
        [edge("start", "form"), edge("form", "yes", "approve"), edge("form", "no", "reject"), edge("form", "late", "__timeout")],
    )
    edges = {one["sourceHandle"]: one["target"] for one in read(flow).document["graph"]["edges"] if one["source"] == "form"}
    assert edges[action] == path
