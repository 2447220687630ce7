"""Readers of the log: nothing missed, nothing twice, nobody left waiting."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from backend.core.redis import async_client
from backend.core.writer import writer
from backend.runs import stream
from backend.runs.claims import CLAIM, FINISH
from backend.runs.log import fields, log_key
from backend.runs.models import Run
from backend.runs.selectors import runs_at_work
from backend.runs.services import run_start, run_stop
from backend.runs.stream import LogEntry, follow
from tests.backend.runs.conftest import Ground
from tests.backend.runs.test_claims import ending, node
from workers.engine.events import AnswerDelta, Event, RunFinished, RunStarted, dumps, loads


async def add(run_id: uuid.UUID, epoch: int, *events: Event) -> None:
    for event in events:
        await async_client().execute_command("XADD", log_key(run_id), f"{epoch}-{event.seq}", *fields(event.type, dumps(event)))


def delta(seq: int, text: str = "x") -> AnswerDelta:
    return AnswerDelta(seq=seq, at=1.0, text=text, selector=[])


def end(seq: int) -> RunFinished:
    return RunFinished(seq=seq, at=1.0, status="succeeded")


async def read(run_id: uuid.UUID, after: str = "0-0", **options: Any) -> list[LogEntry]:
    return [entry async for entry in follow(run_id, after, **options) if entry is not None]


def cursors(entries: list[LogEntry]) -> list[str]:
    return [entry.cursor for entry in entries]


@pytest.mark.usefixtures("streams")
async def test_early_late_and_returning_readers_see_the_same() -> None:
    run_id = uuid.uuid4()
    early = asyncio.create_task(read(run_id))
    await add(run_id, 1, RunStarted(seq=1, at=1.0, inputs={}), delta(2), delta(5))
    returning = [entry async for entry in _first(follow(run_id), 2)]
    late = asyncio.create_task(read(run_id))
    await asyncio.sleep(0)
    await add(run_id, 1, delta(7), end(9))
    expected = ["1-1", "1-2", "1-5", "1-7", "1-9"]
    assert cursors(await early) == cursors(await late) == expected
    assert cursors(returning) + cursors(await read(run_id, returning[-1].cursor)) == expected
    assert stream.open_streams() == 0


async def _first(entries: Any, count: int) -> Any:
    async for entry in entries:
        if entry is not None:
            yield entry
            count -= 1
            if not count:
                break
    await entries.aclose()


@pytest.mark.usefixtures("streams")
async def test_what_a_later_epoch_writes_again_is_not_told_twice() -> None:
    run_id = uuid.uuid4()
    reading = asyncio.create_task(read(run_id))
    await add(run_id, 1, RunStarted(seq=1, at=1.0, inputs={}), delta(3))
    await asyncio.sleep(0.1)
    await async_client().flushall()
    await add(run_id, 2, RunStarted(seq=1, at=1.0, inputs={}), node(2), delta(1_000_003), end(1_000_004))
    assert cursors(await reading) == ["1-1", "1-3", "2-1000003", "2-1000004"]


@pytest.mark.usefixtures("streams")
async def test_many_runs_share_one_connection() -> None:
    ids = [uuid.uuid4() for _ in range(60)]
    before = len(await async_client().client_list())
    readings = [asyncio.create_task(read(run_id)) for run_id in ids]
    await asyncio.sleep(0.05)
    assert stream.open_streams() == 60
    for seq in range(1, 4):
        for run_id in ids:
            await add(run_id, 1, delta(seq))
    for run_id in ids:
        await add(run_id, 1, end(4))
    assert [len(entries) for entries in await asyncio.gather(*readings)] == [4] * 60
    assert len(await async_client().client_list()) - before <= 3


@pytest.mark.usefixtures("streams")
async def test_a_slow_reader_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_BUFFERED", 20)
    monkeypatch.setattr(stream, "PAGE", 15)
    run_id = uuid.uuid4()
    entries = follow(run_id)
    await add(run_id, 1, delta(1))
    seen = [await anext(entries)]
    for seq in range(2, 200):
        await add(run_id, 1, delta(seq))
    await add(run_id, 1, end(200))
    await asyncio.sleep(0.2)
    seen += [entry async for entry in entries]
    assert [entry.cursor for entry in seen if entry] == [f"1-{seq}" for seq in range(1, 201)]


@pytest.mark.usefixtures("streams")
async def test_a_malformed_cursor_is_refused() -> None:
    with pytest.raises(ValueError, match="cursor"):
        await read(uuid.uuid4(), "yesterday")


async def test_silence_is_told(ground: Ground) -> None:
    accepted = await run_start(ground.spec())
    entries = follow(accepted.run_id, idle_s=0.1)
    assert [await anext(entries), await anext(entries)] == [None, None]
    await entries.aclose()


async def test_an_unknown_run_ends_at_once(ground: Ground) -> None:
    assert await read(uuid.uuid4(), idle_s=0.1) == []


async def finished_run(ground: Ground) -> uuid.UUID:
    """A run that ended and whose log is lost."""
    accepted = await run_start(ground.spec())
    run = await writer.write(CLAIM, (accepted.run_id, "w"))
    assert run is not None
    await writer.write(FINISH, ending(run, nodes=[node(3), node(5)]))
    return accepted.run_id


async def test_a_lost_log_is_told_from_the_rows(ground: Ground) -> None:
    run_id = await finished_run(ground)
    entries = await read(run_id, idle_s=0.1)
    assert [(entry.cursor, entry.type) for entry in entries] == [
        ("1-1", "run_started"),
        ("1-3", "node_finished"),
        ("1-5", "node_finished"),
        ("1-8", "answer_replaced"),
        ("1-9", "run_finished"),
    ]
    last = loads(entries[-1].data)
    assert isinstance(last, RunFinished)
    assert (last.status, last.answer, last.outputs, last.usage.total_tokens) == ("succeeded", "42", {"answer": "42"}, 7)


@pytest.mark.parametrize(("after", "rest"), [("1-4", ["1-5", "1-8", "1-9"]), ("1-8", ["1-9"]), ("1-9", []), ("5-100", [])])
async def test_a_reader_comes_back_to_a_lost_log(ground: Ground, after: str, rest: list[str]) -> None:
    assert cursors(await read(await finished_run(ground), after, idle_s=0.1)) == rest


async def test_a_worker_that_died_before_its_last_event_leaves_nobody_waiting(ground: Ground) -> None:
    accepted = await run_start(ground.spec())
    reading = asyncio.create_task(read(accepted.run_id, idle_s=0.2))
    run = await writer.write(CLAIM, (accepted.run_id, "w"))
    assert run is not None
    await add(accepted.run_id, 1, RunStarted(seq=1, at=1.0, inputs={}), delta(2))
    await writer.write(FINISH, ending(run))
    assert cursors(await reading) == ["1-1", "1-2", "1-8", "1-9"]


async def test_a_stop_before_any_claim_ends_the_run(ground: Ground) -> None:
    accepted = await run_start(ground.spec())
    reading = asyncio.create_task(read(accepted.run_id))
    await run_stop(accepted.run_id)
    (entry,) = await reading
    assert (entry.type, loads(entry.data).status) == ("run_finished", "stopped")  # type: ignore[attr-defined]
    assert (await Run.unscoped.aget()).state == "stopped"
    await run_stop(accepted.run_id)
    assert await writer.write(CLAIM, (accepted.run_id, "w")) is None


async def test_a_stop_of_a_running_run_is_noted_and_announced(ground: Ground) -> None:
    accepted = await run_start(ground.spec())
    await writer.write(CLAIM, (accepted.run_id, "w"))
    async with async_client().pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe("runs:stop")
        await heard.get_message(timeout=1)
        await run_stop(accepted.run_id)
        message = None
        while message is None:
            message = await heard.get_message(timeout=5)
    assert message["data"] == str(accepted.run_id).encode()
    row = await Run.unscoped.aget()
    assert (row.state, row.stop_requested) == ("running", True)


async def test_the_rows_of_silent_runs_are_asked_for_together(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted = [await run_start(ground.spec()) for _ in range(3)]
    asked: list[int] = []

    def counted(run_ids: set[uuid.UUID]) -> set[uuid.UUID]:
        asked.append(len(run_ids))
        return runs_at_work(run_ids)

    monkeypatch.setattr(stream, "runs_at_work", counted)
    monkeypatch.setattr(stream, "_look", None)  # nobody looks on his own while the runs go on
    followers = [follow(run.run_id, idle_s=0.5) for run in accepted for _ in range(2)]
    assert await asyncio.gather(*(anext(follower) for follower in followers)) == [None] * 6
    assert max(asked) == 3
    assert len(asked) <= 3
    for follower in followers:
        await follower.aclose()  # type: ignore[attr-defined]
