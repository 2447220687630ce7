"""What the tests of this room share: the scripted provider and a clean gateway."""

from __future__ import annotations

import pytest

from backend.core import egress
from backend.llm import gateway, openai_wire


@pytest.fixture
async def clean_gateway():
    """No cool-downs from earlier tests; the session of this test's loop is closed at its end."""
    gateway.forget_cool_downs()
    openai_wire.forget_refusals()
    yield
    await egress.close()
