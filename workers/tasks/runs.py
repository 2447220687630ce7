"""The task behind every run: tells this process's supervisor to look at some ids."""

from __future__ import annotations

import uuid

from backend.config.celery import app
from backend.core.jobs import RUNS_TASK
from workers.tasks.process import process


@app.task(name=RUNS_TASK, ignore_result=True)
def runs_execute(ids: list[str]) -> None:
    """Hand the runs to the supervisor; does not wait for their end. The database knows which of them are still to be done."""
    here = process()
    if here.supervisor.wait_for_room():
        here.loop.call(here.supervisor.offer, [uuid.UUID(run_id) for run_id in ids])
