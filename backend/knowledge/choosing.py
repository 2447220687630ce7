"""What a model decides before a search: which dataset fits, which metadata a question speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

import json_repair

from backend.knowledge.filters import OPERATORS
from backend.llm import gateway
from backend.llm.resolved import ResolvedModel
from workers.engine.errors import NodeError
from workers.engine.ports import ChatMessage, ChatRequest, ModelRef

_PICK = (
    "Choose the one knowledge base in which the answer to the question is most likely found. "
    'Reply with JSON only: {{"number": n}}, or {{"number": 0}} if none can hold it.\n\n{choices}'
)
_FILTER = (
    "The documents of a knowledge base carry metadata fields. Read from the question which of them it restricts, if any. "
    'Reply with JSON only: a list of {{"name": field, "comparison_operator": operator, "value": value}}, or [] if it restricts none. '
    "Times are ISO dates. Operators for string: contains, not contains, start with, end with, is, is not; for number: =, ≠, >, <, ≥, ≤; "
    "for time: before, after. Fields:\n{fields}"
)


async def pick(model: ResolvedModel, query: str, choices: Sequence[tuple[str, str]]) -> int | None:
    """Choose among (name, description); returns the place in the list, None when the model finds none fitting.

    A reply that cannot be read counts as the first. Raises NodeError of the model port.
    """
    if len(choices) == 1:
        return 0
    lines = "\n".join(f"{number}. {name}: {about or 'no description'}" for number, (name, about) in enumerate(choices, 1))
    reply = await _ask(model, _PICK.format(choices=lines), query)
    number = reply.get("number") if isinstance(reply, Mapping) else reply
    if isinstance(number, str) and number.strip().isdigit():
        number = int(number)
    if number == 0:
        return None
    return number - 1 if isinstance(number, int) and 1 <= number <= len(choices) else 0


async def conditions_of(model: ResolvedModel, query: str, fields: Mapping[str, str]) -> dict[str, Any] | None:
    """Make a filter of a question; `fields` maps names to types. None where the question restricts nothing, or nothing that can be read."""
    if not fields:
        return None
    lines = "\n".join(f"- {name} ({type})" for name, type in fields.items())
    reply = await _ask(model, _FILTER.format(fields=lines), query)
    rows = [row for row in reply if isinstance(row, Mapping)] if isinstance(reply, list) else []
    known = [row for row in rows if row.get("name") in fields and row.get("comparison_operator") in OPERATORS]
    return {"logical_operator": "and", "conditions": known} if known else None


async def _ask(model: ResolvedModel, task: str, query: str) -> Any:
    messages = (ChatMessage("system", task), ChatMessage("user", query))
    request = ChatRequest(ModelRef(model.provider, model.name), messages, {"temperature": 0})
    texts: list[str] = []
    async with aclosing(gateway.stream(model, request)) as deltas:
        async for delta in deltas:
            texts.append(delta.text)
    try:
        return json_repair.loads("".join(texts))
    except (ValueError, RecursionError):
        raise NodeError("provider_bad_response", f"{model.name} gave a reply that cannot be read as JSON.") from None
