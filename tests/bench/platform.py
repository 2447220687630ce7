"""Start what is measured: the mock provider and the whole platform, in either profile, on free loopback ports."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
WAIT_S = 90.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, process: subprocess.Popen[bytes] | None = None) -> float:
    """Wait until an address answers; returns the seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < WAIT_S:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            if process and process.poll() is not None:
                raise SystemExit(f"the process behind {url} ended with {process.returncode}") from None
            time.sleep(0.05)
    raise SystemExit(f"{url} did not answer within {WAIT_S:.0f} s")


@contextmanager
def mock_provider() -> Iterator[tuple[str, int]]:
    """The mock provider: yields its base URL and its pid."""
    port = free_port()
    process = subprocess.Popen(["node", str(ROOT / "tests/bench/mock_llm.mjs"), "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}/v1", process.pid
    finally:
        process.terminate()
        process.wait()


@dataclass
class Postgres:
    """A PostgreSQL server of our own."""

    url: str
    pid: int


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Start PostgreSQL with its default durability; as user postgres when we are root."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    if not found:
        raise SystemExit("PostgreSQL is not installed (on Debian: apt install postgresql)")
    bin_folder = found[-1]
    folder = Path(tempfile.mkdtemp(prefix="tidemill-bench-pg-"))
    os.chmod(folder, 0o755)
    prefix: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        prefix = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    port, data = free_port(), folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [*prefix, str(bin_folder / "initdb"), "-D", str(data), "-U", "tidemill", "--auth", "trust", "-E", "UTF8"], check=True, **quiet
    )
    command = [*prefix, str(bin_folder / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
    process = subprocess.Popen(command, **quiet)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        time.sleep(0.5)
        yield Postgres(f"postgres://tidemill@127.0.0.1:{port}/postgres", process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Platform:
    """A running platform with one published chat app."""

    base_url: str
    process: subprocess.Popen[bytes]
    env: dict[str, str]
    start_s: float
    folder: Path
    keys: dict[str, str] = field(default_factory=dict)

    def manage(self, *arguments: str) -> str:
        """Run a management command and return its last line of output."""
        done = subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout.strip().splitlines()[-1]

    def import_app(self, name: str, path: Path, model: str) -> None:
        """Import, publish and remember the key under `name`."""
        line = self.manage("import_app", str(path), "--workspace", "Bench", "--model", f"openai-compatible/{model}", "--publish", "--key")
        answer = json.loads(line)
        if not answer.get("api_key"):
            raise SystemExit(f"the bench app was not published: {line}")
        self.keys[name] = answer["api_key"]


@contextmanager
def platform(database_url: str = "") -> Iterator[Platform]:
    """Start the platform as `make up` does; with a database URL its settings are those of production."""
    folder = Path(tempfile.mkdtemp(prefix="tidemill-bench-"))
    port = free_port()
    env = {**os.environ, "TIDEMILL_DATA": str(folder), "PORT": str(port), "HOST": "127.0.0.1", "LOG_LEVEL": "WARNING"}
    env["RUN_LIMITS"] = "key_per_minute=1000000,key_at_once=1000,app_per_minute=1000000,app_at_once=1000"  # counted, never refused
    env |= {"EGRESS_ALLOW_CIDRS": "127.0.0.0/8", "EGRESS_ALLOW_PORTS": "*", "DATABASE_URL": database_url}
    if database_url:
        env |= {"SECRET_KEY": secrets.token_urlsafe(48), "REDIS_PASSWORD": secrets.token_urlsafe(24)}
        env["ENCRYPTION_KEYS"] = "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()
    with open(folder / "bench.log", "wb") as log:
        process = subprocess.Popen([PYTHON, "manage.py", "up"], cwd=ROOT, env=env, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    try:
        started = wait_for(f"{base}/livez", process)
        yield Platform(base, process, env, started, folder)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
