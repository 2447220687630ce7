"""The body of a chat completion: what may stand in it, and what of it an app gets.

The last message is the question, what users and assistants said before it the history,
unless a stored conversation is named. A flow brings its own models, prompts and
tools, so what the protocol says of those is accepted and ignored; any other unknown field is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.service_api.bodies import MAX_QUERY, MAX_USER, text_param, uuid_param
from backend.service_api.errors import WireError, invalid_param
from backend.service_api.openai_parts import PostedPart, parts_of
from backend.studio.models import CHAT_MODES
from workers.engine.nodes.start import StartVariable

OUR_FIELDS = frozenset({"inputs", "conversation_id", "extra_body"})
READ_FIELDS = frozenset({"model", "messages", "stream", "stream_options", "n", "user", "safety_identifier"})
IGNORED_FIELDS = frozenset(
    {
        *("temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "presence_penalty", "frequency_penalty", "logit_bias"),
        *("logprobs", "top_logprobs", "response_format", "seed", "service_tier", "tools", "tool_choice", "parallel_tool_calls"),
        *("functions", "function_call", "modalities", "audio", "prediction", "reasoning_effort", "web_search_options", "metadata"),
        *("store", "prompt_cache_key", "prompt_cache_retention", "verbosity"),
        # not of the protocol, but sent by clients that talk to several vendors
        *("top_k", "min_p", "repetition_penalty", "reasoning", "thinking", "enable_thinking", "chat_template_kwargs"),
    }
)
FIELDS = OUR_FIELDS | READ_FIELDS | IGNORED_FIELDS
TEXTS = frozenset({"text-input", "paragraph"})
FILES = frozenset({"file", "file-list"})
INSTRUCTIONS = "system"
MAX_MESSAGES = 2_000


@dataclass(frozen=True, slots=True)
class Completion:
    """A checked body. `history` holds `{role, content}` of earlier turns, `instructions` what the system and the developer said.

    `in_conversation`: the caller keeps the talk in a stored conversation, a new one where it names none.
    """

    question: str
    parts: list[PostedPart]
    history: list[dict[str, str]]
    instructions: str
    inputs: dict[str, Any]
    user: str
    stream: bool
    include_usage: bool
    in_conversation: bool
    conversation_id: UUID | None


def parse_completion(raw: Mapping[str, Any]) -> Completion:
    """Check a body. Raises WireError with the field and the reason."""
    unknown = raw.keys() - FIELDS
    if unknown:
        raise invalid_param(min(unknown), f"Unrecognized request argument supplied: {min(unknown)}.")
    extra = raw.get("extra_body") or {}
    if not isinstance(extra, dict) or extra.keys() - {"inputs", "user", "conversation_id"}:
        raise invalid_param("extra_body", "extra_body must be an object with inputs, user or conversation_id.")
    raw = {**raw, **extra}
    if raw.get("n") not in (None, 1):
        raise invalid_param("n", "n must be 1: an app gives one answer.")
    stream, options, inputs = raw.get("stream"), raw.get("stream_options"), raw.get("inputs")
    if not isinstance(stream, bool | None):
        raise invalid_param("stream", "stream must be true or false.")
    if not isinstance(options, dict | None):
        raise invalid_param("stream_options", "stream_options must be an object.")
    if not isinstance(inputs, dict | None):
        raise invalid_param("inputs", "inputs must be an object.")
    question, parts, history, instructions = _talk(raw.get("messages"))
    named = text_param(raw, "user", MAX_USER, required=False) or text_param(raw, "safety_identifier", MAX_USER, required=False)
    conversation = raw.get("conversation_id")
    return Completion(
        question=question,
        parts=parts,
        history=history,
        instructions=instructions,
        inputs=inputs or {},
        user=named or "DEFAULT-USER",
        stream=bool(stream),
        include_usage=bool((options or {}).get("include_usage")),
        in_conversation=conversation is not None,
        conversation_id=uuid_param(conversation, "conversation_id") if conversation else None,
    )


def _talk(messages: Any) -> tuple[str, list[PostedPart], list[dict[str, str]], str]:
    if not isinstance(messages, list) or not messages:
        raise invalid_param("messages", "messages must be a list with at least one message.")
    if len(messages) > MAX_MESSAGES:
        raise invalid_param("messages", f"messages has {len(messages)} entries; at most {MAX_MESSAGES} are accepted.")
    history: list[dict[str, str]] = []
    instructions: list[str] = []
    for position, message in enumerate(messages):
        where = f"messages.{position}"
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ("system", "developer", "user", "assistant", "tool", "function"):
            raise invalid_param(where, f"{where} must be an object with a role (system, developer, user, assistant or tool).")
        last = position == len(messages) - 1
        if last and role != "user":
            raise invalid_param("messages", "The last message must come from the user: it is the question to the app.")
        text, parts = parts_of(message.get("content"), f"{where}.content", files=last)
        if last:
            if len(text) > MAX_QUERY:
                raise WireError("context_length_exceeded", f"The question has {len(text):,} characters; at most {MAX_QUERY:,}.", 400)
            return text, parts, history, "\n\n".join(instructions)
        if role in ("system", "developer"):
            instructions.append(text)
        elif role in ("user", "assistant") and text:
            history.append({"role": role, "content": text})
    raise AssertionError("a list that is not empty has a last message")


def filled(variables: Iterable[StartVariable], mode: str, body: Completion, files: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """Return the app's inputs and its query.

    Where an app has no query, the question goes into its only text input (the only required one, if there are several that are
    not given); files into its only file input. What the system says is for an input of that name. A
    conversation that goes on has its inputs already. Raises WireError missing_inputs.
    """
    rows, inputs, query = list(variables), dict(body.inputs), body.question
    if any(row.variable == INSTRUCTIONS and row.type in TEXTS for row in rows) and body.instructions:
        inputs.setdefault(INSTRUCTIONS, body.instructions)
    if mode not in CHAT_MODES:
        slot = _only([row for row in rows if row.type in TEXTS and row.variable not in inputs])
        if slot is not None and query:
            inputs[slot.variable], query = query, ""
    slot = _only([row for row in rows if row.type in FILES and row.variable not in inputs])
    if slot is not None and files:
        inputs[slot.variable] = files if slot.type == "file-list" else files[0]
    missing = [row for row in rows if row.required and row.default in (None, "") and inputs.get(row.variable) in (None, "")]
    if missing and body.conversation_id is None:
        names = ", ".join(f"{row.variable} ({row.label})" if row.label not in ("", row.variable) else row.variable for row in missing)
        message = f"This app needs inputs that the messages do not give: {names}. Send them as `inputs`, an object beside `messages`"
        raise WireError("missing_inputs", f"{message} (in the Python client: extra_body={{'inputs': {{…}}}}).", 400, params="inputs")
    return inputs, query


def _only(rows: list[StartVariable]) -> StartVariable | None:
    """The one that is meant where no name is given."""
    if len(rows) > 1:
        rows = [row for row in rows if row.required]
    return rows[0] if len(rows) == 1 else None
