"""Model requests in OpenAI's shape, which every wire here starts from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from backend.llm.resolved import Route
from workers.engine.errors import NodeError
from workers.engine.ports import ChatMessage, ChatRequest, ImagePart, TextPart

RESERVED = frozenset({"model", "messages", "stream", "stream_options", "tools", "n", "json_schema"})
COMPLETION_TOKENS = re.compile(r"^(o\d|gpt-5)")


def message_body(message: ChatMessage) -> dict[str, Any]:
    """One message; a plain text stays a text, since some servers accept nothing else."""
    content: str | list[dict[str, Any]]
    if isinstance(message.content, str):
        content = message.content
    elif all(isinstance(part, TextPart) for part in message.content):
        content = "".join(part.text for part in message.content if isinstance(part, TextPart))
    else:
        content = [_part(part) for part in message.content]
    body: dict[str, Any] = {"role": message.role, "content": content}
    if message.tool_calls:
        body["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}} for call in message.tool_calls
        ]
        body["content"] = content or None
    if message.tool_call_id is not None:
        body["tool_call_id"] = message.tool_call_id
    return body


def _part(part: TextPart | ImagePart) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    return {"type": "image_url", "image_url": {"url": part.url, "detail": part.detail}}


def _response_format(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """`response_format` of a flow: an OpenAI object, or a word with the schema beside it as `json_schema`."""
    wanted = params["response_format"]
    if isinstance(wanted, Mapping):
        return dict(wanted)
    if str(wanted) == "json_schema" and params.get("json_schema"):
        schema = params["json_schema"]
        try:
            parsed = orjson.loads(schema) if isinstance(schema, str) else schema
        except orjson.JSONDecodeError as error:
            raise NodeError("provider_bad_request", f"The model's parameter json_schema is not valid JSON: {error}.") from None
        named = parsed if isinstance(parsed, dict) and "schema" in parsed else {"name": "reply", "schema": parsed}
        return {"type": "json_schema", "json_schema": named}
    return {"type": "json_object"} if "json" in str(wanted).lower() else None


def params_body(request: ChatRequest, route: Route) -> dict[str, Any]:
    """Completion parameters, tools and the wanted shape of the reply, in OpenAI's words."""
    body: dict[str, Any] = {k: v for k, v in request.params.items() if v is not None and v != "" and k not in RESERVED}
    if "response_format" in body:
        shape = _response_format(request.params)
        body.pop("response_format")
        if shape:
            body["response_format"] = shape
    if "stop" in body and not body["stop"]:
        body.pop("stop")
    if "max_tokens" in body and route.spec.id in ("openai", "azure-openai") and COMPLETION_TOKENS.match(route.model):
        body["max_completion_tokens"] = body.pop("max_tokens")
    if request.response_schema is not None:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "schema": dict(request.response_schema)}}
    if request.tools:
        body["tools"] = [tool if tool.get("type") == "function" else {"type": "function", "function": dict(tool)} for tool in request.tools]
    return body


def estimate_tokens(text: str) -> int:
    """Guess the number of tokens where a vendor does not say it: four characters each, one per CJK character."""
    wide = sum(1 for char in text if char >= "\u2e80")
    return wide + (len(text) - wide + 3) // 4


def prompt_text(request: ChatRequest) -> str:
    """All text of a request, for the estimate."""
    texts: list[str] = []
    for message in request.messages:
        if isinstance(message.content, str):
            texts.append(message.content)
        else:
            texts.extend(part.text for part in message.content if isinstance(part, TextPart))
    return "\n".join(texts)
