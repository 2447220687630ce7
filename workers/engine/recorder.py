"""Writes the events of a run: numbers and dates them, and keeps the state in step."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from workers.engine.containers import FINISHED, NEXT, STARTED
from workers.engine.events import (
    AnswerDelta,
    AnswerReplaced,
    ErrorInfo,
    Event,
    FormFilled,
    FormRequired,
    FormTimeout,
    NodeDelta,
    NodeFinished,
    NodeKept,
    NodeRetried,
    NodeStarted,
    ReasoningDelta,
    RunPaused,
)
from workers.engine.forms import FormAnswer
from workers.engine.moderation import Moderation
from workers.engine.node import NodeOutputs
from workers.engine.plan import PlannedNode
from workers.engine.rounds import Due, Frame, Going, Waiting
from workers.engine.state import NodeRecord, RunState
from workers.engine.streaming import Piece


class Recorder:
    """The pen of one run. While `muted`, what is said goes unheard: it is in the log already.

    All text of the answer leaves here, so here is where sensitive words are held back.
    """

    def __init__(
        self, state: RunState, emit: Callable[[Event], None], clock: Callable[[], float], moderation: Moderation | None = None
    ) -> None:
        self.state = state
        self.clock = clock
        self.muted = False
        self._emit = emit
        taken = {record.index for record in state.nodes.values()}
        self._free = [place for place in range(1, state.steps + 1) if place not in taken]
        self._screen = moderation.screen() if moderation is not None else None

    def stamp(self) -> dict[str, Any]:
        """Make the number and the time of the next event."""
        return {"seq": self.state.last_seq + 1, "at": self.clock()}

    def emit(self, event: Event) -> None:
        """Write an event."""
        self.state.apply(event)
        self._emit(event)

    def say(self, pieces: Iterable[Piece]) -> None:
        """Let pieces of the answer leave."""
        if self.muted:
            return
        for piece in pieces:
            if piece.replaces:
                self.replace(piece.text, "retry")
            else:
                self.tell(piece.text, list(piece.selector))

    def tell(self, text: str, selector: list[str]) -> None:
        """Add to the answer; a sensitive word replaces all of it and ends it."""
        screen = self._screen
        if screen is not None:
            if screen.tripped:
                return
            text = screen.feed(text)
            if screen.tripped:
                self.emit(AnswerReplaced(**self.stamp(), text=screen.reply, reason="output_moderation"))
                return
        if text:
            self.emit(AnswerDelta(**self.stamp(), text=text, selector=selector))

    def replace(self, text: str, reason: str) -> None:
        """Begin the answer anew with this text."""
        screen = self._screen
        if screen is not None:
            text = screen.restart(text)
            if screen.tripped:
                text, reason = screen.reply, "output_moderation"
        self.emit(AnswerReplaced(**self.stamp(), text=text, reason=reason))

    def refuse(self, text: str) -> None:
        """Say this and nothing else."""
        if self.state.answer:
            self.emit(AnswerReplaced(**self.stamp(), text=text, reason="input_moderation"))
        elif text:
            self.emit(AnswerDelta(**self.stamp(), text=text, selector=[]))

    def release(self) -> None:
        """Let go of what was held back; nothing more follows."""
        rest = self._screen.rest() if self._screen is not None else ""
        if rest:
            self.emit(AnswerDelta(**self.stamp(), text=rest, selector=[]))

    def preview(self, record: NodeRecord, text: str) -> None:
        """Show what a node writes that is not (yet) part of the answer."""
        self.emit(NodeDelta(**self.stamp(), node_run_id=record.node_run_id, node_id=record.node_id, path=record.path, text=text))

    def think(self, record: NodeRecord, text: str, final: bool) -> None:
        """Show the reasoning of a model."""
        node: dict[str, Any] = {"node_run_id": record.node_run_id, "node_id": record.node_id, "path": record.path}
        self.emit(ReasoningDelta(**self.stamp(), **node, text=text, final=final))

    def started(self, planned: PlannedNode, due: Due, before: int | None = None) -> NodeRecord:
        """A node begins; the same execution goes on under its name after a crash, as a further attempt.

        `before` is a place that one had begun before of which nothing is left.
        """
        known = due.record
        self.emit(
            NodeStarted(
                **self.stamp(),
                node_run_id=_node_run_id() if known is None else known.node_run_id,
                node_id=planned.id,
                node_type=planned.type,
                title=planned.title,
                path=due.frame.path,
                index=self._place(before) if known is None else known.index,
                attempt=1 if known is None else known.attempt + 1,
                predecessor_node_id=due.predecessor,
                container_type=due.frame.container_type,
            )
        )
        return self.state.nodes[due.frame.key(planned.id)]

    def retried(self, record: NodeRecord, frame: Frame, delay_s: float, error: ErrorInfo) -> None:
        """A node is to be tried again."""
        self.emit(
            NodeRetried(
                **self.stamp(),
                **_head(record),
                attempt=record.attempt,
                delay_s=delay_s,
                error=error,
                container_type=frame.container_type,
            )
        )

    def finished(
        self,
        record: NodeRecord,
        frame: Frame,
        status: str,
        outputs: NodeOutputs,
        handle: str | None,
        error: ErrorInfo | None = None,
        strategy: str | None = None,
    ) -> None:
        """A node ended."""
        now = self.clock()
        self.emit(
            NodeFinished(
                seq=self.state.last_seq + 1,
                at=now,
                **_head(record),
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
                loop_variables=outputs.loop_variables,
                container_type=frame.container_type,
            )
        )

    def kept(self, event: NodeKept, planned: PlannedNode, due: Due) -> NodeRecord:
        """A node need not run, because another run did it."""
        self.emit(
            replace(
                event,
                **self.stamp(),
                node_run_id=_node_run_id(),
                title=planned.title,
                index=self._place(),
                predecessor_node_id=due.predecessor,
                container_type=due.frame.container_type,
            )
        )
        return self.state.nodes[due.frame.key(planned.id)]

    def asked(self, waiting: Waiting) -> None:
        """People are to fill in a form."""
        record, draft = waiting.record, waiting.draft
        if draft is None:
            return
        now = self.clock()
        self.emit(
            FormRequired(
                seq=self.state.last_seq + 1,
                at=now,
                **_head(record),
                form_id=record.node_run_id,
                form_content=draft.content,
                inputs=draft.inputs,
                actions=draft.actions,
                defaults=draft.defaults,
                expires_at=now + draft.expires_after_s,
                display_in_ui=draft.display_in_ui,
                channels=draft.channels,
                attempt=record.attempt,
                started_at=record.started_at,
                predecessor_node_id=record.predecessor_node_id,
                container_type=waiting.frame.container_type,
            )
        )

    def form_closed(self, record: NodeRecord, answer: FormAnswer, outputs: NodeOutputs) -> None:
        """A form was answered, or nobody answered it in time."""
        form = record.form
        if form is None or form["status"] != "open":  # told before a crash
            return
        head = {**self.stamp(), **_head(record), "form_id": form["form_id"]}
        if answer.timed_out:
            self.emit(FormTimeout(**head, expires_at=form["expires_at"]))
            return
        rendered, text = outputs.values["__rendered_content"], outputs.values["__action_value"]
        facts = {"rendered_content": rendered, "action_id": answer.action_id, "action_text": text}
        self.emit(FormFilled(**head, **facts, data=dict(answer.data), by=answer.by))

    def paused(self, waiting: Iterable[Waiting], held: Iterable[dict[str, Any]] = ()) -> RunPaused:
        """The run waits for people: for their answers, or to be told to go on with what is `held`."""
        reasons = [*held]
        for one in waiting:
            self.asked(one)
            form = {name: value for name, value in (one.record.form or {}).items() if name != "status"}
            reasons.append({"type": FormRequired.type, **_head(one.record), **form})
        state, now = self.state, self.clock()
        event = RunPaused(
            seq=state.last_seq + 1,
            at=now,
            reasons=reasons,
            answer=state.answer,
            usage=state.usage,
            steps=state.steps,
            exceptions_count=state.exceptions_count,
            elapsed_s=state.elapsed(now),
        )
        self.emit(event)
        return event

    def _place(self, before: int | None = None) -> int:
        """Number the next execution. Nodes that had begun, but of which rows alone tell nothing, left places free."""
        free = [place for place in self._free if before is None or place < before]
        if not free:
            return self.state.steps + 1
        place = free[0] if before is None else free[-1]
        self._free.remove(place)
        return place

    def opened(self, going: Going) -> None:
        """A container begins with its rounds."""
        event, rounds = STARTED[going.planned.type], going.rounds
        self.emit(event(**self.stamp(), **_head(going.record), length=rounds.length, inputs=rounds.inputs))

    def round_started(self, going: Going, number: int) -> float:
        """A round begins; returns when."""
        event = NEXT[going.planned.type](**self.stamp(), **_head(going.record), round=number)
        self.emit(event)
        return event.at

    def closed(self, going: Going, status: str) -> None:
        """A container is through with its rounds."""
        now = self.clock()
        elapsed = max(0.0, now - going.record.started_at)
        event = FINISHED[going.planned.type]
        self.emit(event(seq=self.state.last_seq + 1, at=now, **_head(going.record), rounds=going.next, status=status, elapsed_s=elapsed))


def _head(record: NodeRecord) -> dict[str, Any]:
    return {
        "node_run_id": record.node_run_id,
        "node_id": record.node_id,
        "node_type": record.node_type,
        "title": record.title,
        "path": record.path,
        "index": record.index,
    }


def _node_run_id() -> str:
    """Make a UUID that sorts by time (version 7, RFC 9562 section 5.7)."""
    at, chance = f"{time.time_ns() // 1_000_000:012x}", os.urandom(10).hex()
    return f"{at[:8]}-{at[8:]}-7{chance[:3]}-{'89ab'[int(chance[3], 16) & 3]}{chance[4:7]}-{chance[7:19]}"
