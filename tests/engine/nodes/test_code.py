from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.builders import Bench, ask, chain, document, end, node, picture, start
from workers.engine import plan as plans
from workers.engine.code_outputs import Declared, checked
from workers.engine.errors import NodeError
from workers.engine.nodes.code import CodeNode
from workers.engine.ports import CodeResult, NoCode


class Program:
    """The code port: hands back a value, remembers what it was given."""

    def __init__(self, value: Any, stdout: str = "") -> None:
        self.value = value
        self.stdout = stdout
        self.given: dict[str, Any] = {}

    async def run(self, language: str, code: str, variables: Mapping[str, Any]) -> CodeResult:
        self.given = dict(variables)
        if isinstance(self.value, NodeError):
            raise self.value
        return CodeResult(self.value, self.stdout, "fake")


VARIABLES = [
    {"variable": "rows", "value_selector": ["start", "o", "rows"]},
    {"variable": "gone", "value_selector": ["start", "o", "none"]},
    {"variable": "file", "value_selector": ["start", "f"]},
    {"variable": "unset", "value_selector": []},
]


def flow(outputs: Any, **data: Any) -> dict[str, Any]:
    settings = {"code_language": "python3", "code": "def main(**k): return {}", "variables": VARIABLES, "outputs": outputs, **data}
    inputs = start(ask("o", "json_object"), ask("f", "file"))
    return document([inputs, node("c", "code", **settings), end(out="c.x")], chain("start", "c", "end"))


async def run(program: Any, outputs: Any, **data: Any) -> Any:
    bench = Bench(mode="workflow")
    bench.code = program
    return await bench.run(flow(outputs, **data), {"o": {"rows": [{"n": 1}]}, "f": picture()})


async def test_the_program_gets_values_files_as_objects_and_null_for_what_is_absent() -> None:
    program = Program({"x": "y"}, "hello\n")
    ran = await run(program, {"x": {"type": "string", "children": None}})
    assert ran.finished.outputs == {"out": "y"}
    assert program.given == {"rows": [{"n": 1}], "gone": None, "file": picture(), "unset": None}
    assert ran.node("c").process == {"stdout": "hello\n", "sandbox": "fake"}
    assert ran.node("c").inputs["rows"] == [{"n": 1}]


async def test_the_programs_error_is_the_nodes_error_with_its_line() -> None:
    details = {"line": 3, "traceback": "Traceback", "stdout": "x"}
    ran = await run(Program(NodeError("code_failed", "The code failed in line 3", details=details)), {})
    assert (ran.finished.error.code, ran.finished.error.node_id, ran.finished.error.details) == ("code_failed", "c", details)


async def test_an_error_takes_the_fail_branch() -> None:
    ran = await run(
        Program(NodeError("code_failed", "no")),
        {"x": {"type": "string"}},
        error_strategy="default-value",
        default_value=[{"key": "x", "type": "string", "value": "instead"}],
    )
    assert ran.finished.outputs == {"out": "instead"}


@pytest.mark.parametrize("value", [[1], "text", None, 3])
async def test_main_must_return_an_object(value: Any) -> None:
    ran = await run(Program(value), {"x": {"type": "string"}})
    assert ran.finished.error.code == "code_output_invalid"
    assert "object" in ran.finished.error.message


@pytest.mark.parametrize(
    ("returned", "told"),
    [({}, "output x is missing"), ({"x": "a", "y": 1}, "output y is not declared"), ({"x": 1}, "x must be a string, it is a number")],
)
async def test_what_is_returned_must_be_what_is_declared(returned: Any, told: str) -> None:
    ran = await run(Program(returned), {"x": {"type": "string"}})
    assert ran.finished.error.code == "code_output_invalid"
    assert told in ran.finished.error.message


async def test_without_a_sandbox_the_node_says_so() -> None:
    ran = await run(NoCode(), {"x": {"type": "string"}})
    assert ran.finished.error.code == "sandbox_unavailable"


def outputs(**types: Any) -> dict[str, Declared]:
    return {name: Declared.model_validate(value if isinstance(value, dict) else {"type": value}) for name, value in types.items()}


NESTED = {"type": "object", "children": {"name": {"type": "string"}, "sub": {"type": "object", "children": {"n": {"type": "number"}}}}}


@pytest.mark.parametrize(
    ("returned", "declared"),
    [
        ({"s": "a" * 400_000}, outputs(s="string")),
        ({"n": 1, "m": 1.5}, outputs(n="number", m="number")),
        ({"n": 2**63 - 1, "m": -(2**63)}, outputs(n="number", m="number")),
        ({"b": True, "c": False}, outputs(b="boolean", c="boolean")),
        ({"o": {"any": [1, "a", None, {"deep": True}]}}, outputs(o="object")),
        ({"o": {"name": "a", "sub": {"n": 1}}}, outputs(o=NESTED)),
        (
            {"a": ["x"] * 30, "b": list(range(1000)), "c": [{}] * 30, "d": [True, None]},
            outputs(a="array[string]", b="array[number]", c="array[object]", d="array[boolean]"),
        ),
        ({"s": None, "n": None, "o": None, "a": None}, outputs(s="string", n="number", o="object", a="array[string]")),
        ({"whatever": [1, 2], "text": "x"}, {}),
    ],
)
def test_what_fits_is_handed_on(returned: Any, declared: dict[str, Declared]) -> None:
    assert checked(returned, declared) == returned


def test_values_are_made_to_fit_where_that_is_harmless() -> None:
    assert checked({"s": "a\x00b", "n": True}, outputs(s="string", n="number")) == {"s": "ab", "n": 1}


@pytest.mark.parametrize(
    ("returned", "declared", "told"),
    [
        ({"s": "a" * 400_001}, outputs(s="string"), "400,001 characters; 400,000 are allowed"),
        ({"n": "1"}, outputs(n="number"), "n must be a number, it is a string"),
        ({"n": 2**63}, outputs(n="number"), "outside the range"),
        ({"n": 1e-21}, outputs(n="number"), "20 decimal places"),
        ({"b": 1}, outputs(b="boolean"), "b must be a boolean, it is a number"),
        ({"o": []}, outputs(o="object"), "o must be an object, it is a list"),
        ({"a": "x"}, outputs(a="array[string]"), "a must be a list of strings, it is a string"),
        ({"a": ["x"] * 31}, outputs(a="array[string]"), "31 items; a list of strings may have 30"),
        ({"a": [1] * 1001}, outputs(a="array[number]"), "1,001 items; a list of numbers may have 1,000"),
        ({"a": [{}] * 31}, outputs(a="array[object]"), "31 items; a list of objects may have 30"),
        ({"a": ["x", 1]}, outputs(a="array[string]"), "a[1] must be a string"),
        ({"o": {"name": "a", "sub": {}}}, outputs(o=NESTED), "o.sub.n is missing"),
        ({"o": {"a": {"b": {"c": {"d": {"e": 1}}}}}}, outputs(o="object"), "5 levels are allowed"),
        ({"x": ["a"] * 31}, {}, "31 items"),
    ],
)
def test_what_does_not_fit_is_named_with_its_limit(returned: Any, declared: dict[str, Declared], told: str) -> None:
    with pytest.raises(ValueError) as caught:
        checked(returned, declared)
    assert told in str(caught.value)


def problems(code: str, **data: Any) -> list[tuple[str, str, int | None]]:
    settings: dict[str, Any] = {"code": code, "outputs": {"x": {"type": "string"}}, "variables": [], **data}
    found = plans.compile(flow(settings.pop("outputs"), **settings), "workflow").problems
    return [(problem.code, problem.severity, problem.params.get("line")) for problem in found if problem.node_id == "c"]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def main():\n    return {}", []),
        ("", [("code_empty", "warning", None)]),
        ("def main(:\n    pass", [("code_syntax", "warning", 1)]),
        ("def other():\n    pass", [("code_no_main", "warning", None)]),
        (
            "import urllib.request\ndef main():\n    del urllib.x[1:]",
            [("code_module_missing", "warning", 1), ("code_unsupported", "warning", 3)],
        ),
    ],
)
def test_the_editor_names_the_line_that_falls_outside(code: str, found: list[tuple[str, str, int | None]]) -> None:
    assert problems(code) == found


def test_settings_are_checked() -> None:
    assert ("code_language_unknown", "error", None) in problems("x", code_language="ruby")
    assert ("variable_name_invalid", "error", None) in problems(
        "def main(): pass", variables=[{"variable": "1a", "value_selector": ["start", "o"]}]
    )
    assert ("variable_name_invalid", "error", None) in problems("def main(): pass", outputs={"a-b": {"type": "string"}})


def test_outputs_are_what_is_declared() -> None:
    declared = CodeNode.Config.model_validate({"type": "code", "outputs": {"a": {"type": "string", "children": None}}})
    assert CodeNode("c", declared).output_names() == {"a"}
    assert CodeNode("c", CodeNode.Config.model_validate({"type": "code", "outputs": None})).output_names() is None
