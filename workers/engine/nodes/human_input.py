"""Ask people: the run waits for a form to be filled in, and goes on along the button that was pressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, field_validator

from workers.engine.form_answers import OUTPUT_FIELD, outputs
from workers.engine.forms import TIMEOUT, FormDraft, FormNeeded
from workers.engine.names import NAME, name_problem
from workers.engine.node import Chosen, Node, NodeConfig, NodeContext, NodeOutputs, Output, Part, Reference, form, template_references
from workers.engine.problems import Problem
from workers.engine.variables import MISSING, as_text, template

MAX_ACTION_ID = 20
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_OWN_OUTPUTS = ("__action_id", "__action_value", "__rendered_content")

FieldType = Literal["paragraph", "text-input", "select", "file", "file-list"]


class FieldDefault(Part):
    """What a field holds before somebody writes in it."""

    type: Literal["constant", "variable"] = "constant"
    selector: Chosen = ()
    value: Any = ""


class OptionSource(Part):
    """Where the options of a select come from."""

    type: Literal["constant", "variable"] = "constant"
    selector: Chosen = ()
    value: tuple[str, ...] = ()


class FormField(Part):
    """A field of the form; its value is an output of the node."""

    type: FieldType = "paragraph"
    output_variable_name: str = ""
    default: FieldDefault | None = None
    option_source: OptionSource | None = None
    allowed_file_types: tuple[str, ...] = ()
    allowed_file_extensions: tuple[str, ...] = ()
    allowed_file_upload_methods: tuple[str, ...] = ()
    number_limits: int | None = None

    @field_validator("type", mode="before")
    @classmethod
    def _one_spelling(cls, value: Any) -> Any:
        return value.replace("_", "-") if isinstance(value, str) else value

    @field_validator("number_limits", mode="before")
    @classmethod
    def _no_limit(cls, value: Any) -> Any:
        return None if value == "" else value


class UserAction(Part):
    """A button; its id is the exit."""

    id: str = ""
    title: str = ""
    button_style: Literal["primary", "default", "accent", "ghost"] = "default"


class DeliveryMethod(Part):
    """A way in which people learn of the form."""

    id: str = ""
    type: str = "webapp"
    enabled: bool = True
    config: dict[str, Any] = Field(default_factory=dict)


class HumanInputConfig(NodeConfig):
    """Settings of a human input node."""

    form_content: str = Field("", title="Form", json_schema_extra=form("表单内容", "prompt"))
    inputs: tuple[FormField, ...] = Field((), title="Fields", json_schema_extra=form("表单字段", "form-fields"))
    user_actions: tuple[UserAction, ...] = Field((), title="Buttons", json_schema_extra=form("操作按钮", "form-actions"))
    timeout: float = Field(36, gt=0, le=36_500, title="Wait at most", json_schema_extra=form("等待时长", "number"))
    timeout_unit: Literal["minute", "hour", "day"] = Field("hour", title="Unit", json_schema_extra=form("时间单位", "select"))
    delivery_methods: tuple[DeliveryMethod, ...] = Field((), title="Who is asked", json_schema_extra=form("通知方式", "form-delivery"))


class HumanInputNode(Node[HumanInputConfig]):
    """One exit per button, and `__timeout`."""

    Config = HumanInputConfig
    type = "human-input"
    title = {"en": "Human input", "zh-Hans": "人工介入"}
    description = {"en": "Wait until a person fills in a form and presses a button.", "zh-Hans": "暂停运行，等待人员填写表单并选择操作。"}
    group = "human"
    icon = "user-check"
    handles = "cases"
    outputs = tuple(Output(name, "string") for name in _OWN_OUTPUTS)
    outputs_from = {"path": "inputs", "name": "output_variable_name", "type": "type"}
    defaults = {
        "form_content": "",
        "inputs": [],
        "user_actions": [{"id": "approve", "title": "Approve", "button_style": "primary"}, {"id": "reject", "title": "Reject"}],
        "timeout": 36,
        "timeout_unit": "hour",
        "delivery_methods": [{"id": "webapp", "type": "webapp", "enabled": True}],
    }

    def __init__(self, node_id: str, config: HumanInputConfig) -> None:
        super().__init__(node_id, config)
        self._content = template(config.form_content)

    def problems(self) -> Iterable[Problem]:
        """Check the buttons, the fields, and that somebody is asked."""
        yield from self._action_problems()
        yield from self._field_problems()
        if not self.config.form_content.strip():
            yield self.problem(
                "form_empty", "Write what the form says; now people see buttons without a question.", "form_content", warning=True
            )
        known = {row.output_variable_name for row in self.config.inputs}
        for name in dict.fromkeys(OUTPUT_FIELD.findall(self.config.form_content)):
            if name not in known:
                message = f"The form has no field {name!r}, so nothing stands in its place: add the field or remove the mark."
                yield self.problem("form_field_unknown", message, "form_content", warning=True, name=name)
        if self.config.delivery_methods and not any(row.enabled for row in self.config.delivery_methods):
            message = "Nobody is told of the form: switch on a way to ask."
            yield self.problem("form_not_delivered", message, "delivery_methods", warning=True)
        for index, row in enumerate(self.config.delivery_methods):
            if row.enabled and row.type not in ("webapp", "email"):
                message = f"Forms cannot be sent by {row.type!r} here: people find them on the page and in the run."
                yield self.problem("delivery_unknown", message, f"delivery_methods.{index}.type", warning=True, type=row.type)
            elif row.enabled and row.type == "email":
                message = "Mail leaves only where the operator of this installation has set up a mail server."
                yield self.problem("delivery_needs_mail", message, f"delivery_methods.{index}.type", warning=True)

    def _action_problems(self) -> Iterable[Problem]:
        if not self.config.user_actions:
            yield self.problem("actions_missing", "Add at least one button.", "user_actions")
        seen: Counter[str] = Counter()
        for index, row in enumerate(self.config.user_actions):
            seen[row.id] += 1
            if not NAME.fullmatch(row.id) or len(row.id) > MAX_ACTION_ID or row.id == TIMEOUT or seen[row.id] > 1:
                message = (
                    f"{row.id!r} cannot be the id of this button: use up to {MAX_ACTION_ID} letters, digits and underscores, "
                    "begin with a letter, and use each id once."
                )
                yield self.problem("action_id_invalid", message, f"user_actions.{index}.id", id=row.id, allowed=MAX_ACTION_ID)

    def _field_problems(self) -> Iterable[Problem]:
        seen: Counter[str] = Counter(_OWN_OUTPUTS)
        for index, row in enumerate(self.config.inputs):
            seen[row.output_variable_name] += 1
            place = f"inputs.{index}.output_variable_name"
            problem = name_problem(self.id, place, row.output_variable_name, seen[row.output_variable_name] > 1)
            if problem is not None:
                yield problem
            source = row.option_source
            if row.type == "select" and (source is None or (source.type == "constant" and not source.value)):
                message = f"Add at least one option to the field {row.output_variable_name!r}."
                yield self.problem("options_missing", message, f"inputs.{index}.option_source", name=row.output_variable_name)

    def references(self) -> Iterable[Reference]:
        """List the variables of the text, of defaults and of options."""
        yield from template_references(self._content, "form_content")
        for index, row in enumerate(self.config.inputs):
            if row.default is not None and row.default.type == "variable" and row.default.selector:
                yield Reference(row.default.selector, f"inputs.{index}.default.selector")
            if row.type == "select" and row.option_source is not None and row.option_source.type == "variable":
                yield Reference(row.option_source.selector, f"inputs.{index}.option_source.selector", True)

    def output_names(self) -> frozenset[str]:
        """Name the fields and what tells how it was decided."""
        return frozenset((*_OWN_OUTPUTS, *(row.output_variable_name for row in self.config.inputs)))

    def exits(self) -> tuple[str, ...]:
        """One exit per button, and the one for silence."""
        return (*(row.id for row in self.config.user_actions), TIMEOUT)

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Hand on the answer. Raises FormNeeded as long as there is none."""
        if ctx.form is None or ctx.answer is None:
            raise FormNeeded(self._draft(ctx))
        return outputs(ctx.form, ctx.answer)

    def _draft(self, ctx: NodeContext) -> FormDraft:
        return FormDraft(
            content=self._content.render(ctx.scope),
            inputs=[self._field(row, ctx) for row in self.config.inputs],
            actions=[row.model_dump(include={"id", "title", "button_style"}) for row in self.config.user_actions],
            defaults=dict(self._defaults(ctx)),
            expires_after_s=self.config.timeout * _SECONDS[self.config.timeout_unit],
            channels=list(dict.fromkeys(row.type for row in self.config.delivery_methods if row.enabled)),
        )

    def _defaults(self, ctx: NodeContext) -> Iterable[tuple[str, str]]:
        for row in self.config.inputs:
            if row.default is None or row.type in ("file", "file-list"):
                continue
            value = row.default.value
            if row.default.type == "variable":
                value = ctx.scope.get(row.default.selector)
            if value is not MISSING and value is not None:
                yield row.output_variable_name, as_text(value)

    def _field(self, row: FormField, ctx: NodeContext) -> dict[str, Any]:
        """Describe a field for those who show the form, with the options that a variable holds."""
        shown = row.model_dump(mode="json", exclude_none=True)
        source = row.option_source
        if source is not None and source.type == "variable":
            value = ctx.scope.get(source.selector)
            items = value if isinstance(value, list) else [] if value is MISSING or value in (None, "") else [value]
            shown["option_source"] = {**shown["option_source"], "value": [as_text(item) for item in items]}
        return shown
