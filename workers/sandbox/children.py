"""Helper processes that answer one JSON line with one JSON line, and are killed when they do not."""

from __future__ import annotations

import asyncio
import json
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import Any

START_S = 30.0


class Silent(Exception):
    """The child ended or answered with something else than a line. `out_of_time`: it had used up its processor time."""

    out_of_time = False


class Children:
    """Keeps a few children of one kind. Belongs to one event loop; they start when first needed and end with `close`.

    A child serves many requests one after the other, but none after one whose answer the caller did not `keep`.
    """

    def __init__(self, command: tuple[str, ...], *, count: int, wall_s: float, reply_bytes: int) -> None:
        self._command = command
        self._wall_s = wall_s
        self._reply_bytes = reply_bytes
        self._slots = asyncio.Semaphore(count)
        self._idle: list[Process] = []
        self._closed = False

    async def ask(self, request: dict[str, Any], *, keep: str) -> dict[str, Any]:
        """Return a child's answer; the child lives on if the answer has the key `keep`.

        Raises TimeoutError when the time is over, Silent when the child broke off or did not start.
        """
        line = json.dumps(request, default=str).encode() + b"\n"
        async with self._slots:
            child = await self._child()
            kept = False
            try:
                async with asyncio.timeout(self._wall_s):
                    answer = await _exchange(child, line)
                kept = keep in answer and not self._closed
                return answer
            except Silent as silent:
                silent.out_of_time = await _ended_by(child) == -signal.SIGXCPU
                raise
            finally:
                if kept:
                    self._idle.append(child)
                else:
                    await end(child)

    async def close(self) -> None:
        """End the children. Requests under way fail."""
        self._closed = True
        while self._idle:
            await end(self._idle.pop())

    async def _child(self) -> Process:
        if self._closed:
            raise Silent
        while self._idle:
            child = self._idle.pop()
            if child.returncode is None:
                return child
        child = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
            cwd="/",
            close_fds=True,
            start_new_session=True,
            limit=self._reply_bytes,
        )
        ready = b""
        try:
            async with asyncio.timeout(START_S):
                ready = await child.stdout.readline() if child.stdout is not None else b""
        except TimeoutError:
            pass
        finally:
            if ready != b"ready\n":
                await end(child)
        if ready != b"ready\n":
            raise Silent
        return child


async def _exchange(child: Process, line: bytes) -> dict[str, Any]:
    if child.stdin is None or child.stdout is None:
        raise Silent
    try:
        child.stdin.write(line)
        await child.stdin.drain()
        reply = await child.stdout.readline()
        answer = json.loads(reply) if reply.endswith(b"\n") else None
    except (ConnectionError, ValueError):
        raise Silent from None
    if not isinstance(answer, dict):
        raise Silent
    return answer


async def _ended_by(child: Process) -> int | None:
    """Return how a child ended by itself, None if it did not."""
    try:
        async with asyncio.timeout(1):
            return await child.wait()
    except TimeoutError:
        return None


async def end(child: Process) -> None:
    """Kill a child and collect it."""
    if child.returncode is None:
        try:
            child.kill()
        except ProcessLookupError:
            pass
    await child.wait()
