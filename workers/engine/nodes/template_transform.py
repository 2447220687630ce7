"""Make a text from values with a Jinja template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import Field

from workers.engine.errors import NodeError
from workers.engine.names import name_problem
from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs, Output, Reference, Variable, form
from workers.engine.problems import Problem
from workers.engine.variables import MISSING

MAX_CHARACTERS = 400_000


class TemplateTransformConfig(NodeConfig):
    """Settings of a template node."""

    variables: tuple[Variable, ...] = Field((), title="Variables", json_schema_extra=form("变量", "variables"))
    template: str = Field("", title="Template", json_schema_extra=form("模板", "template"))


class TemplateTransformNode(Node[TemplateTransformConfig]):
    """A Jinja template, rendered through the template port."""

    Config = TemplateTransformConfig
    type = "template-transform"
    title = {"en": "Template", "zh-Hans": "模板转换"}
    description = {"en": "Build a text from variables with Jinja.", "zh-Hans": "使用 Jinja 模板将变量组合成文本。"}
    group = "data"
    icon = "file-code"
    outputs = (Output("output", "string"),)
    waits = True
    defaults = {"variables": [], "template": ""}

    def problems(self) -> Iterable[Problem]:
        """Check the names, which the template uses, and that there is a template."""
        seen: Counter[str] = Counter()
        for index, row in enumerate(self.config.variables):
            seen[row.variable] += 1
            problem = name_problem(self.id, f"variables.{index}.variable", row.variable, seen[row.variable] > 1)
            if problem is not None:
                yield problem
        if not self.config.template:
            yield self.problem("template_empty", "Write a template; now the result is always empty.", "template", warning=True)

    def references(self) -> Iterable[Reference]:
        """Every variable needs its value."""
        return (Reference(row.value_selector, f"variables.{index}.value_selector", True) for index, row in enumerate(self.config.variables))

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Render. Raises NodeError output_too_long and what the template port raises."""
        values = {}
        for row in self.config.variables:
            value = ctx.scope.get(row.value_selector)
            values[row.variable] = None if value is MISSING else value
        text = await ctx.ports.templates.render(self.config.template, values)
        if len(text) > MAX_CHARACTERS:
            raise NodeError(
                "output_too_long",
                f"The template made {len(text):,} characters; {MAX_CHARACTERS:,} are allowed. Shorten its input.",
                details={"allowed": MAX_CHARACTERS, "current": len(text)},
            )
        return NodeOutputs({"output": text}, inputs=values)
