"""The default Python: an interpreter of its own in worker processes, with a fresh session per run.

It has no way to files, processes or the network at all, needs no privilege, starts with an empty environment, and
begins a run in a fraction of a millisecond. What it leaves out is listed in `python_subset`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pydantic_monty
from pydantic_monty._binary import find_monty_binary

from workers.sandbox import faults
from workers.sandbox.faults import CodeFault, Outcome

NAME = "python-subset"
PROCESSES = 4
RUNS_PER_PROCESS = 500

_CALL = "import json as _json\n_json.dumps(main(**_inputs), ensure_ascii=False)"
_BEYOND_SUBSET = ("not yet support", "not supported", "cannot import name", "has no attribute", "No module named", "is not defined")


class MontyPython:
    """Runs programs in the pool. Belongs to one event loop; processes start when first needed and end with `close`."""

    def __init__(self, *, wall_s: float = faults.WALL_S, cpu_s: float = faults.CPU_S) -> None:
        self._wall_s = wall_s
        self._cpu_s = cpu_s
        self._slots = asyncio.Semaphore(PROCESSES)
        self._starting = asyncio.Lock()
        self._pool: pydantic_monty.AsyncMonty | None = None

    async def run(self, code: str, variables: Mapping[str, Any], prelude: str = "") -> Outcome:
        """Call `main(**variables)` of a program; `prelude` is run before it. Raises CodeFault."""
        printed = pydantic_monty.CollectString(faults.STDOUT_CHARS)
        limits: pydantic_monty.ResourceLimits = {
            "max_feed_duration_secs": self._cpu_s,
            "max_memory": faults.MEMORY_BYTES,
            "max_recursion_depth": faults.RECURSION,
            "max_total_sleep_secs": self._wall_s,
        }
        pool = await self._started()
        async with self._slots:
            try:
                async with asyncio.timeout(self._wall_s), pool.checkout(script_name="code.py", limits=limits) as session:
                    if prelude:
                        await session.feed_run(prelude, print_callback=printed)
                    await session.feed_run(code, print_callback=printed)
                    text = await session.feed_run(_CALL, inputs={"_inputs": dict(variables)}, print_callback=printed)
            except pydantic_monty.MontyError as error:
                raise self._fault(error, printed.output, int(bool(prelude))) from None
            except TimeoutError:
                raise faults.timeout(self._wall_s, printed.output) from None
        return Outcome(value_of(text, printed.output), printed.output, NAME)

    async def close(self) -> None:
        """End the processes."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.__aexit__(None, None, None)

    async def _started(self) -> pydantic_monty.AsyncMonty:
        async with self._starting:
            if self._pool is None:
                pool = pydantic_monty.AsyncMonty(
                    binary_path=interpreter(),
                    min_processes=1,
                    max_processes=PROCESSES,
                    max_checkouts_per_worker=RUNS_PER_PROCESS,
                    request_timeout=self._wall_s + 1,
                )
                try:
                    self._pool = await pool.__aenter__()
                except (OSError, RuntimeError, pydantic_monty.MontyError) as error:
                    raise CodeFault("sandbox_unavailable", f"The Python sandbox did not start: {error}") from None
            return self._pool

    def _fault(self, error: pydantic_monty.MontyError, stdout: str, place: int) -> CodeFault:
        """Word an error. `place` counts what was fed before the program, after which the interpreter names it."""
        if isinstance(error, pydantic_monty.MontyConversionError):
            return CodeFault("code_input_invalid", f"A variable cannot be given to the code: {error}")
        if isinstance(error, pydantic_monty.MontyCrashedError):
            return faults.timeout(self._wall_s, stdout) if getattr(error, "timed_out", False) else faults.out_of_memory(stdout=stdout)
        if isinstance(error, pydantic_monty.MontySyntaxError | pydantic_monty.MontyRuntimeError):
            return self._raised(error, stdout, place)
        return CodeFault("sandbox_unavailable", f"The Python sandbox broke off: {error}", stdout=stdout)

    def _raised(self, error: pydantic_monty.MontySyntaxError | pydantic_monty.MontyRuntimeError, stdout: str, place: int) -> CodeFault:
        frames = [frame for frame in error.traceback() if frame.filename == f"<python-input-{place}>"]
        line = frames[-1].line if frames else None
        cause = error.exception()
        text = str(cause)
        if isinstance(error, pydantic_monty.MontySyntaxError) or isinstance(cause, SyntaxError):
            return CodeFault("code_syntax", f"The code is wrong in line {line}: {cause.args[0] if cause.args else text}", line=line)
        if isinstance(cause, TimeoutError) and "limit exceeded" in text:
            return faults.timeout(self._wall_s if "sleep" in text else self._cpu_s, stdout)
        if isinstance(cause, MemoryError):
            return faults.printed_too_much(stdout) if f"> {faults.STDOUT_CHARS} bytes" in text else faults.out_of_memory(line, stdout)
        if isinstance(cause, NameError) and "'main'" in text and not frames:
            return faults.no_main("python3", stdout)
        kind = type(cause).__name__
        if isinstance(cause, NotImplementedError) or (frames and any(mark in text for mark in _BEYOND_SUBSET)):
            return _perhaps_beyond(kind, text, line, _display(error, place), stdout)
        return faults.failed(kind, text, line, _display(error, place), stdout)


def interpreter() -> str:
    """Return the path of the interpreter's program. Raises CodeFault when it is not installed."""
    try:
        return find_monty_binary()
    except FileNotFoundError as error:
        raise CodeFault("sandbox_unavailable", f"The Python sandbox is not installed: {error}") from None


def value_of(text: str, stdout: str) -> Any:
    """Read what a program returned. Raises CodeFault when it is too long or holds numbers that are none."""
    if len(text) > faults.RESULT_CHARS:
        raise faults.returned_too_much(stdout)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise faults.not_json(stdout) from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _perhaps_beyond(kind: str, text: str, line: int | None, traceback: str, stdout: str) -> CodeFault:
    """An error that may come from the program or from the subset: say so."""
    if kind == "NotImplementedError":
        message = f"Line {line} uses something that the Python of this platform leaves out: {text}."
        return CodeFault("code_unsupported", message, line=line, traceback=traceback, stdout=stdout)
    fault = faults.failed(kind, text, line, traceback, stdout)
    fault.may_be_subset = True
    return fault


def _display(error: pydantic_monty.MontySyntaxError | pydantic_monty.MontyRuntimeError, place: int) -> str:
    """The traceback without our own call at its top."""
    lines = error.display().splitlines()
    own = next((index for index, line in enumerate(lines) if f'"<python-input-{place + 1}>"' in line), None)
    if own is not None:
        end = next((index for index in range(own + 1, len(lines)) if not lines[index].startswith("    ")), len(lines))
        del lines[own:end]
    return "\n".join(lines).replace(f"<python-input-{place}>", "code.py").replace("<python-input-0>", "library")
