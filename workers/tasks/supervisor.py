"""The runs of this worker process: admits up to its capacity, cancels, hands over."""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections import deque
from collections.abc import Iterable

from django.db import Error as DatabaseFailure

from backend.core import egress
from backend.core.redis import REDIS_AWAY, async_connect
from backend.core.writer import writer
from backend.runs.claims import CLAIM, ClaimedRun
from backend.runs.log import STOP_CHANNEL, Shipper
from workers.tasks.context import Sandboxes
from workers.tasks.execution import Execution, Why

logger = logging.getLogger(__name__)

CHECKPOINT_S = 1.0
STOP_RETRY_S = 1.0
FULL_LOOK_S = 0.5


class Supervisor:
    """Lives on the worker's loop; `wait_for_room` and `room` may be called from other threads."""

    def __init__(self, worker_id: str, capacity: int) -> None:
        self.worker_id = worker_id
        self.draining = False
        self.running: dict[uuid.UUID, Execution] = {}
        self.claiming: set[uuid.UUID] = set()
        self._capacity = capacity
        self._backlog: deque[uuid.UUID] = deque()
        # Runs that were answered while their pause was still being wound up here.
        self._again: set[uuid.UUID] = set()
        self._room = threading.Event()
        self._room.set()
        self._shipper = Shipper()
        self._sandboxes = Sandboxes()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._checkpoints(), name="checkpoints"), loop.create_task(self._hear_stops(), name="stops")]
        self._claims: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> int:
        """How many more runs may begin here."""
        return 0 if self.draining else max(0, self._capacity - len(self.running) - len(self.claiming))

    def wait_for_room(self) -> bool:
        """Block a Celery thread while this process is full, so that messages stay for others; False when it is to end."""
        while not self._room.wait(FULL_LOOK_S):
            if self.draining:
                return False
        return not self.draining

    def offer(self, ids: Iterable[uuid.UUID]) -> None:
        """Claim what of these is queued, as far as there is room; the rest waits here for its turn."""
        self._backlog.extend(ids)
        self._take()

    def stop(self, run_id: uuid.UUID) -> None:
        """Stop a run, if it is one of ours."""
        execution = self.running.get(run_id)
        if execution is not None:
            execution.cancel(Why.STOP)

    async def verify(self, run_id: uuid.UUID) -> None:
        """Make sure that a run is still ours."""
        execution = self.running.get(run_id)
        if execution is not None:
            await execution.checkpoint(0)

    async def drain(self, within_s: float) -> None:
        """Take no more runs, let those here end for a while, then hand over the others."""
        self.draining = True
        self._backlog.clear()
        self._again.clear()
        tasks = self._unfinished()
        if tasks:
            await asyncio.wait(tasks, timeout=within_s)
        for execution in list(self.running.values()):
            execution.cancel(Why.HAND_OVER)
        while tasks := self._unfinished():
            await asyncio.wait(tasks)
        for task in self._tasks:
            task.cancel()
        await self._shipper.close(2.0)
        await self._sandboxes.close()
        await egress.close()

    def _unfinished(self) -> list[asyncio.Task[None]]:
        return [*self._claims, *(execution.task for execution in self.running.values() if execution.task is not None)]

    def _take(self) -> None:
        """Begin with what waits, as far as there is room."""
        while self._backlog and self.room:
            run_id = self._backlog.popleft()
            if run_id in self.running:
                self._again.add(run_id)
            elif run_id not in self.claiming:
                self.claiming.add(run_id)
                task = asyncio.get_running_loop().create_task(self._claim(run_id))
                self._claims.add(task)
                task.add_done_callback(self._claims.discard)
        if self.room and not self._backlog:
            self._room.set()
        else:
            self._room.clear()

    async def _claim(self, run_id: uuid.UUID) -> None:
        try:
            run = await writer.write(CLAIM, (run_id, self.worker_id))
        except DatabaseFailure as failure:
            logger.warning("run %s could not be claimed, a later look will find it: %s", run_id, failure)
            run = None
        if run is not None:
            self._begin(run)
        self.claiming.discard(run_id)
        self._take()

    def _begin(self, run: ClaimedRun) -> None:
        execution = Execution(run, self._shipper, self._sandboxes)
        self.running[run.claim.run_id] = execution
        execution.task = asyncio.get_running_loop().create_task(execution.live(), name=f"run {run.claim.run_id}")
        execution.task.add_done_callback(lambda _: self._ended(run.claim.run_id))

    def _ended(self, run_id: uuid.UUID) -> None:
        self.running.pop(run_id, None)
        if run_id in self._again:
            self._again.discard(run_id)
            self._backlog.append(run_id)
        self._take()

    async def _checkpoints(self) -> None:
        while True:
            await asyncio.sleep(CHECKPOINT_S)
            await asyncio.gather(*(execution.checkpoint(CHECKPOINT_S) for execution in list(self.running.values())))

    async def _hear_stops(self) -> None:
        while True:
            client = async_connect()
            try:
                async with client.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(STOP_CHANNEL)
                    async for message in pubsub.listen():
                        self.stop(uuid.UUID(message["data"].decode()))
            except REDIS_AWAY:  # the flag in the row is seen by the pulse
                await asyncio.sleep(STOP_RETRY_S)
            finally:
                await client.aclose()
