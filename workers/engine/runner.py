"""Run a plan: one asyncio loop, nodes as soon as they are ready, every step an event.

The runner is the only author of events, the only place that catches what nodes raise, and where limits are enforced.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import orjson

from workers.engine.containers import ContainerNode, Rounds
from workers.engine.errors import LimitExceeded, NodeError
from workers.engine.events import AnswerDelta, AnswerReplaced, ErrorInfo, Event, RunFinished, RunPaused, RunStarted
from workers.engine.node import FAIL_BRANCH, SOURCE, NodeContext, NodeOutputs
from workers.engine.plan import Plan, PlannedNode
from workers.engine.ports import Limits, Ports, RunInfo
from workers.engine.recorder import Recorder
from workers.engine.rounds import Due, Frame, Going
from workers.engine.scheduler import Scheduler, Step
from workers.engine.state import NodeRecord, RunState
from workers.engine.streaming import AnswerStream, Lane, Piece
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
    return await _Execution(plan, run, ports, Recorder(known, emit, clock), limits or Limits()).run()


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
    """Ends the run's tasks; `_Execution.error` says why."""


class _Execution:
    def __init__(self, plan: Plan, info: RunInfo, ports: Ports, log: Recorder, limits: Limits) -> None:
        self.plan = plan
        self.info = info
        self.ports = ports
        self.log = log
        self.state = log.state
        self.limits = limits
        scope = Scope({"sys": info.system, "env": info.environment, "conversation": info.conversation})
        self.answer = AnswerStream(plan.responses, plan.streamed, scope)
        self.top = Frame(plan, "", scope, Scheduler(plan.in_degree, plan.successors), self.answer.top)
        self.queue: deque[Due] = deque()
        self.walkers = 0
        self.timers: dict[asyncio.TimerHandle, Frame] = {}
        self.running: dict[Due, asyncio.Task[Any]] = {}
        self.deferred: list[Going] = []
        self.error: ErrorInfo | None = None
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
        self._restore()
        if resumed and (self.plan.responses or any(body.responses for body in self.plan.bodies.values())):
            # Readers may have seen more than the log kept; this text is the ground for what follows.
            self.log.emit(AnswerReplaced(**self.log.stamp(), text=self.answer.text, reason="resumption"))
        elif self.answer.text:
            self.log.emit(AnswerDelta(**self.log.stamp(), text=self.answer.text, selector=[]))
        await self._drain()
        return self._finish()

    # -- beginning and end --------------------------------------------------------------------

    def _restore(self) -> None:
        """Replay what has finished, in its order, without executing or saying anything; what comes next stays queued.

        Where a container stood between two rounds, or before its end, it goes on later: see `deferred`.
        """
        self.log.muted = True
        begun_rounds = _begun_rounds(self.state)
        ranks = {key: float(rank) for rank, key in enumerate(self.state.finished)}
        opened: set[str] = set()
        due: list[Due] = []
        self._begin(self.top)
        while True:
            due += self.queue
            self.queue.clear()
            best: tuple[float, Due, bool] | None = None
            for one in due:
                key = one.frame.key(one.node_id)
                if key in begun_rounds and key not in opened and isinstance(self.plan.nodes[one.node_id].node, ContainerNode):
                    record = self.state.nodes.get(key)
                    rank, opens = (-1.0 if record is None or record.opened is None else record.opened - 0.5), True
                else:
                    rank, opens = ranks.get(key, -2.0), False
                if rank > -2.0 and (best is None or rank < best[0]):
                    best = (rank, one, opens)
            if best is None:
                break
            _, one, opens = best
            if opens:
                opened.add(one.frame.key(one.node_id))
                self._reopen(one, begun_rounds)
            else:
                due.remove(one)
                self._replay(one)
            due = [one for one in due if not one.frame.dead]
        going = {one.frame.key(container.planned.id) for one in due for container in one.frame.containers}
        for one in due:
            if one.frame.key(one.node_id) in going:
                continue
            one.record = self.state.nodes.get(one.frame.key(one.node_id))
            if one.record is not None:
                one.predecessor = one.record.predecessor_node_id
            self.queue.append(one)
        self.top.scope.put("conversation", {**self._conversation(), **self.state.conversation})
        self.log.muted = False

    def _reopen(self, due: Due, begun_rounds: dict[str, int]) -> None:
        """Go into a container that had begun with its rounds."""
        planned, key = self.plan.nodes[due.node_id], due.frame.key(due.node_id)
        record = self.state.nodes.get(key)
        announce = record is None or (record.opened is None and not record.finished)
        if record is None:  # only the rows of finished nodes are left
            record = self.log.started(planned, due)
        record.rounds = begun_rounds[key]
        due.frame.steps += 1
        try:
            rounds = self._rounds(planned, due.frame)
        except (NodeError, LimitExceeded):
            return  # it went on with other variables or limits; it fails when it is executed
        going = Going(due.frame, planned, record, rounds)
        if announce:
            self.log.opened(going)
        due.frame.containers.append(going)
        self._advance(going)

    def _replay(self, due: Due) -> None:
        frame, planned = due.frame, self.plan.nodes[due.node_id]
        record = self.state.nodes[frame.key(due.node_id)]
        for going in [one for one in frame.containers if one.planned.id == due.node_id]:
            self._leave(going)
        frame.steps += 1
        if record.status == "failed":
            self._fell(frame, record.error or ErrorInfo("unknown", "The node failed."))
            return
        self._keep(frame, record.conversation, record.loop_variables)
        self._go_on(frame, planned, record.outputs, record.handle or "", handled_error=record.status == "exception")

    def _finish(self) -> RunFinished:
        if self.error is not None:
            status, outputs = "failed", {}
        else:
            status = "partial_succeeded" if self.state.exceptions_count else "succeeded"
            outputs = self._outputs()
        event = ended(self.state, status, self.error, at=self.log.clock(), outputs=outputs)
        self.log.emit(event)
        return event

    def _outputs(self) -> dict[str, Any]:
        """Merge what the end nodes say; in a chat the answer and the files shown."""
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
            self.error = _limit_info(LimitExceeded("wall_clock_s", allowed, allowed))
        except BaseExceptionGroup as group:
            for fault in group.exceptions:
                if not isinstance(fault, _RunFailed):
                    raise fault from None

    async def _walk(self) -> None:
        """Take nodes from the queue until it is empty. Each walker runs one node at a time."""
        while self.queue:
            due = self.queue.popleft()
            if not due.frame.dead:
                await self._execute(due)
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
        record = due.record if due.announced and due.record is not None else self._announce(planned, due)
        try:
            if isinstance(planned.node, ContainerNode):
                rounds = self._rounds(planned, frame)
            else:
                outputs = await self._call(planned, record, due)
        except asyncio.CancelledError:
            if not self._abandoned(due):
                raise
        except NodeError as error:
            if not self._abandoned(due):
                self._failed(planned, record, frame, error)
        except LimitExceeded as error:
            self._fail_run(record, frame, _limit_info(error, planned))
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
            self.error = _limit_info(LimitExceeded("steps", self.limits.steps, due.frame.steps + 1), planned)
            raise _RunFailed
        due.frame.steps += 1
        return self.log.started(planned, due)

    async def _call(self, planned: PlannedNode, record: NodeRecord, due: Due) -> NodeOutputs:
        frame = due.frame
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
                details = {"limit": "node_s", "allowed": self.limits.node_s}
                raise NodeError("node_timeout", message, retryable=True, details=details) from None
            finally:
                self.running.pop(due, None)
        self._weigh(outputs)
        return outputs

    def _context(self, planned: PlannedNode, frame: Frame, record: NodeRecord | None) -> NodeContext:
        def write(variable: str, text: str) -> None:
            if record is None or frame.dead:
                return
            pieces = self.answer.push((planned.id, variable), text, frame.lane)
            if pieces:
                self.log.say(pieces)
            elif self.info.live_preview:
                self.log.preview(record, text)

        def think(text: str, final: bool) -> None:
            if record is not None and not frame.dead:
                self.log.think(record, text, final)

        return NodeContext(planned.id, frame.path, self.info, frame.scope, self.ports, self.limits, write, think)

    def _weigh(self, outputs: NodeOutputs) -> None:
        size = len(orjson.dumps(outputs.values, default=str, option=orjson.OPT_NON_STR_KEYS))
        if size > self.limits.output_bytes:
            raise LimitExceeded("output_bytes", self.limits.output_bytes, size)

    def _succeeded(self, planned: PlannedNode, record: NodeRecord, frame: Frame, outputs: NodeOutputs) -> None:
        self.log.finished(record, frame, "succeeded", outputs, outputs.handle)
        self._keep(frame, outputs.conversation, outputs.loop_variables)
        allowed = self.limits.cost_usd
        if allowed is not None and self.state.usage.cost_usd > allowed:
            self.error = _limit_info(LimitExceeded("cost_usd", allowed, self.state.usage.cost_usd), planned)
            raise _RunFailed
        self._go_on(frame, planned, outputs.values, outputs.handle)

    def _keep(self, frame: Frame, conversation: dict[str, Any], loop_variables: dict[str, dict[str, Any]]) -> None:
        """Set the variables that a node wrote."""
        if conversation:
            self.top.scope.put("conversation", {**self._conversation(), **conversation})
        for loop_id, values in loop_variables.items():
            going = frame.container(loop_id)
            if going is not None:
                going.rounds.assign(values)

    def _conversation(self) -> Mapping[str, Any]:
        return self.top.scope.namespace("conversation") or {}

    def _failed(self, planned: PlannedNode, record: NodeRecord, frame: Frame, error: NodeError) -> None:
        """Try again, go on with the default value or on the fail branch, or give up: in this order."""
        info = ErrorInfo(error.code, error.message, planned.id, planned.title, error.details)
        if error.retryable and record.retries < planned.retries:
            self._retry(planned, record, frame, info)
        else:
            self._settle(planned, record, frame, info)

    def _settle(self, planned: PlannedNode, record: NodeRecord, frame: Frame, info: ErrorInfo) -> None:
        if planned.fallback is None and not planned.fail_branch:
            self.log.finished(record, frame, "failed", NodeOutputs({}), None, info)
            self._fell(frame, info)
            return
        values = {**(planned.fallback or {}), "error_message": info.message, "error_type": info.code}
        handle, strategy = (FAIL_BRANCH, FAIL_BRANCH) if planned.fail_branch else (SOURCE, "default-value")
        pieces = self.answer.reset(planned.id, frame.lane)
        self.log.finished(record, frame, "exception", NodeOutputs(values), handle, info, strategy)
        self.log.say(pieces)
        self._go_on(frame, planned, values, handle, handled_error=True)

    def _fail_run(self, record: NodeRecord, frame: Frame, info: ErrorInfo) -> NoReturn:
        self.log.finished(record, frame, "failed", NodeOutputs({}), None, info)
        self.error = info
        raise _RunFailed

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

    def _go_on(self, frame: Frame, planned: PlannedNode, values: dict[str, Any], handle: str, *, handled_error: bool = False) -> None:
        """Hand on a node's outputs and queue what became ready; the last node of a round ends it."""
        frame.scope.put(planned.id, values)
        if handled_error:
            frame.scope.absent.add(planned.id)
        if planned.type == "loop-end":
            frame.broke = True
        self.log.say(self.answer.resolve(planned.id, frame.lane))
        self._spread(frame, frame.scheduler.finish(planned.id, handle), planned.id)
        frame.pending -= 1
        if not frame.pending and frame.within is not None:
            self._round_ended(frame, frame.within)
        if len(self.queue) > 1 and not self.log.muted:
            self._wake(1)

    def _spread(self, frame: Frame, step: Step, predecessor: str | None) -> None:
        pieces: list[Piece] = []
        for node_id in step.skipped:
            frame.scope.absent.add(node_id)
            pieces += self.answer.resolve(node_id, frame.lane)
        for node_id in step.taken:
            pieces += self.answer.certain(frame.region.certain[node_id], frame.lane)
        self.log.say(pieces)
        frame.pending += len(step.ready)
        self.queue.extend(Due(frame, ready, predecessor) for ready in step.ready)

    def _begin(self, frame: Frame) -> None:
        self._spread(frame, frame.scheduler.begin(frame.region.start_id, frame.region.other_roots), None)

    # -- containers ---------------------------------------------------------------------------

    def _rounds(self, planned: PlannedNode, frame: Frame) -> Rounds:
        assert isinstance(planned.node, ContainerNode)
        if frame.depth >= self.limits.depth:
            raise LimitExceeded("depth", self.limits.depth, frame.depth + 1)
        return planned.node.begin(self._context(planned, frame, None))

    def _open(self, going: Going) -> None:
        self.log.opened(going)
        going.frame.containers.append(going)
        self._advance(going)
        self._wake(1)

    def _advance(self, going: Going) -> None:
        """Begin as many rounds as may run at a time; close the container when none is left."""
        region = self.plan.bodies[going.planned.id]
        while going.fault is None and len(going.frames) < going.rounds.width:
            try:
                scope = going.rounds.scope(going.next)
            except LimitExceeded as error:
                if self.log.muted:
                    self.deferred.append(going)
                    return
                self._fail_run(going.record, going.frame, _limit_info(error, going.planned))
            if scope is None:
                break
            number = going.next
            if not self.log.muted:
                self.log.round_started(going, number)
            elif number >= going.record.rounds:
                self.deferred.append(going)
                return
            going.next += 1
            lane = Lane(region.responses, region.streamed, scope, going.frame.lane)
            path = f"{going.frame.key(going.planned.id)}:{number}"
            frame = Frame(region, path, scope, Scheduler(region.in_degree, self.plan.successors), lane, going, number)
            going.frames.append(frame)
            self._begin(frame)
        if not going.frames:
            if self.log.muted:
                self.deferred.append(going)
            else:
                self._close(going)

    def _round_ended(self, frame: Frame, going: Going) -> None:
        going.frames.remove(frame)
        try:
            going.rounds.finished(frame.number, frame.scope, broke=frame.broke)
        except NodeError as error:
            self._fault(going, ErrorInfo(error.code, error.message, going.planned.id, going.planned.title, error.details))
        self._advance(going)

    def _fell(self, frame: Frame, info: ErrorInfo) -> None:
        """A node failed for good: so does its round, or the run."""
        going = frame.within
        if going is None:
            self.error = info
            raise _RunFailed
        self._kill(frame)
        going.frames.remove(frame)
        if going.rounds.failed(frame.number, info):
            self._fault(going, info)
        self._advance(going)

    def _fault(self, going: Going, info: ErrorInfo) -> None:
        """The container fails, and with it the rounds that still run."""
        going.fault = info
        for frame in going.frames:
            self._kill(frame)
        going.frames.clear()

    def _close(self, going: Going) -> None:
        planned, record, frame = going.planned, going.record, going.frame
        self._leave(going)
        self.log.closed(going, "succeeded" if going.fault is None else "failed")
        if going.fault is not None:
            self._settle(planned, record, frame, going.fault)
            return
        outputs = going.rounds.outputs()
        try:
            self._weigh(outputs)
        except LimitExceeded as error:
            self._fail_run(record, frame, _limit_info(error, planned))
        self._succeeded(planned, record, frame, outputs)

    def _leave(self, going: Going) -> None:
        going.closed = True
        going.frame.containers.remove(going)
        for frame in going.frames:
            self._kill(frame)

    def _kill(self, frame: Frame) -> None:
        """Stop what runs in a round, in containers in it too."""
        frame.dead = True
        for due, task in self.running.items():
            if due.frame is frame:
                due.cancelled = True
                task.cancel()
        for timer in [timer for timer, owner in self.timers.items() if owner is frame]:
            timer.cancel()
            del self.timers[timer]
        for going in frame.containers:
            going.closed = True
            for inner in going.frames:
                self._kill(inner)
        self.log.say(self.answer.drop(frame.lane))


def _fatal(record: NodeRecord) -> bool:
    """Tell whether a failure ended the run: at the top level, or by a limit, which no container can handle."""
    return not record.path or (record.error is not None and record.error.code.startswith("limit_"))


def _begun_rounds(state: RunState) -> dict[str, int]:
    """Tell of each container that had begun with its rounds how many it began; also from rows of finished nodes alone."""
    found = {key: record.rounds for key, record in state.nodes.items() if record.opened is not None}
    for record in state.nodes.values():
        container, _, number = record.path.rpartition(":")
        if container and number.isdecimal():
            found[container] = max(found.get(container, 0), int(number) + 1)
    return found


def _limit_info(error: LimitExceeded, planned: PlannedNode | None = None) -> ErrorInfo:
    return ErrorInfo(error.code, error.message, planned.id if planned else None, planned.title if planned else None, error.details)
