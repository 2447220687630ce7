"""What tests of runs stand on: an app with a version, and the session's Valkey, emptied."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from backend.core.redis import async_client, sync_client
from backend.runs.accept import forget_users
from backend.runs.services import RunSpec
from backend.studio.models import App, Version
from tests.backend.studio.flows import WORKFLOW
from tests.factories import World, make_world

FLOW = {"graph": {"nodes": [], "edges": []}}


@dataclass(frozen=True)
class Ground:
    """A workspace with an app of which a version can be run."""

    world: World
    app: App
    version: Version

    def spec(self, **fields: object) -> RunSpec:
        given = {"mode": "advanced-chat", "source": "api", "inputs": {}, "query": "hello", "end_user_session": "u1", **fields}
        return RunSpec(workspace_id=self.world.workspace.pk, app_id=self.app.pk, version_id=self.version.pk, **given)  # type: ignore[arg-type]


def make_ground() -> Ground:
    """Make the rows."""
    world = make_world()
    app = App.unscoped.create(workspace=world.workspace, name="App", mode="advanced-chat", created_by=world.alice)
    version = Version.unscoped.create(workspace=world.workspace, app=app, number=1, document=WORKFLOW, digest="d")
    forget_users()
    return Ground(world, app, version)


@pytest.fixture
def ground(transactional_db: None, valkey: str) -> Ground:
    """The rows, visible to other threads, and an empty queue."""
    sync_client().flushall()
    return make_ground()


@pytest_asyncio.fixture
async def streams(valkey: str) -> AsyncIterator[None]:
    """An empty Redis for logs without rows."""
    await async_client().flushall()
    yield
