"""Run a plan: one asyncio loop, nodes as soon as they are ready, every step an event.

The runner is the only author of events, the only place that catches what nodes raise, and where limits are enforced.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from workers.engine.containers import ContainerNode
from workers.engine.course import Course, RunFailed, limit_info
from workers.engine.errors import LimitExceeded, NodeError
from workers.engine.events import ErrorInfo, Event, NodeKept, RunFinished, RunPaused, RunStarted
from workers.engine.forms import FormAnswer, FormNeeded
from workers.engine.node import NodeOutputs
from workers.engine.plan import Plan, PlannedNode
from workers.engine.ports import Limits, Ports, RunInfo
from workers.engine.recorder import Recorder
from workers.engine.rounds import Due, Frame, Going, Waiting
from workers.engine.state import NodeRecord, RunState
from workers.engine.stops import Stops
from workers.engine.stops import reason as stop_reason

logger = logging.getLogger(__name__)

Emit = Callable[[Event], None]
_RETRY_DELAY_MAX_S = 60.0
_BREATH = 50


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
    kept: Mapping[str, NodeKept] | None = None,
    answers: Mapping[str, FormAnswer] | None = None,
    stops: Stops | None = None,
) -> RunFinished | RunPaused:
    """Run a plan to its end and return the last event, which was emitted like all others.

    `state` is where to go on: its finished nodes are not executed again. It is brought up to date while the run
    lasts, so pass a new one to read `conversation` afterwards. `kept` are nodes, by `state.node_key`, that another run did:
    when their turn comes their outputs are taken over.
    `answers` tell what became of forms, by their id. `stops` are where the run stands still. When nothing is left but nodes that
    wait for an answer or are held, the run pauses.
    `emit` must be quick and must not raise.
    Cancelling the task stops the run: nodes are cancelled, nothing more is emitted, CancelledError goes on to the
    caller, who may append `stopped(state)`. Raises ValueError for a plan with errors and a run that has ended.
    """
    if not plan.runnable:
        raise ValueError("a plan with errors cannot run: " + "; ".join(p.code for p in plan.problems if p.severity == "error"))
    known = RunState() if state is None else state
    if known.ended:
        raise ValueError(f"the run has ended: {known.status}")
    known.last_seq = max(known.last_seq, seq_start)
    execution = _Execution(plan, run, ports, Recorder(known, emit, clock, plan.moderation), limits or Limits(), kept)
    execution.answers = answers or {}
    execution.stops = stops
    return await execution.run()


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
        elapsed_s=state.elapsed(at),
        resources=list(state.resources),
    )


def answered(state: RunState, run: RunInfo, text: str, annotation: dict[str, Any], *, emit: Emit, began: float, at: float) -> RunFinished:
    """Tell a text in place of the flow and return the last event, which was emitted like all others. `began`: when it was looked for."""
    log = Recorder(state, emit, lambda: at)
    reason = "resumption" if state.started else "initial"
    log.emit(RunStarted(seq=state.last_seq + 1, at=began, inputs=dict(run.inputs), reason=reason))
    if state.answer != text:
        log.replace(text, "annotation") if state.answer else log.tell(text, [])
    event = replace(ended(state, "succeeded", None, at=at, outputs={"answer": text, "files": []}), annotation=annotation)
    log.emit(event)
    return event


class _Execution(Course):
    def __init__(
        self, plan: Plan, info: RunInfo, ports: Ports, log: Recorder, limits: Limits, kept: Mapping[str, NodeKept] | None = None
    ) -> None:
        super().__init__(plan, info, ports, log, limits, kept)
        self.walkers = 0
        self.timers: dict[asyncio.TimerHandle, Frame] = {}
        self.running: dict[Due, asyncio.Task[Any]] = {}
        self.stops: Stops | None = None
        self.held: list[Due] = []
        self.group: asyncio.TaskGroup
        self.idle: asyncio.Future[None]

    async def run(self) -> RunFinished | RunPaused:
        resumed = self.state.started
        reason = "resumption" if resumed else "initial"
        self.log.emit(RunStarted(**self.log.stamp(), inputs=dict(self.info.inputs), reason=reason))
        failed = next((record for record in self.state.nodes.values() if record.status == "failed" and _fatal(record)), None)
        if failed is not None:  # only the last event is missing
            self.error = failed.error
            return self._finish()
        rules = self.plan.moderation
        refusal = rules.refusal(self.info.inputs, str(self.info.system.get("query") or "")) if rules is not None else None
        if refusal is not None:
            self.log.refuse(refusal)
            return self._finish()
        self._restore()
        if resumed and (self.plan.responses or any(body.responses for body in self.plan.bodies.values())):
            # Readers may have seen more than the log kept; this text is the ground for what follows.
            self.log.replace(self.answer.text, "resumption")
        elif self.answer.text:
            self.log.tell(self.answer.text, [])
        await self._drain()
        return self._finish()

    # -- beginning and end --------------------------------------------------------------------

    def _finish(self) -> RunFinished | RunPaused:
        waiting = [one for one in self.waiting if not one.frame.dead]
        held = [stop_reason(self.plan.nodes[due.node_id], due) for due in self.held if not due.frame.dead]
        if (waiting or held) and self.error is None:
            return self.log.paused(waiting, held)
        self.log.release()
        if self.error is not None:
            status, outputs = "failed", {}
        else:
            status = "partial_succeeded" if self.state.exceptions_count else "succeeded"
            outputs = self._outputs()
        event = ended(self.state, status, self.error, at=self.log.clock(), outputs=outputs)
        self.log.emit(event)
        return event

    def _outputs(self) -> dict[str, Any]:
        """Merge what the end nodes say; in a chat the answer and the files shown; of a part of a flow what its last node says."""
        if self.plan.target:
            target = self.state.nodes.get(self.plan.target)
            return dict(target.outputs) if target is not None else {}
        outputs: dict[str, Any] = {}
        files: list[Any] = []
        for key in self.state.finished:
            record = self.state.nodes[key]
            if record.node_type == "end" and not record.path:
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
                for going in self.deferred:
                    if not going.closed:
                        self._advance(going)
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
            self.error = limit_info(LimitExceeded("wall_clock_s", allowed, allowed))
        except BaseExceptionGroup as group:
            for fault in group.exceptions:
                if not isinstance(fault, RunFailed):
                    raise fault from None

    async def _walk(self) -> None:
        """Take nodes from the queue until it is empty. Each walker runs one node at a time."""
        count = 0
        while self.queue:
            due = self.queue.popleft()
            if not due.frame.dead:
                await self._execute(due)
            count += 1
            if not count % _BREATH:
                await asyncio.sleep(0)  # nodes that never wait would keep other runs, and this run's clock, from their turn
        self.walkers -= 1
        if not self.walkers and not self.timers and not self.idle.done():
            self.idle.set_result(None)

    def _wake(self, free: int) -> None:
        """Start walkers for what is queued beyond the `free` ones that will look at the queue anyway."""
        for _ in range(min(len(self.queue) - free, self.limits.parallel - self.walkers)):
            self.walkers += 1
            self.group.create_task(self._walk())

    # -- one node -----------------------------------------------------------------------------

    async def _execute(self, due: Due) -> None:
        planned, frame = self.plan.nodes[due.node_id], due.frame
        if self.kept and due.record is None:
            kept = self.kept.get(frame.key(due.node_id))
            if kept is not None:
                self._adopt(planned, due, kept)
                return
        if self.stops is not None and due.record is None and self.stops.holds(planned, frame.key(due.node_id)):
            self.held.append(due)
            return
        record = due.record if due.announced and due.record is not None else self._announce(planned, due)
        if record.form is not None and record.form["form_id"] not in self.answers:
            self.waiting.append(Waiting(frame, planned, record))
            return
        try:
            if isinstance(planned.node, ContainerNode):
                rounds = self._rounds(planned, frame)
            else:
                outputs = await self._call(planned, record, due)
        except asyncio.CancelledError:
            if not self._abandoned(due):
                raise
        except FormNeeded as needed:
            self.waiting.append(Waiting(frame, planned, record, needed.draft))
        except NodeError as error:
            if not self._abandoned(due):
                self._failed(planned, record, frame, error)
        except LimitExceeded as error:
            self._fail_run(record, frame, limit_info(error, planned))
        except Exception as error:  # a fault in a node ends as this node's error, not as a lost run
            logger.exception("node %s (%s) of run %s crashed", planned.id, planned.type, self.info.run_id)
            message = f"This step failed for a reason inside the platform ({type(error).__name__}). Run it again; if it repeats, report it."
            if not self._abandoned(due):
                self._failed(planned, record, frame, NodeError("internal_error", message))
        else:
            if isinstance(planned.node, ContainerNode):
                self._open(Going(frame, planned, record, rounds))
            elif not self._abandoned(due):
                self._succeeded(planned, record, frame, outputs)

    def _abandoned(self, due: Due) -> bool:
        """Tell whether a node was cancelled because its round failed; if so this walker goes on to other nodes."""
        if not due.cancelled:
            return False
        due.cancelled = False
        task = asyncio.current_task()
        # A second request is the run's own: it was stopped, ran out of time, or failed.
        return task is not None and task.uncancel() <= due.requests

    def _announce(self, planned: PlannedNode, due: Due) -> NodeRecord:
        if due.record is None and due.frame.steps >= self.limits.steps:
            self.error = limit_info(LimitExceeded("steps", self.limits.steps, due.frame.steps + 1), planned)
            raise RunFailed
        due.frame.steps += 1
        return self.log.started(planned, due)

    async def _call(self, planned: PlannedNode, record: NodeRecord, due: Due) -> NodeOutputs:
        frame = due.frame
        if due.interrupted and not planned.node.repeatable():
            message = "The worker was lost while this step ran, so nobody knows whether it took effect. Check, then run it again."
            raise NodeError("outcome_unknown", message)
        ctx = self._context(planned, frame, record)
        if not planned.node.waits:
            outputs = await planned.node.run(ctx)
        else:
            task = asyncio.current_task()
            if frame.within is not None and task is not None:
                due.requests = task.cancelling()
                self.running[due] = task
            try:
                async with asyncio.timeout(self.limits.node_s) as deadline:
                    outputs = await planned.node.run(ctx)
            except TimeoutError:
                if not deadline.expired():
                    raise
                message = f"This step took longer than {self.limits.node_s:g} seconds. Give it less to do, or use a faster model."
                details = {"limit": "node_s", "allowed": self.limits.node_s, "current": self.limits.node_s}
                raise NodeError("node_timeout", message, retryable=True, details=details) from None
            finally:
                self.running.pop(due, None)
        if ctx.answer is not None:
            self.log.form_closed(record, ctx.answer, outputs)
        self._weigh(outputs)
        for container_id in outputs.loop_variables:
            going = frame.container(container_id)
            if container_id in self.info.values:
                continue  # the step runs without the loop around it
            if going is None or going.planned.type != "loop":
                message = f"{container_id!r} is not a loop around this step, so it has no variables to change."
                raise NodeError("variable_read_only", message)
        return outputs

    def _failed(self, planned: PlannedNode, record: NodeRecord, frame: Frame, error: NodeError) -> None:
        """Try again, go on with the default value or on the fail branch, or give up: in this order."""
        info = ErrorInfo(error.code, error.message, planned.id, planned.title, error.details)
        if error.retryable and record.retries < planned.retries:
            self._retry(planned, record, frame, info)
        else:
            self._settle(planned, record, frame, info, NodeOutputs({}, error.inputs, error.process, usage=error.usage))

    def _retry(self, planned: PlannedNode, record: NodeRecord, frame: Frame, info: ErrorInfo) -> None:
        delay = min(planned.retry_delay_s, _RETRY_DELAY_MAX_S)
        self.log.retried(record, frame, delay, info)
        self.log.say(self.answer.reset(planned.id, frame.lane))
        due = Due(frame, planned.id, record.predecessor_node_id, record, announced=True)

        def again() -> None:
            self.timers.pop(timer, None)
            if self.error is not None:  # another node has just ended the run
                return
            self.queue.append(due)
            self._wake(0)

        timer = asyncio.get_running_loop().call_later(delay, again)
        self.timers[timer] = frame

    def _stop(self, frame: Frame) -> None:
        for due, task in self.running.items():
            if due.frame is frame:
                due.cancelled = True
                task.cancel()
        for timer in [timer for timer, owner in self.timers.items() if owner is frame]:
            timer.cancel()
            del self.timers[timer]


def _fatal(record: NodeRecord) -> bool:
    """Tell whether a failure ended the run: at the top level, or by a limit, which no container can handle."""
    return not record.path or (record.error is not None and record.error.code.startswith("limit_"))
