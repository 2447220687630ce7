"""End a workflow and say which values are its result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import Field

from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs, Reference, ResponseParts, Variable, form
from workers.engine.problems import Problem
from workers.engine.variables import MISSING


class EndOutput(Variable):
    """One named result."""

    value_type: str = Field("", title="Type", json_schema_extra=form("类型", "hidden"))


class EndConfig(NodeConfig):
    """Settings of an end node."""

    outputs: tuple[EndOutput, ...] = Field((), title="Results", json_schema_extra=form("输出变量", "end-outputs"))


class EndNode(Node[EndConfig]):
    """An exit of a workflow. Several that are reached in one run add up."""

    Config = EndConfig
    type = "end"
    title = {"en": "Output", "zh-Hans": "输出"}
    description = {"en": "End the workflow and choose its results.", "zh-Hans": "结束工作流并选择要返回的结果。"}
    group = "logic"
    icon = "flag"
    modes = ("workflow",)
    handles = "none"
    defaults = {"outputs": []}

    def problems(self) -> Iterable[Problem]:
        """Check the names of the results."""
        if not self.config.outputs:
            yield self.problem("outputs_missing", "Add a result; now this flow gives nothing back.", "outputs", warning=True)
        seen: Counter[str] = Counter()
        for index, row in enumerate(self.config.outputs):
            seen[row.variable] += 1
            if not row.variable:
                yield self.problem("variable_name_invalid", "Give this result a name.", f"outputs.{index}.variable", name="")
            elif seen[row.variable] > 1:
                yield self.problem(
                    "variable_name_duplicate",
                    f"Two results are called {row.variable!r}: rename one of them.",
                    f"outputs.{index}.variable",
                    name=row.variable,
                )

    def references(self) -> Iterable[Reference]:
        """Every result needs its value."""
        return (Reference(row.value_selector, f"outputs.{index}.value_selector", True) for index, row in enumerate(self.config.outputs))

    def output_names(self) -> frozenset[str]:
        """Name the results."""
        return frozenset(row.variable for row in self.config.outputs)

    def response(self) -> ResponseParts:
        """Stream the texts of models among the results."""
        return ResponseParts(tuple(row.value_selector for row in self.config.outputs), streamed_only=True, separator="\n")

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Collect the results; a value of a branch that was not taken is null."""
        values = {}
        for row in self.config.outputs:
            value = ctx.scope.get(row.value_selector)
            values[row.variable] = None if value is MISSING else value
        return NodeOutputs(values, inputs=values)
