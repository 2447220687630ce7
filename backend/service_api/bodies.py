"""The bodies of the run endpoints: what may stand in them and what a mistake is told.

Fields that existing clients send without effect here are accepted and ignored; any other unknown field is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from backend.service_api.callers import Caller
from backend.service_api.errors import WireError, invalid_param
from backend.service_api.http import Request

IGNORED = frozenset({"trace_id", "trace_session_id", "retriever_from", "parent_message_id"})
RUN_FIELDS = frozenset({"inputs", "user", "response_mode", "files", "workflow_id"}) | IGNORED
CHAT_FIELDS = RUN_FIELDS | {"query", "conversation_id", "auto_generate_name"}
FIELDS: Mapping[str, frozenset[str]] = {"workflow": RUN_FIELDS, "chat": CHAT_FIELDS, "completion": CHAT_FIELDS}
RESPONSE_MODES = ("streaming", "blocking", "async")
MAX_USER = 255
MAX_QUERY = 1_000_000
MAX_FILES = 10


@dataclass(frozen=True, slots=True)
class RunBody:
    """A checked body. `response_mode` is one of RESPONSE_MODES; blocking when none was given. `workflow_id` names another version.

    `files` are as posted; `starting` turns them into file values. `history`: see `Run`.
    """

    inputs: dict[str, Any]
    caller: Caller
    response_mode: str
    files: list[Any]
    query: str = ""
    conversation_id: UUID | None = None
    auto_generate_name: bool = True
    workflow_id: UUID | None = None
    history: list[dict[str, str]] | None = None


def text_param(raw: Mapping[str, Any], name: str, limit: int, *, required: bool) -> str:
    """Return a field that holds text, "" where it may be missing. Raises WireError."""
    value = raw.get(name)
    if value is None or value == "":
        if required:
            raise invalid_param(name, f"Arg {name} must be provided.")
        return ""
    if not isinstance(value, str):
        raise invalid_param(name, f"{name} must be a string, not {type(value).__name__}.")
    if "\x00" in value:
        raise invalid_param(name, f"{name} has the character U+0000, which cannot be stored.")
    if len(value) > limit:
        raise WireError("invalid_param", f"{name} has {len(value):,} characters; at most {limit:,} are accepted.", 413, params=name)
    return value


def caller_of(request: Request, raw: Mapping[str, Any], *, required: bool) -> Caller:
    """For whom a request is made; DEFAULT-USER where none is given and none is required. The only reader of `user`."""
    if request.visitor is not None:
        return request.visitor
    return Caller(text_param(raw, "user", MAX_USER, required=required) or "DEFAULT-USER")


def uuid_param(value: Any, name: str) -> UUID:
    """Parse an id. Raises WireError."""
    try:
        return UUID(str(value))
    except ValueError:
        raise invalid_param(name, f"{name} is not a valid id: {str(value)[:64]!r}.") from None


def _files(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise invalid_param("files", "files must be a list.")
    if len(value) > MAX_FILES:
        raise invalid_param("files", f"files has {len(value)} entries; at most {MAX_FILES} are accepted.")
    return value


def parse_run_body(request: Request, kind: Literal["workflow", "chat", "completion"]) -> RunBody:
    """Check the body of a run request. Raises WireError with the field and the reason.

    A completion has no conversation: what clients say of one is ignored.
    """
    raw, chat = request.json(), kind == "chat"
    unknown = raw.keys() - FIELDS[kind]
    if unknown:
        name = min(unknown)
        raise invalid_param(name, f"Unknown field {name!r}.")
    inputs = raw.get("inputs")
    if inputs is None:
        raise invalid_param("inputs", "inputs is required; send {} where the app takes none.")
    if not isinstance(inputs, dict):
        raise invalid_param("inputs", f"inputs must be an object, not {type(inputs).__name__}.")
    mode = raw.get("response_mode") or "blocking"
    if mode not in RESPONSE_MODES:
        raise invalid_param("response_mode", f"response_mode must be one of {', '.join(RESPONSE_MODES)}.")
    conversation = raw.get("conversation_id") if chat else None
    named = raw.get("auto_generate_name")
    if not isinstance(named, bool | None):
        raise invalid_param("auto_generate_name", "auto_generate_name must be true or false.")
    version = raw.get("workflow_id")
    return RunBody(
        inputs=inputs,
        caller=caller_of(request, raw, required=True),
        response_mode=mode,
        files=_files(raw.get("files")),
        query=text_param(raw, "query", MAX_QUERY, required=chat) if "query" in FIELDS[kind] else "",
        conversation_id=uuid_param(conversation, "conversation_id") if conversation else None,
        auto_generate_name=named is not False,
        workflow_id=uuid_param(version, "workflow_id") if version else None,
    )
