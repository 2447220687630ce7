"""The worker's entry point."""

from __future__ import annotations

from backend.core.jobs import DOCUMENTS_TASK, JOBS_TASK, RUNS_TASK
from workers.tasks.worker import worker


def test_a_worker_knows_every_task_that_is_sent() -> None:
    assert {RUNS_TASK, JOBS_TASK, DOCUMENTS_TASK} <= set(worker.tasks)
