from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.engine.builders import Bench, ask, chain, document, end, node, start
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine import plan as plans
from workers.engine.errors import NodeError
from workers.engine.ports import ChatDelta, ToolCall

TOOLS = frozenset({"tools"})


def parameter(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "description": f"the {name}", "required": False, **more}


def extractor(*parameters: dict[str, Any], **data: Any) -> dict[str, Any]:
    settings = {
        "query": ["start", "q"],
        "model": {"provider": "demo", "name": "m", "mode": "chat", "completion_params": {}},
        "parameters": list(parameters),
        "reasoning_mode": "prompt",
        **data,
    }
    return node("extract", "parameter-extractor", **settings)


def flow(drawn: dict[str, Any]) -> dict[str, Any]:
    return document([start(ask("q")), drawn, end(ok="extract.__is_success")], chain("start", "extract", "end"))


async def extracted(reply: Reply | str, *parameters: dict[str, Any], **data: Any) -> dict[str, Any]:
    ran = await Bench(ScriptedModel(reply), mode="workflow").run(flow(extractor(*parameters, **data)), {"q": "text"})
    outputs = dict(ran.node("extract").outputs)
    assert outputs.pop("__usage")["total_tokens"] == 5
    return outputs


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("string", "Ann", "Ann"),
        ("string", 7, "7"),
        ("string", ["a"], '["a"]'),
        ("number", 3, 3),
        ("number", "3.5", 3.5),
        ("number", "1,200", 1200),
        ("boolean", True, True),
        ("bool", "false", False),
        ("boolean", 1, True),
        ("select", "red", "red"),
        ("array[string]", ["a", 1], ["a", "1"]),
        ("array[string]", "alone", ["alone"]),
        ("array[number]", ["1", 2], [1, 2]),
        ("array[object]", [{"a": 1}], [{"a": 1}]),
        ("array[boolean]", ["true", False], [True, False]),
    ],
)
async def test_values_are_brought_into_their_types(kind: str, raw: Any, value: Any) -> None:
    outputs = await extracted(orjson.dumps({"p": raw}).decode(), parameter("p", kind, options=["red", "blue"]))
    assert outputs == {"__is_success": 1, "__reason": None, "p": value}


@pytest.mark.parametrize(
    ("kind", "default"),
    [("string", ""), ("select", ""), ("number", 0), ("boolean", False), ("bool", False), ("array[string]", []), ("array[object]", [])],
)
async def test_what_was_not_found_has_a_default(kind: str, default: Any) -> None:
    outputs = await extracted('{"p": null}', parameter("p", kind))
    assert outputs == {"__is_success": 1, "__reason": None, "p": default}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("I cannot help", "no JSON"),
        ("", "no JSON"),
        ("{}", "name: it is required"),
        ('{"name": "Ann", "age": "old"}', "age: 'old' is not a number"),
        ('{"name": "Ann", "colour": "pink"}', "colour: 'pink' is not one of the options red, blue"),
    ],
)
async def test_a_reply_that_does_not_do_is_told_and_does_not_fail_the_node(reply: str, said: str) -> None:
    rows = (parameter("name", required=True), parameter("age", "number"), parameter("colour", "select", options=["red", "blue"]))
    outputs = await extracted(reply, *rows)
    assert outputs["__is_success"] == 0
    assert said in outputs["__reason"]
    assert outputs["name"] == ("Ann" if "Ann" in reply else "")
    assert (outputs["age"], outputs["colour"]) == (0, "")


@pytest.mark.parametrize("reply", ['Sure:\n```json\n{"p": "x",}\n```', '<think>{"p": "no"}</think>{"p": "x"}', "{'p': 'x'}"])
async def test_json_is_found_in_what_surrounds_it(reply: str) -> None:
    assert (await extracted(reply, parameter("p")))["p"] == "x"


async def test_models_that_can_call_functions_get_one() -> None:
    call = ChatDelta(tool_calls=(ToolCall("c", "extract_parameters", '{"city": "Ghent"}'),))
    bench = Bench(ScriptedModel(Reply((call,)), features=TOOLS), mode="workflow")
    rows = (parameter("city", required=True), parameter("tags", "array[string]"), parameter("kind", "select", options=["a", "b"]))
    drawn = extractor(*rows, reasoning_mode="function_call", instructions="In English")
    ran = await bench.run(flow(drawn), {"q": "I live in Ghent"})
    assert ran.node("extract").outputs["city"] == "Ghent"
    request = bench.model.requests[0]
    assert request.response_schema is None
    [tool] = request.tools
    assert tool["function"]["name"] == "extract_parameters"
    assert tool["function"]["parameters"] == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "the city"},
            "tags": {"type": "array", "items": {"type": "string"}, "description": "the tags"},
            "kind": {"type": "string", "description": "the kind", "enum": ["a", "b"]},
        },
        "required": ["city"],
    }
    assert "In English" in bench.model.prompts()[0][1]
    assert bench.model.prompts()[-1] == ("user", "<text>\nI live in Ghent\n</text>")


async def test_a_model_that_answers_in_words_although_it_got_a_function() -> None:
    bench = Bench(ScriptedModel('{"p": "said"}', features=TOOLS), mode="workflow")
    ran = await bench.run(flow(extractor(parameter("p"), reasoning_mode="function_call")), {"q": "x"})
    assert ran.node("extract").outputs["p"] == "said"


async def test_models_without_functions_get_the_schema_in_the_prompt() -> None:
    bench = Bench(ScriptedModel('{"p": "x"}'), mode="workflow")
    await bench.run(flow(extractor(parameter("p"), reasoning_mode="function_call")), {"q": "x"})
    assert not bench.model.requests[0].tools
    assert '"the p"' in bench.model.prompts()[0][1]


async def test_in_the_prompt_mode_models_with_a_schema_mode_get_the_schema() -> None:
    bench = Bench(ScriptedModel('{"p": "x"}', features=frozenset({"response_schema", "tools"})), mode="workflow")
    await bench.run(flow(extractor(parameter("p"))), {"q": "x"})
    request = bench.model.requests[0]
    assert not request.tools
    assert request.response_schema is not None
    assert list(request.response_schema["properties"]) == ["p"]


async def test_the_other_name_of_the_query_and_variables_in_texts() -> None:
    bench = Bench(ScriptedModel('{"p": "x"}'), mode="workflow")
    row = parameter("p", description="as in {{#start.q#}}")
    drawn = extractor(row, query=[], query_variable_selector="{{#start.q#}}", reasoning_mode=None)
    await bench.run(flow(drawn), {"q": "hello"})
    assert "as in hello" in bench.model.prompts()[0][1]
    assert bench.model.prompts()[1] == ("user", "<text>\nhello\n</text>")


async def test_a_model_that_fails_fails_the_node() -> None:
    model = ScriptedModel(Reply((), error=NodeError("provider_unauthorized", "no")))
    ran = await Bench(model, mode="workflow").run(flow(extractor(parameter("p"))), {"q": "x"})
    assert ran.finished.error is not None
    assert ran.finished.error.code == "provider_unauthorized"


def test_what_is_wrong_is_told() -> None:
    rows = [parameter("__reason"), parameter("a b"), parameter("x"), parameter("x"), parameter("s", "select"), parameter("w", "wave")]
    problems = plans.compile(flow(extractor(*rows, model={})), "workflow").problems
    assert {(problem.code, problem.field) for problem in problems if problem.node_id == "extract"} == {
        ("model_missing", "model"),
        ("variable_name_reserved", "parameters.0.name"),
        ("variable_name_invalid", "parameters.1.name"),
        ("variable_name_duplicate", "parameters.3.name"),
        ("options_missing", "parameters.4.options"),
        ("parameter_type_unknown", "parameters.5.type"),
    }
    assert [problem.code for problem in plans.compile(flow(extractor()), "workflow").problems] == ["parameters_missing"]


def test_parameters_are_outputs() -> None:
    document_ = document([start(ask("q")), extractor(parameter("p")), end(a="extract.p", b="extract.z")], chain("start", "extract", "end"))
    assert [problem.params["reference"] for problem in plans.compile(document_, "workflow").problems] == ["extract.z"]
