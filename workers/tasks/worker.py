"""The worker's entry point: `celery -A workers.tasks.worker worker -P threads --without-gossip --without-mingle`."""

from __future__ import annotations

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django.setup(set_prefix=False)

from backend.config.celery import app  # noqa: E402  (needs the app registry)
from backend.core.jobs import JOBS_TASK  # noqa: E402
from workers.tasks import document_tasks, maintenance, runs  # noqa: E402, F401  (register their tasks)
from workers.tasks.jobs import run_job  # noqa: E402
from workers.tasks.process import process  # noqa: E402

worker = app


@app.task(name=JOBS_TASK, ignore_result=True)
def jobs_run(job_id: str, name: str, payload: dict[str, Any], workspace_id: str) -> None:
    """Do a short job on the loop and wait for it."""
    process().loop.submit(run_job(job_id, name, payload, workspace_id)).result()
