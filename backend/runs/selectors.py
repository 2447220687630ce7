"""What can be read about runs: lists, one run with its events, and the events that rows alone can tell."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import orjson
from django.db.models import OuterRef, QuerySet, Subquery

from backend.core.redis import REDIS_AWAY, sync_client
from backend.runs.forms import form_answers, stored_forms
from backend.runs.log import FENCE, PAGE, log_key, unpack
from backend.runs.models import FINAL_STATES, Message, NodeRun, Run, State
from backend.studio.last_runs import LastRun
from backend.studio.models import App
from workers.engine.events import AnswerReplaced, ErrorInfo, Event, NodeFinished, RunFinished, RunStarted, Usage, dumps, from_dict
from workers.engine.forms import FormAnswer

logger = logging.getLogger(__name__)

PART_SHOWN = ("kind", "node_id", "run_id", "kept_nodes", "kept_tokens", "kept_cost_usd")


def runs_shown(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Add what `present` needs of each of many runs."""
    return runs.select_related("version", "account", "end_user").defer("version__document")


def last_runs(workspace_id: uuid.UUID, app_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, LastRun]:
    """Return the newest run of each of these apps that has one."""
    newest = Run.scoped(workspace_id).filter(app_id=OuterRef("pk")).order_by("-created_at", "-id").values("pk")[:1]
    ids = App.scoped(workspace_id).filter(pk__in=app_ids).annotate(newest=Subquery(newest)).values_list("newest", flat=True)
    rows = Run.scoped(workspace_id).filter(pk__in=[found for found in ids if found]).values_list("app_id", "id", "state", "created_at")
    return {row[0]: LastRun(id=str(row[1]), state=row[2], created_at=row[3].isoformat()) for row in rows}


def version_has_runs(workspace_id: uuid.UUID, version_id: uuid.UUID) -> bool:
    """Tell whether a run of the version is kept."""
    return Run.scoped(workspace_id).filter(version_id=version_id).exists()


def run_of(workspace_id: uuid.UUID) -> QuerySet[Run]:
    """Return a workspace's runs with what `present` needs for one of them."""
    return Run.scoped(workspace_id).select_related("version", "account", "end_user")


def answers(runs: Sequence[Run]) -> dict[uuid.UUID, str]:
    """Return run id -> answer; parts of flows have it among their outputs, others in a message."""
    told = {
        run.pk: str(run.outputs["answer"]) for run in runs if run.part is not None and run.mode != "workflow" and "answer" in run.outputs
    }
    ids = [run.pk for run in runs if run.message_id]
    return {**told, **dict(Message.unscoped.filter(run_id__in=ids).values_list("run_id", "answer"))} if ids else told


def present(run: Run, answer: str) -> dict[str, Any]:
    """Return the JSON of a run (`Run` in the console API). The run must come from a query of this module."""
    person = (run.account.name or run.account.email) if run.account else run.user_ref
    return {
        "id": run.pk,
        "app_id": run.app_id,
        "version_id": run.version_id,
        "version_number": run.version.number,
        "mode": run.mode,
        "source": run.source,
        "state": run.state,
        "inputs": run.inputs,
        "query": run.query,
        "outputs": run.outputs,
        "answer": answer,
        "error": run.error,
        "total_tokens": run.total_tokens,
        "cost_usd": run.cost_usd,
        "steps": run.steps,
        "elapsed_s": run.elapsed_s,
        "conversation_id": run.conversation_id,
        "message_id": run.message_id,
        "part": {name: run.part[name] for name in PART_SHOWN} if run.part is not None else None,
        "started_by": person,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def run_events(run: Run, answer: str) -> tuple[list[dict[str, Any]], str]:
    """Return a run's events as plain JSON and the cursor behind them: its log, else what the rows tell."""
    logged: list[tuple[str, bytes]] = []
    try:
        logged = _log(run.pk)
    except REDIS_AWAY as failure:
        logger.warning("run %s: its log cannot be read: %s", run.pk, failure)
    events = _once([(cursor, orjson.loads(data)) for cursor, data in logged])
    whole = bool(events) and events[0][1]["type"] == RunStarted.type
    settled = run.state in FINAL_STATES or run.state == State.PAUSED
    if not whole or (settled and int(events[-1][1]["seq"]) < run.last_seq):
        told = [(_cursor(run, event), orjson.loads(dumps(event))) for event in rows_as_events(run, answer)]
        if settled or not whole:
            events = _once(sorted([*events, *told], key=lambda item: int(item[1]["seq"])))
    return [event for _, event in events], events[-1][0] if events else "0-0"


def _once(events: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Drop events that an earlier one with the same or a higher `seq` already told."""
    found, seq = [], 0
    for cursor, event in events:
        if event["seq"] > seq:
            seq = event["seq"]
            found.append((cursor, event))
    return found


def _log(run_id: uuid.UUID) -> list[tuple[str, bytes]]:
    client, key, start = sync_client(), log_key(run_id), "-"
    found: list[tuple[str, bytes]] = []
    while page := client.execute_command("XRANGE", key, start, "+", "COUNT", PAGE):
        for cursor, raw in page:
            kind, data = unpack(raw)
            if kind != FENCE:
                found.append((cursor.decode(), data))
        start = "(" + page[-1][0].decode()
    return found


def ending_entries(run_id: uuid.UUID, seq: int, *, through_pauses: bool) -> list[tuple[str, str, bytes]] | None:
    """Return (cursor, type, JSON) of what a reader that has seen `seq` still lacks of a run that ended or waits for people.

    [] while the run goes on; None when nothing can follow: no such run, or all was seen and the reader waits for no more.
    """
    run = Run.unscoped.filter(pk=run_id).first()
    if run is None:
        return None
    paused = run.state == State.PAUSED
    if not paused and run.state not in FINAL_STATES:
        return []
    if run.last_seq <= seq:
        return [] if paused and through_pauses else None
    answer = answers([run]).get(run_id, "")
    return [(_cursor(run, event), event.type, dumps(event)) for event in rows_as_events(run, answer) if event.seq > seq]


def runs_at_work(run_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of these runs that wait for a worker or have one: nothing can be said of them that their log does not say."""
    found = Run.unscoped.filter(pk__in=run_ids, state__in=(State.QUEUED, State.RUNNING))
    return set(found.values_list("pk", flat=True))


def waits_since(run_id: uuid.UUID, seq: int) -> bool:
    """Tell whether a run still rests at the pause with this `seq`; False once it has gone on."""
    found = Run.unscoped.filter(pk=run_id).values_list("state", "last_seq").first()
    return found is None or (found[0] in (State.PAUSED, State.QUEUED) and found[1] <= seq)


def _cursor(run: Run, event: Event) -> str:
    return f"{run.epoch}-{event.seq}"


def stored_nodes(run_id: uuid.UUID) -> list[NodeFinished]:
    """Return the rows of a run's finished nodes as events, in order."""
    rows = NodeRun.objects.filter(run_id=run_id).order_by("seq").values_list("event", flat=True)
    return [event for row in rows if isinstance(event := from_dict(row), NodeFinished)]


def stored_events(run: Run) -> list[Event]:
    """Return what the rows keep of a run's events, in order: finished nodes, forms, the latest pause."""
    events: list[Event] = [*stored_nodes(run.pk), *stored_forms(run.pk)]
    if run.pause is not None:
        events.append(from_dict(run.pause["event"]))
    return sorted(events, key=lambda event: event.seq)


def kept_of(run_id: uuid.UUID) -> tuple[list[Event], dict[str, FormAnswer]]:
    """Return what the rows keep of a run that is taken up again: its events, and what became of its forms."""
    return stored_events(Run.unscoped.get(pk=run_id)), form_answers(run_id)


def rows_as_events(run: Run, answer: str) -> list[Event]:
    """Tell a run from its rows alone: start, finished nodes, forms and, where it has ended or waits, the answer and the end.

    The worker leaves the `seq` before the terminal event free for that answer.
    """
    events = stored_events(run)
    if run.started_at:
        events.insert(0, RunStarted(seq=1, at=run.started_at.timestamp(), inputs=run.inputs))
    if run.state == State.PAUSED and answer:
        events.insert(-1, AnswerReplaced(seq=run.last_seq - 1, at=events[-1].at, text=answer))
    if run.state not in FINAL_STATES or run.finished_at is None:
        return events
    at = run.finished_at.timestamp()
    told = Message.unscoped.filter(run_id=run.pk).values_list("metadata", flat=True).first() or {}
    if answer:
        events.append(AnswerReplaced(seq=run.last_seq - 1, at=at, text=answer))
    events.append(
        RunFinished(
            seq=run.last_seq,
            at=at,
            status=run.state,
            outputs=run.outputs,
            answer=answer,
            error=ErrorInfo(**run.error) if run.error else None,
            usage=Usage(**run.usage) if run.usage else Usage(),
            steps=run.steps,
            exceptions_count=run.exceptions_count,
            elapsed_s=run.elapsed_s,
            resources=told.get("retriever_resources") or [],
            annotation=told.get("annotation_reply"),
        )
    )
    return events
