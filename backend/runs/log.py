"""The event log of a run: Redis Stream `run:{id}`, as its worker writes it and as a resume reads it.

An entry's id is `<epoch>-<seq>`, so Redis itself refuses a worker that was overtaken: its ids are
smaller than those of the next epoch. Fields: `t` the event's type and `d` its JSON, or `z` the
same compressed where it is large.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
import zlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import redis.exceptions

from backend.core.redis import REDIS_AWAY, async_client, async_connect
from workers.engine.events import (
    TERMINAL,
    AnswerDelta,
    Event,
    NodeDelta,
    ReasoningDelta,
    dumps,
    loads,
)

logger = logging.getLogger(__name__)

STOP_CHANNEL = "runs:stop"
FENCE = "fence"
DELTAS = (AnswerDelta, NodeDelta, ReasoningDelta)
DELTA_WINDOW_S, LONG_RUN_WINDOW_S, LONG_RUN_ENTRIES = 0.02, 0.1, 2_000
MAX_ENTRIES = 20_000
TRIM_EVERY = 100
KEPT_S = 86_400
COMPRESS_FROM_BYTES = 65_536
PAGE = 500
RETRY_S = 0.5
MAX_ENDED_WAITING = 2_000

_Entry = tuple[int, str, bytes]


def log_key(run_id: uuid.UUID | str) -> str:
    """Name a run's stream."""
    return f"run:{run_id}"


def fields(kind: str, data: bytes) -> tuple[bytes | str, ...]:
    """Lay out an entry's fields; large ones are compressed, so that a log of long texts stays small in Redis' memory."""
    if len(data) < COMPRESS_FROM_BYTES:
        return ("t", kind, "d", data)
    return ("t", kind, "z", zlib.compress(data, 1))


def unpack(raw: list[bytes] | dict[bytes, bytes]) -> tuple[str, bytes]:
    """Return type and JSON of an entry: the field list as Redis sends it, or the dict that the client makes of it."""
    pairs = raw if isinstance(raw, dict) else dict(zip(raw[::2], raw[1::2], strict=True))
    data = pairs.get(b"d")
    return pairs[b"t"].decode(), zlib.decompress(pairs[b"z"]) if data is None else data


def parse_cursor(cursor: str) -> tuple[int, int]:
    """Split `<epoch>-<seq>`. Raises ValueError for anything else."""
    epoch, _, seq = cursor.partition("-")
    if not (epoch.isdigit() and seq.isdigit() and len(epoch) <= 16 and len(seq) <= 16):
        raise ValueError(f"{cursor!r} is not a cursor of the form <number>-<number>")
    return int(epoch), int(seq)


class RunLog:
    """One run's log in the hands of its worker. `append` is cheap and never waits; the shipper sends.

    `refused` is called once when a later epoch has written.
    """

    def __init__(self, shipper: Shipper, run_id: uuid.UUID, epoch: int, refused: Callable[[], None] = lambda: None) -> None:
        self.key = log_key(run_id)
        self.epoch = epoch
        self.ended = False
        self.attempted = False
        self._shipper = shipper
        self._refused: Callable[[], None] | None = refused
        self._deltas: dict[tuple[Any, ...], tuple[Event, list[str]]] = {}
        self._pending: list[_Entry] = []
        self._sent: deque[_Entry] = deque(maxlen=MAX_ENTRIES)
        self._first_delta_gone = False
        self._shipped = asyncio.Event()
        shipper.add(self)

    def append(self, event: Event) -> None:
        """Add an event. Text is gathered for a moment; the first text and all other events go out at once."""
        if isinstance(event, DELTAS):
            key = _delta_key(event)
            _, texts = self._deltas.pop(key, (event, []))
            texts.append(event.text)
            self._deltas[key] = (event, texts)
            if self._first_delta_gone:
                self._shipper.poke(self, DELTA_WINDOW_S if len(self._sent) < LONG_RUN_ENTRIES else LONG_RUN_WINDOW_S)
                return
            self._first_delta_gone = True
        else:
            self._gather()
            self._pending.append((event.seq, event.type, dumps(event)))
            self.ended = event.type in TERMINAL
        self._shipper.poke(self, 0.0)

    def seed(self, events: Iterable[Event]) -> None:
        """Write a log that was lost once more, under this epoch."""
        self._pending.extend((event.seq, event.type, dumps(event)) for event in events)
        self._shipper.poke(self, 0.0)

    async def shipped(self, timeout_s: float) -> bool:
        """Wait until everything appended so far is in Redis; False when it takes longer."""
        self._shipped.clear()
        self._shipper.poke(self, 0.0)
        try:
            await asyncio.wait_for(self._shipped.wait(), timeout_s)
        except TimeoutError:
            return False
        return True

    def drop(self) -> None:
        """Forget the log: the run is somebody else's now, or its readers finish from the rows."""
        self._pending.clear()
        self._deltas.clear()
        self._shipper.remove(self)
        self._shipped.set()

    @property
    def waiting(self) -> bool:
        """True while something is to be sent."""
        return bool(self._pending or self._deltas)

    def take(self) -> list[_Entry]:
        """Hand over what is to be sent (for the shipper)."""
        self._gather()
        taken, self._pending = self._pending, []
        self.attempted = self.attempted or bool(taken)
        return taken

    def commands(self, entries: list[_Entry]) -> Iterable[tuple[Any, ...]]:
        """Put entries into Redis' words; a stream that exists is never begun anew (for the shipper)."""
        fresh = not self._sent
        for seq, kind, data in entries:
            options: tuple[Any, ...] = () if fresh else ("NOMKSTREAM",)
            if seq % TRIM_EVERY == 0:
                options = (*options, "MAXLEN", "~", MAX_ENTRIES)
            fresh = False
            yield ("XADD", self.key, *options, f"{self.epoch}-{seq}", *fields(kind, data))
        if entries and entries[-1][1] in TERMINAL:
            yield ("EXPIRE", self.key, KEPT_S)

    def sent(self, entries: list[_Entry]) -> None:
        """Note what Redis has (for the shipper)."""
        self._sent.extend(entries)
        if not self.waiting:
            self._shipped.set()
            if self.ended:
                self._shipper.remove(self)

    def put_back(self, entries: list[_Entry]) -> None:
        """Take back what Redis may not have got (for the shipper)."""
        self._pending[:0] = entries

    def reconcile(self, epoch: int, seq: int) -> None:
        """Learn the id of the last entry that Redis has: what is behind it is sent again (for the shipper)."""
        if epoch > self.epoch:
            self.drop()
            callback, self._refused = self._refused, None
            if callback is not None:
                callback()
            return
        have = seq if epoch == self.epoch else -1
        entries = [*self._sent, *self._pending]
        self._sent.clear()
        self._pending = [entry for entry in entries if entry[0] > have]
        self.sent([entry for entry in entries if entry[0] <= have])
        if self.waiting:
            self._shipper.poke(self, 0.0)

    def _gather(self) -> None:
        for event, texts in self._deltas.values():
            merged = event if len(texts) == 1 else replace(event, text="".join(texts))  # type: ignore[call-arg]
            self._pending.append((event.seq, event.type, dumps(merged)))
        self._deltas.clear()


def _delta_key(event: Event) -> tuple[Any, ...]:
    """Texts with the same key may be joined; texts with different keys may change places."""
    if isinstance(event, NodeDelta):
        return (NodeDelta, event.node_run_id)
    if isinstance(event, ReasoningDelta):
        return (ReasoningDelta, event.node_run_id, event.final)
    return (AnswerDelta, *event.selector) if isinstance(event, AnswerDelta) else (event.seq,)


class Shipper:
    """Sends the entries of all logs of this process, one pipeline at a time over one connection of its own.

    After each new connection it asks Redis for the last entry of every open log and sends again what is
    missing: a Redis that came back empty or lost its last second is made whole.
    """

    def __init__(self) -> None:
        self._logs: dict[RunLog, None] = {}
        self._dirty: dict[RunLog, None] = {}
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._connection: redis.asyncio.Connection | None = None
        self._pool = async_connect().connection_pool
        self._task = asyncio.get_running_loop().create_task(self._work(), name="log-shipper")

    def add(self, log: RunLog) -> None:
        """Keep an eye on a log until it has ended."""
        self._logs[log] = None

    def remove(self, log: RunLog) -> None:
        """Let go of a log."""
        self._logs.pop(log, None)
        self._dirty.pop(log, None)

    def poke(self, log: RunLog, within_s: float) -> None:
        """Send what the log holds, within this time."""
        if log not in self._logs:
            return
        self._dirty[log] = None
        if within_s == 0.0:
            self._wake.set()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(within_s, self._ring)

    async def close(self, timeout_s: float) -> None:
        """Send what is left, as far as Redis allows, and stop."""
        waiting = [log.shipped(timeout_s) for log in self._logs if log.waiting]
        await asyncio.gather(*waiting)
        self._task.cancel()
        if self._connection is not None:
            await self._connection.disconnect()

    def _ring(self) -> None:
        self._timer = None
        self._wake.set()

    async def _work(self) -> None:
        away = False
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._ship()
                if away:
                    logger.warning("Redis takes events again")
                away = False
            except REDIS_AWAY as failure:
                if not away:
                    logger.warning("events are kept until Redis takes them: %s", failure)
                away = True
                await self._disconnect()
                await asyncio.sleep(RETRY_S)
                self._wake.set()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.disconnect(nowait=True)
        ended = [log for log in self._logs if log.ended]
        for log in ended[: max(0, len(ended) - MAX_ENDED_WAITING)]:
            log.drop()

    async def _connected(self) -> redis.asyncio.Connection:
        if self._connection is None:
            connection = self._pool.make_connection()
            await connection.connect()
            for log in [log for log in self._logs if log.attempted]:
                await connection.send_command("XREVRANGE", log.key, "+", "-", "COUNT", 1)
                last = await connection.read_response()
                log.reconcile(*(parse_cursor(last[0][0].decode()) if last else (0, 0)))
            self._connection = connection
        return self._connection

    async def _ship(self) -> None:
        connection = await self._connected()
        dirty, self._dirty = self._dirty, {}
        batch = [(log, log.take()) for log in dirty]
        commands = [command for log, entries in batch for command in log.commands(entries)]
        done = False
        try:
            if commands:
                await connection.send_packed_command(connection.pack_commands(commands), check_health=False)
                replies = [await _reply(connection) for _ in commands]
                bad = [reply for reply in replies if reply is None or isinstance(reply, Exception)]
                if bad:  # the stream is gone, belongs to a later epoch or Redis is full: the next connection finds out
                    raise redis.exceptions.ResponseError(str(bad[0] or "a log is gone"))
            done = True
        finally:
            for log, entries in batch:
                if done:
                    log.sent(entries)
                elif log in self._logs:
                    log.put_back(entries)
                    self._dirty[log] = None


async def _reply(connection: redis.asyncio.Connection) -> Any:
    try:
        return await connection.read_response()
    except redis.exceptions.ResponseError as error:
        return error


async def read_log(run_id: uuid.UUID, epoch: int) -> list[Event]:
    """Close the log to earlier epochs, then return its events in order. Raises one of REDIS_AWAY.

    Whoever wrote under an earlier epoch is refused from here on, so nothing is added behind what this returns.
    """
    client = async_client()
    key = log_key(run_id)
    await client.execute_command("XADD", key, "NOMKSTREAM", f"{epoch}-0", "t", FENCE, "d", "{}")
    await client.persist(key)  # after a pause the log was about to expire
    events: list[Event] = []
    start = "-"
    while page := await client.execute_command("XRANGE", key, start, f"({epoch}-0", "COUNT", PAGE, keys=[key]):
        entries = (unpack(raw) for _, raw in page)
        events.extend(loads(data) for kind, data in entries if kind != FENCE)
        start = "(" + page[-1][0].decode()
    return events


def whole(logged: list[Event], stored: Iterable[Event]) -> list[Event] | None:
    """Join the log and what the rows keep of it; None when the log's beginning is lost.

    A Redis that lost its last second may lack the end of a node whose row was written.
    """
    if not logged or logged[0].type != "run_started":
        return None
    known = {event.seq for event in logged}
    return sorted([*logged, *(event for event in stored if event.seq not in known)], key=lambda event: event.seq)


async def append_final(run_id: uuid.UUID, epoch: int, event: Event) -> None:
    """Add the terminal event of a run that no worker holds. Raises one of REDIS_AWAY."""
    client, key = async_client(), log_key(run_id)
    await client.execute_command("XADD", key, f"{epoch}-{event.seq}", *fields(event.type, dumps(event)))
    await client.expire(key, KEPT_S)
