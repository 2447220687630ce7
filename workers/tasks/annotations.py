"""Answers that people have set: embed their questions, and find the one that a run's question is about, before its flow runs.

What is enabled and the vectors of an app are kept for a few seconds, so a run of an app without annotations costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Count, Max, Q

from backend.accounts.models import User
from backend.core.errors import AppError, NotFound
from backend.core.work import work_tell
from backend.llm import gateway
from backend.llm.providers import EMBEDDING
from backend.llm.resolved import CallLimits, ResolvedModel
from backend.llm.selectors import model_resolve
from backend.runs.annotation_settings import annotation_settings_of
from backend.runs.claims import ClaimedRun
from backend.runs.models import Annotation
from backend.studio.models import CHAT_MODES, App
from workers.engine.errors import NodeError
from workers.engine.state import RunState
from workers.tasks.indexing import LOCAL_BATCH, MODEL_BATCH, in_thread

logger = logging.getLogger(__name__)

KEPT_S, KEPT_APPS = 5.0, 64
AFTER_FAILURE_S = 60.0
JOB_WAIT_S = 100.0
# Somebody waits for the answer: better the flow than a long wait.
QUESTION_LIMITS = CallLimits(first_token_s=5.0, total_s=8.0, retries=1, backoff_total_s=2.0)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question is answered with; `annotation` tells of it in the run's last event."""

    answer: str
    annotation: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The embedded questions of an app: ids, and a row of `vectors` (of length 1) for each. `stamp` changes with any of them."""

    workspace_id: uuid.UUID
    app_id: uuid.UUID
    threshold: float
    model: ResolvedModel
    stamp: tuple[int, int, datetime | None, str]
    ids: tuple[uuid.UUID, ...]
    vectors: Any

    @property
    def waiting(self) -> int:
        """How many questions are not embedded yet."""
        return self.stamp[0] - self.stamp[1]

    def nearest(self, vector: list[float], count: int = 1) -> list[tuple[uuid.UUID, float]]:
        """Return the ids that are most alike, with their cosine similarity."""
        if not self.ids or len(vector) != self.vectors.shape[1]:
            return []
        scores = self.vectors @ _unit(vector)
        return [(self.ids[place], float(scores[place])) for place in np.argsort(-scores)[:count]]


_shelves: OrderedDict[uuid.UUID, tuple[float, asyncio.Task[Shelf | None]]] = OrderedDict()
_embedding: dict[uuid.UUID, asyncio.Task[None]] = {}
_rests_until: dict[uuid.UUID, float] = {}


async def annotation_reply(run: ClaimedRun, state: RunState) -> Reply | None:
    """Return what answers a run's question in place of its flow, None where nothing does.

    A run whose flow has begun goes on with it. Models that fail do not fail the run. Raises a database error.
    """
    if run.mode not in CHAT_MODES or run.part is not None or state.nodes or not run.query.strip():
        return None
    shelf = await _kept_shelf(run.workspace_id, run.app_id)
    if shelf is None:
        return None
    if shelf.waiting:
        _embed(shelf)
    if not shelf.ids:
        return None
    try:
        async with asyncio.timeout(QUESTION_LIMITS.total_s):
            vectors = await gateway.embed(shelf.model, [run.query], "query", QUESTION_LIMITS)
    except (NodeError, TimeoutError) as failure:
        logger.warning("run %s: its question could not be compared with annotations: %r", run.claim.run_id, failure)
        return None
    for key, score in shelf.nearest(vectors[0]):
        if score >= shelf.threshold:
            return await in_thread(_reply, run.workspace_id, key, score)
    return None


def _reply(workspace_id: uuid.UUID, key: uuid.UUID, score: float) -> Reply | None:
    found = Annotation.scoped(workspace_id).filter(pk=key).select_related("account").defer("vector").first()
    if found is None:
        return None
    by = {"id": str(found.account_id) if found.account_id else None, "name": _name(found.account)}
    return Reply(found.answer, {"id": str(found.pk), "account": by, "score": round(score, 6)})


def _name(account: User | None) -> str:
    return (account.name or account.email) if account is not None else ""


async def _kept_shelf(workspace_id: uuid.UUID, app_id: uuid.UUID) -> Shelf | None:
    """Return the shelf of an app that answers from annotations; runs that ask at once share one look."""
    known = _shelves.get(app_id)
    if known is None or known[0] <= time.monotonic():
        before = known[1].result() if known is not None and known[1].done() else None
        task = asyncio.get_running_loop().create_task(in_thread(_load, workspace_id, app_id, before))
        task.add_done_callback(lambda done: _looked(app_id, done))
        known = _shelves[app_id] = (time.monotonic() + KEPT_S, task)
        _shelves.move_to_end(app_id)
        while len(_shelves) > KEPT_APPS:
            _shelves.popitem(last=False)
    return await asyncio.shield(known[1])


def _looked(app_id: uuid.UUID, task: asyncio.Task[Shelf | None]) -> None:
    """Forget a look that failed; the next run looks again."""
    if task.cancelled() or task.exception() is not None:
        _shelves.pop(app_id, None)


def _load(workspace_id: uuid.UUID, app_id: uuid.UUID, before: Shelf | None = None, *, always: bool = False) -> Shelf | None:
    """Read an app's shelf; `before` is returned where nothing changed, None where the app does not answer from annotations."""
    settings = annotation_settings_of(workspace_id, app_id)
    if not settings.enabled and not always:
        return None
    try:
        model = model_resolve(workspace_id, settings.embedding_provider, settings.embedding_model, EMBEDDING)
    except NodeError as failure:
        if always:
            raise
        logger.warning("app %s: its annotations cannot be compared: %s", app_id, failure.message)
        return None
    name = f"{model.provider}/{model.name}"
    rows = Annotation.scoped(workspace_id).filter(app_id=app_id)
    sums = rows.aggregate(total=Count("pk"), embedded=Count("pk", filter=Q(vector_model=name)), latest=Max("updated_at"))
    stamp = (sums["total"], sums["embedded"], sums["latest"], name)
    if before is not None and before.stamp == stamp:
        return replace(before, threshold=settings.threshold, model=model)
    found = list(rows.filter(vector_model=name).values_list("pk", "vector"))
    vectors = np.frombuffer(b"".join(bytes(vector) for _, vector in found), dtype="<f4").reshape(len(found), -1) if found else None
    return Shelf(workspace_id, app_id, settings.threshold, model, stamp, tuple(key for key, _ in found), vectors)


# ------------------------------------------------------------ embedding


def _embed(shelf: Shelf) -> asyncio.Task[None]:
    """Begin to embed an app's questions, unless that is under way or has just failed."""
    task = _embedding.get(shelf.app_id)
    if task is None or (task.done() and _rests_until.get(shelf.app_id, 0) <= time.monotonic()):
        task = _embedding[shelf.app_id] = asyncio.get_running_loop().create_task(_embed_all(shelf))
        task.add_done_callback(lambda done: _embedded(shelf.app_id, done))
    return task


def _embedded(app_id: uuid.UUID, task: asyncio.Task[None]) -> None:
    failure = None if task.cancelled() else task.exception()
    if failure is None:
        _embedding.pop(app_id, None)
        return
    _rests_until[app_id] = time.monotonic() + AFTER_FAILURE_S
    logger.warning("app %s: its annotations could not be embedded: %s", app_id, failure)


async def _embed_all(shelf: Shelf) -> None:
    """Embed what is not embedded by the shelf's model. Raises NodeError."""
    name, size = shelf.stamp[3], LOCAL_BATCH if shelf.model.provider == "local" else MODEL_BATCH
    while batch := await in_thread(_not_embedded, shelf, size):
        vectors = await gateway.embed(shelf.model, [question for _, question in batch], "query")
        rows = [(*row, _unit(vector)) for row, vector in zip(batch, vectors, strict=True)]
        await in_thread(_store, shelf, name, rows)
    _shelves.pop(shelf.app_id, None)


def _not_embedded(shelf: Shelf, size: int) -> list[tuple[uuid.UUID, str]]:
    rows = Annotation.scoped(shelf.workspace_id).filter(app_id=shelf.app_id).exclude(vector_model=shelf.stamp[3])
    return list(rows.order_by("-created_at").values_list("pk", "question")[:size])


def _store(shelf: Shelf, name: str, rows: list[tuple[uuid.UUID, str, Any]]) -> None:
    """Write vectors; a question that was changed meanwhile keeps waiting."""
    for key, question, vector in rows:
        found = Annotation.scoped(shelf.workspace_id).filter(pk=key, question=question)
        found.update(vector=vector.tobytes(), vector_model=name)


def _unit(vector: list[float]) -> Any:
    made = np.asarray(vector, dtype="<f4")
    length = float(np.linalg.norm(made))
    return made / length if length else made


# ------------------------------------------------------------ jobs


async def embed_job(payload: Mapping[str, Any]) -> dict[str, int]:
    """`annotations.embed`: {app_id} -> {total, embedded}. What is left after a hundred seconds goes on behind the job's back."""
    shelf = await in_thread(_shelf_of, payload)
    if shelf.waiting:
        _rests_until.pop(shelf.app_id, None)
        task = _embed(shelf)
        until = time.monotonic() + JOB_WAIT_S
        while not task.done() and time.monotonic() < until:
            await asyncio.wait({task}, timeout=1)
            await _told(shelf, payload, task)
        if task.done():
            task.result()
        shelf = await in_thread(_shelf_of, payload)
    _shelves.pop(shelf.app_id, None)
    return {"total": shelf.stamp[0], "embedded": shelf.stamp[1]}


async def _told(shelf: Shelf, payload: Mapping[str, Any], task: asyncio.Task[None]) -> None:
    """Tell how far the embedding is. Raises AppError when somebody stopped it."""
    rows = Annotation.scoped(shelf.workspace_id).filter(app_id=shelf.app_id, vector_model=shelf.stamp[3])
    try:
        await in_thread(work_tell, shelf.workspace_id, str(payload.get("job_id", "")), await in_thread(rows.count), shelf.stamp[0])
    except AppError:
        task.cancel()
        raise


async def match_job(payload: Mapping[str, Any]) -> dict[str, Any]:
    """`annotations.match`: {app_id, question, limit} -> {threshold, model, matches: [{id, question, answer, score, hit}]}, best first."""
    await embed_job(payload)
    shelf = await in_thread(_shelf_of, payload)
    vectors = await gateway.embed(shelf.model, [str(payload["question"])], "query", QUESTION_LIMITS)
    nearest = shelf.nearest(vectors[0], int(payload.get("limit") or 5))
    return {"threshold": shelf.threshold, "model": shelf.stamp[3], "matches": await in_thread(_matches, shelf, nearest)}


def _shelf_of(payload: Mapping[str, Any]) -> Shelf:
    workspace_id, app_id = uuid.UUID(str(payload["workspace_id"])), uuid.UUID(str(payload["app_id"]))
    if not App.scoped(workspace_id).filter(pk=app_id).exists():
        raise NotFound("There is no such app.")
    found = _load(workspace_id, app_id, always=True)
    assert found is not None
    return found


def _matches(shelf: Shelf, nearest: list[tuple[uuid.UUID, float]]) -> list[dict[str, Any]]:
    rows = Annotation.scoped(shelf.workspace_id).filter(pk__in=[key for key, _ in nearest]).values_list("pk", "question", "answer")
    texts = {key: {"id": str(key), "question": question, "answer": answer} for key, question, answer in rows}
    return [{**texts[key], "score": round(score, 4), "hit": score >= shelf.threshold} for key, score in nearest if key in texts]
