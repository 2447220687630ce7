"""Questions that a person may want to ask next: one model call after an answer, when somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import json_repair
from channels.db import database_sync_to_async

from backend.llm.models import ModelType
from backend.llm.selectors import default_models_of
from backend.runs.models import Message
from backend.studio.models import Version
from backend.studio.plans import flow_document, plan_for
from workers.engine.errors import NodeError
from workers.engine.nodes.llm.reply import without_thought
from workers.engine.ports import ChatMessage, ChatRequest, ModelRef
from workers.tasks.context import WorkspaceModels

FEATURE = "suggested_questions_after_answer"
TURNS = 3
MAX_TURN_CHARS = 4_000
MAX_QUESTIONS = 5
MAX_QUESTION_CHARS = 300
PROMPT = (
    "Read the end of a conversation and suggest three questions that the person may want to ask next. Write each as the person "
    "would, in at most fifteen words, and do not repeat what was asked already."
)
FORM = (
    "Use the language of the person's last message. Reply with a JSON array of texts and nothing else, "
    'for example ["First question?", "Second question?"].'
)


@dataclass(frozen=True, slots=True)
class Task:
    """What to ask which model."""

    model: ModelRef
    params: Mapping[str, Any]
    prompt: str
    turns: list[tuple[str, str]]


async def suggest_questions(payload: dict[str, Any]) -> list[str]:
    """Suggest what to ask after a message. A message without an answer, or a reply that holds no list, gives [].

    Raises NodeError: model_not_configured and those of the model port.
    """
    workspace_id = UUID(payload["workspace_id"])
    load = database_sync_to_async(_task, thread_sensitive=False)
    task = await load(workspace_id, UUID(payload["message_id"]), UUID(payload["version_id"]), payload["mode"])
    if task is None:
        return []
    spoken = "\n\n".join(f"Person: {query[:MAX_TURN_CHARS]}\nAssistant: {answer[:MAX_TURN_CHARS]}" for query, answer in task.turns)
    messages = (ChatMessage("system", f"{task.prompt}\n\n{FORM}"), ChatMessage("user", spoken))
    texts: list[str] = []
    async for delta in WorkspaceModels(workspace_id).stream(ChatRequest(task.model, messages, task.params)):
        texts.append(delta.text)
    return read_questions("".join(texts))


def read_questions(reply: str) -> list[str]:
    """Find the list of questions in a reply."""
    value = json_repair.loads(without_thought(reply))
    if isinstance(value, dict):
        value = next((item for item in value.values() if isinstance(item, list)), [])
    lines = [" ".join(item.split())[:MAX_QUESTION_CHARS] for item in value if isinstance(item, str)] if isinstance(value, list) else []
    return list(dict.fromkeys(line for line in lines if line))[:MAX_QUESTIONS]


def _task(workspace_id: UUID, message_id: UUID, version_id: UUID, mode: str) -> Task | None:
    message = Message.scoped(workspace_id).filter(pk=message_id).first()
    version = Version.scoped(workspace_id).filter(pk=version_id).first()
    if message is None or version is None or not message.answer:
        return None
    features = flow_document(version.document, mode).get("features") or {}
    settings = features.get(FEATURE)
    settings = settings if isinstance(settings, Mapping) else {}
    model, params = model_for(workspace_id, settings.get("model"), version, mode)
    before = Message.scoped(workspace_id).filter(conversation_id=message.conversation_id, created_at__lte=message.created_at)
    rows = before.exclude(answer="").order_by("-created_at").values_list("query", "answer")[:TURNS]
    return Task(model, params, str(settings.get("prompt") or "").strip() or PROMPT, list(reversed(rows)))


def model_for(workspace_id: UUID, given: Any, version: Version, mode: str) -> tuple[ModelRef, Mapping[str, Any]]:
    """Choose the feature's own model, else the workspace's default, else the first one of the flow. Raises NodeError."""
    if isinstance(given, Mapping) and given.get("provider") and given.get("name"):
        params = given.get("completion_params")
        return ModelRef(str(given["provider"]), str(given["name"])), params if isinstance(params, Mapping) else {}
    default = next((row for row in default_models_of(workspace_id) if row.type == ModelType.LLM), None)
    if default is not None:
        return ModelRef(default.provider, default.name), {}
    for _, _, model in plan_for(version.pk, version.document, mode).models:
        return model, {}
    raise NodeError("model_not_configured", "Choose a model for this feature of the app, or a default model for the workspace.")
