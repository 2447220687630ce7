"""Short work for the console: handlers by name; the answer goes back through `backend.core.jobs`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from backend.core.errors import AppError, to_app_error
from backend.core.jobs import job_finish
from backend.core.redis import REDIS_AWAY
from backend.llm.testing import credential_test
from workers.engine.errors import NodeError
from workers.tasks import annotations as annotation
from workers.tasks import knowledge, measuring
from workers.tasks.app_files import fetch_file
from workers.tasks.naming import name_conversation
from workers.tasks.speech import speak_job, transcribe_job
from workers.tasks.suggestions import suggest_questions

logger = logging.getLogger(__name__)

JOB_TIMEOUT_S = 120.0
Handler = Callable[[dict[str, Any]], Awaitable[Any]]

HANDLERS: dict[str, Handler] = {
    "annotations.embed": annotation.embed_job,
    "annotations.match": annotation.match_job,
    "llm.test_credential": credential_test,
    "knowledge.crawl": knowledge.crawl_job,
    "knowledge.measure": measuring.measure_job,
    "knowledge.preview": knowledge.preview_job,
    "knowledge.retrieve": knowledge.retrieve_job,
    "knowledge.try": knowledge.try_job,
    "studio.fetch_file": fetch_file,
    "chat.suggest_questions": suggest_questions,
    "chat.name_conversation": name_conversation,
    "audio.transcribe": transcribe_job,
    "audio.speak": speak_job,
}


async def run_job(job_id: str, name: str, payload: dict[str, Any], workspace_id: str) -> None:
    """Do a job and store its answer. Never raises."""
    result, error = None, None
    try:
        handler = HANDLERS.get(name)
        if handler is None:
            raise AppError("unknown_job", f"This worker does not know the job {name!r}: it runs another version than the web server.", 500)
        async with asyncio.timeout(JOB_TIMEOUT_S):
            result = await handler({**payload, "workspace_id": workspace_id, "job_id": job_id})
    except NodeError as failure:
        error = {"code": failure.code, "message": failure.message, "details": failure.details}
    except TimeoutError:
        error = {"code": "job_timeout", "message": f"This took longer than {JOB_TIMEOUT_S:.0f} seconds and was given up.", "details": {}}
    except Exception as failure:  # noqa: BLE001  the edge of the task: the console is told
        known = to_app_error(failure)
        error = {"code": known.code, "message": known.message, "details": known.details}
    try:
        await asyncio.to_thread(job_finish, workspace_id, job_id, result=result, error=error)
    except REDIS_AWAY as failure:
        logger.warning("the answer of job %s could not be stored: %s", name, failure)
