"""Stop a run for the end user who started it."""

from __future__ import annotations

from uuid import UUID

from backend.runs.models import Run
from backend.runs.services import run_stop
from backend.service_api.callers import Caller
from backend.service_api.http import in_thread
from backend.service_api.published import PublishedApp


async def stop_run(app: PublishedApp, task_id: str, caller: Caller) -> None:
    """Ask a run to stop; a task of somebody else, or of nobody, is left alone in silence."""
    try:
        run_id = UUID(task_id)
    except ValueError:
        return
    if await in_thread(_owns, app, run_id, caller):
        await run_stop(run_id)


def _owns(app: PublishedApp, run_id: UUID, caller: Caller) -> bool:
    return Run.scoped(app.workspace_id).filter(app_id=app.id, id=run_id, **caller.owns()).exists()
