"""The write that accepts runs: many callers' runs, messages, conversations and end users in one transaction."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from backend.core.errors import NotFound
from backend.core.ids import uuid7
from backend.core.jobs import runs_enqueue
from backend.core.sql import insert_rows, update_rows
from backend.core.writer import GroupWrite
from backend.runs.models import Conversation, EndUser, Message, Run, State

MAX_REMEMBERED_USERS = 20_000


@dataclass(frozen=True, slots=True)
class RunSpec:
    """A run that somebody asks for, already authorised and with validated inputs.

    `end_user_session` is the caller's own name for its user (published apps); `account_id` the member who tests in
    the studio. In all modes but `workflow` the run gets a message, and a new conversation where none is named;
    `conversation_name` and `introduction` are for a new one. A `part` (see `parts`) has neither. `history` and `debug`: see `Run`.
    """

    workspace_id: uuid.UUID
    app_id: uuid.UUID
    version_id: uuid.UUID
    mode: str
    source: str
    inputs: Mapping[str, Any]
    query: str = ""
    files: Sequence[Mapping[str, Any]] = ()
    end_user_session: str | None = None
    end_user_kind: str = "service-api"
    account_id: uuid.UUID | None = None
    conversation_id: uuid.UUID | None = None
    conversation_name: str = ""
    introduction: str = ""
    parent_message_id: uuid.UUID | None = None
    idempotency_key: str | None = None
    part: Mapping[str, Any] | None = None
    history: Sequence[Mapping[str, str]] | None = None
    debug: Mapping[str, Any] | None = None
    run_id: uuid.UUID = field(default_factory=uuid7)
    message_id: uuid.UUID = field(default_factory=uuid7)

    @property
    def has_message(self) -> bool:
        return self.mode != "workflow" and self.part is None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A run that stands in the database. `replayed`: an earlier run with the same idempotency key."""

    run_id: uuid.UUID
    message_id: uuid.UUID | None
    conversation_id: uuid.UUID | None
    end_user_id: uuid.UUID | None
    created_at: datetime
    replayed: bool = False


_UserKey = tuple[uuid.UUID, str, str]
_users: OrderedDict[_UserKey, uuid.UUID] = OrderedDict()


def forget_users() -> None:
    """Forget which end users exist; for when one that was remembered turns out to be deleted."""
    _users.clear()


def _accept(specs: Sequence[RunSpec]) -> list[Accepted | Exception]:
    now = timezone.now()
    replays = _replays(specs)
    users = _end_users([spec for spec in specs if _replay_key(spec) not in replays], now)
    owners = _conversations({spec.conversation_id for spec in specs if spec.conversation_id})
    results: list[Accepted | Exception] = []
    fresh: list[tuple[RunSpec, Accepted]] = []
    for spec in specs:
        key = _replay_key(spec)
        if key in replays:
            results.append(replays[key])
            continue
        user_id = users.get(_user_key(spec)) if spec.end_user_session is not None else None
        conversation_id = spec.conversation_id
        if conversation_id and owners.get(conversation_id) != (spec.app_id, user_id, None if user_id else spec.account_id):
            results.append(NotFound("Conversation does not exist."))
            continue
        if conversation_id is None and spec.has_message:
            conversation_id = uuid7()
        accepted = Accepted(spec.run_id, spec.message_id if spec.has_message else None, conversation_id, user_id, now)
        fresh.append((spec, accepted))
        results.append(accepted)
        if key is not None:
            replays[key] = Accepted(accepted.run_id, accepted.message_id, conversation_id, user_id, now, replayed=True)
    _insert_conversations(fresh)
    _insert_runs(fresh)
    _insert_messages(fresh)
    return results


def _replay_key(spec: RunSpec) -> tuple[uuid.UUID, str] | None:
    return (spec.app_id, spec.idempotency_key) if spec.idempotency_key else None


def _replays(specs: Sequence[RunSpec]) -> dict[tuple[uuid.UUID, str] | None, Accepted]:
    keys = [key for spec in specs if (key := _replay_key(spec))]
    if not keys:
        return {}
    names = ("id", "message_id", "conversation_id", "end_user_id", "created_at")
    rows = Run.unscoped.filter(app_id__in={app for app, _ in keys}, idempotency_key__in={key for _, key in keys})
    found = rows.values_list("app_id", "idempotency_key", *names)
    return {(row[0], row[1]): Accepted(*row[2:], replayed=True) for row in found}  # type: ignore[misc]


def _user_key(spec: RunSpec) -> _UserKey:
    return (spec.app_id, spec.end_user_kind, spec.end_user_session or "")


def _end_users(specs: Iterable[RunSpec], now: datetime) -> dict[_UserKey, uuid.UUID]:
    wanted = {_user_key(spec): spec for spec in specs if spec.end_user_session is not None}
    found = {key: _users[key] for key in wanted if key in _users}
    missing = {key: spec for key, spec in wanted.items() if key not in found}
    if missing:
        names = ("id", "created_at", "workspace_id", "app_id", "kind", "session_id")
        rows = [(uuid7(), now, spec.workspace_id, *key) for key, spec in missing.items()]
        insert_rows(EndUser, names, rows, skip_existing=True)
        stored = EndUser.unscoped.filter(app_id__in={key[0] for key in missing}, session_id__in={key[2] for key in missing})
        for user_id, app_id, kind, session_id in stored.values_list("id", "app_id", "kind", "session_id"):
            found[(app_id, kind, session_id)] = user_id
    return found


def _conversations(ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[uuid.UUID, uuid.UUID | None, uuid.UUID | None]]:
    """Return conversation id -> (app, end user, account)."""
    if not ids:
        return {}
    rows = Conversation.unscoped.filter(id__in=ids, deleted_at=None).values_list("id", "app_id", "end_user_id", "account_id")
    return {row[0]: row[1:] for row in rows}


def _insert_conversations(fresh: Sequence[tuple[RunSpec, Accepted]]) -> None:
    names = (
        *("id", "created_at", "workspace_id", "app_id", "end_user_id", "account_id"),
        *("name", "inputs", "introduction", "variables", "updated_at", "deleted_at"),
    )
    new: list[tuple[Any, ...]] = []
    old: list[tuple[Any, ...]] = []
    for spec, run in fresh:
        if spec.conversation_id:
            old.append((run.created_at, spec.conversation_id))
        elif run.conversation_id:
            owner = (run.end_user_id, None if run.end_user_id else spec.account_id)
            texts = (spec.conversation_name, spec.inputs, spec.introduction)
            new.append((run.conversation_id, run.created_at, spec.workspace_id, spec.app_id, *owner, *texts, {}, run.created_at, None))
    insert_rows(Conversation, names, new)
    update_rows(Conversation, ("updated_at",), ("id",), sorted(old, key=lambda row: row[1]))


def _insert_runs(fresh: Sequence[tuple[RunSpec, Accepted]]) -> None:
    given = (
        *("id", "created_at", "workspace_id", "app_id", "version_id", "mode", "source", "end_user_id", "account_id"),
        *("conversation_id", "message_id", "user_ref", "inputs", "query", "files", "idempotency_key", "part", "history", "debug"),
    )
    fixed = {
        **{"state": State.QUEUED.value, "outputs": {}, "usage": {}, "total_tokens": 0, "cost_usd": 0.0, "steps": 0},
        **{"exceptions_count": 0, "elapsed_s": 0.0, "owner": "", "epoch": 0, "attempts": 0, "stop_requested": False, "last_seq": 0},
    }
    rows = [
        (
            *(run.run_id, run.created_at, spec.workspace_id, spec.app_id, spec.version_id, spec.mode, spec.source, run.end_user_id),
            *(spec.account_id, run.conversation_id, run.message_id, spec.end_user_session or str(spec.account_id or "")),
            *(spec.inputs, spec.query, list(spec.files), spec.idempotency_key, spec.part),
            None if spec.history is None else list(spec.history),
            spec.debug,
            *fixed.values(),
        )
        for spec, run in fresh
    ]
    insert_rows(Run, (*given, *fixed), rows)


def _insert_messages(fresh: Sequence[tuple[RunSpec, Accepted]]) -> None:
    given = ("id", "created_at", "workspace_id", "app_id", "conversation_id", "run_id", "parent_id", "inputs", "query", "files")
    fixed = {"answer": "", "status": "normal", "metadata": {}, "prompt_tokens": 0, "answer_tokens": 0, "cost_usd": 0.0, "latency_s": 0.0}
    rows = [
        (
            *(run.message_id, run.created_at, spec.workspace_id, spec.app_id, run.conversation_id, run.run_id),
            *(spec.parent_message_id, spec.inputs, spec.query, list(spec.files)),
            *fixed.values(),
        )
        for spec, run in fresh
        if run.message_id
    ]
    insert_rows(Message, (*given, *fixed), rows)


def _committed(specs: Sequence[RunSpec], results: Sequence[Accepted | Exception]) -> None:
    runs_enqueue(result.run_id for result in results if isinstance(result, Accepted) and not result.replayed)
    for spec, result in zip(specs, results, strict=True):
        if isinstance(result, Accepted) and result.end_user_id and not result.replayed:  # a replay has the earlier caller's user
            _users[_user_key(spec)] = result.end_user_id
    while len(_users) > MAX_REMEMBERED_USERS:
        _users.popitem(last=False)


ACCEPT: GroupWrite[RunSpec, Accepted] = GroupWrite(_accept, _committed)
