"""Read a model's reply while it streams: text, reasoning, structured values."""

from __future__ import annotations

import re
from typing import Any

import json_repair
import orjson

from workers.engine.errors import NodeError
from workers.engine.events import Usage
from workers.engine.node import NodeContext
from workers.engine.ports import ChatDelta
from workers.engine.schemas import Schema

_OPEN, _CLOSE = "<think>", "</think>"
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


class ThinkSplitter:
    """Tell text from reasoning between <think> tags, also when a tag arrives in pieces."""

    def __init__(self) -> None:
        self._pending = ""
        self._inside = False
        self._said = False

    def feed(self, text: str) -> list[tuple[bool, str]]:
        """Return what is certain by now as (is reasoning, text) in order."""
        self._pending += text
        out: list[tuple[bool, str]] = []
        while True:
            tag = _CLOSE if self._inside else _OPEN
            at = self._pending.find(tag)
            if at < 0:
                break
            self._take(at, out)
            self._pending = self._pending[len(tag) :]
            self._inside = not self._inside
        self._take(len(self._pending) - _overlap(self._pending, _CLOSE if self._inside else _OPEN), out)
        return out

    def close(self) -> list[tuple[bool, str]]:
        """Return the rest at the end of the reply."""
        out: list[tuple[bool, str]] = []
        self._take(len(self._pending), out)
        return out

    def _take(self, length: int, out: list[tuple[bool, str]]) -> None:
        piece, self._pending = self._pending[:length], self._pending[length:]
        if not self._inside and not self._said:
            piece = piece.lstrip()  # the blank lines between reasoning and reply
            self._said = bool(piece)
        if piece:
            out.append((self._inside, piece))


def _overlap(text: str, tag: str) -> int:
    """Length of the longest end of `text` that may be the beginning of `tag`."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0


class Reply:
    """One reply as it arrives; hands pieces on through the context in the node's reasoning format."""

    def __init__(self, ctx: NodeContext, *, separated: bool) -> None:
        self._ctx = ctx
        self._splitter = ThinkSplitter() if separated else None
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._tag_open = False
        self.usage: Usage | None = None
        self.finish_reason: str | None = None

    @property
    def text(self) -> str:
        """The text so far, exactly as handed on."""
        return "".join(self._text)

    @property
    def reasoning(self) -> str:
        """The reasoning so far; empty in the tagged format, where it is part of the text."""
        return "".join(self._reasoning).strip()

    def add(self, delta: ChatDelta) -> None:
        """Take in the next piece."""
        if delta.reasoning:
            self._add_reasoning(delta.reasoning.replace("\x00", ""))  # databases refuse NUL in text
        if delta.text:
            self._add_text(delta.text.replace("\x00", ""))
        if delta.usage is not None:
            self.usage = delta.usage
        if delta.finish_reason is not None:
            self.finish_reason = delta.finish_reason

    def close(self) -> None:
        """The reply is complete."""
        if self._tag_open:
            self._end_tag()
        if self._splitter is not None:
            self._hand_on(self._splitter.close())
        if self._reasoning:
            self._ctx.think("", True)

    def _add_reasoning(self, text: str) -> None:
        if self._splitter is not None:
            self._think(text)
            return
        if not self._tag_open:
            self._tag_open = True
            text = f"{_OPEN}\n{text}"
        self._say(text)

    def _add_text(self, text: str) -> None:
        if self._tag_open:
            self._end_tag()
        if self._splitter is None:
            self._say(text)
        else:
            self._hand_on(self._splitter.feed(text))

    def _end_tag(self) -> None:
        self._tag_open = False
        self._say(f"\n{_CLOSE}\n")

    def _hand_on(self, pieces: list[tuple[bool, str]]) -> None:
        for is_reasoning, piece in pieces:
            if is_reasoning:
                self._think(piece)
            else:
                self._say(piece)

    def _say(self, text: str) -> None:
        self._text.append(text)
        self._ctx.write("text", text)

    def _think(self, text: str) -> None:
        self._reasoning.append(text)
        self._ctx.think(text, False)


def instructions(schema: Schema) -> str:
    """Tell a model that has no schema mode what to reply."""
    written = orjson.dumps(schema.schema).decode()
    return f"Reply with one JSON value that fits this JSON Schema. Write only the JSON, no explanation and no code fence.\n{written}"


def without_thought(text: str) -> str:
    """Leave out reasoning between <think> tags."""
    return _THOUGHT.sub("", text)


def read_value(schema: Schema, text: str) -> Any:
    """Find the value in a reply, mending small faults. Raises NodeError structured_output_invalid (retryable)."""
    value = json_repair.loads(without_thought(text))
    if value == "" and schema.schema.get("type") != "string":
        raise NodeError("structured_output_invalid", "The model's reply holds no JSON: ask for JSON in the prompt.", retryable=True)
    fault = schema.fault(value)
    if fault is not None:
        message = (
            f"The model's reply does not fit the schema at {fault[0]}: {fault[1]}. Explain the fields in the prompt, or loosen the schema."
        )
        raise NodeError("structured_output_invalid", message, retryable=True, details={"path": fault[0]})
    return value
