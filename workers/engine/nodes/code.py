"""Run a program of the builder's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field, field_validator

from workers.engine.code_outputs import Declared, checked
from workers.engine.errors import NodeError
from workers.engine.names import name_problem
from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs, Part, Reference, Variable, form, telling
from workers.engine.problems import Problem
from workers.engine.variables import MISSING
from workers.sandbox import python_subset

_LANGUAGES = frozenset({"python3", "javascript"})
_SUBSET = (
    "Python runs in a safe subset: no files, no network, no `yield` or class inheritance, and of the modules "
    "json, re, math, datetime, time, random, collections, itertools, functools, decimal, csv, base64, hashlib, typing and a few more. "
    "JavaScript runs without modules."
)
_SUBSET_ZH = (
    "Python 在安全子集中运行：没有文件和网络，不支持 `yield` 和类继承；可用模块有 "
    "json、re、math、datetime、time、random、collections、itertools、functools、decimal、csv、base64、hashlib、typing 等。"
    "JavaScript 不能加载模块。"
)


class Dependency(Part):
    """A package that old files ask for."""

    name: str = ""
    version: str = ""


class CodeConfig(NodeConfig):
    """Settings of a code node."""

    variables: tuple[Variable, ...] = Field((), title="Input variables", json_schema_extra=form("输入变量", "variables"))
    code_language: str = Field(
        "python3",
        title="Language",
        json_schema_extra={**form("语言", "select"), "enum": ["python3", "javascript"]},
    )
    code: str = Field("", title="Code", description=_SUBSET, json_schema_extra=form("代码", "code", zh_description=_SUBSET_ZH))
    outputs: dict[str, Declared] = Field(default_factory=dict, title="Outputs", json_schema_extra=form("输出变量", "code-outputs"))
    dependencies: tuple[Dependency, ...] = Field((), title="Dependencies", json_schema_extra=form("依赖", "hidden"))

    @field_validator("outputs", mode="before")
    @classmethod
    def _no_outputs(cls, value: Any) -> Any:
        return value if value else {}


class CodeNode(Node[CodeConfig]):
    """A program whose `main` takes the variables and returns the outputs."""

    Config = CodeConfig
    type = "code"
    title = {"en": "Code", "zh-Hans": "代码执行"}
    description = {"en": "Run Python or JavaScript of your own in a sandbox.", "zh-Hans": "在沙箱中运行自己编写的 Python 或 JavaScript。"}
    group = "data"
    icon = "code"
    outputs_from = {"path": "outputs", "name": "name", "type": "type"}
    error_handling = True
    waits = True
    defaults = {
        "variables": [{"variable": "arg1", "value_selector": []}, {"variable": "arg2", "value_selector": []}],
        "code_language": "python3",
        "code": 'def main(arg1: str, arg2: str) -> dict:\n    return {"result": arg1 + arg2}\n',
        "outputs": {"result": {"type": "string", "children": None}},
    }

    def problems(self) -> Iterable[Problem]:
        """Check names, language and outputs; look through Python for what the default sandbox leaves out."""
        seen: Counter[str] = Counter()
        for index, row in enumerate(self.config.variables):
            seen[row.variable] += 1
            problem = name_problem(self.id, f"variables.{index}.variable", row.variable, seen[row.variable] > 1)
            if problem is not None:
                yield problem
        for name in self.config.outputs:
            problem = name_problem(self.id, f"outputs.{name}", name, False)
            if problem is not None:
                yield problem
        if self.config.code_language not in _LANGUAGES:
            message = f"There is no language {self.config.code_language!r}: choose Python or JavaScript."
            yield self.problem("code_language_unknown", message, "code_language", language=self.config.code_language)
        elif not self.config.code.strip():
            yield self.problem("code_empty", "Write the code, with a function main that returns the outputs.", "code", warning=True)
        elif self.config.code_language == "python3":
            yield from self._python_problems()

    def _python_problems(self) -> Iterable[Problem]:
        inspected = python_subset.inspect(self.config.code)
        if inspected.syntax is not None:
            line, reason = inspected.syntax
            yield self.problem(
                "code_syntax", f"The code is wrong in line {line}: {reason}.", "code", warning=True, line=line, reason=reason
            )
        elif not inspected.has_main:
            yield self.problem("code_no_main", "The code needs a function main: `def main(...)`.", "code", warning=True)
        for finding in inspected.findings[:5]:
            code = "code_unsupported" if finding.module is None else "code_module_missing"
            yield self.problem(code, python_subset.refusal(finding), "code", warning=True, line=finding.line, what=finding.what)

    def references(self) -> Iterable[Reference]:
        """List the values of the variables; one that leads nowhere becomes null."""
        return (
            Reference(row.value_selector, f"variables.{index}.value_selector")
            for index, row in enumerate(self.config.variables)
            if row.value_selector
        )

    def output_names(self) -> frozenset[str] | None:
        """Name the declared outputs; without any, only a run can tell."""
        return frozenset(self.config.outputs) or None

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Call the program. Raises NodeError code_output_invalid and what the code port raises."""
        values: dict[str, Any] = {}
        for row in self.config.variables:
            value = ctx.scope.get(row.value_selector)
            values[row.variable] = None if value is MISSING else value
        with telling(dict, values):
            return await self._called(ctx, values)

    async def _called(self, ctx: NodeContext, values: dict[str, Any]) -> NodeOutputs:
        result = await ctx.ports.code.run(self.config.code_language, self.config.code, values)
        process = {"stdout": result.stdout, "sandbox": result.sandbox}
        if not isinstance(result.value, Mapping):
            message = f"main must return the outputs as an object, it returned {type(result.value).__name__}."
            raise NodeError("code_output_invalid", message, details={"stdout": result.stdout} if result.stdout else {})
        try:
            outputs = checked(result.value, self.config.outputs)
        except ValueError as error:
            raise NodeError("code_output_invalid", str(error), details={"stdout": result.stdout} if result.stdout else {}) from None
        return NodeOutputs(outputs, inputs=values, process=process)
