"""The documents of this worker process: claims as many as fit, indexes them side by side, clears the index of what is gone."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Collection, Coroutine, Iterable
from typing import Any

from django.db import Error as DatabaseFailure

from backend.core.errors import AppError
from backend.knowledge import claims
from backend.knowledge.claims import Claim, ClaimLost
from backend.knowledge.models import Document, Removal, Stage
from backend.knowledge.vectors_store import store
from workers.engine.errors import NodeError
from workers.ingestion.child import ParserPool
from workers.ingestion.parsed import ParseError
from workers.tasks.indexing import MODEL_CALLS, Indexing, Tools, in_thread

logger = logging.getLogger(__name__)

REMOVALS_AT_ONCE = 50
IDS_AT_ONCE = 1_000
AGAIN_S = 2.0


class DocumentSupervisor:
    """Lives on the worker's loop, beside the supervisor of runs. `look` is called again and again by the pulse."""

    def __init__(self, worker_id: str, capacity: int) -> None:
        self._worker_id = worker_id
        self._capacity = capacity
        self.draining = False
        self.running: dict[uuid.UUID, tuple[Claim, asyncio.Task[None]]] = {}
        self._backlog: deque[uuid.UUID] = deque()
        self._claiming: set[uuid.UUID] = set()
        self._tools = Tools(ParserPool(), asyncio.Semaphore(MODEL_CALLS))
        self._tasks: set[asyncio.Task[None]] = set()
        self._blocked = ""
        self._resting_until = 0.0
        self._clearing = False
        self._looking = False

    @property
    def room(self) -> int:
        """How many more documents may begin here."""
        return 0 if self.draining else max(0, self._capacity - len(self.running) - len(self._claiming))

    def offer(self, ids: Iterable[uuid.UUID]) -> None:
        """Claim what of these waits, as far as there is room; what has no room is found by a later look."""
        waiting = set(self._backlog)
        self._backlog.extend(key for key in ids if key not in waiting)
        self._take()

    async def look(self, alive: Collection[str]) -> None:
        """Take over from workers that died, find what waits, stop what is no longer ours, clear the index."""
        if self.draining or not self._capacity or self._looking:
            return
        self._looking = True
        try:
            await self._look(alive)
        except DatabaseFailure as failure:
            logger.warning("documents could not be looked after: %s", failure)
        finally:
            self._looking = False

    async def _look(self, alive: Collection[str]) -> None:
        found = await in_thread(claims.requeue_orphans, alive)
        if found:
            logger.warning("%d documents of workers that disappeared are indexed elsewhere", found)
        held = set(await in_thread(_held, self._worker_id))
        for document_id, (_, task) in list(self.running.items()):
            if document_id not in held:
                task.cancel()
        forgotten = held - self.running.keys() - self._claiming
        for document_id in forgotten:
            await in_thread(_forget, document_id, self._worker_id)
        if self.room:
            self.offer(await in_thread(claims.waiting_documents, self.room))
        self._start(self._clear())

    async def drain(self) -> None:
        """Give back what is not finished: pieces that are in the index already are not embedded again."""
        self.draining = True
        self._backlog.clear()
        running = [task for _, task in self.running.values()]
        for task in running:
            task.cancel()
        if waiting := [*running, *self._tasks]:
            await asyncio.wait(waiting, timeout=10)
        await self._tools.parsers.close()
        if self._capacity and store.cache_info().currsize:
            await store().close()
            store.cache_clear()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _take(self) -> None:
        while self._backlog and self.room:
            document_id = self._backlog.popleft()
            if document_id not in self.running and document_id not in self._claiming:
                self._claiming.add(document_id)
                self._start(self._claim(document_id))

    async def _claim(self, document_id: uuid.UUID) -> None:
        try:
            if await self._ready():
                claim = await in_thread(claims.document_claim, document_id, self._worker_id)
                if claim is not None:
                    task = asyncio.get_running_loop().create_task(self._live(claim), name=f"document {document_id}")
                    self.running[document_id] = (claim, task)
        except DatabaseFailure as failure:
            logger.warning("document %s could not be claimed, a later look will find it: %s", document_id, failure)
        finally:
            self._claiming.discard(document_id)
            self._take()

    async def _ready(self) -> bool:
        """Tell whether the index can be used from here; while it cannot, documents wait for a worker that can."""
        if asyncio.get_running_loop().time() < self._resting_until:
            return False
        try:
            await store().ready()
        except NodeError as failure:
            self._rest(failure.message)
            return False
        self._blocked = ""
        return True

    def _rest(self, why: str) -> None:
        if why != self._blocked:
            logger.warning("documents wait: %s", why)
        self._blocked = why
        self._resting_until = asyncio.get_running_loop().time() + AGAIN_S

    async def _live(self, claim: Claim) -> None:
        """Do the whole document. Never raises."""
        try:
            await Indexing(claim, self._tools).run()
        except asyncio.CancelledError:
            await self._ended(claim, None)
        except ClaimLost:
            logger.info("document %s was taken away while it was being indexed", claim.document_id)
            await self._cleared(claim.document_id)
        except (NodeError, ParseError, AppError) as failure:
            await self._ended(claim, failure)
        except DatabaseFailure as failure:
            logger.warning("document %s waits for the database: %s", claim.document_id, failure)
        except Exception:  # the edge of the task: the document fails, the worker lives on
            logger.exception("document %s broke", claim.document_id)
            message = "Indexing failed for a reason inside the platform. Try again; if it repeats, report it."
            await self._ended(claim, NodeError("internal_error", message))
        finally:
            self.running.pop(claim.document_id, None)
            self._take()

    async def _ended(self, claim: Claim, failure: NodeError | ParseError | AppError | None) -> None:
        """Give the document back, or write why it failed."""
        try:
            if failure is None or failure.code == "knowledge_unavailable":
                if failure is not None:
                    self._rest(failure.message)
                await in_thread(_release, claim)
            else:
                await in_thread(claims.document_fail, claim, failure.code, failure.message)
        except ClaimLost:
            await self._cleared(claim.document_id)
        except DatabaseFailure as problem:
            logger.warning("document %s could not be given back, it is found by its silence: %s", claim.document_id, problem)

    # ------------------------------------------------------------ clearing

    async def _cleared(self, document_id: uuid.UUID) -> None:
        """A document that was deleted in the middle may have left points behind: have them cleared once more."""
        try:
            await in_thread(_look_again, document_id)
        except DatabaseFailure as failure:
            logger.warning("the points of document %s stay until the index is compared with the rows: %s", document_id, failure)

    async def _clear(self) -> None:
        """Carry out the orders to remove points whose rows are gone."""
        if self._clearing:
            return
        self._clearing = True
        try:
            due = await in_thread(claims.removals_due, REMOVALS_AT_ONCE)
            if due and await self._ready():
                for removal in due:
                    await clear_points(removal.workspace_id, removal.dataset_id, removal.document_id)
                    await in_thread(claims.removal_done, removal)
        except (NodeError, DatabaseFailure) as failure:
            logger.warning("the index could not be cleared, it is tried again: %s", failure)
        finally:
            self._clearing = False


async def clear_points(workspace_id: uuid.UUID, dataset_id: uuid.UUID, document_id: uuid.UUID | None) -> int:
    """Delete the points of a dataset or document that have no rows, and those of an indexed one outside its collection.

    Returns how many are gone.
    """
    index, count = store(), 0
    wanted = await in_thread(claims.points_with_rows, dataset_id, document_id)
    places = await in_thread(claims.places_of, document_id)
    for key in await index.collections():
        have = await index.ids(key, workspace_id, dataset_id=dataset_id, document_id=document_id)
        gone = sorted(have - wanted if places is None or key in places else have)
        for at in range(0, len(gone), IDS_AT_ONCE):
            await index.delete(key, workspace_id, dataset_id=dataset_id, ids=gone[at : at + IDS_AT_ONCE])
        count += len(gone)
    return count


def _held(worker_id: str) -> list[uuid.UUID]:
    return list(Document.unscoped.filter(owner=worker_id).values_list("id", flat=True))


def _release(claim: Claim) -> None:
    stage = claim.row().values_list("stage", flat=True).first()
    claims.document_release(claim, as_is=stage == Stage.COMPLETED)


def _forget(document_id: uuid.UUID, worker_id: str) -> None:
    """Give back a document that this process holds but does not index."""
    row = Document.unscoped.filter(id=document_id, owner=worker_id).first()
    if row is not None:
        _release(Claim(row.id, worker_id, row.epoch))


def _look_again(document_id: uuid.UUID) -> None:
    Removal.unscoped.filter(document_id=document_id).update(passes=0)
