"""Run a plan: one asyncio loop, nodes as soon as they are ready, every step an event.

The runner is the only author of events, the only place that catches what nodes raise, and where limits are enforced.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import orjson

from workers.engine.errors import LimitExceeded, NodeError
from workers.engine.events import (
    AnswerDelta,
    AnswerReplaced,
    ErrorInfo,
    Event,
    NodeDelta,
    NodeFinished,
    NodeRetried,
    NodeStarted,
    ReasoningDelta,
    RunFinished,
    RunPaused,
    RunStarted,
)
from workers.engine.node import FAIL_BRANCH, SOURCE, NodeContext, NodeOutputs
from workers.engine.plan import Plan, PlannedNode
from workers.engine.ports import Limits, Ports, RunInfo
from workers.engine.scheduler import Scheduler, Step
from workers.engine.state import NodeRecord, RunState
from workers.engine.streaming import AnswerStream, Piece
from workers.engine.variables import Scope

logger = logging.getLogger(__name__)

Emit = Callable[[Event], None]
_RETRY_DELAY_MAX_S = 60.0


async def execute(
    plan: Plan,
    run: RunInfo,
    ports: Ports,
    *,
    emit: Emit,
    state: RunState | None = None,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.time,
    seq_start: int = 0,
) -> RunFinished | RunPaused:
    """Run a plan to its end and return the last event, which was emitted like all others.

    `state` is where to go on: its finished nodes are not executed again. It is brought up to date while the run
    lasts, so pass a new one to read `conversation` afterwards. `emit` must be quick and must not raise.
    Cancelling the task stops the run: nodes are cancelled, nothing more is emitted, CancelledError goes on to the
    caller, who may append `stopped(state)`. Raises ValueError for a plan with errors and a run that has ended.
    """
    if not plan.runnable:
        raise ValueError("a plan with errors cannot run: " + "; ".join(p.code for p in plan.problems if p.severity == "error"))
    known = RunState() if state is None else state
    if known.ended:
        raise ValueError(f"the run has ended: {known.status}")
    known.last_seq = max(known.last_seq, seq_start)
    return await _Execution(plan, run, ports, known, emit, limits or Limits(), clock).run()


def stopped(state: RunState, *, at: float) -> RunFinished:
    """Make the last event of a run that was stopped. The caller appends it."""
    return ended(state, "stopped", None, at=at)


def ended(state: RunState, status: str, error: ErrorInfo | None, *, at: float, outputs: dict[str, Any] | None = None) -> RunFinished:
    """Make the last event of a run from what is known of it; also for runs that no worker can finish."""
    return RunFinished(
        seq=state.last_seq + 1,
        at=at,
        status=status,
        outputs=outputs or {},
        answer=state.answer,
        error=error,
        usage=state.usage,
        steps=state.steps,
        exceptions_count=state.exceptions_count,
        elapsed_s=max(0.0, at - state.started_at) if state.started else 0.0,
    )


class _RunFailed(Exception):
    """Ends the run's tasks; `_Execution._error` says why."""


@dataclass(slots=True)
class _Due:
    """A node whose turn it is. `record` is set when it was begun before: a retry, or after a crash."""

    node_id: str
    predecessor: str | None
    record: NodeRecord | None = None
    announced: bool = False


@dataclass(slots=True)
class _Execution:
    plan: Plan
    info: RunInfo
    ports: Ports
    state: RunState
    emit: Emit
    limits: Limits
    clock: Callable[[], float]
    scope: Scope = field(init=False)
    scheduler: Scheduler = field(init=False)
    answer: AnswerStream = field(init=False)
    queue: deque[_Due] = field(default_factory=deque)
    walkers: int = 0
    timers: set[asyncio.TimerHandle] = field(default_factory=set)
    error: ErrorInfo | None = None
    group: asyncio.TaskGroup = field(init=False)
    idle: asyncio.Future[None] = field(init=False)

    def __post_init__(self) -> None:
        conversation = {**self.info.conversation, **self.state.conversation}
        self.scope = Scope({"sys": self.info.system, "env": self.info.environment, "conversation": conversation})
        self.scheduler = Scheduler(self.plan.in_degree, self.plan.successors)
        self.answer = AnswerStream(self.plan.responses, self.plan.streamed, self.scope)

    async def run(self) -> RunFinished | RunPaused:
        resumed = self.state.started
        self._emit(RunStarted(**self._stamp(), inputs=dict(self.info.inputs), reason="resumption" if resumed else "initial"))
        failed = next((record for record in self.state.nodes.values() if record.status == "failed"), None)
        if failed is not None:  # only the last event is missing
            self.error = failed.error
            return self._finish()
        self._restore()
        if resumed and self.plan.responses:
            # Readers may have seen more than the log kept; this text is the ground for what follows.
            self._emit(AnswerReplaced(**self._stamp(), text=self.answer.text, reason="resumption"))
        elif self.answer.text:
            self._emit(AnswerDelta(**self._stamp(), text=self.answer.text, selector=[]))
        await self._drain()
        return self._finish()

    # -- beginning and end --------------------------------------------------------------------

    def _restore(self) -> None:
        """Replay what has finished, in its order, without executing or saying anything; queue what comes next."""
        done = {key: rank for rank, key in enumerate(self.state.finished)}
        due: dict[str, str | None] = {}
        step = self.scheduler.begin(self.plan.start_id, self.plan.other_roots)
        predecessor: str | None = None
        while True:
            self._spread(step)
            due.update(dict.fromkeys(step.ready, predecessor))
            ready = [node_id for node_id in due if node_id in done]
            if not ready:
                break
            predecessor = min(ready, key=done.__getitem__)
            del due[predecessor]
            record = self.state.nodes[predecessor]
            self._publish(predecessor, record.outputs, handled_error=record.status == "exception")
            step = self.scheduler.finish(predecessor, record.handle or "")
        for node_id, before in due.items():
            begun = self.state.nodes.get(node_id)
            self.queue.append(_Due(node_id, before if begun is None else begun.predecessor_node_id, begun))

    def _finish(self) -> RunFinished:
        if self.error is not None:
            status, outputs = "failed", {}
        else:
            status = "partial_succeeded" if self.state.exceptions_count else "succeeded"
            outputs = self._outputs()
        event = ended(self.state, status, self.error, at=self.clock(), outputs=outputs)
        self._emit(event)
        return event

    def _outputs(self) -> dict[str, Any]:
        """Merge what the end nodes say; in a chat the answer and the files shown."""
        outputs: dict[str, Any] = {}
        files: list[Any] = []
        for key in self.state.finished:
            record = self.state.nodes[key]
            if record.node_type == "end":
                outputs.update(record.outputs)
            elif record.node_type == "answer":
                files += record.outputs.get("files", ())
        return outputs if self.plan.mode == "workflow" else {"answer": self.state.answer, "files": files}

    # -- the loop -----------------------------------------------------------------------------

    async def _drain(self) -> None:
        """Run nodes until none is left, one failed for good, or time is up."""
        loop = asyncio.get_running_loop()
        self.idle = loop.create_future()
        allowed = self.limits.wall_clock_s  # of this stretch: time in which no worker had the run does not count
        try:
            async with asyncio.timeout(allowed) as deadline, asyncio.TaskGroup() as self.group:
                # This task is the first walker: a plain chain of nodes needs no other.
                self.walkers += 1
                self._wake(1)
                try:
                    await self._walk()
                    await self.idle
                finally:
                    for timer in self.timers:
                        timer.cancel()
        except TimeoutError:
            if not deadline.expired():
                raise
            self.error = _limit_info(LimitExceeded("wall_clock_s", allowed, allowed))
        except BaseExceptionGroup as group:
            for fault in group.exceptions:
                if not isinstance(fault, _RunFailed):
                    raise fault from None

    async def _walk(self) -> None:
        """Take nodes from the queue until it is empty. Each walker runs one node at a time."""
        while self.queue:
            await self._execute(self.queue.popleft())
        self.walkers -= 1
        if not self.walkers and not self.timers and not self.idle.done():
            self.idle.set_result(None)

    def _wake(self, free: int) -> None:
        """Start walkers for what is queued beyond the `free` ones that will look at the queue anyway."""
        for _ in range(min(len(self.queue) - free, self.limits.parallel - self.walkers)):
            self.walkers += 1
            self.group.create_task(self._walk())

    # -- one node -----------------------------------------------------------------------------

    async def _execute(self, due: _Due) -> None:
        planned = self.plan.nodes[due.node_id]
        record = due.record if due.announced and due.record is not None else self._announce(planned, due)
        try:
            outputs = await self._call(planned, record)
        except NodeError as error:
            self._failed(planned, record, error)
        except LimitExceeded as error:
            self._fail_run(record, _limit_info(error, planned))
        except Exception as error:  # a fault in a node ends as this node's error, not as a lost run
            logger.exception("node %s (%s) of run %s crashed", planned.id, planned.type, self.info.run_id)
            message = f"This step failed for a reason inside the platform ({type(error).__name__}). Run it again; if it repeats, report it."
            self._failed(planned, record, NodeError("internal_error", message))
        else:
            self._succeeded(planned, record, outputs)

    def _announce(self, planned: PlannedNode, due: _Due) -> NodeRecord:
        """Emit node_started; the same execution goes on under its name after a crash, as a further attempt."""
        known = due.record
        if known is None and self.state.steps >= self.limits.steps:
            self.error = _limit_info(LimitExceeded("steps", self.limits.steps, self.state.steps + 1), planned)
            raise _RunFailed
        self._emit(
            NodeStarted(
                **self._stamp(),
                node_run_id=_node_run_id() if known is None else known.node_run_id,
                node_id=planned.id,
                node_type=planned.type,
                title=planned.title,
                path="",
                index=self.state.steps + 1 if known is None else known.index,
                attempt=1 if known is None else known.attempt + 1,
                predecessor_node_id=due.predecessor,
            )
        )
        return self.state.nodes[planned.id]

    async def _call(self, planned: PlannedNode, record: NodeRecord) -> NodeOutputs:
        ctx = NodeContext(
            planned.id,
            "",
            self.info,
            self.scope,
            self.ports,
            self.limits,
            lambda variable, text: self._write(record, variable, text),
            lambda text, final: self._think(record, text, final),
        )
        if not planned.node.waits:
            outputs = await planned.node.run(ctx)
        else:
            try:
                async with asyncio.timeout(self.limits.node_s) as deadline:
                    outputs = await planned.node.run(ctx)
            except TimeoutError:
                if not deadline.expired():
                    raise
                message = f"This step took longer than {self.limits.node_s:g} seconds. Give it less to do, or use a faster model."
                details = {"limit": "node_s", "allowed": self.limits.node_s}
                raise NodeError("node_timeout", message, retryable=True, details=details) from None
        size = len(orjson.dumps(outputs.values, default=str, option=orjson.OPT_NON_STR_KEYS))
        if size > self.limits.output_bytes:
            raise LimitExceeded("output_bytes", self.limits.output_bytes, size)
        return outputs

    def _succeeded(self, planned: PlannedNode, record: NodeRecord, outputs: NodeOutputs) -> None:
        self._emit_finished(record, "succeeded", outputs, outputs.handle)
        if outputs.conversation:
            self.scope.put("conversation", {**(self.scope.namespace("conversation") or {}), **outputs.conversation})
        allowed = self.limits.cost_usd
        if allowed is not None and self.state.usage.cost_usd > allowed:
            self.error = _limit_info(LimitExceeded("cost_usd", allowed, self.state.usage.cost_usd), planned)
            raise _RunFailed
        self._go_on(planned.id, outputs.values, outputs.handle)

    def _failed(self, planned: PlannedNode, record: NodeRecord, error: NodeError) -> None:
        """Try again, go on with the default value or on the fail branch, or let the run fail: in this order."""
        info = ErrorInfo(error.code, error.message, planned.id, planned.title, error.details)
        if error.retryable and record.retries < planned.retries:
            self._retry(planned, record, info)
            return
        if planned.fallback is None and not planned.fail_branch:
            self._fail_run(record, info)
        values = {**(planned.fallback or {}), "error_message": error.message, "error_type": error.code}
        handle, strategy = (FAIL_BRANCH, FAIL_BRANCH) if planned.fail_branch else (SOURCE, "default-value")
        pieces = self.answer.reset(planned.id)
        self._emit_finished(record, "exception", NodeOutputs(values), handle, info, strategy)
        self._say(pieces)
        self._go_on(planned.id, values, handle, handled_error=True)

    def _fail_run(self, record: NodeRecord, info: ErrorInfo) -> NoReturn:
        self._emit_finished(record, "failed", NodeOutputs({}), None, info)
        self.error = info
        raise _RunFailed

    def _retry(self, planned: PlannedNode, record: NodeRecord, info: ErrorInfo) -> None:
        delay = min(planned.retry_delay_s, _RETRY_DELAY_MAX_S)
        self._emit(
            NodeRetried(
                **self._stamp(),
                node_run_id=record.node_run_id,
                node_id=planned.id,
                node_type=planned.type,
                title=planned.title,
                path="",
                index=record.index,
                attempt=record.attempt,
                delay_s=delay,
                error=info,
            )
        )
        self._say(self.answer.reset(planned.id))
        due = _Due(planned.id, record.predecessor_node_id, record, announced=True)

        def again() -> None:
            self.timers.discard(timer)
            if self.error is not None:  # another node has just ended the run
                return
            self.queue.append(due)
            self._wake(0)

        timer = asyncio.get_running_loop().call_later(delay, again)
        self.timers.add(timer)

    def _go_on(self, node_id: str, values: dict[str, Any], handle: str, *, handled_error: bool = False) -> None:
        """Hand on a node's outputs and queue what became ready."""
        self._say(self._publish(node_id, values, handled_error=handled_error))
        step = self.scheduler.finish(node_id, handle)
        self._say(self._spread(step))
        self.queue.extend(_Due(ready, node_id) for ready in step.ready)
        if len(self.queue) > 1:
            self._wake(1)

    def _publish(self, node_id: str, values: dict[str, Any], *, handled_error: bool) -> list[Piece]:
        self.scope.put(node_id, values)
        if handled_error:
            self.scope.absent.add(node_id)
        return self.answer.resolve(node_id)

    def _spread(self, step: Step) -> list[Piece]:
        pieces: list[Piece] = []
        for node_id in step.skipped:
            self.scope.absent.add(node_id)
            pieces += self.answer.resolve(node_id)
        for node_id in step.taken:
            pieces += self.answer.certain(self.plan.certain[node_id])
        return pieces

    # -- events -------------------------------------------------------------------------------

    def _stamp(self) -> dict[str, Any]:
        return {"seq": self.state.last_seq + 1, "at": self.clock()}

    def _emit(self, event: Event) -> None:
        self.state.apply(event)
        self.emit(event)

    def _say(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            if piece.replaces:
                self._emit(AnswerReplaced(**self._stamp(), text=piece.text, reason="retry"))
            else:
                self._emit(AnswerDelta(**self._stamp(), text=piece.text, selector=list(piece.selector)))

    def _write(self, record: NodeRecord, variable: str, text: str) -> None:
        pieces = self.answer.push((record.node_id, variable), text)
        if pieces:
            self._say(pieces)
        elif self.info.live_preview:
            self._emit(NodeDelta(**self._stamp(), node_run_id=record.node_run_id, node_id=record.node_id, path="", text=text))

    def _think(self, record: NodeRecord, text: str, final: bool) -> None:
        self._emit(ReasoningDelta(**self._stamp(), node_run_id=record.node_run_id, node_id=record.node_id, path="", text=text, final=final))

    def _emit_finished(
        self,
        record: NodeRecord,
        status: str,
        outputs: NodeOutputs,
        handle: str | None,
        error: ErrorInfo | None = None,
        strategy: str | None = None,
    ) -> None:
        now = self.clock()
        self._emit(
            NodeFinished(
                seq=self.state.last_seq + 1,
                at=now,
                node_run_id=record.node_run_id,
                node_id=record.node_id,
                node_type=record.node_type,
                title=record.title,
                path="",
                index=record.index,
                attempt=record.attempt,
                status=status,
                inputs=outputs.inputs,
                process=outputs.process,
                outputs=outputs.values,
                handle=handle,
                error=error,
                error_strategy=strategy,
                usage=outputs.usage,
                elapsed_s=max(0.0, now - record.started_at),
                started_at=record.started_at,
                predecessor_node_id=record.predecessor_node_id,
                conversation=outputs.conversation,
            )
        )


def _limit_info(error: LimitExceeded, planned: PlannedNode | None = None) -> ErrorInfo:
    return ErrorInfo(error.code, error.message, planned.id if planned else None, planned.title if planned else None, error.details)


def _node_run_id() -> str:
    """Make a UUID that sorts by time (version 7, RFC 9562 section 5.7)."""
    at, chance = f"{time.time_ns() // 1_000_000:012x}", os.urandom(10).hex()
    return f"{at[:8]}-{at[8:]}-7{chance[:3]}-{'89ab'[int(chance[3], 16) & 3]}{chance[4:7]}-{chance[7:19]}"
