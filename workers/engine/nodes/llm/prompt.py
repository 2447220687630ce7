"""Make the messages for the model: configured messages, history, question, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workers.engine.errors import LimitExceeded, NodeError
from workers.engine.node import NodeContext, Reference
from workers.engine.nodes.llm.config import ChatPrompt, CompletionPrompt, LlmConfig, Memory
from workers.engine.ports import ChatMessage, ImagePart, TextPart
from workers.engine.variables import MISSING, Template, as_text, is_file, template

CONTEXT = "{{#context#}}"
_HISTORIES = ("{{#histories#}}", "#histories#")
_QUERY = ("sys", "query")


@dataclass(slots=True)
class Prepared:
    """What goes to the model, and the sources of the context for the answer's citations."""

    messages: list[ChatMessage] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Text:
    """A configured text taken apart; the pieces of `around` stand before, between and after the places of the context."""

    role: Any
    jinja: str | None
    around: tuple[Template, ...]
    role_if_alone: str = ""


class PromptBuilder:
    """The prompt of one node, taken apart once."""

    def __init__(self, config: LlmConfig) -> None:
        self._config = config
        prompt = config.prompt_template
        self._completion = isinstance(prompt, CompletionPrompt)
        rows: Sequence[CompletionPrompt] = [prompt] if isinstance(prompt, CompletionPrompt) else prompt
        self._texts = tuple(_take_apart(row) for row in rows)
        memory = config.memory
        asked = memory.query_prompt_template.strip() if memory is not None else ""
        self._query = template(asked.replace("{{#query#}}", "{{#sys.query#}}")) if asked else None

    def references(self) -> Iterable[Reference]:
        """List the variables of the prompt with the fields they stand in."""
        for index, text in enumerate(self._texts):
            place = "prompt_template" if self._completion else f"prompt_template.{index}"
            for part in text.around:
                yield from (Reference(selector, f"{place}.text") for selector in part.selectors)
        for index, row in enumerate(self._config.prompt_config.jinja2_variables):
            if any(text.jinja is not None for text in self._texts):
                yield Reference(row.value_selector, f"prompt_config.jinja2_variables.{index}.value_selector", True)
        if self._query is not None:
            yield from (Reference(selector, "memory.query_prompt_template") for selector in self._query.selectors)
        if self._config.context.enabled and self._config.context.variable_selector:
            yield Reference(self._config.context.variable_selector, "context.variable_selector", True)
        selector = self._config.vision.configs.variable_selector
        if self._config.vision.enabled and selector and selector != ("sys", "files"):
            yield Reference(selector, "vision.configs.variable_selector", True)

    async def prepare(self, ctx: NodeContext) -> Prepared:
        """Assemble the messages. Raises NodeError prompt_empty, LimitExceeded prompt_bytes."""
        out = Prepared()
        context = self._framed(self._context(ctx, out))
        alone: Any = ""
        for text in self._texts:
            written, images = await self._write(text, ctx, context)
            if self._completion:
                written = self._with_history(written, ctx)
            if written.strip() or images:
                out.messages.append(ChatMessage(text.role, (TextPart(written), *images) if images else written))
                alone = text.role_if_alone
        if self._config.memory is not None and not self._completion:
            out.messages += history(self._config.memory, ctx)
            question = self._question(ctx)
            if question.strip():
                out.messages.append(ChatMessage("user", question))
        if len(out.messages) == 1 and alone:
            out.messages[0] = replace(out.messages[0], role=alone)
        await self._attach_files(ctx, out)
        if not out.messages:
            raise NodeError("prompt_empty", "The prompt came out empty: write a message that has text in every case.")
        check_size(out.messages, ctx.limits.prompt_bytes)
        return out

    def _framed(self, context: str) -> str:
        frame = self._config.context.frame
        return frame.replace(CONTEXT, context) if frame and context else context

    def _context(self, ctx: NodeContext, out: Prepared) -> str:
        config = self._config.context
        if not config.enabled or not config.variable_selector:
            return ""
        value = ctx.scope.get(config.variable_selector)
        if value is MISSING or value is None:
            return ""
        if not isinstance(value, list):
            return as_text(value)
        lines = []
        for item in value:
            if isinstance(item, dict) and "content" in item:
                lines.append(as_text(item["content"]))
                metadata = item.get("metadata")
                if isinstance(metadata, dict) and metadata.get("_source") == "knowledge":
                    out.resources.append({**metadata, "title": item.get("title"), "content": item["content"]})
            else:
                lines.append(as_text(item))
        return "\n".join(lines).strip()

    async def _write(self, text: _Text, ctx: NodeContext, context: str) -> tuple[str, list[ImagePart]]:
        if text.jinja is not None:
            values: dict[str, Any] = {"context_text": context}
            for row in self._config.prompt_config.jinja2_variables:
                value = ctx.scope.get(row.value_selector)
                values[row.variable] = None if value is MISSING else value
            return await ctx.ports.templates.render(text.jinja, values), []
        images = []
        if self._config.vision.enabled and text.role == "user":
            for part in text.around:
                for selector in part.selectors:
                    images += await pictures(ctx, ctx.scope.get(selector), self._config.vision.configs.detail)
        write = _without_pictures if images else as_text
        return context.join(part.render(ctx.scope, write) for part in text.around), images

    def _question(self, ctx: NodeContext) -> str:
        if self._query is not None:
            return self._query.render(ctx.scope)
        value = ctx.scope.get(_QUERY)
        return "" if value is MISSING else as_text(value)

    def _with_history(self, text: str, ctx: NodeContext) -> str:
        memory = self._config.memory
        written = ""
        if memory is not None:
            names = {"user": memory.role_prefix.user or "Human", "assistant": memory.role_prefix.assistant or "Assistant"}
            written = "\n".join(f"{names.get(line.role, line.role)}: {_plain(line)}" for line in history(memory, ctx))
        for place in _HISTORIES:
            if place in text:
                return text.replace(place, written)
        return f"{written}\n{text}" if written else text

    async def _attach_files(self, ctx: NodeContext, out: Prepared) -> None:
        vision = self._config.vision
        if not vision.enabled:
            return
        images = await pictures(ctx, ctx.scope.get(vision.configs.variable_selector or ("sys", "files")), vision.configs.detail)
        if not images:
            return
        last = out.messages[-1] if out.messages else None
        if last is None or last.role != "user":
            out.messages.append(ChatMessage("user", tuple(images)))
            return
        parts = last.content if isinstance(last.content, tuple) else (TextPart(last.content),)
        shown = {part.url for part in parts if isinstance(part, ImagePart)}
        out.messages[-1] = replace(last, content=(*parts, *(image for image in images if image.url not in shown)))


def history(memory: Memory, ctx: NodeContext) -> list[ChatMessage]:
    """Return the earlier turns of the conversation, at most as many as the window has room for."""
    turns = list(ctx.run.history)
    window = memory.window
    if not window.enabled or window.size is None:
        return turns
    seen = 0
    for position in range(len(turns) - 1, -1, -1):
        if turns[position].role == "user":
            seen += 1
            if seen == window.size:
                return turns[position:]
    return turns if window.size else []


async def pictures(ctx: NodeContext, value: Any, detail: str) -> list[ImagePart]:
    """Return the pictures among a file or a list of files."""
    files = value if isinstance(value, list) else [value]
    return [ImagePart(await ctx.ports.files.data_url(file), detail) for file in files if is_file(file) and file.get("type") == "image"]


def _take_apart(row: CompletionPrompt) -> _Text:
    role = row.role if isinstance(row, ChatPrompt) else "user"
    if row.jinja:
        return _Text(role, row.jinja2_text.replace(CONTEXT, "{{ context_text }}"), ())
    alone = row.role_if_alone if isinstance(row, ChatPrompt) else ""
    return _Text(role, None, tuple(template(piece) for piece in row.text.split(CONTEXT)), alone)


def _without_pictures(value: Any) -> str:
    items = value if isinstance(value, list) else [value]
    if any(is_file(item) and item.get("type") == "image" for item in items):
        return as_text([item for item in items if not (is_file(item) and item.get("type") == "image")] or "")
    return as_text(value)


def _plain(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(part.text for part in message.content if isinstance(part, TextPart))


def check_size(messages: Iterable[ChatMessage], allowed: int) -> None:
    """Raise LimitExceeded prompt_bytes when the texts of a prompt are too long."""
    size = sum(len(_plain(message).encode()) for message in messages)
    if size > allowed:
        raise LimitExceeded("prompt_bytes", allowed, size)


def recorded(messages: Iterable[ChatMessage]) -> list[dict[str, Any]]:
    """Write messages down for the history; pictures inside the request appear by kind and size."""
    rows = []
    for message in messages:
        row: dict[str, Any] = {"role": message.role, "text": _plain(message)}
        if not isinstance(message.content, str):
            pictures = [part for part in message.content if isinstance(part, ImagePart)]
            row["files"] = [{"type": "image", "detail": picture.detail, "url": _short_url(picture.url)} for picture in pictures]
        rows.append(row)
    return rows


def _short_url(url: str) -> str:
    if not url.startswith("data:"):
        return url
    head, _, body = url.partition(",")
    return f"{head},({len(body)} characters)"
