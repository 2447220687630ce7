"""The ground every test stands on: an own data folder, an own Valkey, and no way out of this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whitenoise.base import WhiteNoise

from tests.environment import DATA

pytest_plugins = ["tests.factories", "tests.fakes.provider_fixtures"]


_DATABASE_FIXTURES = frozenset({"db", "transactional_db"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where another database than the default one is tested, leave out the tests that touch none."""
    if "TIDEMILL_TEST_DATABASE_URL" not in os.environ:
        return
    kept = [item for item in items if item.get_closest_marker("django_db") or not _DATABASE_FIXTURES.isdisjoint(_fixtures(item))]
    staying = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in staying])
    items[:] = kept


def _fixtures(item: pytest.Item) -> list[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else []


class OutsideWorld(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def _guard(address: Any) -> None:
    if not isinstance(address, tuple):
        return
    host = str(address[0])
    if host in ("localhost", ""):
        return
    try:
        loopback = ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise OutsideWorld(f"tests may only talk to this machine, not to {address!r}")


_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _guard(address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _guard(address)
    return _connect_ex(self, address)


socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]


_scan = WhiteNoise.update_files_dictionary
_scanned: dict[tuple[str, str], dict[str, Any]] = {}


def _scan_once(self: WhiteNoise, root: str, prefix: str) -> None:
    """Every test client loads the middlewares anew; looking through the built studio each time was most of what a request cost."""
    key = (str(root), prefix)
    if key not in _scanned:
        before = set(self.files)
        _scan(self, root, prefix)
        _scanned[key] = {url: file for url, file in self.files.items() if url not in before}
    self.files.update(_scanned[key])


WhiteNoise.update_files_dictionary = _scan_once


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The data folder of this test session."""
    return DATA


@pytest.fixture(scope="session")
def valkey(data_folder: Path) -> Iterator[str]:
    """A real Valkey at settings.REDIS_URL for the whole session; yields that address."""
    from django.conf import settings

    from backend.core.supervisor.valkey import Valkey

    server = Valkey(data_folder / "valkey", settings.VALKEY_SOCKET, settings.ENV.redis_password)
    server.start()
    yield settings.REDIS_URL
    server.stop()
