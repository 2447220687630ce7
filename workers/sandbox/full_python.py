"""Full Python: CPython's standard library in a bubblewrap box, one fresh process per run.

Only where an operator allows it and the self-test passes: every way out that `escapes` knows must be closed.
A box that fails the test is not used, and nothing takes its place.
"""

from __future__ import annotations

import asyncio
import json
import os
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workers.sandbox import faults, seccomp
from workers.sandbox.escapes import PROBES
from workers.sandbox.faults import CodeFault, Outcome
from workers.sandbox.python_monty import value_of

NAME = "python-full"
PROCESSES = 2
MEMORY_BYTES = 256 * 1024 * 1024
TMP_BYTES = 16 * 1024 * 1024
NOBODY = "65534"

_ANSWER_BYTES = 6 * (faults.STDOUT_CHARS + faults.RESULT_CHARS)
_CHILD = Path(__file__).with_name("full_python_child.py")


class FullPython:
    """Runs programs, each in a box of its own. Belongs to one event loop."""

    def __init__(self, *, wall_s: float = faults.WALL_S, cpu_s: float = faults.CPU_S) -> None:
        self._wall_s = wall_s
        self._cpu_s = cpu_s
        self._slots = asyncio.Semaphore(PROCESSES)
        self._testing = asyncio.Lock()
        self._command: tuple[str, ...] | None = None
        self._refusal: str | None = None

    async def run(self, code: str, variables: Mapping[str, Any]) -> Outcome:
        """Call `main(**variables)`. Raises CodeFault, also when the box is not safe here."""
        refusal = await self.refusal()
        if refusal is not None or self._command is None:
            raise CodeFault("sandbox_unavailable", f"Full Python cannot be used on this server: {refusal}")
        return await self._boxed(self._command, code, variables)

    async def refusal(self) -> str | None:
        """Test the box once; return why it is not used, None when it is."""
        async with self._testing:
            if self._command is None and self._refusal is None:
                self._refusal = await self._test()
            return self._refusal

    async def _test(self) -> str | None:
        reason = None
        for command in commands():
            try:
                outcome = await self._boxed(command, PROBES, {})
            except CodeFault as fault:
                reason = f"its self-test failed: {fault.message}"
                continue
            if outcome.value["escaped"]:
                reason = f"its self-test found ways out: {', '.join(outcome.value['escaped'])}"
                continue
            self._command = command
            return None
        return reason or "bubblewrap (bwrap) is not installed"

    async def _boxed(self, command: tuple[str, ...], code: str, variables: Mapping[str, Any]) -> Outcome:
        request = json.dumps({"code": code, "variables": dict(variables)}, default=str).encode()
        if len(request) > faults.INPUT_BYTES:
            raise CodeFault("code_input_invalid", f"The variables have {len(request):,} bytes; {faults.INPUT_BYTES:,} are allowed.")
        numbers = (MEMORY_BYTES, int(self._cpu_s), faults.STDOUT_CHARS, faults.RECURSION)
        async with self._slots:
            box = _Box([*command, "-I", "-S", "-c", _CHILD.read_text(), *map(str, numbers)])
            try:
                data = await asyncio.to_thread(box.ask, request, self._wall_s)
            except TimeoutError:
                raise faults.timeout(self._wall_s) from None
            finally:
                box.end()
        return _outcome(data)


class _Box:
    """One process in its box. Not through the event loop: uvloop lets descriptors through to its children."""

    def __init__(self, command: list[str]) -> None:
        with seccomp.filter_file() as filter_fd:
            self._process = subprocess.Popen(
                [argument.replace("FILTER", str(filter_fd)) for argument in command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={},
                cwd="/",
                close_fds=True,
                pass_fds=(filter_fd,),
                start_new_session=True,
            )

    def ask(self, request: bytes, wall_s: float) -> bytes:
        """Send the request, read the answer up to its limit. Blocks. Raises TimeoutError."""
        reading, writing = self._process.stdout, self._process.stdin
        if reading is None or writing is None:
            return b""
        deadline = time.monotonic() + wall_s
        data, pending = bytearray(), memoryview(request)
        os.set_blocking(writing.fileno(), False)
        with selectors.DefaultSelector() as selector:
            selector.register(reading, selectors.EVENT_READ)
            selector.register(writing, selectors.EVENT_WRITE)
            while len(data) <= _ANSWER_BYTES:
                ready = selector.select(deadline - time.monotonic())
                if not ready:
                    raise TimeoutError
                for key, _ in ready:
                    if key.fileobj is reading:
                        part = os.read(reading.fileno(), 256 * 1024)
                        if not part:
                            return bytes(data)
                        data += part
                        continue
                    try:
                        pending = pending[os.write(writing.fileno(), pending[: 64 * 1024]) :]
                    except BrokenPipeError:
                        pending = pending[:0]
                    if not pending:
                        selector.unregister(writing)
                        writing.close()
        return bytes(data)

    def end(self) -> None:
        """Kill what is left; `--die-with-parent` takes the program along."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def _outcome(data: bytes) -> Outcome:
    try:
        reply = json.loads(data)
        stdout, error = str(reply["stdout"]), reply.get("error")
    except (ValueError, KeyError, TypeError):
        message = "The code used more memory or processor time than it may have, or ended its process, and was stopped."
        raise CodeFault("code_killed", message) from None
    if error is None:
        return Outcome(value_of(str(reply.get("result")), stdout), stdout, NAME)
    line, message = reply.get("line"), str(reply.get("message", ""))
    match error:
        case "no_main":
            raise faults.no_main("python3", stdout)
        case "memory":
            raise faults.out_of_memory(stdout=stdout, allowed=MEMORY_BYTES)
        case "printed_too_much":
            raise faults.printed_too_much(stdout)
        case "syntax":
            raise CodeFault("code_syntax", f"The code is wrong in line {line}: {message}", line=line)
    raise faults.failed(str(reply.get("kind")), message, line, str(reply.get("traceback", "")), stdout)


def commands() -> Iterator[tuple[str, ...]]:
    """Yield the command lines that may work here, one per Python that is found; `FILTER` stands for a descriptor."""
    bwrap, setpriv = shutil.which("bwrap"), shutil.which("setpriv")
    if bwrap is None:
        return
    launcher: tuple[str, ...] = ()
    if os.geteuid() == 0:  # the limit on processes does not hold for root
        if setpriv is None:
            return
        launcher = (setpriv, "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs")
    candidates = [Path(sys._base_executable).resolve(), Path("/usr/local/bin/python3"), Path("/usr/bin/python3")]  # type: ignore[attr-defined]
    for python in dict.fromkeys(path.resolve() for path in candidates if path.exists()):
        prefix = python.parents[1]
        binds = ["--ro-bind", "/usr", "/usr"]
        for folder in ("/lib", "/lib64", "/bin"):
            if os.path.islink(folder):
                binds += ["--symlink", os.readlink(folder), folder]
            elif os.path.isdir(folder):
                binds += ["--ro-bind", folder, folder]
        inside = python
        if not prefix.is_relative_to("/usr"):
            binds += ["--ro-bind", str(prefix), "/python"]
            inside = Path("/python") / python.relative_to(prefix)
        yield (
            *(*launcher, bwrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
            *(*binds, "--proc", "/proc", "--dev", "/dev", "--size", str(TMP_BYTES), "--tmpfs", "/tmp", "--remount-ro", "/"),
            *("--chdir", "/tmp", "--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox", "--clearenv"),
            *("--seccomp", "FILTER", "--", str(inside)),
        )
