"""The name of a conversation: one model call over its first question, when somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from backend.runs.models import Message
from backend.studio.models import Version
from workers.engine.nodes.llm.reply import without_thought
from workers.engine.ports import ChatMessage, ChatRequest, ModelRef
from workers.tasks.context import WorkspaceModels
from workers.tasks.suggestions import model_for

MAX_QUERY_CHARS = 2_000
MAX_NAME_CHARS = 75
PROMPT = (
    "Give the conversation that begins with the person's message a title of at most eight words, in the language of that message. "
    "Reply with the title alone: no quotation marks, no full stop."
)


async def name_conversation(payload: dict[str, Any]) -> str:
    """Return a name for a conversation; "" where nothing was asked or the model said nothing. Raises NodeError."""
    workspace_id = UUID(payload["workspace_id"])
    load = database_sync_to_async(_task, thread_sensitive=False)
    task = await load(workspace_id, UUID(payload["conversation_id"]), UUID(payload["version_id"]), payload["mode"])
    if task is None:
        return ""
    query, model, params = task
    messages = (ChatMessage("system", PROMPT), ChatMessage("user", query[:MAX_QUERY_CHARS]))
    texts: list[str] = []
    async for delta in WorkspaceModels(workspace_id).stream(ChatRequest(model, messages, params)):
        texts.append(delta.text)
    return read_name("".join(texts))


def read_name(reply: str) -> str:
    """Find the title in a reply: one line without its quotation marks."""
    line = next((line for line in without_thought(reply).splitlines() if line.strip()), "")
    name = " ".join(line.split()).strip("\"'“”‘’«»「」*#` ")
    return name if len(name) <= MAX_NAME_CHARS else name[: MAX_NAME_CHARS - 1] + "…"


def _task(workspace_id: UUID, conversation_id: UUID, version_id: UUID, mode: str) -> tuple[str, ModelRef, Mapping[str, Any]] | None:
    asked = Message.scoped(workspace_id).filter(conversation_id=conversation_id).exclude(query="").order_by("created_at", "id")
    query = asked.values_list("query", flat=True).first()
    version = Version.scoped(workspace_id).filter(pk=version_id).first()
    if not query or version is None:
        return None
    return (query, *model_for(workspace_id, None, version, mode))
