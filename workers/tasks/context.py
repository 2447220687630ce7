"""What stands behind the engine's ports, and what a run knows about itself."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings

from backend.llm import gateway
from backend.llm.resolved import ResolvedModel
from backend.llm.selectors import model_resolve
from backend.runs.claims import ClaimedRun
from backend.runs.models import Message, Source
from workers.engine.errors import NodeError
from workers.engine.ports import ChatDelta, ChatMessage, ChatRequest, CodeResult, Limits, ModelRef, Ports, RunInfo
from workers.engine.stops import Stops
from workers.sandbox.code import CodeSandbox
from workers.sandbox.templates import TemplatePool
from workers.tasks.documents import RunDocuments
from workers.tasks.files import RunFiles
from workers.tasks.flows import Flow
from workers.tasks.http import GuardedHttp
from workers.tasks.knowledge import WorkspaceKnowledge

MODEL_KEPT_S = 5.0
MAX_MODELS = 2_000
MAX_HISTORY_TURNS = 100

_models: dict[tuple[uuid.UUID, str, str], tuple[float, ResolvedModel]] = {}


class WorkspaceModels:
    """ChatModel over the gateway, with the credentials of one workspace."""

    def __init__(self, workspace_id: uuid.UUID) -> None:
        self._workspace_id = workspace_id

    async def stream(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream one reply; see the port for what it raises."""
        model = await self._resolve(request.model)
        async with aclosing(gateway.stream(model, request)) as deltas:
            async for delta in deltas:
                yield delta

    async def supports(self, model: ModelRef, feature: str) -> bool:
        """Tell whether the model has a feature."""
        return (await self._resolve(model)).supports(feature)

    async def _resolve(self, model: ModelRef) -> ResolvedModel:
        key = (self._workspace_id, model.provider, model.name)
        known = _models.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        found = await database_sync_to_async(model_resolve, thread_sensitive=False)(*key)
        if len(_models) >= MAX_MODELS:
            _models.clear()
        _models[key] = (time.monotonic() + MODEL_KEPT_S, found)
        return found


class Sandboxes:
    """The sandboxes of this worker process, shared by its runs. Belongs to one event loop."""

    def __init__(self) -> None:
        self.templates = TemplatePool(NodeError)
        self.documents = RunDocuments()
        self._code = CodeSandbox(NodeError, full_python=settings.ENV.sandbox_full_python)

    async def run(self, language: str, code: str, variables: Mapping[str, Any]) -> CodeResult:
        """CodeRunner: see the port for what it raises."""
        outcome = await self._code.run(language, code, variables)
        return CodeResult(outcome.value, outcome.stdout, outcome.sandbox)

    async def close(self) -> None:
        """End the processes of all sandboxes."""
        await self.templates.close()
        await self._code.close()
        await self.documents.close()


def ports(workspace_id: uuid.UUID, sandboxes: Sandboxes) -> Ports:
    """Build the ports of a run."""
    return Ports(
        chat=WorkspaceModels(workspace_id),
        templates=sandboxes.templates,
        files=RunFiles(workspace_id),
        http=GuardedHttp(),
        knowledge=WorkspaceKnowledge(workspace_id),
        code=sandboxes,
        documents=sandboxes.documents,
    )


def limits() -> Limits:
    """Return the bounds that the operator set."""
    bounds = settings.ENV.bounds
    return Limits(
        steps=settings.ENV.run_max_steps,
        wall_clock_s=float(settings.ENV.run_timeout_s),
        rounds=bounds.rounds,
        node_s=bounds.node_s,
        depth=bounds.nesting,
        parallel=bounds.parallel,
        output_bytes=bounds.output_bytes,
        output_depth=bounds.json_depth,
        prompt_bytes=bounds.prompt_bytes,
    )


def stops(run: ClaimedRun) -> Stops | None:
    """Return where a test run stands still; None for all others."""
    if run.debug is None or run.source != Source.DEBUG:
        return None
    return Stops(frozenset(run.debug["breakpoints"]), run.debug["stepping"], frozenset(run.debug["released"]))


async def run_info(run: ClaimedRun, flow: Flow) -> RunInfo:
    """Gather what nodes may know of a run."""
    run_id = str(run.claim.run_id)
    system: dict[str, Any] = {
        "user_id": run.user_ref,
        "app_id": str(run.app_id),
        "workflow_id": str(run.version_id),
        "workflow_run_id": run_id,
        "files": run.files,
        "timestamp": int(run.created_at.timestamp()),
    }
    history: list[ChatMessage] = []
    conversation_id, turn, before, variables = run.conversation_id, run.turn, run.created_at, run.conversation
    if run.part is not None:  # it sees the conversation as the run saw it that it goes back to
        talk = run.part.get("talk") or {}
        conversation_id, turn = uuid.UUID(talk["conversation_id"]) if "conversation_id" in talk else None, talk.get("turn", 1)
        before, variables = datetime.fromisoformat(talk["before"]) if "before" in talk else before, talk.get("variables", {})
        system["user_id"] = talk.get("user", run.user_ref)
    if run.history is not None:
        history = [ChatMessage(line["role"], line["content"]) for line in run.history]
        turn = 1 + sum(line.role == "user" for line in history)
    if run.mode != "workflow":
        system |= {"query": run.query, "conversation_id": str(conversation_id or ""), "dialogue_count": turn}
        if flow.remembers and turn > 1 and conversation_id is not None and run.history is None:
            history = await database_sync_to_async(_history, thread_sensitive=False)(conversation_id, before)
    return RunInfo(
        run_id=run_id,
        mode=run.mode,
        inputs=run.inputs,
        system=system,
        conversation={**flow.conversation, **variables},
        environment=flow.environment,
        history=history,
        live_preview=run.source == Source.DEBUG,
        values=(run.part or {}).get("values", {}),
    )


def _history(conversation_id: uuid.UUID, before: datetime) -> list[ChatMessage]:
    """Read the answered turns of a conversation before a moment, oldest first."""
    earlier = Message.unscoped.filter(conversation_id=conversation_id, created_at__lt=before, status="normal").exclude(answer="")
    turns = list(earlier.order_by("-created_at").values_list("query", "answer")[:MAX_HISTORY_TURNS])
    return [line for query, answer in reversed(turns) for line in (ChatMessage("user", query), ChatMessage("assistant", answer))]
