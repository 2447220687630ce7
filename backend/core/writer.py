"""The process's one writer thread: what many runs write at about the same time becomes one transaction.

A group that fails is retried item by item, so one bad item never takes its neighbours with it. A
lone item is written without delay; the more runs are in flight, the longer a group gathers, up to MAX_WINDOW_S
(a wait that they do not notice, against one transaction and one message to the workers for many).
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from django.db import Error as DatabaseFailure
from django.db import InterfaceError, OperationalError, connection, transaction

logger = logging.getLogger(__name__)

WINDOW_PER_RUN_S, MAX_WINDOW_S = 0.0005, 0.010
MAX_GROUP = 64
SWITCH_INTERVAL_S = 0.001

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class GroupWrite(Generic[T, R]):
    """A kind of write.

    `apply` runs inside the transaction and returns one result per item, in order; a result that is an exception
    fails that item alone. `committed` runs after the commit with the items and results; it must not fail.
    """

    apply: Callable[[Sequence[T]], Sequence[R | Exception]]
    committed: Callable[[Sequence[T], Sequence[R | Exception]], None] | None = None


@dataclass(slots=True, eq=False)
class _Entry:
    write: GroupWrite[Any, Any]
    item: Any
    future: Future[Any] | asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop | None
    outcome: Any = field(default_factory=lambda: WriteAborted("this was not written"))


_Group = tuple[GroupWrite[Any, Any], list[_Entry]]


class Writer:
    """Runs group writes on its own thread, which starts with the first write."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Entry] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._last_start = 0.0
        self.in_flight: Callable[[], int] = lambda: 0

    def submit(self, write: GroupWrite[T, R], item: T) -> Future[R]:
        """Queue one item; for callers on plain threads."""
        future: Future[R] = Future()
        self._put(_Entry(write, item, future, None))
        return future

    def write(self, write: GroupWrite[T, R], item: T) -> asyncio.Future[R]:
        """Queue one item; await the result on the running loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._put(_Entry(write, item, future, loop))
        return future

    def _put(self, entry: _Entry) -> None:
        self._queue.put(entry)
        if self._thread is None:
            with self._lock:
                self._start()

    def _start(self) -> None:
        if self._thread is None:
            # The default of 5 ms lets a busy thread keep a lone run waiting at each hand-over between loop and writer.
            sys.setswitchinterval(SWITCH_INTERVAL_S)
            self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        try:
            while True:
                self._write_group(self._take())
        finally:  # a bug in one write must not leave later ones without a writer
            with self._lock:
                self._thread = None
                self._start()

    def _take(self) -> list[_Entry]:
        """Wait for something to write and return it with what else is there."""
        entries = [self._queue.get()]
        in_flight = self.in_flight()
        if in_flight > 1:
            wait = self._last_start + min(MAX_WINDOW_S, in_flight * WINDOW_PER_RUN_S) - time.monotonic()
            if wait > 0:
                time.sleep(wait)
        self._last_start = time.monotonic()
        try:
            while len(entries) < MAX_GROUP:
                entries.append(self._queue.get_nowait())
        except Empty:
            pass
        return entries

    def _write_group(self, entries: list[_Entry]) -> None:
        groups = _by_kind(entries)
        try:
            _commit_all(groups)
        finally:
            _resolve(entries)
        for write, group in groups:
            if write.committed is not None:
                write.committed([entry.item for entry in group], [entry.outcome for entry in group])


class WriteAborted(RuntimeError):
    """The writer failed on a bug before this item was written; its log has the trace."""


def _commit_all(groups: list[_Group]) -> None:
    try:
        try:
            _commit(groups)
        except (OperationalError, InterfaceError):  # the connection may be stale: once more on a new one
            connection.close()
            _commit(groups)
    except (OperationalError, InterfaceError) as failure:
        connection.close()
        for _, group in groups:
            for entry in group:
                entry.outcome = failure
    except DatabaseFailure as failure:
        logger.warning("a group of writes failed, each item is written alone: %s", failure)
        for write, group in groups:
            for entry in group:
                _commit_alone(write, entry)


def _commit_alone(write: GroupWrite[Any, Any], entry: _Entry) -> None:
    try:
        _commit([(write, [entry])])
    except DatabaseFailure as failure:
        entry.outcome = failure


def _by_kind(entries: list[_Entry]) -> list[_Group]:
    groups: dict[GroupWrite[Any, Any], list[_Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.write, []).append(entry)
    return list(groups.items())


def _commit(groups: list[_Group]) -> None:
    with transaction.atomic():
        results = [write.apply([entry.item for entry in group]) for write, group in groups]
    for (_, group), outcomes in zip(groups, results, strict=True):
        for entry, outcome in zip(group, outcomes, strict=True):
            entry.outcome = outcome


def _resolve(entries: list[_Entry]) -> None:
    """Tell the callers; one wake-up per event loop, however many wait on it."""
    per_loop: dict[asyncio.AbstractEventLoop, list[_Entry]] = {}
    for entry in entries:
        if entry.loop is None:
            _settle(entry)
        else:
            per_loop.setdefault(entry.loop, []).append(entry)
    for loop, waiting in per_loop.items():
        try:
            loop.call_soon_threadsafe(_settle_all, waiting)
        except RuntimeError:  # the loop is closed: nobody waits any more
            continue


def _settle_all(entries: list[_Entry]) -> None:
    for entry in entries:
        if not entry.future.done():
            _settle(entry)


def _settle(entry: _Entry) -> None:
    if isinstance(entry.outcome, Exception):
        entry.future.set_exception(entry.outcome)
    else:
        entry.future.set_result(entry.outcome)


writer = Writer()
