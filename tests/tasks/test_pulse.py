"""Heartbeat and reaper: conditional writes by the database's clock."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from backend.core.ids import uuid7
from backend.runs.models import Run, Worker
from tests.backend.runs.conftest import Ground, make_ground
from workers.tasks.pulse import beat, requeue_orphans, unclaimed

pytestmark = pytest.mark.django_db

DEAD_AFTER = timedelta(seconds=8)


def a_run(ground: Ground, state: str, owner: str = "", age_s: float = 60, **fields: object) -> UUID:
    given = {"workspace": ground.world.workspace, "app": ground.app, "version": ground.version, "mode": "workflow", "source": "api"}
    run = Run.unscoped.create(**{**given, "state": state, "owner": owner, **fields})
    Run.unscoped.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(seconds=age_s))
    return run.pk


def a_worker(name: str, silent_s: float) -> None:
    Worker.objects.create(id=name, host="here", seen_at=timezone.now() - timedelta(seconds=silent_s))


@pytest.fixture
def ground(db: None) -> Ground:
    return make_ground()


def test_runs_of_silent_and_of_forgotten_workers_go_back(ground: Ground) -> None:
    a_worker("alive", 2)
    a_worker("dead", 20)
    kept = a_run(ground, "running", "alive", epoch=1)
    orphans = {a_run(ground, "running", "dead", epoch=1, attempts=1), a_run(ground, "running", "never heard of")}
    done = a_run(ground, "succeeded", "")
    assert requeue_orphans(DEAD_AFTER) == 2
    assert set(Run.unscoped.filter(state="queued", owner="").values_list("pk", flat=True)) == orphans
    assert Run.unscoped.get(pk=kept).owner == "alive"
    assert Run.unscoped.get(pk=done).state == "succeeded"
    assert requeue_orphans(DEAD_AFTER) == 0


def test_the_oldest_waiting_runs_come_first_and_new_ones_are_left_to_their_message(ground: Ground) -> None:
    a_run(ground, "queued", age_s=0)
    a_run(ground, "running", "w")
    middle, oldest = a_run(ground, "queued", age_s=30), a_run(ground, "queued", age_s=90)
    assert unclaimed(10) == [oldest, middle]
    assert unclaimed(1) == [oldest]


def test_a_heartbeat_is_one_row_that_moves(ground: Ground) -> None:
    a_worker("w1", 30)
    a_worker("ancient", 3 * 86_400)
    beat("w1")
    beat("w2")
    beat("w2")
    ages = {row.pk: timezone.now() - row.seen_at for row in Worker.objects.all()}
    assert set(ages) == {"w1", "w2"}
    assert max(ages.values()) < timedelta(seconds=8)
    assert str(uuid7()) not in ages
