"""Say something to the person in a chat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs, Output, Reference, ResponseParts, form, template_references
from workers.engine.problems import Problem
from workers.engine.variables import answer_text, is_file, is_files, template


class AnswerConfig(NodeConfig):
    """Settings of an answer node."""

    answer: str = Field("", title="Answer", json_schema_extra=form("回复内容", "prompt"))


class AnswerNode(Node[AnswerConfig]):
    """A part of the reply. Several that are reached in one run are appended to one another."""

    Config = AnswerConfig
    type = "answer"
    title = {"en": "Answer", "zh-Hans": "直接回复"}
    description = {"en": "Send text to the chat, streamed as it is written.", "zh-Hans": "向对话发送内容，边生成边显示。"}
    group = "logic"
    icon = "message-square"
    modes = ("advanced-chat",)
    outputs = (Output("answer", "string"), Output("files", "array[file]"))
    defaults = {"answer": ""}

    def __init__(self, node_id: str, config: AnswerConfig) -> None:
        super().__init__(node_id, config)
        self._template = template(config.answer)

    def problems(self) -> Iterable[Problem]:
        """An empty answer is allowed but rarely meant."""
        if not self.config.answer.strip():
            yield self.problem("answer_empty", "Write what is to be answered; now this node says nothing.", "answer", warning=True)

    def references(self) -> Iterable[Reference]:
        """List the variables of the text."""
        return template_references(self._template, "answer")

    def response(self) -> ResponseParts:
        """Show the whole text."""
        return ResponseParts(self._template.parts)

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Write the text with the same rules as the stream did."""
        parts = self._template.parts
        text = "".join(part if isinstance(part, str) else answer_text(ctx.scope, part) for part in parts)
        files: list[Any] = []
        for part in parts:
            value = None if isinstance(part, str) else ctx.scope.get(part)
            if is_file(value):
                files.append(value)
            elif isinstance(value, list) and is_files(value):
                files.extend(value)
        return NodeOutputs({"answer": text, "files": files})
