"""`manage.py up`: one command that starts all, watches all and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.processes import ROOT, Server, free_port, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]

NO_DATABASE = {
    "DATABASE_URL": "postgres://u:hunter2@127.0.0.1:1/x",
    "SECRET_KEY": "x" * 40,
    "ENCRYPTION_KEYS": "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}


def environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")}
    return {**kept, "TIDEMILL_DATA": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1"}


def children(pid: int) -> dict[str, int]:
    """The living child processes: name -> pid."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            line = (entry / "cmdline").read_text()
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            for name, word in (("web", "uvicorn"), ("worker", "celery"), ("valkey", "valkey-server")):
                if word in line:
                    found[name] = int(entry.name)
    return found


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Up:
    """One `manage.py up`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder / "data", free_port()
        self.server = Server("up", [sys.executable, "manage.py", "up"], environment(self.folder, self.port), folder / "up.log")

    @property
    def pid(self) -> int:
        return self.server.process.pid

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def wait_until_up(self) -> None:
        wait_until(lambda: "Tidemill is up" in self.server.text() or not self.server.alive, "the platform")
        assert self.server.alive, self.server.text()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Up]]:
    made: list[Up] = []

    def one() -> Up:
        made.append(Up(tmp_path))
        made[-1].wait_until_up()
        return made[-1]

    yield one
    for up in made:
        if up.server.alive:
            up.server.terminate()
            up.server.wait()


def started(env: dict[str, str]) -> subprocess.Popen[str]:
    """Start one more `up`."""
    argv = [sys.executable, "manage.py", "up"]
    return subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def refused(env: dict[str, str]) -> str:
    """Start one more `up`, which is to give up at once, and return what it says."""
    process = started(env)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert "Traceback" not in said
    return said


def test_one_command_from_start_to_end(start: Callable[[], Up], tmp_path: Path) -> None:
    database_away = started({**environment(tmp_path / "third", free_port()), **NO_DATABASE})  # finds out while we go on
    up = start()
    assert f"http://localhost:{up.port}" in up.server.text()
    assert f"already runs on the data folder {up.folder}" in refused(environment(up.folder, free_port()))
    assert f"port {up.port} on 127.0.0.1 cannot be used" in refused(environment(tmp_path / "other", up.port))
    assert "the database cannot be used" in database_away.communicate(timeout=60)[1]
    assert database_away.returncode == 1
    first = wait_until(lambda: len(found := children(up.pid)) == 3 and found, "three children")
    for pid in first.values():
        os.kill(pid, signal.SIGKILL)
    second = wait_until(lambda: len(found := children(up.pid)) == 3 and not set(found.values()) & set(first.values()) and found, "new ones")
    wait_until(up.answers, "the platform to work again")
    assert up.server.text().count("starting it again") == 3
    up.server.process.send_signal(signal.SIGINT)
    assert up.server.wait() == 0
    assert not [name for name, pid in second.items() if alive(pid)]


def test_killed_outright_it_takes_its_children_along(start: Callable[[], Up]) -> None:
    up = start()
    family = wait_until(lambda: len(found := children(up.pid)) == 3 and found, "three children")
    os.kill(up.pid, signal.SIGKILL)
    up.server.wait()
    wait_until(lambda: not any(map(alive, family.values())), "the children to end")
