"""An app that was used."""

from __future__ import annotations

import pytest

from backend.studio.models import App, Version
from tests.backend.insights.rows import FLOW, Used
from tests.factories import World


@pytest.fixture
def used(world: World) -> Used:
    """A chat app with a published version that nobody has used yet."""
    app = App.unscoped.create(workspace=world.workspace, name="Harbour Guide", mode="advanced-chat", created_by=world.alice)
    version = Version.unscoped.create(workspace=world.workspace, app=app, number=3, document=FLOW, digest="d")
    return Used(world, app, version)
