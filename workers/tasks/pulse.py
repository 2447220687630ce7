"""The worker's heartbeat and the reaper, on a thread that a busy event loop cannot starve.

Everything here is a conditional write by the database's clock, so any number of workers may do it at once.
"""

from __future__ import annotations

import logging
import socket
import threading
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.models.functions import Now

from backend.runs.breakpoints import runs_held_too_long
from backend.runs.forms import forms_expire
from backend.runs.models import Run, State, Worker
from backend.runs.services import run_stop
from workers.tasks.deliveries import Deliveries
from workers.tasks.document_supervisor import DocumentSupervisor
from workers.tasks.loop import LoopThread
from workers.tasks.supervisor import Supervisor

logger = logging.getLogger(__name__)

UNCLAIMED_S = 3.0
FORGET_WORKERS_AFTER = timedelta(days=1)
MAX_REAPED = 200


class Pulse:
    """Beats, looks for orphans and for orders, every few seconds until `stop`."""

    def __init__(
        self,
        loop: LoopThread,
        supervisor: Supervisor,
        documents: DocumentSupervisor | None = None,
        deliveries: Deliveries | None = None,
    ) -> None:
        self._loop = loop
        self._deliveries = deliveries
        self._documents = documents
        self._supervisor = supervisor
        self._stopped = threading.Event()
        self._suspects: set[uuid.UUID] = set()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        """Write the first heartbeat, then go on in the background. Raises a database error."""
        beat(self._supervisor.worker_id)
        connection.close()
        self._thread.start()

    def stop(self) -> None:
        """End, and take the worker off the list."""
        self._stopped.set()
        self._thread.join()
        try:
            Worker.objects.filter(pk=self._supervisor.worker_id).delete()
        except DatabaseFailure as failure:
            logger.warning("the worker could not be taken off the list: %s", failure)
        connection.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                beat(self._supervisor.worker_id)
                self._look()
            except DatabaseFailure as failure:
                logger.warning("the worker's heartbeat could not be written: %s", failure)
            connection.close()  # not held while waiting
            self._stopped.wait(settings.ENV.worker_heartbeat_s)

    def _look(self) -> None:
        supervisor = self._supervisor
        requeue_orphans(timedelta(seconds=settings.ENV.worker_dead_s))
        forms_expire()
        for run_id in runs_held_too_long():
            self._loop.submit(run_stop(run_id))
        local = set(supervisor.running.copy())
        mine = dict(Run.unscoped.filter(state=State.RUNNING, owner=supervisor.worker_id).values_list("id", "stop_requested"))
        for run_id, stop_requested in mine.items():
            if stop_requested:
                self._loop.call(supervisor.stop, run_id)
        for run_id in local - mine.keys():
            self._loop.submit(supervisor.verify(run_id))
        self._free_forgotten({run_id for run_id in mine if run_id not in supervisor.running and run_id not in supervisor.claiming})
        if supervisor.room:
            self._loop.call(supervisor.offer, unclaimed(supervisor.room))
        if self._deliveries is not None:
            self._loop.submit(self._deliveries.look())
        if self._documents is not None:
            alive = Worker.objects.filter(seen_at__gte=Now() - timedelta(seconds=settings.ENV.worker_dead_s))
            self._loop.submit(self._documents.look(set(alive.values_list("pk", flat=True))))

    def _free_forgotten(self, forgotten: set[uuid.UUID]) -> None:
        """Give back runs that this process holds but does not execute; seen twice, so that none is caught between claim and start."""
        lost = forgotten & self._suspects
        self._suspects = forgotten
        if lost:
            logger.error("%d runs were claimed but not executed, they go back to the queue", len(lost))
            rows = Run.unscoped.filter(pk__in=lost, state=State.RUNNING, owner=self._supervisor.worker_id)
            rows.update(state=State.QUEUED, owner="")


def beat(worker_id: str) -> None:
    """Write the heartbeat."""
    if not Worker.objects.filter(pk=worker_id).update(seen_at=Now()):
        Worker.objects.create(pk=worker_id, host=socket.gethostname()[:255], seen_at=Now())
        Worker.objects.filter(seen_at__lt=Now() - FORGET_WORKERS_AFTER).delete()


def requeue_orphans(dead_after: timedelta) -> int:
    """Put the runs of workers without a heartbeat back into the queue; returns how many."""
    alive = Worker.objects.filter(seen_at__gte=Now() - dead_after).values("pk")
    orphans = Run.unscoped.filter(state=State.RUNNING).exclude(owner__in=alive)
    ids = list(orphans.values_list("id", flat=True)[:MAX_REAPED])
    if not ids:
        return 0
    found = Run.unscoped.filter(pk__in=ids, state=State.RUNNING).exclude(owner__in=alive).update(state=State.QUEUED, owner="")
    logger.warning("%d runs of workers that disappeared go on elsewhere", found)
    return found


def unclaimed(room: int) -> list[uuid.UUID]:
    """Return the oldest runs that wait although a message was sent for them some time ago."""
    waiting = Run.unscoped.filter(state=State.QUEUED, created_at__lt=Now() - timedelta(seconds=UNCLAIMED_S))
    return list(waiting.order_by("created_at").values_list("id", flat=True)[:room])
