"""The writes of the worker that holds a run: claim, checkpoint, finish, release. Each is refused once somebody else has it.

All of them are group writes: what many runs write at about the same time is one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.utils import timezone

from backend.core.jobs import runs_enqueue
from backend.core.sql import insert_rows, raw_json, update_rows
from backend.core.writer import GroupWrite
from backend.runs.models import Conversation, Message, NodeRun, Run, State
from workers.engine.events import NodeFinished, RunFinished, dumps

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """Who writes: the worker and the epoch under which it took the run."""

    run_id: uuid.UUID
    owner: str
    epoch: int


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run that this worker now holds, with all that is needed to execute it but the plan.

    `turn` counts the messages of the conversation up to this one, from 1; 0 without a conversation.
    """

    claim: Claim
    workspace_id: uuid.UUID
    app_id: uuid.UUID
    version_id: uuid.UUID
    mode: str
    source: str
    attempts: int
    inputs: dict[str, Any]
    query: str
    files: list[dict[str, Any]]
    user_ref: str
    conversation_id: uuid.UUID | None
    message_id: uuid.UUID | None
    stop_requested: bool
    created_at: datetime
    conversation: dict[str, Any]
    turn: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Nodes that ended since the last write."""

    claim: Claim
    nodes: Sequence[NodeFinished]


@dataclass(frozen=True, slots=True)
class Ending:
    """Everything that is written when a run ends. `conversation` holds the conversation variables that changed."""

    claim: Claim
    event: RunFinished
    nodes: Sequence[NodeFinished] = ()
    conversation_id: uuid.UUID | None = None
    conversation: Mapping[str, Any] | None = None
    state_before: str = State.RUNNING


def _claim(wanted: Sequence[tuple[uuid.UUID, str]]) -> list[ClaimedRun | None]:
    """Take the queued ones among (run, worker); None for a run that somebody else took or that has ended."""
    owner = wanted[0][1]
    ids = {run_id for run_id, _ in wanted}
    open_ids = list(Run.unscoped.select_for_update().filter(id__in=ids, state=State.QUEUED).order_by("id").values_list("id", flat=True))
    taken: dict[uuid.UUID, ClaimedRun] = {}
    if open_ids:
        Run.unscoped.filter(id__in=open_ids, state=State.QUEUED).update(
            state=State.RUNNING,
            owner=owner,
            epoch=F("epoch") + 1,
            attempts=F("attempts") + 1,
            started_at=Coalesce("started_at", timezone.now()),
        )
        taken = _load(open_ids, owner)
    return [taken.pop(run_id, None) for run_id, _ in wanted]


_CLAIMED = (
    *("id", "epoch", "workspace_id", "app_id", "version_id", "mode", "source", "attempts", "inputs", "query", "files", "user_ref"),
    *("conversation_id", "message_id", "stop_requested", "created_at"),
)


def _load(ids: Sequence[uuid.UUID], owner: str) -> dict[uuid.UUID, ClaimedRun]:
    chats = ("conversation__variables", "conversation__created_at")
    rows = list(Run.unscoped.filter(id__in=ids, owner=owner).values_list(*_CLAIMED, *chats))
    later = {row[12] for row in rows if row[12] and row[-1] != row[15]}  # conversations that began before this run
    turns = dict(Message.unscoped.filter(conversation_id__in=later).values_list("conversation_id").annotate(Count("id"))) if later else {}
    found = {}
    for run_id, epoch, *facts, variables, _ in rows:
        conversation_id = facts[10]
        turn = turns.get(conversation_id, 1) if conversation_id else 0
        found[run_id] = ClaimedRun(Claim(run_id, owner, epoch), *facts, variables or {}, turn)  # type: ignore[call-arg]
    return found


def _checkpoint(items: Sequence[Checkpoint]) -> list[bool]:
    held = _held(item.claim for item in items)
    _insert_nodes((item.claim.run_id, item.nodes) for item in items if item.claim in held)
    return [item.claim in held for item in items]


def finish(items: Sequence[Ending]) -> list[bool]:
    """Write final states; call it inside a transaction. False: the run is not (or no longer) the caller's."""
    held: set[Claim] = set()
    for state in {item.state_before for item in items}:
        held |= _held((item.claim for item in items if item.state_before == state), state)
    ours = sorted((item for item in items if item.claim in held), key=lambda item: item.claim.run_id)
    now = timezone.now()
    _end_runs(ours, now)
    _insert_nodes((item.claim.run_id, item.nodes) for item in ours)
    _end_messages(ours)
    _merge_conversations([item for item in ours if item.conversation_id and item.conversation])
    return [item.claim in held for item in items]


def _release(items: Sequence[Checkpoint]) -> list[bool]:
    """Give runs back to the queue; the attempt does not count."""
    held = _held(item.claim for item in items)
    _insert_nodes((item.claim.run_id, item.nodes) for item in items if item.claim in held)
    Run.unscoped.filter(id__in=[claim.run_id for claim in held]).update(state=State.QUEUED, owner="", attempts=F("attempts") - 1)
    return [item.claim in held for item in items]


def _released(items: Sequence[Checkpoint], results: Sequence[bool | Exception]) -> None:
    runs_enqueue(item.claim.run_id for item, result in zip(items, results, strict=True) if result is True)


CLAIM: GroupWrite[tuple[uuid.UUID, str], ClaimedRun | None] = GroupWrite(_claim)
CHECKPOINT: GroupWrite[Checkpoint, bool] = GroupWrite(_checkpoint)
FINISH: GroupWrite[Ending, bool] = GroupWrite(finish)
RELEASE: GroupWrite[Checkpoint, bool] = GroupWrite(_release, _released)


def _held(claims: Iterable[Claim], state: str = State.RUNNING) -> set[Claim]:
    """Lock the runs' rows and return the claims that still stand."""
    wanted = set(claims)
    rows = Run.unscoped.select_for_update().filter(id__in=[claim.run_id for claim in wanted], state=state).order_by("id")
    return wanted & {Claim(*row) for row in rows.values_list("id", "owner", "epoch")}


def _insert_nodes(runs: Iterable[tuple[uuid.UUID, Sequence[NodeFinished]]]) -> None:
    names = (
        *("id", "run_id", "node_id", "node_type", "title", "path", "index", "attempt", "status", "seq", "event"),
        *("elapsed_s", "total_tokens", "cost_usd"),
    )
    rows = []
    for run_id, nodes in runs:
        for node in nodes:
            spent = (node.usage.total_tokens, node.usage.cost_usd) if node.usage else (0, 0.0)
            place = (node.node_id, node.node_type, node.title[:255], node.path, node.index, node.attempt, node.status, node.seq)
            rows.append((uuid.UUID(node.node_run_id), run_id, *place, raw_json(dumps(node)), node.elapsed_s, *spent))
    insert_rows(NodeRun, names, rows, skip_existing=True)


def _end_runs(items: Sequence[Ending], now: datetime) -> None:
    names = (
        *("state", "owner", "epoch", "outputs", "error", "usage", "total_tokens", "cost_usd", "steps", "exceptions_count"),
        *("elapsed_s", "last_seq", "finished_at"),
    )
    rows = []
    for item in items:
        event, usage = item.event, item.event.usage
        error = asdict(event.error) if event.error else None
        sums = (usage.total_tokens, usage.cost_usd, event.steps, event.exceptions_count, event.elapsed_s, event.seq)
        epoch = max(item.claim.epoch, 1)
        rows.append((event.status, "", epoch, event.outputs, error, asdict(usage), *sums, now, item.claim.run_id))
    update_rows(Run, names, ("id",), rows)


def _end_messages(items: Sequence[Ending]) -> None:
    names = ("answer", "status", "error", "metadata", "prompt_tokens", "answer_tokens", "cost_usd", "latency_s")
    rows = []
    for item in items:
        event, usage = item.event, item.event.usage
        status, error = ("error", asdict(event.error)) if event.error else ("normal", None)
        spent = (usage.prompt_tokens, usage.completion_tokens, usage.cost_usd, event.elapsed_s)
        rows.append((event.answer, status, error, {"usage": asdict(usage)}, *spent, item.claim.run_id))
    update_rows(Message, names, ("run",), rows)


def _merge_conversations(items: Sequence[Ending]) -> None:
    if not items:
        return
    ids = {item.conversation_id for item in items if item.conversation_id}
    stored = dict(Conversation.unscoped.select_for_update().filter(id__in=ids).order_by("id").values_list("id", "variables"))
    for item in items:
        if item.conversation_id in stored and item.conversation:
            stored[item.conversation_id] = {**stored[item.conversation_id], **item.conversation}
    update_rows(Conversation, ("variables",), ("id",), [(variables, row_id) for row_id, variables in stored.items()])
