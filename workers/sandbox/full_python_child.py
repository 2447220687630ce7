"""The program inside the box: reads one JSON request, runs it, writes one JSON answer, ends.

`workers.sandbox.full_python` hands this file's text to `python -I -S -c`, so that nothing of ours has to be visible
inside. Arguments: MEMORY_BYTES CPU_S STDOUT_CHARS RECURSION. The box (namespaces, read-only system, no network) is
bubblewrap's; the limits set here are hard ones, which the program cannot raise.
"""

from __future__ import annotations

import io
import json
import linecache
import os
import resource
import sys
import traceback
from typing import Any

MEMORY_BYTES, CPU_S, STDOUT_CHARS, RECURSION = (int(argument) for argument in sys.argv[1:5])
NAME = "code.py"


class Full(Exception):
    """The program printed more than is kept."""


class Printed(io.TextIOBase):
    """Keeps what is printed, up to a limit."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0

    def write(self, text: str) -> int:
        self.size += len(text)
        if self.size > STDOUT_CHARS:
            raise Full
        self.parts.append(text)
        return len(text)


def limit() -> None:
    """Bound this process for good. `RLIMIT_NPROC` 0: no processes and no threads."""
    bounds = {"AS": MEMORY_BYTES, "CPU": CPU_S, "NPROC": 0, "FSIZE": 16 * 1024 * 1024, "CORE": 0, "NOFILE": 32}
    for name, value in bounds.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def run(code: str, variables: dict[str, Any], printed: Printed) -> dict[str, Any]:
    """Run the program and call its `main`."""
    linecache.cache[NAME] = (len(code), None, code.splitlines(keepends=True), NAME)
    try:
        scope: dict[str, Any] = {"__name__": "code", "__builtins__": __builtins__}
        exec(compile(code, NAME, "exec", dont_inherit=True), scope)  # noqa: S102  (inside the box)
        if not callable(scope.get("main")):
            return {"error": "no_main"}
        return {"result": json.dumps(scope["main"](**variables), ensure_ascii=False)}
    except Full:
        return {"error": "printed_too_much"}
    except MemoryError:
        return {"error": "memory"}
    except BaseException as error:  # noqa: BLE001  (a program may raise anything; this is the edge of its process)
        return failure(error)


def failure(error: BaseException) -> dict[str, Any]:
    """Describe what the program raised."""
    if isinstance(error, SyntaxError) and error.filename == NAME:
        return {"error": "syntax", "message": error.msg, "line": error.lineno}
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == NAME]
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(frames), *traceback.format_exception_only(error)]
    return {
        "error": "failed",
        "kind": type(error).__name__,
        "message": str(error)[:500],
        "line": frames[-1].lineno if frames else None,
        "traceback": "".join(lines)[:10_000],
    }


def main() -> None:
    """Serve the one request. The answer goes to the real standard output, which the program does not get."""
    request = json.loads(sys.stdin.buffer.read())
    channel = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    printed = Printed()
    sys.stdout = sys.stderr = printed
    sys.setrecursionlimit(RECURSION)
    limit()
    answer = run(request["code"], request["variables"], printed)
    data = json.dumps({**answer, "stdout": "".join(printed.parts)}).encode()
    while data:
        data = data[os.write(channel, data) :]
    os._exit(0)


main()
