"""This worker process: its loop, its supervisor, its pulse; started and ended by Celery's signals."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Collection
from typing import Any

from celery import signals
from django.conf import settings

from backend.core import egress
from backend.core.writer import writer
from backend.llm import local
from workers.tasks.deliveries import Deliveries
from workers.tasks.document_supervisor import DocumentSupervisor
from workers.tasks.loop import LoopThread
from workers.tasks.pulse import Pulse
from workers.tasks.supervisor import Supervisor

logger = logging.getLogger(__name__)

QUEUES = ("runs", "documents", "default")


class Process:
    """Everything that runs beside Celery's own threads. A worker of other queues has it too, for the heartbeat, with room for no run."""

    def __init__(self, capacity: int, documents: int) -> None:
        self.loop = LoopThread()
        self.worker_id = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.supervisor = self.loop.submit(self._supervisor(capacity)).result()
        self.documents = self.loop.submit(self._documents(documents)).result()
        self.deliveries = Deliveries()
        self.pulse = Pulse(self.loop, self.supervisor, self.documents, self.deliveries)
        writer.in_flight = lambda: len(self.supervisor.running) + len(self.supervisor.claiming)
        self.pulse.start()

    async def _supervisor(self, capacity: int) -> Supervisor:
        return Supervisor(self.worker_id, capacity)

    async def _documents(self, capacity: int) -> DocumentSupervisor:
        return DocumentSupervisor(self.worker_id, capacity)

    def close(self) -> None:
        """Let runs end, hand over the rest."""
        self.loop.submit(self.supervisor.drain(settings.ENV.worker_drain_s)).result()
        self.loop.submit(self.documents.drain()).result()
        self.pulse.stop()
        self.loop.submit(self.deliveries.drain()).result()
        self.loop.submit(egress.close()).result()
        local.shut_down()


_process: Process | None = None
_lock = threading.Lock()


def process(queues: Collection[str] = QUEUES) -> Process:
    """Return this process's parts, starting them where that has not happened."""
    global _process
    with _lock:
        if _process is None:
            runs = settings.ENV.run_concurrency if "runs" in queues else 0
            _process = Process(runs, settings.ENV.document_concurrency if "documents" in queues else 0)
    return _process


@signals.worker_ready.connect
def _ready(sender: Any, **kwargs: Any) -> None:
    process(set(sender.app.amqp.queues.consume_from))


@signals.worker_shutting_down.connect
def _shutting_down(**kwargs: Any) -> None:
    if _process is not None:
        _process.supervisor.draining = _process.documents.draining = True


@signals.worker_shutdown.connect
def _shutdown(**kwargs: Any) -> None:
    if _process is not None:
        _process.close()
