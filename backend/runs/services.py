"""What the web process may do with runs: start and stop them."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from typing import Any

import orjson
from django.db import IntegrityError
from django.utils import timezone

from backend.core.errors import AppError
from backend.core.redis import REDIS_AWAY, async_client
from backend.core.writer import GroupWrite, writer
from backend.runs import stream
from backend.runs.accept import ACCEPT, Accepted, RunSpec, forget_users
from backend.runs.claims import Claim, Ending, finish
from backend.runs.log import STOP_CHANNEL, append_final
from backend.runs.models import EndUser, Run, State
from workers.engine.events import RunFinished, RunPaused, from_dict

__all__ = ["Accepted", "RunSpec", "run_start", "run_stop"]

logger = logging.getLogger(__name__)

writer.in_flight = stream.open_streams


async def run_start(spec: RunSpec) -> Accepted:
    """Write the run and what belongs to it, then ask the workers to look; returns once it is committed.

    The same idempotency key of the same app returns the earlier run. With the queue away the run is accepted all the same.
    Raises NotFound for a conversation of somebody else, AppError invalid_input for text that is not valid Unicode,
    a database error when nothing could be written.
    """
    _check_text(spec)
    try:
        return await writer.write(ACCEPT, spec)
    except IntegrityError:  # an end user was deleted meanwhile, or another process took the idempotency key
        forget_users()
        return await writer.write(ACCEPT, spec)


def end_user_ensure(workspace_id: uuid.UUID, app_id: uuid.UUID, session_id: str, kind: str = "service-api") -> uuid.UUID:
    """Return the id of an app's end user; the first mention makes one."""
    found, _ = EndUser.unscoped.get_or_create(app_id=app_id, kind=kind, session_id=session_id, defaults={"workspace_id": workspace_id})
    return found.id


async def run_stop(run_id: uuid.UUID) -> None:
    """Ask for the end of a run: at once if no worker has it, else as soon as its worker hears of it. Finished runs stay as they are."""
    ended = await writer.write(STOP, run_id)
    try:
        if ended is not None:
            await append_final(run_id, *ended)
        else:
            await async_client().publish(STOP_CHANNEL, str(run_id))
    except REDIS_AWAY as failure:
        logger.warning("run %s: the stop was stored but not announced: %s", run_id, failure)


def _stop(ids: Sequence[uuid.UUID]) -> list[tuple[int, RunFinished] | None]:
    """Ask runs to stop; returns epoch and last event of those that no worker holds, whose end is written here."""
    Run.unscoped.filter(id__in=ids, state__in=(State.QUEUED, State.RUNNING, State.PAUSED)).update(stop_requested=True)
    at = timezone.now().timestamp()
    endings: dict[uuid.UUID, Ending] = {}
    for run_id in Run.unscoped.filter(id__in=ids, state=State.QUEUED, epoch=0).values_list("id", flat=True):
        endings[run_id] = Ending(Claim(run_id, "", 0), RunFinished(seq=1, at=at, status="stopped"), state_before=State.QUEUED)
    for run_id, epoch, pause in Run.unscoped.filter(id__in=ids, state=State.PAUSED).values_list("id", "epoch", "pause"):
        endings[run_id] = Ending(Claim(run_id, "", epoch), _stopped_pause(pause, at), state_before=State.PAUSED)
    written = dict(zip(endings, finish(list(endings.values())), strict=True))
    ended = {run_id: (max(ending.claim.epoch, 1), ending.event) for run_id, ending in endings.items() if written[run_id]}
    return [ended.get(run_id) for run_id in ids]


def _stopped_pause(stored: Any, at: float) -> RunFinished:
    """Make the last event of a run that was stopped while it waited for people. The `seq` before it stays free for the answer."""
    pause = from_dict(stored["event"])
    assert isinstance(pause, RunPaused)
    return RunFinished(
        seq=pause.seq + 2,
        at=at,
        status="stopped",
        answer=pause.answer,
        usage=pause.usage,
        steps=pause.steps,
        exceptions_count=pause.exceptions_count,
        elapsed_s=pause.elapsed_s,
    )


STOP: GroupWrite[uuid.UUID, tuple[int, RunFinished] | None] = GroupWrite(_stop)


def _check_text(spec: RunSpec) -> None:
    for field, value in (("inputs", spec.inputs), ("query", spec.query), ("files", list(spec.files)), ("history", spec.history)):
        try:
            orjson.dumps(value)
        except TypeError as error:
            details: dict[str, Any] = {"fields": {field: [str(error)]}}
            raise AppError("invalid_input", f"{field} cannot be stored: {error}.", 400, details) from None
