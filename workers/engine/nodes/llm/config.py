"""Settings of an LLM node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from workers.engine.node import Chosen, NodeConfig, Part, Variable, form

Edition = Literal["", "basic", "jinja2"]


class ModelConfig(Part):
    """A model and how to call it; text among the parameters may use variables."""

    provider: str = Field("", title="Provider", json_schema_extra=form("供应商", "hidden"))
    name: str = Field("", title="Model", json_schema_extra=form("模型", "hidden"))
    mode: str = Field("chat", title="Mode", json_schema_extra=form("模式", "hidden"))
    completion_params: dict[str, Any] = Field(default_factory=dict, title="Parameters", json_schema_extra=form("参数", "hidden"))


class CompletionPrompt(Part):
    """One text, for completion models."""

    text: str = Field("", title="Prompt", json_schema_extra=form("提示词", "prompt"))
    edition_type: Edition = Field("basic", title="Kind", json_schema_extra=form("编辑方式", "hidden"))
    jinja2_text: str = Field("", title="Jinja template", json_schema_extra=form("Jinja 模板", "hidden"))

    @property
    def jinja(self) -> bool:
        """True when `jinja2_text` counts and not `text`."""
        return self.edition_type == "jinja2"

    @property
    def effective(self) -> str:
        """The text that counts."""
        return self.jinja2_text if self.jinja else self.text


class ChatPrompt(CompletionPrompt):
    """One message, for chat models."""

    id: str = Field("", title="Id", json_schema_extra=form("标识", "hidden"))
    role: Literal["system", "user", "assistant"] = Field("user", title="Role", json_schema_extra=form("角色", "select"))
    role_if_alone: Literal["", "system", "user"] = Field(
        "",
        title="Role if nothing else is said",
        description="Takes the place of the role when this message is the only one that has text.",
        json_schema_extra=form("唯一消息时的角色", "hidden"),
    )


class PromptConfig(Part):
    """Variables of the messages that are Jinja templates."""

    jinja2_variables: tuple[Variable, ...] = Field((), title="Template variables", json_schema_extra=form("模板变量", "variables"))


class Window(Part):
    """How many earlier turns to send; all when not enabled."""

    enabled: bool = False
    size: int | None = Field(None, ge=0)

    @field_validator("size", mode="before")
    @classmethod
    def _empty_size(cls, value: Any) -> Any:
        return None if value == "" else value


class RolePrefix(Part):
    """Names of the speakers when history is written into a completion prompt."""

    user: str = ""
    assistant: str = ""


class Memory(Part):
    """Earlier turns of the conversation, and the question as the last message."""

    window: Window = Window()
    role_prefix: RolePrefix = RolePrefix()
    query_prompt_template: str = ""


class Context(Part):
    """A value, usually found knowledge, that stands where the prompt says `{{#context#}}`.

    `frame` is text around it, with `{{#context#}}` where it goes; nothing at all stands there when nothing was found.
    """

    enabled: bool = False
    variable_selector: Chosen = ()
    frame: str = ""


class VisionConfig(Part):
    """Which pictures to show to the model, and how closely it looks."""

    variable_selector: Chosen = ("sys", "files")
    detail: Literal["low", "high", "auto"] = "high"


class Vision(Part):
    """Pictures for the model."""

    enabled: bool = False
    configs: VisionConfig = VisionConfig()


class StructuredOutput(Part):
    """The shape of the reply as JSON Schema."""

    json_schema: dict[str, Any] = Field(default_factory=dict, alias="schema")

    @field_validator("json_schema", mode="before")
    @classmethod
    def _no_schema(cls, value: Any) -> Any:
        return value or {}


def _prompt_kind(raw: Any) -> str:
    return "completion" if isinstance(raw, (Mapping, CompletionPrompt)) else "chat"


Prompt = Annotated[
    Annotated[tuple[ChatPrompt, ...], Tag("chat")] | Annotated[CompletionPrompt, Tag("completion")], Discriminator(_prompt_kind)
]


class LlmConfig(NodeConfig):
    """Settings of an LLM node."""

    model: ModelConfig = Field(ModelConfig(), title="Model", json_schema_extra=form("模型", "model"))
    context: Context = Field(Context(), title="Context", json_schema_extra=form("上下文", "context"))
    prompt_template: Prompt = Field((), title="Prompt", json_schema_extra=form("提示词", "prompt-messages"))
    prompt_config: PromptConfig = Field(PromptConfig(), title="Template variables", json_schema_extra=form("模板变量", "hidden"))
    memory: Memory | None = Field(None, title="Memory", json_schema_extra=form("记忆", "memory"))
    vision: Vision = Field(Vision(), title="Vision", json_schema_extra=form("视觉", "vision"))
    structured_output_enabled: bool = Field(False, title="Structured output", json_schema_extra=form("结构化输出", "switch"))
    structured_output: StructuredOutput = Field(
        StructuredOutput(),
        title="Shape of the reply",
        json_schema_extra=form("回复的结构", "json-schema", show_if={"structured_output_enabled": True}),
    )
    reasoning_format: Literal["tagged", "separated"] = Field(
        "tagged",
        title="Reasoning",
        description="Leave the model's reasoning in the text, between <think> tags, or keep it apart.",
        json_schema_extra=form("推理内容", "select", zh_description="推理内容保留在文本的 <think> 标签中，或单独输出。"),
    )
