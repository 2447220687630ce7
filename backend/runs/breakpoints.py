"""Test runs that stand before nodes: where they stand still, and going on from there.

`Run.debug` says it, so that any worker can take the run up: `breakpoints` (ids of nodes), `stepping` (before every node) and
`released`, the keys of the nodes that were let go last.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Literal

from django.db import transaction
from django.db.models.functions import Now

from backend.core.errors import AppError
from backend.core.jobs import runs_enqueue
from backend.core.live import notify
from backend.runs.models import Run, State
from workers.engine.stops import HELD, released

MAX_BREAKPOINTS = 200
MAX_ENDED = 200

Mode = Literal["go_on", "step"]


def debug_of(breakpoints: Iterable[str], stepping: bool) -> dict[str, Any] | None:
    """Return what a run is told of where to stand still; None for nowhere."""
    marked = list(dict.fromkeys(breakpoints))
    return {"breakpoints": marked, "stepping": stepping, "released": []} if marked or stepping else None


def run_continue(*, run: Run, mode: Mode, breakpoints: Iterable[str] | None = None) -> None:
    """Let go of the nodes before which a run stands: to the next breakpoint, or with `step` to the next nodes.

    `breakpoints` stand in place of those the run has. Of several calls at a time exactly one takes effect. Raises AppError
    409 run_not_held.
    """
    with transaction.atomic():
        row = Run.unscoped.select_for_update().filter(pk=run.pk).values_list("state", "pause", "debug").first()
        state, pause, debug = row or ("", None, None)
        reasons = pause["event"]["reasons"] if pause is not None and state == State.PAUSED else []
        if debug is None or not any(reason.get("type") == HELD for reason in reasons):
            raise AppError(
                "run_not_held", "The run does not stand at a breakpoint, so there is nothing to go on from.", 409, {"state": state}
            )
        marked = debug["breakpoints"] if breakpoints is None else list(dict.fromkeys(breakpoints))
        told = {"breakpoints": marked, "stepping": mode == "step", "released": released(reasons)}
        Run.unscoped.filter(pk=run.pk, state=State.PAUSED).update(state=State.QUEUED, debug=told, held_until=None)
    runs_enqueue([run.pk])
    notify(run.workspace_id, {"kind": "run_continued", "id": str(run.pk), "app_id": str(run.app_id)})


def runs_held_too_long() -> list[uuid.UUID]:
    """Return runs that nobody let go on within a day; they are to be stopped."""
    late = Run.unscoped.filter(held_until__lte=Now(), state=State.PAUSED)
    return list(late.order_by("held_until").values_list("id", flat=True)[:MAX_ENDED])
