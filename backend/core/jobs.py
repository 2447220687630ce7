"""Every enqueue of the platform, and the answers of short jobs.

Work is sent by name, so that the web process needs none of the worker's code. The database knows what
is to be done; a message only makes a worker look at once.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import kombu.exceptions
import orjson

from backend.config.celery import app
from backend.core.errors import NotFound, ServiceAway
from backend.core.redis import REDIS_AWAY, async_client, sync_client
from backend.core.work import Work, work_begin, work_end

logger = logging.getLogger(__name__)

RUNS_TASK, JOBS_TASK, DOCUMENTS_TASK = "runs.execute", "jobs.run", "documents.index"
MAX_IDS_PER_MESSAGE = 16
BROKER_PAUSE_S = 1.0
JOB_KEPT_S = 600
MAX_WAIT_S, BELL_WAIT_S = 25.0, 5.0
BROKER_AWAY = (kombu.exceptions.OperationalError, *REDIS_AWAY)


def send(name: str, args: list[Any], queue: str) -> None:
    """Send one task now. Raises one of BROKER_AWAY."""
    for last in (False, True):
        try:
            app.send_task(name, args=args, queue=queue, retry=False, ignore_result=True)
        except BROKER_AWAY:  # once more: a connection kept from before a restart of the broker fails on its first use
            if last:
                raise
        else:
            return


class _Sender:
    """Sends ids of runs or documents from a thread of its own, so that a broker that is away delays nobody."""

    def __init__(self, task: str, queue: str) -> None:
        self._task = task
        self._queue = queue
        self._ids: SimpleQueue[str] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def put(self, ids: Iterable[str]) -> None:
        for key in ids:
            self._ids.put(key)
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name=f"{self._queue}-sender", daemon=True)
                    self._thread.start()

    def _work(self) -> None:
        while True:
            ids = [self._ids.get()]
            try:
                while len(ids) < MAX_IDS_PER_MESSAGE:
                    ids.append(self._ids.get_nowait())
            except Empty:
                pass
            try:
                send(self._task, [ids], self._queue)
            except BROKER_AWAY as failure:
                logger.warning("%d %s were accepted but not sent, a worker will find them: %s", len(ids), self._queue, failure)
                time.sleep(BROKER_PAUSE_S)


_runs = _Sender(RUNS_TASK, "runs")
_documents = _Sender(DOCUMENTS_TASK, "documents")


def runs_enqueue(ids: Iterable[uuid.UUID]) -> None:
    """Ask the workers to look at these runs. Never blocks and never fails: a run that is not sent is found by the reaper."""
    _runs.put([str(run_id) for run_id in ids])


def documents_enqueue(ids: Iterable[uuid.UUID]) -> None:
    """Ask the workers to look at these documents. Never blocks and never fails: what is not sent is found within seconds."""
    _documents.put([str(document_id) for document_id in ids])


@dataclass(frozen=True, slots=True)
class Job:
    """A short job as the console sees it."""

    id: str
    state: str
    result: Any = None
    error: dict[str, Any] | None = None


def job_start(
    name: str, payload: dict[str, Any], workspace_id: uuid.UUID | str, *, shown: tuple[str, str, Mapping[str, str]] | None = None
) -> str:
    """Have a worker do a short job; returns its id. Raises ServiceAway when the queue is away.

    `shown` is (kind, title, target) of work that people may wait for, see `core.work`.
    """
    job_id = str(uuid.uuid4())
    if shown is not None:
        kind, title, target = shown
        work_begin(workspace_id, Work(job_id, kind, title, target=target))
    try:
        sync_client().set(_key(job_id), orjson.dumps({"workspace": str(workspace_id), "state": "running"}), ex=JOB_KEPT_S)
        send(JOBS_TASK, [job_id, name, payload, str(workspace_id)], "default")
    except BROKER_AWAY as failure:
        work_end(workspace_id, job_id, {"code": "service_unavailable", "message": "The queue is away."})
        raise _queue_away(f"job {name} was not sent", failure) from None
    return job_id


def job_result(workspace_id: uuid.UUID | str, job_id: uuid.UUID | str, wait_s: float = 0) -> Job:
    """Return a job, waiting up to `wait_s` for its end. Raises NotFound for an unknown, expired or foreign id."""
    client, deadline = sync_client(), time.monotonic() + min(wait_s, MAX_WAIT_S)
    try:
        record = _read(client.get(_key(job_id)), workspace_id)
        while record["state"] == "running" and (left := deadline - time.monotonic()) > 0:
            bell = _bell(job_id)
            pause_s = max(0.01, min(left, BELL_WAIT_S))
            client.blmove(bell, bell, timeout=pause_s)  # type: ignore[arg-type]  # leaves the bell rung for others who wait
            record = _read(client.get(_key(job_id)), workspace_id)
    except REDIS_AWAY as failure:
        raise _queue_away("a job could not be read", failure) from None
    return Job(str(job_id), record["state"], record.get("result"), record.get("error"))


async def job_result_wait(workspace_id: uuid.UUID | str, job_id: uuid.UUID | str, wait_s: float) -> Job:
    """Do the same without a thread that waits, and for longer if need be."""
    client, deadline = async_client(), time.monotonic() + wait_s
    try:
        record = _read(await client.get(_key(job_id)), workspace_id)
        while record["state"] == "running" and (left := deadline - time.monotonic()) > 0:
            bell = _bell(job_id)
            pause_s = max(0.01, min(left, BELL_WAIT_S))
            await client.execute_command("BLMOVE", bell, bell, "LEFT", "RIGHT", pause_s)
            record = _read(await client.get(_key(job_id)), workspace_id)
    except REDIS_AWAY as failure:
        raise _queue_away("a job could not be read", failure) from None
    return Job(str(job_id), record["state"], record.get("result"), record.get("error"))


def job_finish(workspace_id: uuid.UUID | str, job_id: str, *, result: Any = None, error: dict[str, Any] | None = None) -> None:
    """Store the end of a job and wake those who wait; called by the worker. `error` is {code, message, details}."""
    record = {"workspace": str(workspace_id), "state": "failed" if error else "succeeded", "result": result, "error": error}
    with sync_client().pipeline(transaction=True) as pipe:
        pipe.set(_key(job_id), orjson.dumps(record, default=str), ex=JOB_KEPT_S)
        pipe.delete(_bell(job_id))
        pipe.rpush(_bell(job_id), b"1")
        pipe.expire(_bell(job_id), JOB_KEPT_S)
        pipe.execute()
    work_end(workspace_id, job_id, error)


def _read(raw: Any, workspace_id: uuid.UUID | str) -> dict[str, Any]:
    record: dict[str, Any] = orjson.loads(raw) if raw else {}
    if record.get("workspace") != str(workspace_id):
        raise NotFound("There is no such job; results are kept for ten minutes.")
    return record


def _key(job_id: uuid.UUID | str) -> str:
    return f"job:{job_id}"


def _bell(job_id: uuid.UUID | str) -> str:
    return f"job:{job_id}:done"


def _queue_away(what: str, failure: Exception) -> ServiceAway:
    logger.warning("%s: %s", what, failure)
    return ServiceAway()
