"""What is known about a run: the fold of its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from workers.engine.events import (
    AnswerDelta,
    AnswerReplaced,
    ContainerFinished,
    ContainerStarted,
    ErrorInfo,
    Event,
    FormFilled,
    FormRequired,
    FormTimeout,
    IterationFinished,
    IterationNext,
    IterationStarted,
    LoopFinished,
    LoopNext,
    LoopStarted,
    NodeFinished,
    NodeKept,
    NodeRetried,
    NodeStarted,
    RoundStarted,
    RunFinished,
    RunPaused,
    RunStarted,
    Usage,
)


@dataclass(slots=True)
class NodeRecord:
    """One execution of a node. `status`: running | succeeded | failed | exception. `attempt` is the latest one begun or due.

    Of a container: `opened` is how many nodes had finished when its rounds began, `rounds` how many of them have
    begun; `closed` when they are over. `form` is what people are asked, with its `status`: open | filled | timed_out.
    """

    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    attempt: int = 1
    retries: int = 0
    status: str = "running"
    outputs: dict[str, Any] = field(default_factory=dict)
    handle: str | None = None
    error: ErrorInfo | None = None
    started_at: float = 0.0
    predecessor_node_id: str | None = None
    usage: Usage | None = None
    conversation: dict[str, Any] = field(default_factory=dict)
    loop_variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    opened: int | None = None
    rounds: int = 0
    closed: bool = False
    form: dict[str, Any] | None = None

    @property
    def finished(self) -> bool:
        """True when the node will not be executed again."""
        return self.status != "running"


def node_key(path: str, node_id: str) -> str:
    """Name a node's record: its id at the top level, `path/id` in containers."""
    return f"{path}/{node_id}" if path else node_id


class RunState:
    """A run as its events tell it. `nodes` by `node_key`, `finished` their keys in the order they ended.

    `conversation` holds the conversation variables that nodes changed, not the others; `kept_usage` what nodes cost that
    were kept from another run, which `usage` does not hold.
    """

    def __init__(self) -> None:
        self.started = False
        self.last_seq = 0
        self.status = "queued"
        self.started_at = 0.0
        self.resumed_at = 0.0
        self.elapsed_s = 0.0
        self.inputs: dict[str, Any] = {}
        self.nodes: dict[str, NodeRecord] = {}
        self.finished: list[str] = []
        self.steps = 0
        self.exceptions_count = 0
        self.usage = Usage()
        self.kept_usage = Usage()
        self.conversation: dict[str, Any] = {}
        self.saved_conversation: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self.error: ErrorInfo | None = None
        self.pause_reasons: list[dict[str, Any]] = []
        self.resources: list[dict[str, Any]] = []
        self.first_text_at: float | None = None
        self._answer: list[str] = []

    @property
    def answer(self) -> str:
        """The text streamed so far."""
        if len(self._answer) > 1:
            self._answer = ["".join(self._answer)]
        return self._answer[0] if self._answer else ""

    @property
    def ended(self) -> bool:
        """True after `run_finished`."""
        return self.status in {"succeeded", "partial_succeeded", "failed", "stopped"}

    @property
    def new_conversation(self) -> dict[str, Any]:
        """The conversation variables that nodes changed since the latest pause, the ones before were saved with it."""
        kept = self.saved_conversation
        return {name: value for name, value in self.conversation.items() if name not in kept or kept[name] != value}

    def elapsed(self, at: float) -> float:
        """Return how long the run has lasted; the time in which it waited for people does not count."""
        running = self.started and self.status != "paused"
        return self.elapsed_s + (max(0.0, at - self.resumed_at) if running else 0.0)

    def apply(self, event: Event) -> None:
        """Take in the next event. Events that were taken in already (by `seq`) are ignored."""
        if event.seq <= self.last_seq:
            return
        self.last_seq = event.seq
        handler = _HANDLERS.get(event.type)
        if handler is not None:
            handler(self, event)

    def snapshot(self) -> dict[str, Any]:
        """Return everything as plain data, for comparing two states."""
        facts = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        facts["nodes"] = {key: asdict(record) for key, record in self.nodes.items()}
        return {**facts, "answer": self.answer}

    def _run_started(self, event: RunStarted) -> None:
        if not self.started:
            self.started = True
            self.started_at = self.resumed_at = event.at
        elif self.status == "paused":
            self.resumed_at = event.at
        self.inputs = event.inputs
        self.status = "running"
        self.pause_reasons = []

    def _node_started(self, event: NodeStarted) -> None:
        key = node_key(event.path, event.node_id)
        known = self.nodes.get(key)
        self.steps = max(self.steps, event.index)
        self.nodes[key] = NodeRecord(
            node_run_id=event.node_run_id,
            node_id=event.node_id,
            node_type=event.node_type,
            title=event.title,
            path=event.path,
            index=event.index,
            attempt=event.attempt,
            retries=known.retries if known is not None else 0,
            started_at=event.at,
            predecessor_node_id=event.predecessor_node_id,
        )

    def _node_retried(self, event: NodeRetried) -> None:
        record = self.nodes[node_key(event.path, event.node_id)]
        record.attempt = event.attempt + 1
        record.retries += 1

    def _node_finished(self, event: NodeFinished) -> None:
        key = node_key(event.path, event.node_id)
        record = self.nodes.get(key)
        if record is None:  # the log was lost and only the rows of finished nodes are left
            record = NodeRecord(event.node_run_id, event.node_id, event.node_type, event.title, event.path, event.index)
            record.started_at = event.started_at
            record.predecessor_node_id = event.predecessor_node_id
            self.steps = max(self.steps, event.index)
            self.nodes[key] = record
        record.attempt = event.attempt
        record.status = event.status
        record.outputs = event.outputs
        record.handle = event.handle
        record.error = event.error
        record.usage = event.usage
        record.conversation = event.conversation
        record.loop_variables = event.loop_variables
        self.finished.append(key)
        if event.status == "exception":
            self.exceptions_count += 1
        if event.usage is not None:
            self._spend(event, event.usage)
        if event.conversation:
            self.conversation.update(event.conversation)
        for resource in event.process.get("retriever_resources") or ():
            if not any(_same_piece(resource, known) for known in self.resources):
                self.resources.append(resource)

    def _spend(self, event: NodeFinished, usage: Usage) -> None:
        if isinstance(event, NodeKept):
            self.kept_usage = self.kept_usage + usage
        else:
            self.usage = self.usage + usage

    def _container_started(self, event: ContainerStarted) -> None:
        self.nodes[node_key(event.path, event.node_id)].opened = len(self.finished)

    def _round_started(self, event: RoundStarted) -> None:
        self.nodes[node_key(event.path, event.node_id)].rounds = event.round + 1

    def _container_finished(self, event: ContainerFinished) -> None:
        self.nodes[node_key(event.path, event.node_id)].closed = True

    def _answer_delta(self, event: AnswerDelta) -> None:
        self._answer.append(event.text)
        if self.first_text_at is None:
            self.first_text_at = event.at

    def _answer_replaced(self, event: AnswerReplaced) -> None:
        self._answer = [event.text]

    def _run_paused(self, event: RunPaused) -> None:
        self.status = "paused"
        self.pause_reasons = event.reasons
        self.elapsed_s = event.elapsed_s
        self.saved_conversation = dict(self.conversation)

    def _form_required(self, event: FormRequired) -> None:
        key = node_key(event.path, event.node_id)
        record = self.nodes.get(key)
        if record is None:  # the log was lost and only the rows are left
            record = NodeRecord(event.node_run_id, event.node_id, event.node_type, event.title, event.path, event.index)
            record.attempt, record.started_at = event.attempt, event.started_at
            record.predecessor_node_id = event.predecessor_node_id
            self.steps = max(self.steps, event.index)
            self.nodes[key] = record
        if not record.finished:
            names = ("form_id", "form_content", "inputs", "actions", "defaults", "expires_at", "display_in_ui", "channels")
            record.form = {**{name: getattr(event, name) for name in names}, "status": "open"}

    def _form_filled(self, event: FormFilled) -> None:
        self._form_closed(node_key(event.path, event.node_id), "filled")

    def _form_timeout(self, event: FormTimeout) -> None:
        self._form_closed(node_key(event.path, event.node_id), "timed_out")

    def _form_closed(self, key: str, status: str) -> None:
        record = self.nodes.get(key)
        if record is not None and record.form is not None:
            record.form = {**record.form, "status": status}

    def _run_finished(self, event: RunFinished) -> None:
        self.status = event.status
        self.outputs = event.outputs
        self.error = event.error
        self._answer = [event.answer]


def _same_piece(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one.get(key) == other.get(key) for key in ("dataset_id", "document_id", "segment_id", "content"))


_HANDLERS: Mapping[str, Callable[[RunState, Any], None]] = {
    RunStarted.type: RunState._run_started,
    NodeStarted.type: RunState._node_started,
    NodeRetried.type: RunState._node_retried,
    NodeFinished.type: RunState._node_finished,
    NodeKept.type: RunState._node_finished,
    IterationStarted.type: RunState._container_started,
    IterationNext.type: RunState._round_started,
    IterationFinished.type: RunState._container_finished,
    LoopFinished.type: RunState._container_finished,
    LoopStarted.type: RunState._container_started,
    LoopNext.type: RunState._round_started,
    AnswerDelta.type: RunState._answer_delta,
    AnswerReplaced.type: RunState._answer_replaced,
    FormRequired.type: RunState._form_required,
    FormFilled.type: RunState._form_filled,
    FormTimeout.type: RunState._form_timeout,
    RunPaused.type: RunState._run_paused,
    RunFinished.type: RunState._run_finished,
}


def fold(events: Iterable[Event]) -> RunState:
    """Build the state from a log."""
    state = RunState()
    for event in events:
        state.apply(event)
    return state
