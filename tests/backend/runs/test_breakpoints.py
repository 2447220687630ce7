"""Test runs that stand at breakpoints: who may let them go on, when, and how long they stand."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from backend.core.redis import sync_client
from backend.core.writer import writer
from backend.runs.breakpoints import run_continue, runs_held_too_long
from backend.runs.claims import CLAIM, PAUSE, Pausing
from backend.runs.models import Run
from backend.runs.services import run_start, run_stop
from tests.backend.runs.conftest import Ground
from tests.backend.studio import flows
from tests.factories import client
from workers.engine.events import RunPaused

HELD = {"type": "breakpoint", "node_id": "b", "path": "it:0", "title": "B", "node_type": "llm", "variables": []}
FORM = {"type": "human_input_required", "node_id": "f", "path": "", "form_id": str(uuid.uuid4())}


def standing(ground: Ground, *reasons: dict[str, Any], **given: Any) -> Run:
    """A test run that pauses."""
    debug = {"breakpoints": ["b"], "stepping": False, "released": []}

    async def make() -> uuid.UUID:
        run_id = (await run_start(ground.spec(**{"source": "debug", "debug": debug, **given}))).run_id
        run = await writer.write(CLAIM, (run_id, "w"))
        assert run is not None
        assert run.debug == given.get("debug", debug)
        event = RunPaused(seq=9, at=1.0, reasons=list(reasons))
        assert await writer.write(PAUSE, Pausing(run.claim, run.workspace_id, event)) == "paused"
        return run_id

    return Run.unscoped.get(pk=async_to_sync(make)())


def test_the_run_goes_on_with_other_breakpoints_and_back_into_the_queue(ground: Ground) -> None:
    run = standing(ground, HELD)
    assert run.held_until is not None
    url = f"{ground.world.url}/runs/{run.pk}/continue"
    sync_client().flushall()
    bob = client(ground.world.bob)
    assert bob.post(url, {"mode": "step", "breakpoints": ["x", "x", "y"]}).status_code == 202
    run = Run.unscoped.get(pk=run.pk)
    assert (run.state, run.held_until) == ("queued", None)
    assert run.debug == {"breakpoints": ["x", "y"], "stepping": True, "released": ["it", "it:0/b"]}
    assert sync_client().keys(), "a worker is told"
    again = bob.post(url, {"mode": "go_on"})
    assert (again.status_code, again.json()["code"], again.json()["details"]) == (409, "run_not_held", {"state": "queued"})


def test_going_on_keeps_the_breakpoints_unless_others_are_given(ground: Ground) -> None:
    run = standing(ground, HELD, FORM)
    run_continue(run=run, mode="go_on")
    run.refresh_from_db()
    assert run.debug == {"breakpoints": ["b"], "stepping": False, "released": ["it", "it:0/b"]}


@pytest.mark.parametrize(("reasons", "given"), [([FORM], {}), ([HELD], {"debug": None})], ids=["only a form", "no debugging"])
def test_a_run_that_waits_for_something_else_does_not_go_on(ground: Ground, reasons: list[dict[str, Any]], given: dict[str, Any]) -> None:
    run = standing(ground, *reasons, **given)
    answer = client(ground.world.alice).post(f"{ground.world.url}/runs/{run.pk}/continue", {"mode": "go_on"})
    assert (answer.status_code, answer.json()["code"]) == (409, "run_not_held")
    run.refresh_from_db()
    assert run.state == "paused"


def test_who_may_let_a_run_go_on(ground: Ground) -> None:
    run = standing(ground, HELD)
    url = f"{ground.world.url}/runs/{run.pk}/continue"
    assert client().post(url, {"mode": "step"}).status_code == 401
    assert client(ground.world.charlie).post(url, {"mode": "step"}).status_code == 404
    assert client(ground.world.member("viewer")).post(url, {"mode": "step"}).status_code == 403
    elsewhere = f"/api/workspaces/{ground.world.elsewhere.pk}/runs/{run.pk}/continue"
    assert client(ground.world.charlie).post(elsewhere, {"mode": "step"}).status_code == 404
    published = async_to_sync(run_start)(ground.spec()).run_id
    assert client(ground.world.alice).post(f"{ground.world.url}/runs/{published}/continue", {"mode": "step"}).status_code == 404
    run.refresh_from_db()
    assert run.state == "paused"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "mode"),
        ({"mode": "run"}, "mode"),
        ({"mode": "step", "breakpoints": "a"}, "breakpoints"),
        ({"mode": "step", "breakpoints": ["a" * 101]}, "breakpoints"),
        ({"mode": "step", "breakpoints": [str(n) for n in range(201)]}, "breakpoints"),
    ],
)
def test_bad_bodies(ground: Ground, body: dict[str, Any], field: str) -> None:
    run = standing(ground, HELD)
    answer = client(ground.world.alice).post(f"{ground.world.url}/runs/{run.pk}/continue", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert field in answer.json()["details"]["fields"]


def test_a_test_run_is_started_with_breakpoints(ground: Ground) -> None:
    alice = client(ground.world.alice)
    url = f"{ground.world.url}/apps/{flows.app(ground.world.workspace, ground.world.alice).id}/runs"

    def debug(**more: Any) -> Any:
        answer = alice.post(url, {"inputs": {"q": "why"}, **more})
        assert answer.status_code == 202, answer.content
        return Run.unscoped.get(pk=answer.json()["id"]).debug

    assert debug() is None
    assert debug(breakpoints=[], stepping=False) is None
    assert debug(breakpoints=["a", "b", "a"]) == {"breakpoints": ["a", "b"], "stepping": False, "released": []}
    assert debug(stepping=True) == {"breakpoints": [], "stepping": True, "released": []}
    refused = alice.post(url, {"inputs": {"q": "why"}, "breakpoints": [1, {}]})
    assert refused.status_code == 400
    assert "breakpoints" in refused.json()["details"]["fields"]


def test_a_run_does_not_stand_for_ever(ground: Ground) -> None:
    run, forms = standing(ground, HELD), standing(ground, FORM)
    assert runs_held_too_long() == []
    Run.unscoped.filter(pk=run.pk).update(held_until=timezone.now() - timedelta(seconds=1))
    assert (runs_held_too_long(), forms.held_until) == ([run.pk], None)
    async_to_sync(run_stop)(run.pk)
    run.refresh_from_db()
    assert (run.state, runs_held_too_long()) == ("stopped", [])
