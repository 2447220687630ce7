"""The log as its worker writes it: order, gathering, fencing, and a Redis that forgets."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
import pytest_asyncio

from backend.core.redis import async_client
from backend.runs.log import COMPRESS_FROM_BYTES, RunLog, Shipper, log_key, parse_cursor, read_log, unpack, whole
from workers.engine.events import AnswerDelta, Event, NodeDelta, NodeFinished, NodeStarted, RunFinished, RunStarted

pytestmark = pytest.mark.usefixtures("streams")


@pytest_asyncio.fixture
async def shipper() -> Any:
    made = Shipper()
    yield made
    await made.close(1)


def started(seq: int = 1) -> RunStarted:
    return RunStarted(seq=seq, at=1.0, inputs={})


def delta(seq: int, text: str, selector: str = "llm") -> AnswerDelta:
    return AnswerDelta(seq=seq, at=1.0, text=text, selector=[selector])


def finished_node(seq: int, **fields: Any) -> NodeFinished:
    facts = {"node_id": f"n{seq}", "node_type": "llm", "title": "", "path": "", "index": 1, "attempt": 1, "status": "succeeded", **fields}
    return NodeFinished(seq=seq, at=1.0, node_run_id="r", **facts)


def end(seq: int) -> RunFinished:
    return RunFinished(seq=seq, at=1.0, status="succeeded")


async def stored(run_id: uuid.UUID) -> list[tuple[str, str]]:
    """Cursor and type of each entry."""
    page = await async_client().execute_command("XRANGE", log_key(run_id), "-", "+")
    return [(cursor.decode(), unpack(raw)[0]) for cursor, raw in page]


async def test_entries_carry_epoch_and_seq_and_expire_after_the_end(shipper: Shipper) -> None:
    run_id = uuid.uuid4()
    log = RunLog(shipper, run_id, 3)
    log.append(started())
    assert await log.shipped(5)
    assert await async_client().ttl(log_key(run_id)) == -1
    log.append(end(4))
    assert await log.shipped(5)
    assert await stored(run_id) == [("3-1", "run_started"), ("3-4", "run_finished")]
    assert await async_client().ttl(log_key(run_id)) > 80_000


async def test_text_is_gathered_and_order_kept(shipper: Shipper) -> None:
    run_id = uuid.uuid4()
    log = RunLog(shipper, run_id, 1)
    log.append(started())
    log.append(delta(2, "a"))
    assert await log.shipped(5)
    for seq in range(3, 50):
        log.append(delta(seq, "b"))
    log.append(finished_node(50))
    log.append(delta(51, "c"))
    log.append(delta(52, "d", "other"))
    log.append(delta(53, "e"))
    log.append(end(54))
    assert await log.shipped(5)
    events = await read_log(run_id, 2)
    texts = [(event.seq, event.text) for event in events if isinstance(event, AnswerDelta)]
    assert texts == [(2, "a"), (49, "b" * 47), (52, "d"), (53, "ce")]
    assert [event.seq for event in events] == sorted(event.seq for event in events)


async def test_previews_of_parallel_nodes_are_gathered_apart(shipper: Shipper) -> None:
    run_id = uuid.uuid4()
    log = RunLog(shipper, run_id, 1)
    log.append(started())
    assert await log.shipped(5)
    for seq in range(2, 22):
        log.append(NodeDelta(seq=seq, at=1.0, node_run_id=str(seq % 2), node_id="n", path="", text=str(seq % 2)))
    assert await log.shipped(5)
    events = [event for event in await read_log(run_id, 2) if isinstance(event, NodeDelta)]
    assert {event.node_run_id: event.text for event in events[-2:]} == {"0": "0" * 10, "1": "1" * 10}


async def test_large_values_are_stored_compressed(shipper: Shipper) -> None:
    run_id = uuid.uuid4()
    text = "tide " * COMPRESS_FROM_BYTES
    log = RunLog(shipper, run_id, 1)
    log.append(finished_node(1, outputs={"text": text}))
    assert await log.shipped(5)
    assert await async_client().memory_usage(log_key(run_id)) < COMPRESS_FROM_BYTES
    (event,) = await read_log(run_id, 2)
    assert isinstance(event, NodeFinished)
    assert event.outputs == {"text": text}


async def test_a_worker_that_was_overtaken_is_refused(shipper: Shipper) -> None:
    run_id = uuid.uuid4()
    told = asyncio.Event()
    old = RunLog(shipper, run_id, 1, told.set)
    old.append(started())
    assert await old.shipped(5)
    before = await read_log(run_id, 2)
    old.append(finished_node(2))
    await asyncio.wait_for(told.wait(), 5)
    new = RunLog(shipper, run_id, 2)
    new.append(started(2))
    assert await new.shipped(5)
    assert [event.type for event in before] == ["run_started"]
    assert await stored(run_id) == [("1-1", "run_started"), ("2-0", "fence"), ("2-2", "run_started")]


@pytest.mark.parametrize("blow", ["flush", "restart", "cut"])
async def test_a_log_that_redis_forgot_is_written_again(shipper: Shipper, blow: str) -> None:
    run_id = uuid.uuid4()
    log = RunLog(shipper, run_id, 1)
    log.append(started())
    log.append(finished_node(2))
    assert await log.shipped(5)
    if blow == "flush":
        await async_client().flushall()
    elif blow == "restart":
        await async_client().flushall()
        await async_client().client_kill_filter(_type="normal", skipme=True)
    else:  # the last second was lost
        await async_client().delete(log_key(run_id))
        await async_client().xadd(log_key(run_id), {"t": "run_started", "d": "{}"}, id="1-1")
        await async_client().client_kill_filter(_type="normal", skipme=True)
    log.append(end(3))
    assert await log.shipped(10)
    assert await stored(run_id) == [("1-1", "run_started"), ("1-2", "node_finished"), ("1-3", "run_finished")]


async def test_events_wait_while_redis_is_away(shipper: Shipper, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = uuid.uuid4()
    log = RunLog(shipper, run_id, 1)
    log.append(started())
    assert await log.shipped(5)
    await async_client().config_set("maxmemory", 1)
    try:
        log.append(finished_node(2))
        assert not await log.shipped(0.3)
    finally:
        await async_client().config_set("maxmemory", 0)
    log.append(end(3))
    assert await log.shipped(10)
    assert [kind for _, kind in await stored(run_id)] == ["run_started", "node_finished", "run_finished"]


def test_log_and_rows_are_joined() -> None:
    begun = NodeStarted(seq=2, at=1.0, node_run_id="r", node_id="n", node_type="llm", title="", path="", index=1)
    logged: list[Event] = [started(), begun]
    joined = whole(logged, [finished_node(5), finished_node(3)])
    assert joined is not None
    assert [event.seq for event in joined] == [1, 2, 3, 5]
    assert whole([begun], [finished_node(3)]) is None
    assert whole([], []) is None


@pytest.mark.parametrize("cursor", ["", "1", "1-", "-1", "a-b", "1-2-3", "1 -2", "9" * 17 + "-1"])
def test_a_cursor_has_two_numbers(cursor: str) -> None:
    assert parse_cursor("12-345") == (12, 345)
    with pytest.raises(ValueError, match="cursor"):
        parse_cursor(cursor)
