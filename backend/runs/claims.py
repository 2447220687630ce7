"""The writes of the worker that holds a run: claim, checkpoint, pause, finish, release. Each is refused once somebody else has it.

All of them are group writes: what many runs write at about the same time is one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F
from django.utils import timezone

from backend.core.jobs import runs_enqueue
from backend.core.sql import as_json, as_moment, as_uuid, insert_rows, key_values, marks, raw_json, update_rows
from backend.core.writer import GroupWrite
from backend.runs.models import Annotation, AnnotationHit, Conversation, FormStatus, HumanForm, Message, NodeRun, Run, State
from backend.runs.webhooks import deliveries_make
from workers.engine.events import FormRequired, NodeFinished, NodeKept, RunFinished, RunPaused, dumps
from workers.engine.stops import HELD

MAX_ATTEMPTS = 3
HELD_AT_MOST = timedelta(days=1)


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
    part: dict[str, Any] | None = None
    history: list[dict[str, Any]] | None = None
    debug: dict[str, Any] | None = None


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
    first_token_s: float | None = None


@dataclass(frozen=True, slots=True)
class Pausing:
    """Everything that is written when a run begins to wait for people. `forms` are new ones, by the digest of their token."""

    claim: Claim
    workspace_id: uuid.UUID
    event: RunPaused
    nodes: Sequence[NodeFinished] = ()
    forms: Mapping[str, FormRequired] = field(default_factory=dict)
    conversation_id: uuid.UUID | None = None
    conversation: Mapping[str, Any] | None = None


_TAKE = """
UPDATE runs_run SET state = 'running', owner = %s, epoch = epoch + 1, attempts = attempts + 1, started_at = COALESCE(started_at, %s)
WHERE state = 'queued' AND id IN ({ids})
RETURNING id, epoch, workspace_id, app_id, version_id, mode, source, attempts, inputs, query, files, user_ref,
 conversation_id, message_id, stop_requested, created_at,
 (SELECT variables FROM runs_conversation WHERE id = runs_run.conversation_id),
 (SELECT created_at FROM runs_conversation WHERE id = runs_run.conversation_id),
 part, history, debug
"""


def _claim(wanted: Sequence[tuple[uuid.UUID, str]]) -> list[ClaimedRun | None]:
    """Take the queued ones among (run, worker); None for a run that somebody else took or that has ended."""
    owner = wanted[0][1]
    ids = sorted({run_id for run_id, _ in wanted})
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        cursor.execute(_TAKE.format(ids=marks(len(ids))), [owner, now, *key_values(ids)])
        rows = cursor.fetchall()
    turns = _turns({row[12] for row in rows if row[12] and row[17] != row[15]})  # conversations that began before this run
    taken = {run.claim.run_id: run for run in (_claimed(row, owner, turns) for row in rows)}
    return [taken.pop(run_id, None) for run_id, _ in wanted]


def _turns(conversations: set[Any]) -> dict[uuid.UUID, int]:
    """Count the messages of conversations."""
    if not conversations:
        return {}
    return dict(Message.unscoped.filter(conversation_id__in=conversations).values_list("conversation_id").annotate(Count("id")))


def _claimed(row: Sequence[Any], owner: str, turns: Mapping[uuid.UUID, int]) -> ClaimedRun:
    run_id, workspace_id, app_id, version_id, conversation_id, message_id = (as_uuid(row[n]) for n in (0, 2, 3, 4, 12, 13))
    assert run_id is not None
    assert workspace_id is not None
    assert app_id is not None
    assert version_id is not None
    return ClaimedRun(
        claim=Claim(run_id, owner, row[1]),
        workspace_id=workspace_id,
        app_id=app_id,
        version_id=version_id,
        mode=row[5],
        source=row[6],
        attempts=row[7],
        inputs=as_json(row[8]),
        query=row[9],
        files=as_json(row[10]),
        user_ref=row[11],
        conversation_id=conversation_id,
        message_id=message_id,
        stop_requested=bool(row[14]),
        created_at=as_moment(row[15]),
        conversation=as_json(row[16]) or {},
        turn=turns.get(conversation_id, 1) if conversation_id else 0,
        part=as_json(row[18]),
        history=as_json(row[19]),
        debug=as_json(row[20]),
    )


def _checkpoint(items: Sequence[Checkpoint]) -> list[bool]:
    held = _held(item.claim for item in items)
    _insert_nodes((item.claim.run_id, item.nodes) for item in items if item.claim in held)
    return [item.claim in held for item in items]


def _pause(items: Sequence[Pausing]) -> list[str]:
    """Let go of runs that wait for people; returns their state, "" where the run is no longer the caller's.

    What was answered or stopped in the meantime goes back to the queue. Who answers a form locks the run's row first, too.
    """
    held = _held(item.claim for item in items)
    ours = [item for item in items if item.claim in held]
    _insert_nodes((item.claim.run_id, item.nodes) for item in ours)
    _insert_forms(ours)
    ids = [item.claim.run_id for item in ours]
    wanted = [reason["form_id"] for item in ours for reason in item.event.reasons if "form_id" in reason]
    HumanForm.unscoped.filter(run_id__in=ids, status=FormStatus.WAITING).exclude(id__in=wanted).update(status=FormStatus.VOID)
    due = set(HumanForm.unscoped.filter(id__in=wanted).exclude(status=FormStatus.WAITING).values_list("run_id", flat=True))
    due.update(Run.unscoped.filter(id__in=ids, stop_requested=True).values_list("id", flat=True))
    states = {item.claim: State.QUEUED if item.claim.run_id in due else State.PAUSED for item in ours}
    _pause_runs(ours, states)
    _pause_messages(ours)
    _merge_conversations([item for item in ours if item.conversation_id and item.conversation])
    return [states[item.claim].value if item.claim in states else "" for item in items]


def _paused(items: Sequence[Pausing], results: Sequence[str | Exception]) -> None:
    runs_enqueue(item.claim.run_id for item, state in zip(items, results, strict=True) if state == State.QUEUED)


def finish(items: Sequence[Ending]) -> list[bool]:
    """Write final states; call it inside a transaction. False: the run is not (or no longer) the caller's.

    Repeating an ending that was written already is harmless and tells True.
    """
    now = timezone.now()
    ordered = sorted(items, key=lambda item: item.claim.run_id)
    held = {item.claim for item in ordered} if _end_runs(ordered, now) == len(ordered) else _ended(ordered)
    ours = [item for item in ordered if item.claim in held]
    _insert_nodes((item.claim.run_id, item.nodes) for item in ours)
    _end_messages(ours)
    _insert_hits([item for item in ours if item.event.annotation])
    _merge_conversations([item for item in ours if item.conversation_id and item.conversation])
    deliveries_make((item.claim.run_id for item in ours), now)
    return [item.claim in held for item in items]


def _ended(items: Sequence[Ending]) -> set[Claim]:
    """Tell which of these endings were just written."""
    rows = Run.unscoped.filter(id__in=[item.claim.run_id for item in items]).values_list("id", "epoch", "last_seq", "state")
    told = {run_id: tuple(facts) for run_id, *facts in rows}
    return {item.claim for item in items if told.get(item.claim.run_id) == (max(item.claim.epoch, 1), item.event.seq, item.event.status)}


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
PAUSE: GroupWrite[Pausing, str] = GroupWrite(_pause, _paused)
RELEASE: GroupWrite[Checkpoint, bool] = GroupWrite(_release, _released)


def _held(claims: Iterable[Claim], state: str = State.RUNNING) -> set[Claim]:
    """Lock the runs' rows and return the claims that still stand."""
    wanted = set(claims)
    rows = Run.unscoped.select_for_update().filter(id__in=[claim.run_id for claim in wanted], state=state).order_by("id")
    return wanted & {Claim(*row) for row in rows.values_list("id", "owner", "epoch")}


def _insert_nodes(runs: Iterable[tuple[uuid.UUID, Sequence[NodeFinished]]]) -> None:
    names = (
        *("id", "run_id", "node_id", "node_type", "title", "path", "index", "attempt", "status", "seq", "event"),
        *("elapsed_s", "total_tokens", "cost_usd", "model"),
    )
    rows = []
    for run_id, nodes in runs:
        for node in nodes:
            billed = None if isinstance(node, NodeKept) else node.usage
            spent = (billed.total_tokens, billed.cost_usd) if billed else (0, 0.0)
            place = (node.node_id, node.node_type, node.title[:255], node.path, node.index, node.attempt, node.status, node.seq)
            model = "" if billed is None else _model_name(node.process)
            rows.append((uuid.UUID(node.node_run_id), run_id, *place, raw_json(dumps(node)), node.elapsed_s, *spent, model))
    insert_rows(NodeRun, names, rows, skip_existing=True)


def _model_name(process: Mapping[str, Any]) -> str:
    """Return `provider/name` of the model that a node called, "" for none."""
    name = process.get("model_name")
    return f"{process.get('model_provider') or ''}/{name}"[:255] if name else ""


def _end_runs(items: Sequence[Ending], now: datetime) -> int:
    names = (
        *("state", "owner", "epoch", "outputs", "error", "usage", "total_tokens", "cost_usd", "steps", "exceptions_count"),
        *("elapsed_s", "last_seq", "first_token_s", "finished_at"),
    )
    rows = []
    for item in items:
        event, usage = item.event, item.event.usage
        error = asdict(event.error) if event.error else None
        sums = (usage.total_tokens, usage.cost_usd, event.steps, event.exceptions_count, event.elapsed_s, event.seq)
        claim = item.claim
        held = (claim.run_id, claim.owner, claim.epoch, item.state_before)
        rows.append((event.status, "", max(claim.epoch, 1), event.outputs, error, asdict(usage), *sums, item.first_token_s, now, *held))
    return update_rows(Run, names, ("id", "owner", "epoch", "state"), rows)


def _insert_forms(items: Sequence[Pausing]) -> None:
    names = (
        *("id", "created_at", "workspace_id", "run_id", "node_id", "path", "token_digest", "event", "status", "expires_at"),
        *("action", "data", "user_ref"),
    )
    now = timezone.now()
    rows: list[tuple[Any, ...]] = [
        (
            *(uuid.UUID(form.form_id), now, item.workspace_id, item.claim.run_id, form.node_id, form.path, digest, raw_json(dumps(form))),
            *(FormStatus.WAITING.value, datetime.fromtimestamp(form.expires_at, UTC), "", {}, ""),
        )
        for item in items
        for digest, form in item.forms.items()
    ]
    insert_rows(HumanForm, names, rows, skip_existing=True)


def _pause_runs(items: Sequence[Pausing], states: Mapping[Claim, State]) -> None:
    names = (
        *("state", "owner", "attempts", "pause", "usage", "total_tokens", "cost_usd", "steps", "exceptions_count", "elapsed_s"),
        *("last_seq", "held_until"),
    )
    rows: list[tuple[Any, ...]] = []
    until = timezone.now() + HELD_AT_MOST
    for item in items:
        event, usage, claim = item.event, item.event.usage, item.claim
        pause = raw_json(b'{"cursor":"%d-%d","event":%s}' % (claim.epoch, event.seq, dumps(event)))
        sums = (usage.total_tokens, usage.cost_usd, event.steps, event.exceptions_count, event.elapsed_s, event.seq)
        held = any(reason.get("type") == HELD for reason in event.reasons)
        rows.append((states[claim].value, "", 0, pause, asdict(usage), *sums, until if held else None, claim.run_id))
    update_rows(Run, names, ("id",), rows)


def _pause_messages(items: Sequence[Pausing]) -> None:
    names = ("answer", "status", "metadata", "prompt_tokens", "answer_tokens", "cost_usd", "latency_s")
    rows: list[tuple[Any, ...]] = []
    for item in items:
        event, usage = item.event, item.event.usage
        spent = (usage.prompt_tokens, usage.completion_tokens, usage.cost_usd, event.elapsed_s)
        rows.append((event.answer, "paused", {"usage": asdict(usage)}, *spent, item.claim.run_id))
    update_rows(Message, names, ("run",), rows)


def _end_messages(items: Sequence[Ending]) -> None:
    names = ("answer", "status", "error", "metadata", "prompt_tokens", "answer_tokens", "cost_usd", "latency_s")
    rows = []
    for item in items:
        event, usage = item.event, item.event.usage
        status, error = ("error", asdict(event.error)) if event.error else ("normal", None)
        spent = (usage.prompt_tokens, usage.completion_tokens, usage.cost_usd, event.elapsed_s)
        metadata = {"usage": asdict(usage), "retriever_resources": event.resources}
        if event.annotation:
            metadata["annotation_reply"] = {name: event.annotation[name] for name in ("id", "account")}
        rows.append((event.answer, status, error, metadata, *spent, item.claim.run_id))
    update_rows(Message, names, ("run",), rows)


def _insert_hits(items: Sequence[Ending]) -> None:
    """Count what was answered from annotations. A hit has the id of its run, so that a repeated ending counts once."""
    if not items:
        return
    told = {item.claim.run_id: item.event.annotation or {} for item in items}
    written = set(AnnotationHit.unscoped.filter(pk__in=told).values_list("pk", flat=True))
    kept = set(Annotation.unscoped.filter(pk__in=[one["id"] for one in told.values()]).values_list("pk", flat=True))
    for run_id, workspace_id, query in Run.unscoped.filter(pk__in=told).exclude(pk__in=written).values_list("pk", "workspace_id", "query"):
        key = uuid.UUID(told[run_id]["id"])
        if key in kept:  # it may have been deleted meanwhile
            fields = {"workspace_id": workspace_id, "annotation_id": key, "question": query, "score": told[run_id]["score"]}
            AnnotationHit.unscoped.create(pk=run_id, run_id=run_id, **fields)
            Annotation.unscoped.filter(pk=key).update(hit_count=F("hit_count") + 1, last_hit_at=timezone.now())


def _merge_conversations(items: Sequence[Ending | Pausing]) -> None:
    if not items:
        return
    ids = {item.conversation_id for item in items if item.conversation_id}
    stored = dict(Conversation.unscoped.select_for_update().filter(id__in=ids).order_by("id").values_list("id", "variables"))
    for item in items:
        if item.conversation_id in stored and item.conversation:
            stored[item.conversation_id] = {**stored[item.conversation_id], **item.conversation}
    update_rows(Conversation, ("variables",), ("id",), [(variables, row_id) for row_id, variables in stored.items()])
