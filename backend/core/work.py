"""Long work that people wait for, as those who do it tell of it: how far it is, how it ended, what somebody no longer wants to see.

Kept in Redis: losing it loses what is shown of the work, never the work.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import orjson

from backend.core.errors import AppError
from backend.core.live import notify
from backend.core.redis import REDIS_AWAY, sync_client

logger = logging.getLogger(__name__)

KEPT_S, DONE_KEPT_S, HIDDEN_KEPT_S = 86_400, 600, 30 * 86_400
SILENT_S = 600
LOST = {"code": "worker_lost", "message": "The worker that did this has not been heard of for ten minutes."}
TELL_EVERY_S = 0.7
MAX_ITEMS = 100

_told: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work. `target` says what it is about (`dataset_id`, `app_id`, …); times are seconds since 1970.

    `state` is running, succeeded, failed or stopped; `error` is {code, message}. `total` 0: not known yet.
    """

    id: str
    kind: str
    title: str
    state: str = "running"
    done: int = 0
    total: int = 0
    started_at: float = 0
    changed_at: float = 0
    target: Mapping[str, str] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None


def work_begin(workspace_id: uuid.UUID | str, work: Work) -> None:
    """Show a piece of work as running."""
    now = time.time()
    _keep(workspace_id, replace(work, started_at=now, changed_at=now))


def work_tell(workspace_id: uuid.UUID | str, work_id: str, done: int, total: int) -> None:
    """Tell how far it is; may be called as often as one likes. Raises AppError `stopped` when somebody has asked for its end."""
    now = time.monotonic()
    if now - _told.get(work_id, 0) < TELL_EVERY_S:
        return
    _told[work_id] = now
    try:
        stop = sync_client().exists(_stop_key(work_id))
    except REDIS_AWAY:
        return
    if stop:
        raise AppError("stopped", "This was stopped.", 409)
    found = _one(workspace_id, work_id)
    if found is not None:
        _keep(workspace_id, replace(found, done=done, total=total, changed_at=time.time()))


def work_end(workspace_id: uuid.UUID | str, work_id: str, error: Mapping[str, Any] | None = None) -> None:
    """Tell that it is over. Nothing happens for work that nobody has begun to show."""
    _told.pop(work_id, None)
    found = _one(workspace_id, work_id)
    if found is None:
        return
    stopped = error is not None and error.get("code") == "stopped"
    state = "stopped" if stopped else "failed" if error else "succeeded"
    cause = {"code": str(error["code"]), "message": str(error["message"])} if error and not stopped else None
    done = found.total if state == "succeeded" else found.done
    _keep(workspace_id, replace(found, state=state, done=done, changed_at=time.time(), error=cause))


def work_list(workspace_id: uuid.UUID | str) -> list[Work]:
    """Return what runs, what failed in the last day, and what else ended in the last ten minutes; newest first."""
    try:
        rows: dict[bytes, bytes] = sync_client().hgetall(_key(workspace_id))  # type: ignore[assignment]
    except REDIS_AWAY as failure:
        logger.warning("the work of workspace %s cannot be read: %s", workspace_id, failure)
        return []
    now = time.time()
    works = sorted((_read(row, now) for row in rows.values()), key=lambda work: -work.started_at)
    kept = [work for work in works if now - work.changed_at < (DONE_KEPT_S if work.state in ("succeeded", "stopped") else KEPT_S)]
    if gone := {work.id for work in works} - {work.id for work in kept[:MAX_ITEMS]}:
        sync_client().hdel(_key(workspace_id), *gone)
    return kept[:MAX_ITEMS]


def work_stop(workspace_id: uuid.UUID | str, work_id: uuid.UUID | str) -> bool:
    """Ask for the end of work that runs; it stops at its next step. False when there is none."""
    found = _one(workspace_id, str(work_id))
    if found is None or found.state != "running":
        return False
    sync_client().set(_stop_key(str(work_id)), b"1", ex=3600)
    return True


def work_hide(workspace_id: uuid.UUID | str, user_id: uuid.UUID, work_id: uuid.UUID | str) -> None:
    """Hide from one person what is known of a piece of work up to now."""
    key = _hidden_key(workspace_id, user_id)
    client = sync_client()
    client.hset(key, str(work_id), str(time.time()))
    client.expire(key, HIDDEN_KEPT_S)


def work_hidden(workspace_id: uuid.UUID | str, user_id: uuid.UUID) -> dict[str, float]:
    """Return up to when each hidden piece of work is hidden from a person."""
    try:
        rows: dict[bytes, bytes] = sync_client().hgetall(_hidden_key(workspace_id, user_id))  # type: ignore[assignment]
    except REDIS_AWAY:
        return {}
    return {key.decode(): float(value) for key, value in rows.items()}


def _keep(workspace_id: uuid.UUID | str, work: Work) -> None:
    try:
        client = sync_client()
        client.hset(_key(workspace_id), work.id, orjson.dumps(asdict(work)))
        client.expire(_key(workspace_id), KEPT_S)
    except REDIS_AWAY as failure:
        logger.warning("work %s is not shown: %s", work.id, failure)
        return
    notify(workspace_id, {"kind": "work_changed", "id": work.id})


def _read(row: bytes, now: float) -> Work:
    work = Work(**orjson.loads(row))
    return replace(work, state="failed", error=LOST) if work.state == "running" and now - work.changed_at > SILENT_S else work


def _one(workspace_id: uuid.UUID | str, work_id: str) -> Work | None:
    try:
        row: Any = sync_client().hget(_key(workspace_id), work_id)
    except REDIS_AWAY:
        return None
    return Work(**orjson.loads(row)) if row else None


def _key(workspace_id: uuid.UUID | str) -> str:
    return f"work:{workspace_id}"


def _hidden_key(workspace_id: uuid.UUID | str, user_id: uuid.UUID) -> str:
    return f"work:{workspace_id}:hidden:{user_id}"


def _stop_key(work_id: str) -> str:
    return f"work:stop:{work_id}"
