"""One claimed run, from the claim to its end, its stop or its hand-over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure

from backend.core.live import notify
from backend.core.redis import REDIS_AWAY
from backend.core.writer import writer
from backend.runs.claims import CHECKPOINT, FINISH, MAX_ATTEMPTS, PAUSE, RELEASE, Checkpoint, ClaimedRun, Ending, Pausing
from backend.runs.forms import form_token, token_digest
from backend.runs.log import RunLog, Shipper, read_log, whole
from backend.runs.parts import cut_of, takeover
from backend.runs.selectors import kept_of
from workers.engine import runner
from workers.engine.errors import NodeError
from workers.engine.events import TERMINAL, ErrorInfo, Event, FormRequired, NodeFinished, NodeKept, RunFinished, RunPaused, RunStarted
from workers.engine.forms import FormAnswer
from workers.engine.plan import Plan
from workers.engine.state import RunState, fold
from workers.tasks import context
from workers.tasks.annotations import Reply, annotation_reply
from workers.tasks.flows import flow_of
from workers.tasks.form_mail import mail_forms

logger = logging.getLogger(__name__)

LOST_LOG_JUMP = 1_000_000
DATABASE_RETRY_S = 1.0
HAND_OVER_S = 3.0

T = TypeVar("T")


class Why(StrEnum):
    """Why a run is cancelled."""

    STOP = "stop"
    HAND_OVER = "hand_over"
    OVERTAKEN = "overtaken"


class Execution:
    """Executes one run and keeps log and rows in step. Lives on the worker's loop."""

    def __init__(self, run: ClaimedRun, shipper: Shipper, sandboxes: context.Sandboxes) -> None:
        self.run = run
        self.claim = run.claim
        self.state = RunState()
        self.log = RunLog(shipper, run.claim.run_id, run.claim.epoch, self._refused)
        self.ending = False
        self.task: asyncio.Task[None] | None = None
        self._sandboxes = sandboxes
        self._unwritten: list[NodeFinished] = []
        self._asked: list[FormRequired] = []
        self._cites = False
        self._timed = True
        self._answers: dict[str, FormAnswer] = {}
        self._checked_at = time.monotonic()
        self._why: Why | None = None
        self._doubts: asyncio.Task[None] | None = None

    def cancel(self, why: Why) -> None:
        """End the work; without effect once the end is being written."""
        if not self.ending and self._why is None and self.task is not None:
            self._why = why
            self.task.cancel()

    async def live(self) -> None:
        """Do the whole run. Never raises."""
        try:
            last = await self._work()
            if isinstance(last, RunPaused):
                await self._pause(last)
            else:
                await self._finish(last)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            await self._cancelled()
        except Exception:  # the edge of the task: the run ends, the worker lives on
            logger.exception("run %s broke", self.claim.run_id)
            message = "The run failed for a reason inside the platform. Run it again; if it repeats, report it."
            await self._finish(self._failed("internal_error", message))

    async def _work(self) -> RunFinished | RunPaused:
        seq_start = 0
        if self.claim.epoch > 1:
            seq_start = await self._resume()
        if self.run.stop_requested:
            return runner.stopped(self.state, at=time.time())
        if self.run.attempts > MAX_ATTEMPTS:
            message = f"The run was given up after {MAX_ATTEMPTS} attempts: each time the worker that executed it disappeared."
            return self._failed("worker_lost", message)
        try:
            flow = await flow_of(self.run.workspace_id, self.run.version_id, self.run.mode, cut_of(self.run.part))
            self._cites = flow.plan.citations
            info = await context.run_info(self.run, flow)
            kept = await self._kept(flow.plan)
            began = time.time()
            reply = await self._annotated(flow.plan)
        except NodeError as error:
            return self._failed(error.code, error.message)
        if reply is not None:
            return runner.answered(self.state, info, reply.answer, reply.annotation, emit=self._emit, began=began, at=time.time())
        ports = context.ports(self.run.workspace_id, self._sandboxes)
        return await runner.execute(
            flow.plan,
            info,
            ports,
            emit=self._emit,
            state=self.state,
            limits=context.limits(),
            seq_start=seq_start,
            answers=self._answers,
            kept=kept,
            stops=context.stops(self.run),
        )

    async def _kept(self, plan: Plan) -> Mapping[str, NodeKept]:
        """Gather what the run takes over from an earlier one: from that one's rows, at every attempt anew.

        Raises NodeError earlier_run_gone.
        """
        part = self.run.part
        if part is None:
            return {}
        gathered = await self._patiently(lambda: database_sync_to_async(takeover, thread_sensitive=False)(part, plan))
        if part["kept_nodes"] and not gathered.nodes:  # never pay again without having said so
            raise NodeError("earlier_run_gone", "The run whose results were to be kept has been deleted meanwhile. Run the whole flow.")
        return gathered.nodes

    async def _annotated(self, plan: Plan) -> Reply | None:
        """Look for an answer that people have set; a question that the app refuses gets none."""
        rules = plan.moderation
        if rules is not None and rules.refusal(self.run.inputs, self.run.query) is not None:
            return None
        return await self._patiently(lambda: annotation_reply(self.run, self.state))

    def _emit(self, event: Event) -> None:
        if event.type in TERMINAL:  # told after it is written
            return
        if isinstance(event, FormRequired):  # nobody can answer before it is written
            self._asked.append(event)
            return
        self.log.append(event)
        if isinstance(event, NodeFinished):
            self._unwritten.append(event)

    async def _resume(self) -> int:
        """Rebuild the state from the log, or from the rows where the log is lost; return where `seq` goes on."""
        run_id, epoch = self.claim.run_id, self.claim.epoch
        try:
            logged = [event for event in await read_log(run_id, epoch) if not isinstance(event, RunFinished)]
        except REDIS_AWAY as failure:
            logger.warning("run %s: its log cannot be read, going on from the rows: %s", run_id, failure)
            logged = []
        stored, self._answers = await self._patiently(lambda: database_sync_to_async(kept_of, thread_sensitive=False)(run_id))
        events = whole(logged, stored)
        if events is not None and len(events) == len(logged):
            self.state = fold(events)
            return 0
        known = {event.seq for event in logged}
        if events is None:
            known = set()
            events = [RunStarted(seq=1, at=self.run.created_at.timestamp(), inputs=self.run.inputs), *stored]
        self.log.seed(event for event in events if event.seq not in known)
        self.state = fold(events)
        self._timed = False
        return self.state.last_seq + LOST_LOG_JUMP

    def _failed(self, code: str, message: str) -> RunFinished:
        return runner.ended(self.state, "failed", ErrorInfo(code, message), at=time.time())

    async def _finish(self, event: RunFinished) -> None:
        """Write the end in one transaction, then tell it. The `seq` before it stays free for `selectors.rows_as_events`."""
        self.ending = True
        event = replace(event, seq=event.seq + 1, resources=event.resources if self._cites else [])
        nodes, self._unwritten = self._unwritten, []
        first = self._first_token_s()
        ending = Ending(self.claim, event, nodes, self.run.conversation_id, self.state.new_conversation, first_token_s=first)
        if await self._patiently(lambda: writer.write(FINISH, ending)):
            self.log.append(event)
        else:
            logger.warning("run %s was overtaken before its end was written", self.claim.run_id)
            self.log.drop()

    def _first_token_s(self) -> float | None:
        """Time from acceptance to the first text; None where there was none, or the log that knows was lost."""
        first = self.state.first_text_at
        return max(0.0, first - self.run.created_at.timestamp()) if first is not None and self._timed else None

    async def _pause(self, event: RunPaused) -> None:
        """Write that the run waits, with its new forms, then tell it and let go. The `seq` before stays free as before the end."""
        self.ending = True
        event = replace(event, seq=event.seq + 1)
        nodes, self._unwritten = self._unwritten, []
        forms = {token_digest(form_token(form.form_id)): form for form in self._asked}
        new = self.state.new_conversation
        pausing = Pausing(self.claim, self.run.workspace_id, event, nodes, forms, self.run.conversation_id, new)
        if not await self._patiently(lambda: writer.write(PAUSE, pausing)):
            logger.warning("run %s was overtaken before its pause was written", self.claim.run_id)
            self.log.drop()
            return
        for form in self._asked:
            self.log.append(form)
        self.log.append(event)
        change = {"kind": "run_paused", "id": str(self.claim.run_id), "app_id": str(self.run.app_id)}
        await asyncio.to_thread(notify, self.run.workspace_id, change)
        mailed = [form for form in self._asked if "email" in form.channels]
        if mailed:
            flow = await flow_of(self.run.workspace_id, self.run.version_id, self.run.mode, cut_of(self.run.part))
            await asyncio.to_thread(mail_forms, self.run.workspace_id, flow.plan, mailed)

    async def _cancelled(self) -> None:
        if self._why is Why.STOP:
            await self._finish(runner.stopped(self.state, at=time.time()))
        elif self._why is Why.HAND_OVER:
            self.ending = True
            await self.log.shipped(HAND_OVER_S)
            try:
                await writer.write(RELEASE, Checkpoint(self.claim, self._unwritten))
            except DatabaseFailure as failure:
                logger.warning("run %s could not be handed over, it is found by its silence: %s", self.claim.run_id, failure)
            self.log.drop()
        else:
            self.ending = True
            logger.warning("run %s belongs to another worker now", self.claim.run_id)
            self.log.drop()

    async def checkpoint(self, older_than_s: float) -> None:
        """Write the nodes that ended, if the last write is that long ago; stop at once if the run is no longer ours."""
        due = time.monotonic() - self._checked_at >= older_than_s
        if self.ending or not due or (not self._unwritten and older_than_s > 0):
            return
        self._checked_at = time.monotonic()
        nodes, self._unwritten = self._unwritten, []
        try:
            held = await writer.write(CHECKPOINT, Checkpoint(self.claim, nodes))
        except DatabaseFailure as failure:
            logger.warning("run %s: its nodes could not be written yet: %s", self.claim.run_id, failure)
            self._unwritten[:0] = nodes
            return
        if not held:
            self.cancel(Why.OVERTAKEN)

    def _refused(self) -> None:
        """Redis says that a later epoch has written: ask the database."""
        self._doubts = asyncio.get_running_loop().create_task(self.checkpoint(0))

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do database work that cannot be given up, waiting while the database is away."""
        while True:
            try:
                return await work()
            except DatabaseFailure as failure:
                logger.warning("run %s waits for the database: %s", self.claim.run_id, failure)
                await asyncio.sleep(DATABASE_RETRY_S)
