"""What follows from what: nodes that ended make others due, rounds end, containers go on, failures climb up.

Nothing here waits. The runner executes what is due and tells how it ended; a run that was interrupted is replayed first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

import orjson

from workers.engine.containers import ContainerNode, Rounds
from workers.engine.errors import LimitExceeded, NodeError
from workers.engine.events import ErrorInfo, NodeKept, Usage
from workers.engine.forms import FormAnswer
from workers.engine.node import FAIL_BRANCH, SOURCE, NodeContext, NodeOutputs
from workers.engine.plan import Plan, PlannedNode
from workers.engine.ports import Limits, Ports, RunInfo
from workers.engine.recorder import Recorder
from workers.engine.rounds import Due, Frame, Going, Waiting
from workers.engine.scheduler import Scheduler, Step
from workers.engine.state import NodeRecord, RunState
from workers.engine.streaming import AnswerStream, Lane, Piece
from workers.engine.variables import Scope


class RunFailed(Exception):
    """Ends the run's tasks; `Course.error` says why."""


class Course(ABC):
    """The course of one run. `deferred` are containers to go on with once the replay is over.

    `answers` are what became of forms, by their id; `waiting` the nodes that cannot go on without one; `kept` what other runs did.
    """

    def __init__(
        self, plan: Plan, info: RunInfo, ports: Ports, log: Recorder, limits: Limits, kept: Mapping[str, NodeKept] | None = None
    ) -> None:
        self.plan = plan
        self.kept = kept or {}
        self.info = info
        self.ports = ports
        self.log = log
        self.state = log.state
        self.limits = limits
        flow = {"sys": info.system, "env": info.environment, "conversation": info.conversation}
        scope = Scope({**flow, **{name: {**flow.get(name, {}), **values} for name, values in info.values.items()}})
        self.answer = AnswerStream(plan.responses, plan.streamed, scope)
        self.top = Frame(plan, "", scope, Scheduler(plan.in_degree, plan.successors), self.answer.top)
        self.queue: deque[Due] = deque()
        self.deferred: list[Going] = []
        self.answers: Mapping[str, FormAnswer] = {}
        self.waiting: list[Waiting] = []
        self.error: ErrorInfo | None = None

    @abstractmethod
    def _wake(self, free: int) -> None:
        """More nodes are queued; `free` of those who execute them will look at the queue anyway."""

    @abstractmethod
    def _stop(self, frame: Frame) -> None:
        """Stop what runs in a frame, and what waits to be tried again."""

    # -- taking up what was interrupted -------------------------------------------------------

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
                one.interrupted = True
                if one.record.form is not None:  # it waited for people, and goes on without beginning anew
                    one.announced = True
                    one.frame.steps += 1
            self.queue.append(one)
        self.top.scope.put("conversation", {**self._conversation(), **self.state.conversation})
        self.log.muted = False

    def _reopen(self, due: Due, begun_rounds: dict[str, int]) -> None:
        """Go into a container that had begun with its rounds."""
        planned, key = self.plan.nodes[due.node_id], due.frame.key(due.node_id)
        record = self.state.nodes.get(key)
        announce = record is None or (record.opened is None and not record.finished)
        if record is None:  # only the rows of finished nodes are left
            inner = (one.index for one in self.state.nodes.values() if one.path.startswith(f"{key}:"))
            record = self.log.started(planned, due, min(inner, default=None))
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
        counted = False
        for going in [one for one in frame.containers if one.planned.id == due.node_id]:
            self._leave(going)
            counted = True
        frame.steps += 0 if counted else 1
        if record.status == "failed":
            self._fell(frame, record.error or ErrorInfo("unknown", "The node failed."))
            return
        self._keep(frame, record.conversation, record.loop_variables, record.usage)
        self._go_on(frame, planned, record.outputs, record.handle or "", handled_error=record.status == "exception")

    # -- nodes --------------------------------------------------------------------------------

    def _adopt(self, planned: PlannedNode, due: Due, kept: NodeKept) -> None:
        """Take over what another run did with a node."""
        frame = due.frame
        frame.steps += 1
        record = self.log.kept(kept, planned, due)
        if record.status == "failed":  # in a container that goes on all the same
            self._fell(frame, record.error or ErrorInfo("unknown", "The node failed."))
            return
        self._keep(frame, record.conversation, record.loop_variables, None)
        self._go_on(frame, planned, record.outputs, record.handle or "", handled_error=record.status == "exception")

    def _succeeded(self, planned: PlannedNode, record: NodeRecord, frame: Frame, outputs: NodeOutputs) -> None:
        self.log.finished(record, frame, "succeeded", outputs, outputs.handle)
        self._keep(frame, outputs.conversation, outputs.loop_variables, outputs.usage)
        allowed = self.limits.cost_usd
        if allowed is not None and self.state.usage.cost_usd > allowed:
            self.error = limit_info(LimitExceeded("cost_usd", allowed, self.state.usage.cost_usd), planned)
            raise RunFailed
        self._go_on(frame, planned, outputs.values, outputs.handle)

    def _keep(self, frame: Frame, conversation: dict[str, Any], loop_variables: dict[str, dict[str, Any]], usage: Usage | None) -> None:
        """Set the variables that a node wrote; add up what it used."""
        within = frame.within
        while within is not None and usage is not None:
            within.tokens += usage.total_tokens
            within = within.frame.within
        if conversation:
            self.top.scope.put("conversation", {**self._conversation(), **conversation})
        for loop_id, values in loop_variables.items():
            going = frame.container(loop_id)
            if going is not None:
                going.rounds.assign(values)

    def _conversation(self) -> Mapping[str, Any]:
        return self.top.scope.namespace("conversation") or {}

    def _settle(self, planned: PlannedNode, record: NodeRecord, frame: Frame, info: ErrorInfo, tried: NodeOutputs | None = None) -> None:
        tried = tried or NodeOutputs({})
        if planned.fallback is None and not planned.fail_branch:
            self.log.finished(record, frame, "failed", tried, None, info)
            self._fell(frame, info)
            return
        values = {**(planned.fallback or {}), "error_message": info.message, "error_type": info.code}
        handle, strategy = (FAIL_BRANCH, FAIL_BRANCH) if planned.fail_branch else (SOURCE, "default-value")
        pieces = self.answer.reset(planned.id, frame.lane)
        self.log.finished(record, frame, "exception", replace(tried, values=values), handle, info, strategy)
        self.log.say(pieces)
        self._go_on(frame, planned, values, handle, handled_error=True)

    def _fail_run(self, record: NodeRecord, frame: Frame, info: ErrorInfo) -> NoReturn:
        self.log.finished(record, frame, "failed", NodeOutputs({}), None, info)
        self.error = info
        raise RunFailed

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

        form = None if record is None else record.form
        answer = None if form is None else self.answers.get(form["form_id"])
        return NodeContext(planned.id, frame.path, self.info, frame.scope, self.ports, self.limits, write, think, form, answer)

    def _weigh(self, outputs: NodeOutputs) -> None:
        allowed = self.limits.output_depth + 1  # the outputs themselves are an object
        try:
            written = orjson.dumps(outputs.values, default=str, option=orjson.OPT_NON_STR_KEYS)
        except orjson.JSONEncodeError:
            depth = _depth(outputs.values, allowed)
            if depth > allowed:
                raise LimitExceeded("output_depth", allowed - 1, depth - 1) from None
            raise
        if len(written) > self.limits.output_bytes:
            raise LimitExceeded("output_bytes", self.limits.output_bytes, len(written))
        if written.count(b"[") + written.count(b"{") > allowed:  # most results cannot be that deep
            depth = _depth(outputs.values, allowed)
            if depth > allowed:
                raise LimitExceeded("output_depth", allowed - 1, depth - 1)

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
                self._fail_run(going.record, going.frame, limit_info(error, going.planned))
            if scope is None:
                break
            number, began = going.next, None
            if not self.log.muted:
                began = self.log.round_started(going, number)
            elif number >= going.record.rounds:
                self.deferred.append(going)
                return
            going.next += 1
            lane = Lane(region.responses, region.streamed, scope, going.frame.lane)
            path = f"{going.frame.key(going.planned.id)}:{number}"
            frame = Frame(region, path, scope, Scheduler(region.in_degree, self.plan.successors), lane, going, number)
            frame.began = began
            going.frames.append(frame)
            self._begin(frame)
        if not going.frames:
            if self.log.muted:
                self.deferred.append(going)
            else:
                self._close(going)

    def _round_ended(self, frame: Frame, going: Going) -> None:
        going.frames.remove(frame)
        if frame.began is not None:
            going.seconds[str(frame.number)] = round(max(0.0, self.log.clock() - frame.began), 6)
        try:
            going.rounds.finished(frame.number, frame.scope, broke=frame.broke)
        except NodeError as error:
            going.fault = ErrorInfo(error.code, error.message, going.planned.id, going.planned.title, error.details)
            self._kill(going.frames)
            going.frames.clear()
        self._advance(going)

    def _fell(self, frame: Frame, info: ErrorInfo) -> None:
        """A node failed for good: so does its round, or the run."""
        going = frame.within
        if going is None:
            self.error = info
            raise RunFailed
        going.frames.remove(frame)
        fallen = [frame]
        if going.rounds.failed(frame.number, info):
            going.fault = info
            fallen += going.frames
            going.frames.clear()
        self._kill(fallen)
        self._advance(going)

    def _close(self, going: Going) -> None:
        planned, record, frame = going.planned, going.record, going.frame
        self._leave(going)
        if not record.closed:
            self.log.closed(going, "succeeded" if going.fault is None else "failed")
        if going.fault is not None:
            self._settle(planned, record, frame, going.fault)
            return
        outputs = going.rounds.outputs()
        outputs.process |= {"total_tokens": going.tokens, "round_seconds": going.seconds}
        try:
            self._weigh(outputs)
        except LimitExceeded as error:
            self._fail_run(record, frame, limit_info(error, planned))
        self._succeeded(planned, record, frame, outputs)

    def _leave(self, going: Going) -> None:
        going.closed = True
        going.frame.containers.remove(going)
        self._kill(going.frames)

    def _kill(self, frames: Iterable[Frame]) -> None:
        """Stop rounds, with the containers in them."""
        pending, lanes = list(frames), []
        while pending:
            frame = pending.pop()
            frame.dead = True
            lanes.append(frame.lane)
            self._stop(frame)
            for going in frame.containers:
                going.closed = True
                pending += going.frames
        if lanes:
            self.log.say(self.answer.drop(lanes))


def _begun_rounds(state: RunState) -> dict[str, int]:
    """Tell of each container that had begun with its rounds how many it began; also from rows of finished nodes alone."""
    found = {key: record.rounds for key, record in state.nodes.items() if record.opened is not None}
    for record in state.nodes.values():
        container, _, number = record.path.rpartition(":")
        if container and number.isdecimal():
            found[container] = max(found.get(container, 0), int(number) + 1)
    return found


def _depth(value: Any, enough: int) -> int:
    """Count objects and lists within one another, up to one more than `enough`."""
    level, depth = [value], 0
    while level and depth <= enough:
        below: list[Any] = []
        for one in level:
            items = one.values() if isinstance(one, dict) else one
            below.extend(item for item in items if isinstance(item, (dict, list, tuple)))
        level, depth = below, depth + 1
    return depth


def limit_info(error: LimitExceeded, planned: PlannedNode | None = None) -> ErrorInfo:
    return ErrorInfo(error.code, error.message, planned.id if planned else None, planned.title if planned else None, error.details)
