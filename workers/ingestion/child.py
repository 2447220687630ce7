"""Read and cut documents in child processes with limits, so that a hostile file costs no more than its child."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from workers.ingestion.child_main import READY, Reply, Request
from workers.ingestion.parsed import Parsed, ParseError, ParseLimits
from workers.ingestion.pieces import Piece
from workers.ingestion.rules import ChunkingRule

T = TypeVar("T")

CHILDREN = 2
START_S = 30.0
IDLE_S = 60.0
# A reply is at most the text twice (document and pieces, as JSON): what is longer did not come from our code.
REPLY_BYTES = 400_000_000

_REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Cut:
    """A document that was read, cleaned and cut: its cleaned text, which the pieces' offsets refer to, and facts of the file."""

    text: str
    pieces: list[Piece]
    title: str
    pages: int | None
    encoding: str | None
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Child:
    process: Process
    idle: asyncio.TimerHandle | None = field(default=None)


class _Broken(Exception):
    """A child ended or answered nonsense."""


class ParserPool:
    """Children that read documents. Belongs to one event loop; they start when first needed, rest warm for a minute, end with `close`.

    A child that was too slow, crashed or grew is replaced; other documents are not touched. Children die with this process.
    """

    def __init__(self, *, count: int = CHILDREN) -> None:
        self._slots = asyncio.Semaphore(count)
        self._idle: list[_Child] = []
        self._closed = False

    async def parse(self, content: Path | bytes, filename: str, limits: ParseLimits | None = None) -> Parsed:
        """Read a document. Raises ParseError as `parsers.parse`, and parse_timeout, parse_memory, parse_crashed."""
        reply = await self._ask("parse", content, filename, limits)
        return _present(reply.parsed)

    async def text(self, content: Path | bytes, filename: str, limits: ParseLimits | None = None) -> str:
        """Return a document as one text (`parsers.extract_text`). Raises ParseError as `parse`."""
        reply = await self._ask("text", content, filename, limits)
        return _present(reply.text)

    async def cut(self, content: Path | bytes, filename: str, rule: ChunkingRule, limits: ParseLimits | None = None) -> Cut:
        """Read, clean and cut a document in one go. Raises ParseError as `parse`, and too_many_pieces."""
        reply = await self._ask("cut", content, filename, limits, rule)
        parsed = _present(reply.parsed)
        return Cut(_present(reply.text), list(reply.pieces), parsed.title, parsed.pages, parsed.encoding, parsed.warnings)

    async def split(self, parsed: Parsed, rule: ChunkingRule, limits: ParseLimits | None = None) -> Cut:
        """Clean and cut a document that was read before. Raises ParseError: parse_timeout, parse_memory, parse_crashed, too_many_pieces."""
        content = TypeAdapter(Parsed).dump_json(parsed)
        reply = await self._ask("split", content, "", limits, rule)
        return Cut(_present(reply.text), list(reply.pieces), parsed.title, parsed.pages, parsed.encoding, parsed.warnings)

    async def page(self, content: bytes, url: str, content_type: str = "", limits: ParseLimits | None = None) -> tuple[Parsed, list[str]]:
        """Read a web page fetched from `url`: its main text, and the addresses it links to. Raises ParseError as `parse`."""
        reply = await self._ask("page", content, url, limits, content_type=content_type)
        return _present(reply.parsed), list(reply.links)

    async def close(self) -> None:
        """End the children. Requests under way fail."""
        self._closed = True
        while self._idle:
            await _end(self._idle.pop())

    async def _ask(
        self,
        what: str,
        content: Path | bytes,
        filename: str,
        limits: ParseLimits | None,
        rule: ChunkingRule | None = None,
        content_type: str = "",
    ) -> Reply:
        limits = limits or ParseLimits()
        path, size = await asyncio.to_thread(_located, content) if isinstance(content, Path) else (None, len(content))
        if what != "split" and size > limits.file_bytes:
            raise ParseError(
                "too_large", f"The file has {size / 1e6:.1f} MB; {limits.file_bytes / 1e6:.0f} MB are allowed. Split the document."
            )
        request = Request(what, filename, limits, path, 0 if path else size, rule, content_type)
        async with self._slots:
            child = await self._child()
            reply: Reply | None = None
            try:
                async with asyncio.timeout(limits.wall_s):
                    reply = await _exchange(child, request, b"" if isinstance(content, Path) else content)
            except TimeoutError:
                raise _timeout(limits) from None
            except _Broken:
                raise await _broken(child, limits) from None
            finally:
                if reply is not None and reply.keep and not self._closed:
                    self._rest(child)
                else:
                    await _end(child)
        if reply.code:
            raise ParseError(reply.code, reply.message)
        return reply

    async def _child(self) -> _Child:
        if self._closed:
            raise ParseError("parse_crashed", "The reader of documents is shutting down. Add the document again.")
        while self._idle:
            child = self._idle.pop()
            if child.idle is not None:
                child.idle.cancel()
            if child.process.returncode is None:
                return child
            await _end(child)
        return await _started()

    def _rest(self, child: _Child) -> None:
        child.idle = asyncio.get_running_loop().call_later(IDLE_S, self._retire, child)
        self._idle.append(child)

    def _retire(self, child: _Child) -> None:
        if child in self._idle:
            self._idle.remove(child)
            # It has nothing to do: closing its input ends it, and the loop's watcher collects it.
            if child.process.stdin is not None:
                child.process.stdin.close()


def _located(path: Path) -> tuple[str, int]:
    return str(path.resolve()), path.stat().st_size


async def _started() -> _Child:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "workers.ingestion.child_main",
        str(os.getpid()),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        # One arena for memory: with one for each thread the limit on address space would count nothing but reservations.
        env={"MALLOC_ARENA_MAX": "1", "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"},
        cwd="/",
        close_fds=True,
        start_new_session=True,
        limit=1 << 20,
    )
    child = _Child(process)
    ready = b""
    try:
        async with asyncio.timeout(START_S):
            ready = await process.stdout.readexactly(len(READY)) if process.stdout is not None else b""
    except (TimeoutError, asyncio.IncompleteReadError):
        pass
    finally:
        if ready != READY:
            await _end(child)
    if ready != READY:
        raise ParseError(
            "parse_crashed", "The process that reads documents did not start. Add the document again; if it fails again, ask the operator."
        )
    return child


async def _exchange(child: _Child, request: Request, content: bytes) -> Reply:
    stdin, stdout = child.process.stdin, child.process.stdout
    if stdin is None or stdout is None:
        raise _Broken
    try:
        stdin.write(_REQUEST.dump_json(request) + b"\n")
        for at in range(0, len(content), 1 << 20):
            stdin.write(content[at : at + (1 << 20)])
            await stdin.drain()
        await stdin.drain()
        size = int.from_bytes(await stdout.readexactly(8), "big")
        if size > REPLY_BYTES:
            raise _Broken
        body = await stdout.readexactly(size)
        # A long book takes a while to be built: not on the loop that runs live on.
        return await asyncio.to_thread(_REPLY.validate_json, body)
    except (ConnectionError, asyncio.IncompleteReadError, ValidationError):
        raise _Broken from None


async def _broken(child: _Child, limits: ParseLimits) -> ParseError:
    """Tell why a child ended by itself."""
    try:
        async with asyncio.timeout(1):
            ended = await child.process.wait()
    except TimeoutError:
        ended = 0
    if ended == -signal.SIGXCPU:
        return _timeout(limits)
    if ended == -signal.SIGKILL:
        return ParseError("parse_memory", "Reading the document took too much memory. Split it or take pictures out.")
    return ParseError(
        "parse_crashed", "The reader broke off at this document. It is damaged, or made to harm; save it anew or as PDF and add it again."
    )


def _timeout(limits: ParseLimits) -> ParseError:
    return ParseError(
        "parse_timeout", f"The document could not be read within {limits.cpu_s} seconds. Split it, or save it in a simpler format."
    )


def _present(value: T | None) -> T:
    if value is None:
        raise ParseError("parse_crashed", "The reader of documents answered without a document. Add it again.")
    return value


async def _end(child: _Child) -> None:
    """Kill a child and collect it."""
    if child.idle is not None:
        child.idle.cancel()
    if child.process.returncode is None:
        try:
            child.process.kill()
        except ProcessLookupError:
            pass
    await child.process.wait()
