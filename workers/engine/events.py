"""The closed vocabulary of a run's event log.

The runner is the only author. Every event carries `seq`, which rises by at least one within a run
(also across a crash), and `at`, unix seconds. `path` tells where in iterations and loops a node
runs: "" at the top level, "<container id>:<round>" below, joined by "/" when nested; `container_type` is the type of the
innermost one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import orjson


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, money and time of model calls; adds up with `+`. Prices are decimal strings of USD per 1,000 tokens."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    prompt_unit_price: str = "0"
    completion_unit_price: str = "0"
    prompt_cost_usd: float = 0.0
    completion_cost_usd: float = 0.0
    cost_usd: float = 0.0
    latency_s: float = 0.0
    first_token_s: float | None = None

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            total_tokens=self.total_tokens + other.total_tokens,
            prompt_unit_price=other.prompt_unit_price if other.total_tokens else self.prompt_unit_price,
            completion_unit_price=other.completion_unit_price if other.total_tokens else self.completion_unit_price,
            prompt_cost_usd=self.prompt_cost_usd + other.prompt_cost_usd,
            completion_cost_usd=self.completion_cost_usd + other.completion_cost_usd,
            cost_usd=self.cost_usd + other.cost_usd,
            latency_s=self.latency_s + other.latency_s,
            first_token_s=self.first_token_s if self.first_token_s is not None else other.first_token_s,
        )


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """Why a node or a run failed. `node_id` is set on run errors that a node caused."""

    code: str
    message: str
    node_id: str | None = None
    node_title: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    type: ClassVar[str]

    seq: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(Event):
    """First event of a run. `reason` is "initial" or "resumption" (after a crash or a pause)."""

    type: ClassVar[str] = "run_started"
    inputs: dict[str, Any]
    reason: str = "initial"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStarted(Event):
    """A node begins. `node_run_id` names this execution; `index` counts executions from 1."""

    type: ClassVar[str] = "node_started"
    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    attempt: int = 1
    predecessor_node_id: str | None = None
    container_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDelta(Event):
    """Text a model just produced that is not (yet) part of the answer: the canvas' live preview. Not kept by the fold."""

    type: ClassVar[str] = "node_delta"
    node_run_id: str
    node_id: str
    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningDelta(Event):
    """A piece of a model's separated reasoning. Not kept by the fold."""

    type: ClassVar[str] = "reasoning_delta"
    node_run_id: str
    node_id: str
    path: str
    text: str
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDelta(Event):
    """The next piece of the streamed answer. `selector` is the variable it came from, [] for literal text of a template."""

    type: ClassVar[str] = "answer_delta"
    text: str
    selector: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReplaced(Event):
    """The whole answer so far becomes `text`: a repeated node after a crash, or moderation."""

    type: ClassVar[str] = "answer_replaced"
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRetried(Event):
    """An attempt failed and another follows after `delay_s`."""

    type: ClassVar[str] = "node_retried"
    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    attempt: int
    delay_s: float
    error: ErrorInfo
    container_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFinished(Event):
    """A node ended; the checkpoint of the run.

    `status`: succeeded | failed | exception (failed, but handled by default value or fail branch).
    `handle` is the outgoing handle that was taken, None when the run fails here. `conversation` holds the
    conversation variables that the node changed, `loop_variables` those of loops around it, by the loop's id.
    """

    type: ClassVar[str] = "node_finished"
    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    attempt: int
    status: str
    inputs: dict[str, Any] = field(default_factory=dict)
    process: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    handle: str | None = None
    error: ErrorInfo | None = None
    error_strategy: str | None = None
    usage: Usage | None = None
    elapsed_s: float = 0.0
    started_at: float = 0.0
    predecessor_node_id: str | None = None
    conversation: dict[str, Any] = field(default_factory=dict)
    loop_variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    container_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKept(NodeFinished):
    """A node that is not executed, because the run `run_id` did it: stands in place of its start and its end.

    `edited`: its outputs were changed by hand. Its `usage` was paid in that run and does not count in this one.
    """

    type: ClassVar[str] = "node_kept"
    run_id: str
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerStarted(Event):
    """An iteration or a loop goes through its rounds, at most `length`. Its `node_started` came before."""

    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    length: int
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundStarted(Event):
    """A round begins. `round` counts from 0; the nodes in it have the path `<path>/<node_id>:<round>`."""

    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerFinished(Event):
    """All rounds are over. The container's `node_finished` follows, with its outputs or error."""

    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    rounds: int
    status: str
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationStarted(ContainerStarted):
    """An iteration begins."""

    type: ClassVar[str] = "iteration_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationNext(RoundStarted):
    """The next item of an iteration."""

    type: ClassVar[str] = "iteration_next"


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationFinished(ContainerFinished):
    """An iteration ends."""

    type: ClassVar[str] = "iteration_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopStarted(ContainerStarted):
    """A loop begins."""

    type: ClassVar[str] = "loop_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopNext(RoundStarted):
    """The next round of a loop."""

    type: ClassVar[str] = "loop_next"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopFinished(ContainerFinished):
    """A loop ends."""

    type: ClassVar[str] = "loop_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRequired(Event):
    """A node waits for people to fill in a form. `form_id` is its `node_run_id`: one form per execution.

    `inputs`, `actions` and `defaults` are the form's fields, buttons and what stands in the fields at first; `channels` the
    ways in which people are asked; `display_in_ui` whether those who follow the run may answer.
    """

    type: ClassVar[str] = "human_input_required"
    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    form_id: str
    form_content: str
    inputs: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    defaults: dict[str, Any]
    expires_at: float
    display_in_ui: bool = True
    channels: list[str] = field(default_factory=list)
    attempt: int = 1
    started_at: float = 0.0
    predecessor_node_id: str | None = None
    container_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFilled(Event):
    """A form was answered with one of its buttons. The `node_finished` of its node follows."""

    type: ClassVar[str] = "human_input_form_filled"
    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    form_id: str
    rendered_content: str
    action_id: str
    action_text: str
    data: dict[str, Any]
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTimeout(Event):
    """Nobody answered a form in time. The `node_finished` of its node follows."""

    type: ClassVar[str] = "human_input_form_timeout"
    node_run_id: str
    node_id: str
    node_type: str
    title: str
    path: str
    index: int
    form_id: str
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPaused(Event):
    """The run waits for people. The worker lets go of it. The sums are those up to here.

    `reasons` by their `type`: `human_input_required` are the forms that are open, `breakpoint` the nodes before which a test run
    stands, with the variables that each is about to read.
    """

    type: ClassVar[str] = "run_paused"
    reasons: list[dict[str, Any]]
    answer: str = ""
    usage: Usage = field(default_factory=Usage)
    steps: int = 0
    exceptions_count: int = 0
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished(Event):
    """Last event of a run. `status`: succeeded | partial_succeeded | failed | stopped.

    `resources` are the pieces of knowledge that models saw, in the order in which they were first seen. `annotation` is what
    people had set as the answer, where that was told in place of the flow: {id, account: {id, name}, score}.
    """

    type: ClassVar[str] = "run_finished"
    status: str
    outputs: dict[str, Any] = field(default_factory=dict)
    answer: str = ""
    error: ErrorInfo | None = None
    usage: Usage = field(default_factory=Usage)
    steps: int = 0
    exceptions_count: int = 0
    elapsed_s: float = 0.0
    resources: list[dict[str, Any]] = field(default_factory=list)
    annotation: dict[str, Any] | None = None


EVENT_TYPES: dict[str, type[Event]] = {
    cls.type: cls
    for cls in (
        RunStarted,
        NodeStarted,
        NodeDelta,
        ReasoningDelta,
        AnswerDelta,
        AnswerReplaced,
        NodeRetried,
        NodeFinished,
        NodeKept,
        IterationStarted,
        IterationNext,
        IterationFinished,
        LoopStarted,
        LoopNext,
        LoopFinished,
        FormRequired,
        FormFilled,
        FormTimeout,
        RunPaused,
        RunFinished,
    )
}
TERMINAL = frozenset({RunFinished.type, RunPaused.type})
_NESTED: dict[str, type] = {"error": ErrorInfo, "usage": Usage}


def dumps(event: Event) -> bytes:
    """Serialise an event to one line of JSON; `type` comes first."""
    body = orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS, default=str)
    return b'{"type":"' + event.type.encode() + b'",' + body[1:]


def from_dict(raw: dict[str, Any]) -> Event:
    """Rebuild an event from its parsed JSON. Unknown fields are ignored; raises KeyError for an unknown type."""
    cls = EVENT_TYPES[raw["type"]]
    values: dict[str, Any] = {}
    for spec in fields(cls):
        if spec.name not in raw:
            continue
        value = raw[spec.name]
        nested = _NESTED.get(spec.name)
        values[spec.name] = nested(**value) if nested and isinstance(value, dict) else value
    return cls(**values)


def loads(line: bytes | str) -> Event:
    """Parse one line of JSON. Raises KeyError for an unknown type, orjson.JSONDecodeError for bad JSON."""
    return from_dict(orjson.loads(line))
