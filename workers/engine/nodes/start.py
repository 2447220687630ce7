"""Begin a run: what it asks of the caller, as variables for the other nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, field_validator

from workers.engine.names import name_problem
from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs, Part, form
from workers.engine.problems import Problem
from workers.engine.schemas import Schema

InputType = Literal["text-input", "paragraph", "select", "number", "checkbox", "file", "file-list", "json_object", "external_data_tool"]

_OTHER_NAMES = {
    "string": "text-input",
    "text": "text-input",
    "textarea": "paragraph",
    "integer": "number",
    "boolean": "checkbox",
    "object": "json_object",
    "json": "json_object",
    "files": "file-list",
    "array[file]": "file-list",
}
"""How files that were not drawn name the controls."""


def _plain_option(option: Any) -> Any:
    """An option is its text; hand-made files also write it as {value, label}."""
    if isinstance(option, dict):
        option = option.get("value", option.get("label"))
    if isinstance(option, bool):
        return "true" if option else "false"
    return "" if option is None else option


class StartVariable(Part):
    """A question to the caller. `type` is the form control; empty optional answers become its neutral value."""

    variable: str = Field("", title="Name", json_schema_extra=form("名称", "text"))
    label: str = Field("", title="Label", json_schema_extra=form("显示名称", "text"))
    type: InputType = Field("text-input", title="Type", json_schema_extra=form("类型", "select"))
    required: bool = Field(False, title="Required", json_schema_extra=form("必填", "switch"))
    max_length: int | None = Field(None, title="Longest text (characters) or most files", json_schema_extra=form("最大长度", "number"))
    default: Any = Field(None, title="Default", json_schema_extra=form("默认值", "text"))
    options: tuple[str, ...] = Field((), title="Options", json_schema_extra=form("选项", "select"))
    hide: bool = Field(False, title="Hidden", json_schema_extra=form("隐藏", "switch"))
    description: str = Field("", title="Hint", json_schema_extra=form("说明", "text"))
    placeholder: str = Field("", title="Placeholder", json_schema_extra=form("占位提示", "text"))
    allowed_file_types: tuple[str, ...] = Field((), title="File types", json_schema_extra=form("文件类型", "select"))
    allowed_file_extensions: tuple[str, ...] = Field((), title="File extensions", json_schema_extra=form("文件扩展名", "text"))
    allowed_file_upload_methods: tuple[str, ...] = Field((), title="Upload methods", json_schema_extra=form("上传方式", "select"))
    number_limits: int | None = Field(None, title="Most files", json_schema_extra=form("文件数量上限", "number"))
    json_schema: Any = Field(None, title="JSON schema", json_schema_extra=form("JSON 结构", "json-schema"))

    @field_validator("type", mode="before")
    @classmethod
    def _other_name(cls, value: Any) -> Any:
        return _OTHER_NAMES.get(value, value) if isinstance(value, str) else value

    @field_validator("options", mode="before")
    @classmethod
    def _plain_options(cls, value: Any) -> Any:
        return [_plain_option(one) for one in value] if isinstance(value, (list, tuple)) else value

    @field_validator("max_length", "number_limits", mode="before")
    @classmethod
    def _no_limit(cls, value: Any) -> Any:
        return None if value == "" else value

    @property
    def neutral(self) -> Any:
        """The value of an optional variable that was not given."""
        if self.default is not None and self.default != "":
            return self.default
        return {"checkbox": False, "file-list": [], "number": None, "file": None, "json_object": None}.get(self.type, "")


class StartConfig(NodeConfig):
    """Settings of a start node."""

    variables: tuple[StartVariable, ...] = Field((), title="Inputs", json_schema_extra=form("输入变量", "start-variables"))


class StartNode(Node[StartConfig]):
    """The one entrance of a flow."""

    Config = StartConfig
    type = "start"
    title = {"en": "Start", "zh-Hans": "开始"}
    description = {"en": "Ask for the inputs of a run.", "zh-Hans": "定义运行所需的输入。"}
    group = "triggers"
    icon = "play"
    addable = False
    outputs_from = {"path": "variables", "name": "variable", "type": "type"}
    defaults = {"variables": []}

    def problems(self) -> Iterable[Problem]:
        """Check the names of the inputs, the options of selects and the schemas."""
        seen: Counter[str] = Counter()
        for index, row in enumerate(self.config.variables):
            seen[row.variable] += 1
            problem = name_problem(self.id, f"variables.{index}.variable", row.variable, seen[row.variable] > 1)
            if problem is not None:
                yield problem
            if row.type == "select" and not row.options:
                message = f"Add at least one option to the input {row.variable!r}."
                yield self.problem("options_missing", message, f"variables.{index}.options", name=row.variable)
            if row.type == "json_object" and row.json_schema:
                try:
                    Schema(row.json_schema)
                except ValueError as error:
                    message = f"The schema of the input {row.variable!r} is not a valid JSON Schema: {error}. Correct it."
                    yield self.problem("schema_invalid", message, f"variables.{index}.json_schema", reason=str(error))

    def output_names(self) -> frozenset[str]:
        """Name the inputs."""
        return frozenset(row.variable for row in self.config.variables)

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Hand on the inputs, which `plan.validate_inputs` has checked, and the system variables."""
        given = ctx.run.inputs
        inputs = {row.variable: given.get(row.variable, row.neutral) for row in self.config.variables}
        system = {f"sys.{name}": value for name, value in ctx.run.system.items()}
        return NodeOutputs({**inputs, **system}, inputs=inputs)
