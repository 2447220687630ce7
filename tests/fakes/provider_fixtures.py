"""Fixtures of the scripted provider; a conftest imports them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.provider import FakeProvider


@pytest.fixture(scope="session")
def provider_server() -> Iterator[FakeProvider]:
    """One scripted provider for the whole session."""
    server = FakeProvider().start()
    yield server
    server.stop()


@pytest.fixture
def provider(provider_server: FakeProvider) -> Iterator[FakeProvider]:
    """The scripted provider, with nothing scripted and nothing recorded."""
    provider_server.reset()
    yield provider_server
    provider_server.release()
