"""Keys: resolving, remembering, forgetting, noting their use."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from backend.accounts import keys
from backend.accounts.models import ApiKey
from tests import factories


@pytest.fixture(autouse=True)
def _empty_memory() -> Iterator[None]:
    keys.memory_clear()
    yield
    keys.memory_clear()


def _app_key(world: factories.World, **fields: dt.datetime) -> tuple[ApiKey, str, uuid.UUID]:
    app_id = uuid.uuid4()
    key, plain = keys.key_create(workspace=world.workspace, kind="app", app_id=app_id, created_by=world.alice, **fields)
    return key, plain, app_id


def test_resolve_says_what_the_key_opens(world: factories.World) -> None:
    key, plain, app_id = _app_key(world)
    found = keys.key_resolve(plain)
    assert found == keys.KeyContext(key.id, "app", world.workspace.id, app_id, None, None)
    assert keys.key_resolve(plain + "x") is None


def test_second_resolve_asks_no_database(world: factories.World, django_assert_num_queries: object) -> None:
    _, plain, _ = _app_key(world)
    keys.key_resolve(plain)
    keys.key_resolve("app-unknown")
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert keys.key_resolve(plain) is not None
        assert keys.key_resolve("app-unknown") is None


def test_memory_ends(world: factories.World, monkeypatch: pytest.MonkeyPatch) -> None:
    key, plain, _ = _app_key(world)
    keys.key_resolve(plain)
    ApiKey.unscoped.filter(id=key.id).delete()
    assert keys.key_resolve(plain) is not None
    now = keys.time.monotonic()
    monkeypatch.setattr(keys.time, "monotonic", lambda: now + keys.MEMORY_S + 0.1)
    assert keys.key_resolve(plain) is None


def test_revoke_works_at_once_in_this_process(world: factories.World) -> None:
    key, plain, _ = _app_key(world)
    assert keys.key_resolve(plain) is not None
    keys.key_revoke(key)
    assert keys.key_resolve(plain) is None


def test_remembered_key_still_expires(world: factories.World, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = timezone.now() + dt.timedelta(seconds=60)
    _, plain, _ = _app_key(world, expires_at=soon)
    assert keys.key_resolve(plain) is not None
    monkeypatch.setattr(keys.timezone, "now", lambda: soon)
    assert keys.key_resolve(plain) is None


def test_use_is_noted_once_a_minute(world: factories.World) -> None:
    key, plain, _ = _app_key(world)
    keys.key_resolve(plain)
    key.refresh_from_db()
    first = key.last_used_at
    assert first is not None
    keys.memory_clear()
    keys.key_resolve(plain)
    key.refresh_from_db()
    assert key.last_used_at == first
    ApiKey.unscoped.filter(id=key.id).update(last_used_at=first - dt.timedelta(minutes=2))
    keys.memory_clear()
    keys.key_resolve(plain)
    key.refresh_from_db()
    assert key.last_used_at >= first


@pytest.mark.parametrize(("kind", "with_app"), [("app", False), ("dataset", True), ("pat", False), ("root", False)])
def test_create_refuses_what_makes_no_sense(world: factories.World, kind: str, with_app: bool) -> None:
    with pytest.raises(ValueError, match=r"kind|valid"):
        keys.key_create(workspace=world.workspace, kind=kind, app_id=uuid.uuid4() if with_app else None, created_by=None)


@pytest.mark.django_db(transaction=True)
async def test_async_callers_share_one_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await sync_to_async(factories.make_world)()
    _, plain, app_id = await sync_to_async(_app_key)(world)
    asked = []
    look_up = keys._look_up

    def counted(digest: str) -> keys.KeyContext | None:
        asked.append(digest)
        return look_up(digest)

    monkeypatch.setattr(keys, "_look_up", counted)
    found = await asyncio.gather(*(keys.key_aresolve(plain) for _ in range(20)))
    assert {context.app_id for context in found if context} == {app_id}
    assert len(found) == 20
    assert len(asked) == 1
    assert await keys.key_aresolve("app-unknown") is None
    assert keys._looking == {}
