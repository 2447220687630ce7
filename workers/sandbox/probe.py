"""Whether the sandboxes can work on this machine, without running a program of anybody."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass

from workers.sandbox import javascript
from workers.sandbox.faults import CodeFault

KEPT_S = 60.0
_last: tuple[float, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What works. `missing` says what does not, one sentence each."""

    working: tuple[str, ...]
    missing: tuple[str, ...]


def report(*, full_python: bool) -> Report:
    """Look for the parts of each sandbox; full Python only where it is allowed."""
    from workers.sandbox import python_monty  # not before it is asked for: the web process needs no interpreter

    working, missing = [], []
    for name, find in (("Python", python_monty.interpreter), ("JavaScript", javascript.library)):
        try:
            find()
            working.append(name)
        except CodeFault as fault:
            missing.append(fault.message)
    if full_python:
        reason = _no_bubblewrap()
        if reason is None:
            working.append("full Python")
        else:
            missing.append(f"Full Python is allowed but cannot be used: {reason}.")
    return Report(tuple(working), tuple(missing))


def _no_bubblewrap() -> str | None:
    """Try an empty box; the worker's self-test looks closer. Remembered for a minute."""
    global _last
    if _last is None or _last[0] < time.monotonic():
        _last = (time.monotonic() + KEPT_S, _try_bubblewrap())
    return _last[1]


def _try_bubblewrap() -> str | None:
    bwrap, true = shutil.which("bwrap"), shutil.which("true")
    if bwrap is None or true is None:
        return "bubblewrap (bwrap) is not installed"
    command = [bwrap, "--unshare-all", "--ro-bind", "/", "/", "--", true]
    try:
        done = subprocess.run(command, env={}, stdin=subprocess.DEVNULL, capture_output=True, timeout=1, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.decode(errors="replace").strip()[:200] or "bwrap failed"
