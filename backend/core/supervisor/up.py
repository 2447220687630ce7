"""The embedded profile: one command that starts, watches and stops all processes."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.db import DatabaseError

from backend.core.supervisor.child import Child
from backend.core.supervisor.valkey import Valkey, ValkeyError

READY_TIMEOUT_S = 60.0


class CannotStart(Exception):
    """The platform cannot start; the message says what to do."""


def _claim_data_folder(folder: Path) -> TextIO:
    """Hold the data folder for this process. Raises CannotStart when another holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "up.lock", "w")  # noqa: SIM115  (held open for the life of the process)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CannotStart(
            f"Tidemill already runs on the data folder {folder}; stop it first, or choose another with TIDEMILL_DATA"
        ) from None
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _check_port(host: str, port: int) -> None:
    """Raise CannotStart when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(f"port {port} on {host} cannot be used ({error.strerror}); choose another: PORT={port + 1} make up") from None


class Platform:
    """The process tree: Valkey (unless REDIS_URL is given), web, worker with beat."""

    def __init__(self, *, reload: bool = False) -> None:
        env = settings.ENV
        python, root = sys.executable, settings.ROOT
        web = [python, "-m", "uvicorn", "backend.config.asgi:application", "--host", env.host, "--port", str(env.port)]
        web += ["--log-level", "warning", "--no-access-log", "--timeout-graceful-shutdown", "5", "--ws", "websockets-sansio"]
        if reload:
            web += ["--reload", "--reload-dir", "backend", "--reload-dir", "workers"]
        self.children = [
            Child("web", web, cwd=root),
            Child("worker", self._worker_command(), cwd=root, env={"WORKER_BEAT": "true"}, grace_s=env.worker_drain_s + 10),
        ]
        self.valkey = None if env.redis_url else Valkey(settings.DATA / "valkey", settings.VALKEY_SOCKET, env.redis_password)
        self.stopping = threading.Event()

    @staticmethod
    def _worker_command() -> list[str]:
        """Stock Celery with the threads pool; gossip and mingle only matter to clusters that watch one another."""
        command = [
            sys.executable,
            "-m",
            "celery",
            "--quiet",
            "-A",
            "workers.tasks.worker",
            "worker",
            "--pool",
            "threads",
            "--concurrency",
            "100",
        ]
        return [*command, "--queues", settings.ENV.worker_queues, "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]

    def run(self, migrate: Callable[[], object]) -> None:
        """Start everything, tell the address, watch until SIGINT or SIGTERM, stop everything.

        Raises CannotStart; then nothing is left running.
        """
        lock = _claim_data_folder(settings.DATA)
        _check_port(settings.ENV.host, settings.ENV.port)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        try:
            if self.valkey:
                self.valkey.start()
            migrate()
            for child in self.children:
                child.start()
            self._wait_ready()
            self._watch()
        except ValkeyError as error:
            raise CannotStart(str(error)) from None
        except DatabaseError as error:
            raise CannotStart(f"the database cannot be used ({error}); check that it runs and that DATABASE_URL is right") from None
        finally:
            self._stop()
            lock.close()

    def _wait_ready(self) -> None:
        host = settings.ENV.host if settings.ENV.host not in ("0.0.0.0", "::") else "127.0.0.1"
        host = f"[{host}]" if ":" in host else host
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not self.stopping.is_set():
            try:
                with urllib.request.urlopen(f"http://{host}:{settings.ENV.port}/livez", timeout=2):
                    break
            except (urllib.error.URLError, OSError):
                if self.children[0].exit_code is not None:
                    raise CannotStart("the web process ended at once; its lines above say why") from None
                if time.monotonic() > deadline:
                    raise CannotStart(f"the web process did not answer within {READY_TIMEOUT_S:.0f} s") from None
                self.stopping.wait(0.1)
        if not self.stopping.is_set():
            print(f"\n  Tidemill is up:  {settings.PUBLIC_URL}\n  Data folder:     {settings.DATA}\n  Ctrl-C stops it.\n", flush=True)

    def _watch(self) -> None:
        """Restart children that end by themselves, each after its own pause."""
        due: dict[str, float] = {}
        while not self.stopping.wait(0.3):
            now = time.monotonic()
            watched = [*self.children, *([self.valkey.child] if self.valkey else [])]
            for child in watched:
                if child.exit_code is None:
                    continue
                if child.name not in due:
                    pause = child.restart_pause_s()
                    due[child.name] = now + pause
                    print(f"{child.name:<7}| ended (exit code {child.exit_code}); starting it again in {pause:g} s", flush=True)
                elif now >= due[child.name]:
                    del due[child.name]
                    self._start_again(child)

    def _start_again(self, child: Child) -> None:
        if self.valkey and child is self.valkey.child:
            try:
                self.valkey.start()
            except ValkeyError as error:
                print(f"valkey | {error}", flush=True)
        else:
            child.start()

    def _stop(self) -> None:
        """Ask all to stop, wait for each; Valkey goes last, since the worker hands its runs over through it."""
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.wait_stopped()
        if self.valkey:
            self.valkey.stop()
