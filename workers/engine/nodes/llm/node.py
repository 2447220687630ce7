"""The LLM node: prepare the prompt, stream the reply, read what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from workers.engine.events import Usage
from workers.engine.names import name_problem
from workers.engine.node import Node, NodeContext, NodeOutputs, Output, Reference, telling
from workers.engine.nodes.llm.call import prepared_params, rendered_params
from workers.engine.nodes.llm.config import CompletionPrompt, LlmConfig
from workers.engine.nodes.llm.prompt import CONTEXT, PromptBuilder, recorded
from workers.engine.nodes.llm.reply import Reply, instructions, read_value
from workers.engine.ports import ChatMessage, ChatRequest, ModelRef
from workers.engine.problems import Problem
from workers.engine.schemas import Schema
from workers.engine.variables import Template


class LlmNode(Node[LlmConfig]):
    """One call of a language model."""

    Config = LlmConfig
    type = "llm"
    title = {"en": "LLM", "zh-Hans": "大模型"}
    description = {"en": "Ask a language model.", "zh-Hans": "调用大语言模型生成内容。"}
    group = "model"
    icon = "sparkles"
    outputs = (
        Output("text", "string"),
        Output("reasoning_content", "string"),
        Output("structured_output", "object"),
        Output("usage", "object"),
        Output("finish_reason", "string"),
    )
    error_handling = True
    waits = True
    streams = frozenset({"text"})
    defaults = {
        "model": {"provider": "", "name": "", "mode": "chat", "completion_params": {"temperature": 0.7}},
        "prompt_template": [{"role": "system", "text": "", "edition_type": "basic"}, {"role": "user", "text": "", "edition_type": "basic"}],
        "context": {"enabled": False, "variable_selector": []},
        "vision": {"enabled": False},
        "structured_output_enabled": False,
        "reasoning_format": "separated",
    }

    def __init__(self, node_id: str, config: LlmConfig) -> None:
        super().__init__(node_id, config)
        self._model = ModelRef(config.model.provider, config.model.name, config.model.mode)
        self._prompt = PromptBuilder(config)
        self._params = prepared_params(config.model.completion_params)
        self._schema: Schema | None = None
        self._schema_fault = ""
        if config.structured_output_enabled and config.structured_output.json_schema:
            try:
                self._schema = Schema(config.structured_output.json_schema)
            except ValueError as error:
                self._schema_fault = str(error)

    def problems(self) -> Iterable[Problem]:
        """Check model, prompt, template variables and schema."""
        config = self.config
        if not config.model.provider or not config.model.name:
            yield self.problem("model_missing", "Choose a model for this node.", "model")
        prompt = config.prompt_template
        rows = [prompt] if isinstance(prompt, CompletionPrompt) else prompt
        if config.memory is None and not any(row.effective.strip() for row in rows):
            yield self.problem("prompt_empty", "Write a prompt: at least one message needs text.", "prompt_template")
        if any(CONTEXT in row.effective for row in rows) and not (config.context.enabled and config.context.variable_selector):
            message = "The prompt uses the context, but none is chosen: choose its variable."
            yield self.problem("context_missing", message, "context.variable_selector", warning=True)
        seen: Counter[str] = Counter()
        for index, row in enumerate(config.prompt_config.jinja2_variables if any(row.jinja for row in rows) else ()):
            seen[row.variable] += 1
            problem = name_problem(self.id, f"prompt_config.jinja2_variables.{index}.variable", row.variable, seen[row.variable] > 1)
            if problem is not None:
                yield problem
        if self._schema_fault:
            yield self.problem(
                "schema_invalid",
                f"The shape of the reply is not a valid JSON Schema: {self._schema_fault}. Correct it.",
                "structured_output.schema",
                reason=self._schema_fault,
            )
        elif config.structured_output_enabled and self._schema is None:
            message = "Describe the shape of the reply, or switch structured output off."
            yield self.problem("schema_missing", message, "structured_output.schema")

    def references(self) -> Iterable[Reference]:
        """List the variables of the prompt and of the model's parameters."""
        yield from self._prompt.references()
        for key, value in self._params.items():
            if isinstance(value, Template):
                yield from (Reference(selector, f"model.completion_params.{key}") for selector in value.selectors)

    def models(self) -> Iterable[tuple[str, ModelRef]]:
        """Name the model."""
        return (("model", self._model),)

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Call the model. Raises what the model port raises, prompt_empty, structured_output_invalid."""
        prompt = await self._prompt.prepare(ctx)
        messages = prompt.messages
        native = self._schema is not None and await ctx.ports.chat.supports(self._model, "response_schema")
        if self._schema is not None and not native:
            messages = _with_instructions(messages, instructions(self._schema))
        request = ChatRequest(
            model=self._model,
            messages=tuple(messages),
            params=rendered_params(self._params, ctx),
            response_schema=self._schema.schema if self._schema is not None and native else None,
            idempotency_key=ctx.execution_key,
        )
        process: dict[str, Any] = {
            "model_provider": self._model.provider,
            "model_name": self._model.name,
            "model_mode": self._model.mode,
            "params": dict(request.params),
            "prompts": recorded(messages),
        }
        if prompt.resources:
            process["retriever_resources"] = prompt.resources
        reply = Reply(ctx, separated=self.config.reasoning_format == "separated")
        with telling(lambda: {**process, **({"reply": reply.text} if reply.text else {})}, usage=lambda: reply.usage):
            await self._ask(ctx, request, reply)
            structured = None if self._schema is None else {"structured_output": read_value(self._schema, reply.text)}
        usage = reply.usage or Usage()
        values = {
            "text": reply.text,
            "reasoning_content": reply.reasoning,
            "usage": usage_value(usage),
            "finish_reason": reply.finish_reason or "stop",
        }
        process["finish_reason"] = values["finish_reason"]
        return NodeOutputs({**values, **(structured or {})}, process=process, usage=usage)

    async def _ask(self, ctx: NodeContext, request: ChatRequest, reply: Reply) -> None:
        stream = ctx.ports.chat.stream(request)
        try:
            async for delta in stream:
                reply.add(delta)
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()
        reply.close()


def usage_value(usage: Usage) -> dict[str, Any]:
    """Write usage as the output variable that flows read; prices are decimal strings in USD."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "prompt_unit_price": usage.prompt_unit_price,
        "prompt_price_unit": "0.001",
        "prompt_price": f"{usage.prompt_cost_usd:.7f}",
        "completion_tokens": usage.completion_tokens,
        "completion_unit_price": usage.completion_unit_price,
        "completion_price_unit": "0.001",
        "completion_price": f"{usage.completion_cost_usd:.7f}",
        "total_tokens": usage.total_tokens,
        "total_price": f"{usage.cost_usd:.7f}",
        "currency": "USD",
        "latency": usage.latency_s,
    }


def _with_instructions(messages: list[ChatMessage], added: str) -> list[ChatMessage]:
    first = messages[0]
    if first.role == "system" and isinstance(first.content, str):
        return [replace(first, content=f"{first.content}\n\n{added}"), *messages[1:]]
    return [ChatMessage("system", added), *messages]
