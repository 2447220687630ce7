"""Readers of run logs: one blocking XREAD per process over all open streams, fanned out in memory.

A reader never misses an event and never sees one twice: it continues from its cursor, drops what a
later epoch writes again, and when the log stays silent it looks at the run's row, so that a worker
or a Redis that died leaves nobody waiting.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio
from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure

from backend.core.redis import REDIS_AWAY, async_client, async_connect
from backend.runs.log import FENCE, PAGE, log_key, parse_cursor, unpack
from backend.runs.selectors import ending_entries, runs_at_work, waits_since
from workers.engine.events import TERMINAL, RunPaused

logger = logging.getLogger(__name__)

READ_GAP_S, FEW_STREAMS = 0.002, 4
BLOCK_MS = 1_000
RETRY_S = 0.5
FIRST_LOOK_S = 1.0
TICK_S = 0.5
MAX_BUFFERED = 2_000


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event: its cursor `<epoch>-<seq>`, its type and its JSON."""

    cursor: str
    type: str
    data: bytes


class _Reader:
    """One open stream: what has arrived for it and was not yet taken. `at_work`: its run was, when it was last silent for long."""

    def __init__(self, run_id: uuid.UUID) -> None:
        self.run_id = run_id
        self.key = log_key(run_id)
        self.at_work = False
        self.entries: deque[LogEntry] = deque()
        self.behind = False
        self.silent_since = time.monotonic()
        self.look_after_s = FIRST_LOOK_S
        self._waiter: asyncio.Future[None] | None = None

    def push(self, entries: list[LogEntry]) -> None:
        if len(self.entries) > MAX_BUFFERED:  # its client is slow: it reads on from Redis when it is ready
            self.entries.clear()
            self.behind = True
        if not self.behind:
            self.entries.extend(entries)
        self.ring()

    def ring(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None


class _Channel:
    """All readers of one run's log, and how far it was read."""

    def __init__(self, position: str) -> None:
        self.position = position
        self.readers: set[_Reader] = set()


class _Hub:
    """The one XREAD of an event loop."""

    def __init__(self) -> None:
        self.channels: dict[str, _Channel] = {}
        self._wanted = asyncio.Event()
        self._blocked = False
        self._away = False
        self._connection: redis.asyncio.Connection | None = None
        self._client_id = 0
        self._pool = async_connect().connection_pool
        self._unblocking: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        self._tasks = (loop.create_task(self._work(), name="log-reader"), loop.create_task(self._tick(), name="log-reader-tick"))

    def open(self, run_id: uuid.UUID, after: str) -> _Reader:
        reader = _Reader(run_id)
        channel = self.channels.get(reader.key)
        if channel is None:
            channel = self.channels[reader.key] = _Channel(after)
            self._wanted.set()
            if self._blocked:
                self._unblock()
        elif parse_cursor(channel.position) > parse_cursor(after):
            reader.behind = True
        channel.readers.add(reader)
        return reader

    def close(self, reader: _Reader) -> None:
        channel = self.channels.get(reader.key)
        if channel is not None:
            channel.readers.discard(reader)
            if not channel.readers:
                del self.channels[reader.key]

    def _unblock(self) -> None:
        """Make the waiting XREAD return, so that it is asked again with the new stream."""
        if self._unblocking is None or self._unblocking.done():
            self._unblocking = asyncio.get_running_loop().create_task(self._send_unblock())

    async def _send_unblock(self) -> None:
        with suppress(*REDIS_AWAY):  # then the read ends by itself within BLOCK_MS
            while self._blocked and not await async_client().client_unblock(self._client_id):
                await asyncio.sleep(READ_GAP_S)  # Redis had not seen the XREAD yet

    async def _tick(self) -> None:
        """Wake readers that heard nothing for long; the rows of all their runs are asked for at once."""
        while True:
            await asyncio.sleep(TICK_S)
            silent = self._silent()
            if silent:
                at_work = await _at_work({reader.run_id for reader in silent})
                for reader in silent:
                    reader.at_work = reader.run_id in at_work
                    reader.ring()

    def _silent(self) -> list[_Reader]:
        now, found = time.monotonic(), []
        for channel in self.channels.values():
            for reader in channel.readers:
                patience = min(reader.look_after_s, FIRST_LOOK_S) if self._away else reader.look_after_s
                if now - reader.silent_since >= patience:
                    found.append(reader)
        return found

    async def _work(self) -> None:
        while True:
            if not self.channels:
                self._wanted.clear()
                await self._wanted.wait()
            started = time.monotonic()
            try:
                await self._read()
                if self._away:
                    logger.warning("Redis answers again, streams go on")
                self._away = False
            except REDIS_AWAY as failure:
                if not self._away:
                    logger.warning("streams are told from the rows until Redis answers: %s", failure)
                self._away = True
                await self._disconnect()
                await asyncio.sleep(RETRY_S)
            rest = started + READ_GAP_S - time.monotonic()
            if rest > 0 and len(self.channels) > FEW_STREAMS:
                await asyncio.sleep(rest)

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.disconnect(nowait=True)

    async def _connected(self) -> redis.asyncio.Connection:
        if self._connection is None:
            connection = self._pool.make_connection()
            await connection.connect()
            await connection.send_command("CLIENT", "ID")
            self._client_id = await connection.read_response()
            self._connection = connection
        return self._connection

    async def _read(self) -> None:
        connection = await self._connected()
        asked = dict(self.channels)
        if not asked:
            return
        positions = [channel.position for channel in asked.values()]
        command: tuple[Any, ...] = ("XREAD", "COUNT", PAGE, "BLOCK", BLOCK_MS, "STREAMS", *asked, *positions)
        self._blocked = True
        try:
            await connection.send_packed_command(connection.pack_commands([command]), check_health=False)
            reply = await connection.read_response()
        finally:
            self._blocked = False
        for name, raw in reply or ():
            channel = asked[name.decode()]
            channel.position = raw[-1][0].decode()
            entries = _parse(raw)
            for reader in channel.readers:
                reader.push(entries)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, _Hub] = WeakKeyDictionary()
_open = 0


def open_streams() -> int:
    """Tell how many streams this process reads: roughly, how many runs it waits for."""
    return _open


def _hub() -> _Hub:
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = _Hub()
    return hub


def _parse(raw: list[Any]) -> list[LogEntry]:
    found = []
    for cursor, pairs in raw:
        kind, data = unpack(pairs)
        if kind != FENCE:
            found.append(LogEntry(cursor.decode(), kind, data))
    return found


async def follow(
    run_id: uuid.UUID | str, after: str = "0-0", *, idle_s: float = 10, through_pauses: bool = False
) -> AsyncIterator[LogEntry | None]:
    """Yield the events of a run behind the cursor `after`, in order and once each, until its terminal event.

    A pause in which the run still waits is an end, unless `through_pauses`. Yields None after `idle_s` of silence (send a
    ping). Ends without a terminal event only where the caller has seen it already or the run does not exist. Raises
    ValueError for a malformed cursor.
    """
    global _open
    seq = parse_cursor(after)[1]
    hub, run_id = _hub(), uuid.UUID(str(run_id))
    reader = hub.open(run_id, after)
    _open += 1
    reader.look_after_s = min(FIRST_LOOK_S, idle_s)
    cursor = after
    try:
        while True:
            if reader.behind:
                cursor, entries = await _catch_up(reader, cursor)
            elif reader.entries:
                entries, reader.entries = list(reader.entries), deque()
                cursor = entries[-1].cursor
            else:
                await reader.wait()
                if not reader.entries and not reader.behind:
                    found = [] if reader.at_work else await _look(run_id, seq, through_pauses)
                    if found is None:
                        return
                    entries = found
                    if found:  # the row may be ahead of what was read of the log, which tells more
                        cursor, logged = await _catch_up(reader, cursor)
                        entries = logged or found
                    reader.look_after_s = idle_s
                    reader.silent_since = time.monotonic()
                    if not entries:
                        yield None
                else:
                    continue
            for entry in entries:
                entry_seq = parse_cursor(entry.cursor)[1]
                if entry_seq <= seq:
                    continue
                seq = entry_seq
                yield entry
                if entry.type == RunPaused.type:
                    if not through_pauses and await _waits(run_id, seq):
                        return
                elif entry.type in TERMINAL:
                    return
            reader.silent_since = time.monotonic()
    finally:
        _open -= 1
        hub.close(reader)


async def _catch_up(reader: _Reader, cursor: str) -> tuple[str, list[LogEntry]]:
    """Read one page of what the shared reader is already past; new entries gather meanwhile."""
    reader.behind = False
    try:
        raw = await async_client().execute_command("XRANGE", reader.key, f"({cursor}", "+", "COUNT", PAGE)
    except REDIS_AWAY:
        reader.behind = True
        await asyncio.sleep(RETRY_S)
        return cursor, []
    if len(raw) == PAGE:
        reader.behind = True
        reader.entries.clear()
    return (raw[-1][0].decode() if raw else cursor), _parse(raw)


async def _waits(run_id: uuid.UUID, seq: int) -> bool:
    """Ask the database whether a run still waits where its log says that it paused."""
    try:
        return await database_sync_to_async(waits_since, thread_sensitive=False)(run_id, seq)
    except DatabaseFailure as failure:
        logger.warning("run %s: its row cannot be read: %s", run_id, failure)
        return True


async def _at_work(run_ids: set[uuid.UUID]) -> set[uuid.UUID]:
    """Ask the database which of these runs go on; all, where it cannot be asked."""
    try:
        return await database_sync_to_async(runs_at_work, thread_sensitive=False)(run_ids)
    except DatabaseFailure as failure:
        logger.warning("the rows of %d silent runs cannot be read: %s", len(run_ids), failure)
        return run_ids


async def _look(run_id: uuid.UUID, seq: int, through_pauses: bool) -> list[LogEntry] | None:
    """Ask the database about a silent run: [] while it goes on, what is missing when it ended, None when nothing can follow."""
    try:
        found = await database_sync_to_async(ending_entries, thread_sensitive=False)(run_id, seq, through_pauses=through_pauses)
    except DatabaseFailure as failure:
        logger.warning("run %s: its row cannot be read: %s", run_id, failure)
        return []
    return None if found is None else [LogEntry(*entry) for entry in found]
