"""Limits of published runs: counted in Redis for all processes, freed by the rows, open when Redis is away."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from django.conf import settings

from backend.core import redis
from backend.core.errors import AppError
from backend.core.ids import uuid7
from backend.core.redis import async_client
from backend.runs import admission
from backend.runs.admission import Allowance, admit, app_allowance, key_allowance, visitor_allowances
from backend.runs.models import Run, State
from backend.runs.services import run_start
from tests.backend.runs.conftest import Ground
from tests.factories import client


@pytest.fixture(autouse=True)
def fresh_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_gate", admission._Gate())
    monkeypatch.setattr(admission, "FULL_S", 0.0)


async def refused(*allowances: Allowance, run_id: uuid.UUID | None = None) -> AppError:
    with pytest.raises(AppError) as caught:
        await admit(run_id or uuid7(), allowances)
    assert caught.value.http_status == 429
    return caught.value


async def test_a_minutes_worth_at_once_then_a_wait(streams: None) -> None:
    limit = Allowance("key", "k", per_minute=3)
    for _ in range(3):
        await admit(uuid7(), [limit])
    error = await refused(limit)
    assert error.code == "rate_limit_error"
    assert error.details == {"scope": "key", "limit": 3, "current": 3, "retry_after_s": 20}
    assert "3 runs a minute; 3 were started" in error.message
    await admit(uuid7(), [Allowance("key", "another", per_minute=3)])


async def test_the_bucket_refills(streams: None) -> None:
    limit = Allowance("key", "k", per_minute=6_000)  # one each 10 ms
    results = await asyncio.gather(*(admit(uuid7(), [limit]) for _ in range(5_999)), return_exceptions=True)
    assert not [result for result in results if isinstance(result, BaseException)]
    until = float(await async_client().get("rate:key:k"))
    await async_client().set("rate:key:k", until - 30_000)
    await asyncio.gather(*(admit(uuid7(), [limit]) for _ in range(3_000)))


async def test_a_refused_run_counts_nowhere(streams: None) -> None:
    app, key = Allowance("app", "a", per_minute=10, at_once=10), Allowance("key", "k", per_minute=1)
    await admit(uuid7(), [app, key])
    assert (await refused(app, key)).details["scope"] == "key"
    assert await async_client().zcard("busy:app:a") == 1
    await asyncio.gather(*(admit(uuid7(), [app]) for _ in range(9)))
    assert (await refused(app)).details["current"] == 10


async def test_places_are_free_when_runs_have_ended_or_wait_for_people(ground: Ground) -> None:
    limit = Allowance("app", str(ground.app.pk), at_once=3)
    ids = [uuid7() for _ in range(3)]
    for run_id in ids:
        await admit(run_id, [limit])
        await run_start(ground.spec(run_id=run_id))
    error = await refused(limit)
    assert (error.code, error.details["limit"], error.details["current"]) == ("too_many_requests", 3, 3)
    assert error.details["retry_after_s"] >= 1
    await Run.unscoped.filter(pk=ids[0]).aupdate(state=State.SUCCEEDED)
    await Run.unscoped.filter(pk=ids[1]).aupdate(state=State.PAUSED)
    await admit(uuid7(), [limit])
    await admit(uuid7(), [limit])
    await refused(limit)


async def test_a_run_that_never_came_to_be_frees_its_place_after_a_while(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = Allowance("app", "a", at_once=1)
    await admit(uuid7(), [limit])
    await refused(limit)
    monkeypatch.setattr(admission, "UNWRITTEN_S", -1.0)
    await admit(uuid7(), [limit])


async def test_who_was_just_refused_is_refused_without_asking(streams: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "FULL_S", 60.0)
    monkeypatch.setattr(admission, "_states", lambda ids: dict.fromkeys(ids, State.RUNNING))
    limit = Allowance("key", "k", at_once=1)
    await admit(uuid7(), [limit])
    await refused(limit)
    await async_client().flushall()
    assert (await refused(limit)).details["current"] == 1


async def test_places_are_found_free_by_many_at_once(streams: None, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work: set[uuid.UUID] = set()
    monkeypatch.setattr(admission, "_states", lambda ids: {key: "running" if key in at_work else "succeeded" for key in ids})
    limit = Allowance("key", "k", at_once=30)

    async def client() -> None:
        for _ in range(50):
            run_id = uuid7()
            at_work.add(run_id)
            await admit(run_id, [limit])
            await asyncio.sleep(0)
            at_work.discard(run_id)

    await asyncio.gather(*(client() for _ in range(25)))


async def test_a_redis_that_lost_the_script_gets_it_again(streams: None) -> None:
    limit = Allowance("key", "k", per_minute=2)
    await admit(uuid7(), [limit])
    await async_client().script_flush()
    await admit(uuid7(), [limit])
    await refused(limit)


async def test_with_redis_away_everybody_is_let_in(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:9/0")
    away = redis.async_connect(retries=0)
    monkeypatch.setattr(admission, "async_client", lambda: away)
    limit = Allowance("key", "k", per_minute=1, at_once=1)
    for _ in range(3):
        await admit(uuid7(), [limit])
    assert caplog.text.count("runs are not counted") == 1
    await away.aclose()


def test_an_app_can_only_lower_what_the_installation_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = settings.ENV.model_copy(update={"run_limits": "app_per_minute=100,app_at_once=100,key_per_minute=7"})
    monkeypatch.setattr(settings, "ENV", opened)
    app_id = uuid7()
    assert app_allowance(app_id, {}).per_minute == 100
    assert app_allowance(app_id, {"requests_per_minute": 5, "concurrent_runs": 2}) == Allowance("app", str(app_id), 5, 2)
    assert app_allowance(app_id, {"requests_per_minute": 500, "concurrent_runs": "many"}) == Allowance("app", str(app_id), 100, 100)
    assert (key_allowance(app_id).per_minute, key_allowance(app_id).at_once) == (7, 0)
    assert [one.scope for one in visitor_allowances(app_id, "v", "10.0.0.1", chats=True)] == ["visitor", "address"]
    assert [one.scope for one in visitor_allowances(app_id, "v", "10.0.0.1", chats=False)] == ["address"]


def test_the_console_sets_the_limits(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"run_limits": "app_at_once=100,key_at_once=10"}))
    alice = client(ground.world.alice)
    path = f"/api/workspaces/{ground.world.workspace.pk}/apps/{ground.app.pk}/limits"
    assert alice.get(path).json() == {
        "own": {"requests_per_minute": None, "concurrent_runs": None},
        "most": {"requests_per_minute": 0, "concurrent_runs": 100},
        "per_key": {"requests_per_minute": 0, "concurrent_runs": 10},
    }
    assert alice.patch(path, {"requests_per_minute": 30}).json()["own"] == {"requests_per_minute": 30, "concurrent_runs": None}
    assert alice.patch(path, {"concurrent_runs": 5}).json()["own"] == {"requests_per_minute": 30, "concurrent_runs": 5}
    assert alice.patch(path, {"requests_per_minute": None}).json()["own"] == {"requests_per_minute": None, "concurrent_runs": 5}
    refusal = alice.patch(path, {"concurrent_runs": 101})
    assert (refusal.status_code, list(refusal.json()["details"]["fields"])) == (400, ["concurrent_runs"])
    assert client(ground.world.charlie).get(path).status_code == 404
