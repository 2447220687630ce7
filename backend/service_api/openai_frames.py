"""From the events of a run to the chunks of a chat completion. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from backend.service_api.errors import WireError, run_error
from backend.service_api.frames import RunHead
from backend.service_api.openai_errors import error_body

Json = dict[str, Any]
DONE, PING = b"data: [DONE]\n\n", b": ping\n\n"
SHOWN = frozenset({"answer_delta", "answer_replaced", "reasoning_delta"})


def usage(event: Mapping[str, Any]) -> Json:
    """The tokens of all models of the run."""
    return {name: event["usage"].get(name, 0) for name in ("prompt_tokens", "completion_tokens", "total_tokens")}


def text_of(outputs: Mapping[str, Any]) -> str:
    """The outputs of a workflow as a message: the text itself where it is the only one, else JSON."""
    if len(outputs) == 1 and isinstance(only := next(iter(outputs.values())), str):
        return only
    return orjson.dumps(outputs, default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_INDENT_2).decode()


def demand_answer(event: Mapping[str, Any]) -> None:
    """Raise WireError where a run has no answer to give: it failed, or it waits for people."""
    if event["type"] == "run_paused":
        message = "The app waits until somebody fills in a form, which this protocol cannot show. Use /v1."
        raise WireError("human_input_required", message, 400)
    if event["status"] == "failed":
        raise run_error(event["error"])


class Chunks:
    """Writes the chunks of one run. `streams`: what a workflow streams is its answer, not a part of it.

    What was sent cannot be taken back: text that replaces it comes as an addition, after an empty line where it differs.
    """

    def __init__(self, head: RunHead, model: str, fingerprint: str, *, include_usage: bool, streams: bool, extra: Json) -> None:
        self._head = head
        self._streams = head.answers or streams
        self._include_usage = include_usage
        self._sent = ""
        base: Json = {"id": f"chatcmpl-{head.run_id.hex}", "object": "chat.completion.chunk", "created": head.created_at, "model": model}
        self._base = {**base, "system_fingerprint": fingerprint, **extra}
        tail = {"usage": None} if include_usage else {}
        whole = orjson.dumps({**self._base, **tail, "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": None}]})
        before, after = whole.split(b'"delta":{}')
        self._before, self._after = b"data: " + before + b'"delta":', after + b"\n\n"

    def _delta(self, **delta: str) -> bytes:
        return self._before + orjson.dumps(delta) + self._after

    def start(self) -> bytes:
        """The first chunk: who speaks."""
        return self._delta(role="assistant", content="")

    def of(self, event: Mapping[str, Any]) -> bytes:
        """The chunk of an event of one of the types SHOWN; b"" where there is nothing to tell."""
        if event["type"] == "reasoning_delta":
            return self._delta(reasoning_content=event["text"]) if event["text"] else b""
        if not self._streams:
            return b""
        if event["type"] == "answer_replaced":
            return self._rest(event["text"])
        self._sent += event["text"]
        return self._delta(content=event["text"])

    def _rest(self, text: str) -> bytes:
        """What is missing to a text."""
        if self._sent.startswith(text):
            return b""
        missing = text.removeprefix(self._sent) if text.startswith(self._sent) else f"\n\n{text}"
        self._sent = text
        return self._delta(content=missing)

    def end(self, event: Mapping[str, Any]) -> bytes:
        """The last chunks, or the error with which the run ended."""
        try:
            demand_answer(event)
        except WireError as error:
            return b"data: " + orjson.dumps(error_body(error)) + b"\n\n"
        rest = b"" if self._head.answers else self._rest(text_of(event["outputs"]))
        stop: Json = {**self._base, "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}]}
        lines = [stop | ({"usage": None} if self._include_usage else {})]
        if self._include_usage:
            lines.append({**self._base, "choices": [], "usage": usage(event)})
        return rest + b"".join(b"data: " + orjson.dumps(line) + b"\n\n" for line in lines) + DONE

    def whole(self, event: Mapping[str, Any], reasoning: str) -> Json:
        """The answer in one piece. Raises WireError where there is none."""
        demand_answer(event)
        text = event["answer"] if self._head.answers else text_of(event["outputs"])
        message: Json = {"role": "assistant", "content": text, "refusal": None}
        if reasoning:
            message["reasoning_content"] = reasoning
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._base, "object": "chat.completion", "choices": [choice], "usage": usage(event)}
