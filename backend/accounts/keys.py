"""API keys: made once, kept as a digest, resolved by hash with a short memory.

A key is 192 random bits, so a plain SHA-256 is the right digest: there is nothing to guess, and the
look-up is one index probe.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import secrets
import time
import uuid
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from backend.accounts.models import ApiKey, User, Workspace

logger = logging.getLogger(__name__)

SECRET_BYTES = 24
MEMORY_S = 5.0
MEMORY_SIZE = 10_000
TOUCH_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeyContext:
    """What a key opens. `app_id` is set for kind `app`, `user_id` for kind `pat`."""

    id: uuid.UUID
    kind: str
    workspace_id: uuid.UUID
    app_id: uuid.UUID | None
    user_id: uuid.UUID | None
    expires_at: dt.datetime | None

    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


_memory: dict[str, tuple[float, KeyContext | None]] = {}
_looking: dict[str, asyncio.Future[KeyContext | None]] = {}


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


def key_create(
    *,
    workspace: Workspace,
    kind: ApiKey.Kind | str,
    created_by: User | None,
    name: str = "",
    app_id: uuid.UUID | None = None,
    user: User | None = None,
    expires_at: dt.datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its plain text, which exists only in this return value.

    An `app` key needs `app_id`, a `pat` needs `user`; the caller has checked that both belong to the workspace.
    """
    kind = ApiKey.Kind(kind)
    if (kind == ApiKey.Kind.APP) != (app_id is not None) or (kind == ApiKey.Kind.PAT) != (user is not None):
        raise ValueError(f"a key of kind {kind.value} with app_id={app_id} and user={user}")
    plain = f"{kind.value}-{secrets.token_urlsafe(SECRET_BYTES)}"
    key = ApiKey.unscoped.create(
        workspace=workspace,
        kind=kind,
        name=name,
        app_id=app_id,
        user=user,
        digest=_digest(plain),
        last4=plain[-4:],
        expires_at=expires_at,
        created_by=created_by,
    )
    return key, plain


def key_revoke(key: ApiKey) -> None:
    """Delete a key. This process forgets it at once, others within `MEMORY_S`."""
    key.delete()
    _memory.pop(key.digest, None)


def key_resolve(plain: str) -> KeyContext | None:
    """Return what a key opens, None when it is unknown or expired. Remembered for `MEMORY_S`; blocking."""
    digest = _digest(plain)
    known, found = _remembered(digest)
    return found if known else _look_up(digest)


async def key_aresolve(plain: str) -> KeyContext | None:
    """Do the same on an event loop: no thread and no database while the memory is fresh.

    Callers that miss at the same moment share one look-up, and the thread that did it gives its
    database connection back.
    """
    digest = _digest(plain)
    known, found = _remembered(digest)
    if known:
        return found
    pending = _looking.get(digest)
    if pending is None or pending.get_loop() is not asyncio.get_running_loop():
        pending = asyncio.ensure_future(sync_to_async(_look_up_and_close, thread_sensitive=False)(digest))
        _looking[digest] = pending
        pending.add_done_callback(lambda _: _looking.pop(digest, None))
    return await asyncio.shield(pending)


def memory_clear() -> None:
    """Forget every resolved key (tests, and after rights were changed)."""
    _memory.clear()


def _remembered(digest: str) -> tuple[bool, KeyContext | None]:
    until, found = _memory.get(digest, (0.0, None))
    if until <= time.monotonic():
        return False, None
    return True, None if found is None or found.expired() else found


def _look_up_and_close(digest: str) -> KeyContext | None:
    try:
        return _look_up(digest)
    finally:
        connection.close()


def _look_up(digest: str) -> KeyContext | None:
    key = ApiKey.unscoped.filter(digest=digest).first()
    found = KeyContext(key.id, key.kind, key.workspace_id, key.app_id, key.user_id, key.expires_at) if key else None
    if found is not None and found.expired():
        found = None
    if found is not None:
        _touch(found.id)
    if len(_memory) >= MEMORY_SIZE:
        _memory.clear()
    _memory[digest] = (time.monotonic() + MEMORY_S, found)
    return found


def _touch(key_id: uuid.UUID) -> None:
    """Note the use, at most once a minute; a busy database must not refuse a caller for that."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - TOUCH_EVERY)
    try:
        ApiKey.unscoped.filter(stale, id=key_id).update(last_used_at=now)
    except DatabaseError as failure:
        logger.warning("could not note the use of key %s: %s", key_id, failure)
