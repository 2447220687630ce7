"""A supervisor in this process, on a loop of its own, with the scripted provider behind its models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync

from backend.core.redis import sync_client
from backend.llm import services as llm
from backend.runs.models import Run
from backend.runs.services import run_start
from backend.studio.models import App, Version
from tests.backend.runs.conftest import Ground, make_ground
from tests.fakes.provider import FakeProvider
from tests.processes import wait_until
from tests.scenarios.flows import two_models
from workers.tasks.loop import LoopThread
from workers.tasks.supervisor import Supervisor


@dataclass
class Shop:
    """A workspace whose app asks two models, and a worker without Celery."""

    ground: Ground
    loop: LoopThread
    provider: FakeProvider

    def supervisor(self, capacity: int = 10, name: str = "w1") -> Supervisor:
        async def make() -> Supervisor:
            return Supervisor(name, capacity)

        return self.loop.submit(make()).result(10)

    def start(self, **fields: Any) -> UUID:
        return async_to_sync(run_start)(self.ground.spec(**fields)).run_id

    def offer(self, supervisor: Supervisor, *ids: UUID) -> None:
        self.loop.call(supervisor.offer, ids)

    def drain(self, supervisor: Supervisor, within_s: float = 0) -> None:
        self.loop.submit(supervisor.drain(within_s)).result(30)

    def wait_for(self, run_id: UUID, state: str) -> Run:
        wait_until(lambda: Run.unscoped.get(pk=run_id).state == state, f"the run to be {state}")
        return Run.unscoped.get(pk=run_id)


@pytest.fixture
def shop(transactional_db: None, valkey: str, provider: FakeProvider) -> Iterator[Shop]:
    sync_client().flushall()
    ground = make_ground()
    fields = {"base_url": provider.url, "api_key": "sk-test"}
    models = [{"name": name, "type": "llm"} for name in ("first", "second")]
    llm.credential_create(
        workspace=ground.world.workspace, user=None, provider="openai-compatible", fields=fields, name="Scripted", models=models
    )
    Version.unscoped.filter(pk=ground.version.pk).update(document=two_models()["workflow"])
    App.unscoped.filter(pk=ground.app.pk).update(published=ground.version)
    provider.script("first", "one")
    provider.script("second", "two")
    loop = LoopThread()
    yield Shop(ground, loop, provider)
    loop.call(loop.loop.stop)
