"""One supervised child process: its log lines, its end, its restart."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # Linux, prctl(2)
RESTART_PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_AFTER_S = 60.0


def _die_with_parent() -> None:
    """Ask Linux to end this process when the supervisor dies, even by SIGKILL; elsewhere nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A process in a group of its own, so that Ctrl-C in the terminal reaches only the supervisor."""

    def __init__(self, name: str, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None, grace_s: float = 15.0) -> None:
        self.name = name
        self.argv = list(argv)
        self.cwd = cwd
        self.env = {**os.environ, **(env or {})}
        self.grace_s = grace_s
        self.process: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._started_at = 0.0
        self._pump: threading.Thread | None = None

    def start(self, stdin: bytes | None = None) -> None:
        """Start the process; `stdin` is written to it and closed."""
        self._started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.argv,
            cwd=self.cwd,
            env=self.env,
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        if stdin is not None and self.process.stdin:
            self.process.stdin.write(stdin)
            self.process.stdin.close()
        self._pump = threading.Thread(target=self._copy_lines, args=(self.process,), name=f"log-{self.name}", daemon=True)
        self._pump.start()

    def _copy_lines(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        prefix = f"{self.name:<7}| ".encode()
        for line in process.stdout:
            sys.stdout.buffer.write(prefix + line)
            sys.stdout.buffer.flush()

    @property
    def exit_code(self) -> int | None:
        """The exit code, None while it runs."""
        return self.process.poll() if self.process else None

    def restart_pause_s(self) -> float:
        """Seconds to wait before the next start: longer with each failure, short again after a steady minute."""
        if time.monotonic() - self._started_at > STEADY_AFTER_S:
            self._failures = 0
        pause = RESTART_PAUSES_S[min(self._failures, len(RESTART_PAUSES_S) - 1)]
        self._failures += 1
        return pause

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the process, not to its group: a worker ends its own children."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait_stopped(self) -> None:
        """Wait for the end; after the grace time, and for stragglers of its group, SIGKILL."""
        if not self.process:
            return
        try:
            self.process.wait(self.grace_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        if self._pump:
            self._pump.join(1)
