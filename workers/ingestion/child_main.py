"""The process that reads documents: one request after the other from its input, until that is closed.

A request is a JSON line, then the document's bytes unless it names a path; the reply is eight bytes of length, then JSON. Limits it
sets on itself: address space, CPU time for each document, no files, no core. The parent keeps the wall clock by killing it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter

from workers.ingestion.parsed import Parsed, ParseError, ParseLimits
from workers.ingestion.pieces import Piece
from workers.ingestion.rules import ChunkingRule

READY = b"ready\n"
ORPHAN_CHECK_S = 5.0
# A child that grew this much is replaced: Python and C libraries seldom give memory back.
RETIRE_BYTES = 200 * 1024 * 1024
RETIRE_REQUESTS = 200
MAX_PIECES = 100_000
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True, slots=True)
class Request:
    """`what` is parse | text | cut | split | page; for `split` the bytes are a Parsed as JSON."""

    what: str
    filename: str
    limits: ParseLimits
    path: str | None = None
    size: int = 0
    rule: ChunkingRule | None = None
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """Either `code` and `message`, or what was asked for. `keep`: the child is fit for another document."""

    code: str = ""
    message: str = ""
    parsed: Parsed | None = None
    text: str | None = None
    pieces: tuple[Piece, ...] = ()
    links: tuple[str, ...] = ()
    keep: bool = True


def answer(request: Request, content: bytes) -> Reply:
    """Do what is asked."""
    from workers.ingestion import parsers

    if request.what == "text":
        return Reply(text=parsers.extract_text(content, request.filename, request.limits))
    if request.what == "parse":
        return Reply(parsed=parsers.parse(content, request.filename, request.limits))
    if request.what == "page":
        from workers.ingestion.web import read_page

        parsed, links = read_page(content, request.filename, request.content_type, request.limits)
        return Reply(parsed=parsed, links=tuple(links))
    if request.rule is None:
        raise ParseError("parse_crashed", "The request names no rule to cut by.")
    if request.what == "split":
        return _cut(TypeAdapter(Parsed).validate_json(content), request.rule)
    return _cut(parsers.parse(content, request.filename, request.limits), request.rule)


def _cut(parsed: Parsed, rule: ChunkingRule) -> Reply:
    from workers.ingestion.clean import clean_parsed
    from workers.ingestion.splitters import split

    pieces = split(parsed, rule)
    if len(pieces) + sum(len(piece.children) for piece in pieces) > MAX_PIECES:
        message = f"The document would fall into more than {MAX_PIECES:,} pieces. Choose larger pieces or another separator, or split it."
        raise ParseError("too_many_pieces", message)
    text = clean_parsed(parsed, rule.cleaning).text
    # The blocks need not travel: the text and the pieces say it all.
    return Reply(parsed=replace(parsed, blocks=()), text=text, pieces=tuple(pieces))


def handle(request: Request, content: bytes) -> Reply:
    """Answer, or say what went wrong."""
    try:
        return answer(request, content)
    except ParseError as error:
        return Reply(error.code, error.message)
    except MemoryError:
        allowed = request.limits.memory_bytes // 1_048_576
        return Reply(
            "parse_memory", f"Reading the document took more than {allowed} MB of memory. Split it or take pictures out.", keep=False
        )
    except RecursionError:
        return Reply("file_damaged", "The document is nested too deeply to be read.", keep=False)
    except Exception as error:  # noqa: BLE001  (the libraries of formats may raise anything on hostile files; this is the edge of their process)
        detail = f"{type(error).__name__}: {str(error)[:200]}"
        return Reply(
            "file_damaged", f"The document could not be read ({detail}). Open it in its program, save it anew and add it again.", keep=False
        )


def limit(limits: ParseLimits) -> None:
    """Bound this process for the next document."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(usage.ru_utime + usage.ru_stime) + limits.cpu_s + 1
    bounds = {"RLIMIT_AS": limits.memory_bytes, "RLIMIT_CPU": cpu, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0}
    for name, value in bounds.items():
        try:
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
        except (AttributeError, OSError, ValueError):
            # Limits that a system does not know (macOS: address space) are left out.
            continue


def die_with(parent: int) -> None:
    """End when the worker ends, however that happens: nobody else would end this process."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_CHECK_S)
        os._exit(0)

    threading.Thread(target=watch, name="orphan-watch", daemon=True).start()


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer requests until the input ends."""
    requests: TypeAdapter[Request] = TypeAdapter(Request)
    replies: TypeAdapter[Reply] = TypeAdapter(Reply)
    outgoing.write(READY)
    outgoing.flush()
    served = 0
    while line := incoming.readline():
        request = requests.validate_json(line)
        limit(request.limits)
        content = Path(request.path).read_bytes() if request.path else incoming.read(request.size)
        reply = handle(request, content)
        del content
        served += 1
        if served >= RETIRE_REQUESTS or _memory() > RETIRE_BYTES:
            reply = replace(reply, keep=False)
        body = replies.dump_json(reply)
        outgoing.write(len(body).to_bytes(8, "big"))
        outgoing.write(body)
        outgoing.flush()
        del reply, body


def _memory() -> int:
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    # Results go where the parent reads; what a library prints does not.
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, results)
