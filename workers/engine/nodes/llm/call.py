"""One call of a model for nodes that need the whole reply and show nothing of it while it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workers.engine.events import Usage
from workers.engine.node import NodeContext, Reference, telling
from workers.engine.nodes.llm.config import Memory, ModelConfig, Vision
from workers.engine.nodes.llm.prompt import check_size, history, pictures, recorded
from workers.engine.ports import ChatMessage, ChatRequest, ModelRef, TextPart, ToolCall
from workers.engine.variables import Template, as_text, template


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole reply. `process` is what the history keeps of the call."""

    text: str
    tool_calls: tuple[ToolCall, ...]
    usage: Usage
    process: dict[str, Any]


class Call:
    """A model with its parameters, prepared once."""

    def __init__(self, model: ModelConfig) -> None:
        self.model = ModelRef(model.provider, model.name, model.mode)
        self._params = prepared_params(model.completion_params)

    def references(self) -> Iterable[Reference]:
        """List the variables of the parameters."""
        for key, value in self._params.items():
            if isinstance(value, Template):
                yield from (Reference(selector, f"model.completion_params.{key}") for selector in value.selectors)

    async def ask(
        self,
        ctx: NodeContext,
        messages: Iterable[ChatMessage],
        *,
        tools: tuple[Mapping[str, Any], ...] = (),
        schema: Mapping[str, Any] | None = None,
    ) -> Whole:
        """Call the model. Raises what the model port raises, LimitExceeded prompt_bytes."""
        sent = tuple(messages)
        check_size(sent, ctx.limits.prompt_bytes)
        request = ChatRequest(
            model=self.model,
            messages=sent,
            params=rendered_params(self._params, ctx),
            response_schema=schema,
            tools=tools,
            idempotency_key=ctx.execution_key,
        )
        texts: list[str] = []
        calls: tuple[ToolCall, ...] = ()
        usage, finish = Usage(), "stop"
        process = {
            "model_provider": self.model.provider,
            "model_name": self.model.name,
            "model_mode": self.model.mode,
            "params": dict(request.params),
            "prompts": recorded(sent),
        }
        stream = ctx.ports.chat.stream(request)
        try:
            with telling(lambda: process, usage=lambda: usage if usage.total_tokens else None):
                async for delta in stream:
                    texts.append(delta.text)
                    calls += delta.tool_calls
                    usage = delta.usage or usage
                    finish = delta.finish_reason or finish
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()
        process["finish_reason"] = finish
        # Databases refuse NUL in text.
        return Whole("".join(texts).replace("\x00", ""), calls, usage, process)


def prepared_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Take apart the texts among a model's parameters; leave out what is not set."""
    return {key: _prepared(value) for key, value in params.items() if value is not None}


def rendered_params(params: Mapping[str, Any], ctx: NodeContext) -> dict[str, Any]:
    """Fill in the variables."""
    return {key: value.render(ctx.scope) if isinstance(value, Template) else value for key, value in params.items()}


def _prepared(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    taken_apart = template(value)
    return value if taken_apart.constant else taken_apart


async def question(text: str, vision: Vision, ctx: NodeContext) -> ChatMessage:
    """Make the user's message, with the pictures that the model is to see."""
    if not vision.enabled:
        return ChatMessage("user", text)
    images = await pictures(ctx, ctx.scope.get(vision.configs.variable_selector or ("sys", "files")), vision.configs.detail)
    return ChatMessage("user", (TextPart(text), *images) if images else text)


def earlier(memory: Memory | None, ctx: NodeContext) -> list[ChatMessage]:
    """Return the turns of the conversation that memory lets the model see."""
    return history(memory, ctx) if memory is not None else []


def vision_references(vision: Vision) -> Iterable[Reference]:
    """List the variable with the pictures."""
    selector = vision.configs.variable_selector
    if vision.enabled and selector and selector != ("sys", "files"):
        yield Reference(selector, "vision.configs.variable_selector", True)


def plain_query(value: Any) -> str:
    """Write what a node asks about as text; a value that is not there is an empty one, a file its name."""
    return "" if not value and not isinstance(value, (int, float)) else as_text(value)
