"""An app as an MCP tool: its name, the schema of its arguments, and what its runs become. Pure, and without the SDK."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from backend.files.content import kind_of
from backend.service_api.errors import WireError, run_error
from backend.service_api.input_schemas import must_be_given, value_schema
from backend.service_api.openai_parts import PostedPart, by_url
from backend.service_api.published import PublishedApp
from workers.engine.nodes.start import StartVariable

Json = dict[str, Any]
QUERY, CONVERSATION = "query", "conversation_id"
MAX_NAME = 64
NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_-]+")


def tool_name(app: PublishedApp) -> str:
    """The app's name in the letters that tools may have; where none are left, `app_` and the end of its id."""
    plain = unicodedata.normalize("NFKD", app.name).encode("ascii", "ignore").decode()
    return NOT_IN_NAMES.sub("_", plain).strip("_-").lower()[:MAX_NAME] or f"app_{app.id.hex[-8:]}"


def input_schema(app: PublishedApp) -> Json:
    """The JSON schema of the arguments: the app's inputs and, for chats, the question and the conversation that goes on."""
    rows = [row for row in app.plan.start_variables if row.variable]
    properties = {row.variable: _property(row) for row in rows}
    required = [row.variable for row in rows if must_be_given(row)]
    if app.is_chat:
        properties[QUERY] = {"type": "string", "description": "The question or message to the app."}
        properties[CONVERSATION] = {"type": "string", "description": "Goes on with the conversation of an earlier result. Optional."}
        required.append(QUERY)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _property(row: StartVariable) -> Json:
    return value_schema(row, {"type": "string", "description": f"{_kinds(row)}: an http(s) address or a data URL in base64."})


def _kinds(row: StartVariable) -> str:
    return " or ".join(row.allowed_file_types) or "file"


def parts_of(app: PublishedApp, arguments: Mapping[str, Any]) -> dict[str, list[PostedPart]]:
    """Return the files among the arguments, by input. Raises WireError."""
    found: dict[str, list[PostedPart]] = {}
    for row in app.plan.start_variables:
        value = arguments.get(row.variable)
        if row.type in ("file", "file-list") and value not in (None, "", []):
            items = value if isinstance(value, list) else [value]
            found[row.variable] = [by_url(item, f"{row.variable}.{position}", _kind(row, item)) for position, item in enumerate(items)]
    return found


def _kind(row: StartVariable, url: Any) -> str | None:
    if len(row.allowed_file_types) == 1:
        return row.allowed_file_types[0]
    return None if not isinstance(url, str) else kind_of(mimetypes.guess_type(urlsplit(url).path)[0] or "application/octet-stream")


def result(app: PublishedApp, event: Mapping[str, Any], conversation_id: str) -> tuple[str, Json]:
    """The text and the structured content of a run. Raises WireError for one without a result."""
    if event["type"] == "run_paused":
        message = "The app waits until somebody fills in a form; its people find it in the studio, or by the mail that it sent."
        raise WireError("human_input_required", message, 400)
    if event["status"] == "failed":
        raise run_error(event["error"])
    if event["status"] == "stopped":
        raise WireError("stopped", "The run was stopped.", 400)
    if app.is_chat:
        return event["answer"], {"answer": event["answer"], CONVERSATION: conversation_id}
    outputs = {"text": event["answer"]} if app.mode == "completion" else event["outputs"]
    if len(outputs) == 1 and isinstance(only := next(iter(outputs.values())), str):
        return only, outputs
    return orjson.dumps(outputs, default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_INDENT_2).decode(), outputs
