"""Test runs that stand at breakpoints, with a worker in this process: let go by steps, taken over by others, never when published."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from backend.core.redis import sync_client
from backend.runs.breakpoints import run_continue
from backend.runs.models import NodeRun, Run
from backend.runs.selectors import run_events
from tests.processes import wait_until
from tests.tasks.conftest import Shop
from workers.engine.events import from_dict
from workers.engine.state import fold


def told(**more: Any) -> dict[str, Any]:
    return {"breakpoints": [], "stepping": False, "released": [], **more}


def held(shop: Shop, run_id: UUID) -> list[str]:
    run = shop.wait_for(run_id, "paused")
    assert (run.owner, run.finished_at) == ("", None), "no worker holds it"
    assert run.pause is not None
    return [reason["node_id"] for reason in run.pause["event"]["reasons"]]


@pytest.mark.parametrize("lost", [False, True], ids=["log", "rows"])
def test_each_step_by_another_worker(shop: Shop, lost: bool) -> None:
    run_id = shop.start(source="debug", end_user_session=None, account_id=shop.ground.world.alice.pk, debug=told(stepping=True))
    stood: list[str] = []
    for number in range(10):
        worker = shop.supervisor(name=f"w{number}")
        shop.offer(worker, run_id)
        wait_until(lambda: Run.unscoped.get(pk=run_id).state in ("paused", "succeeded"), "the next stop")
        shop.drain(worker)
        if Run.unscoped.get(pk=run_id).state == "succeeded":
            break
        stood += held(shop, run_id)
        if lost:
            sync_client().flushall()
        run_continue(run=Run.unscoped.get(pk=run_id), mode="step")
    run = shop.wait_for(run_id, "succeeded")
    nodes = list(NodeRun.objects.filter(run_id=run_id).order_by("index").values_list("node_id", "attempt"))
    assert stood == [node_id for node_id, _ in nodes[1:]]
    assert {attempt for _, attempt in nodes} == {1}
    assert shop.provider.calls == {"first": 1, "second": 1}
    events, _ = run_events(run, "")
    assert fold(from_dict(event) for event in events).status == "succeeded"


def test_a_released_step_that_is_handed_over_goes_on(shop: Shop) -> None:
    run_id = shop.start(
        source="debug", end_user_session=None, account_id=shop.ground.world.alice.pk, debug=told(breakpoints=["first", "second"])
    )
    worker = shop.supervisor()
    shop.offer(worker, run_id)
    assert held(shop, run_id) == ["first"]
    shop.drain(worker)
    run_continue(run=Run.unscoped.get(pk=run_id), mode="go_on")
    Run.unscoped.filter(pk=run_id).update(state="running", owner="gone", epoch=7)  # claimed by a worker that died at once
    Run.unscoped.filter(pk=run_id).update(state="queued", owner="")
    worker = shop.supervisor(name="w2")
    shop.offer(worker, run_id)
    assert held(shop, run_id) == ["second"]
    run_continue(run=Run.unscoped.get(pk=run_id), mode="go_on", breakpoints=[])
    shop.offer(worker, run_id)
    shop.wait_for(run_id, "succeeded")
    shop.drain(worker)


def test_what_is_published_never_stands(shop: Shop) -> None:
    run_id = shop.start(debug=told(stepping=True))
    worker = shop.supervisor()
    shop.offer(worker, run_id)
    shop.wait_for(run_id, "succeeded")
    shop.drain(worker)
