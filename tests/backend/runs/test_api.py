"""Runs in the console, asked by an owner, a member and a stranger."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from backend.core.redis import async_client
from backend.core.writer import writer
from backend.runs.claims import CLAIM, FINISH
from backend.runs.log import fields, log_key
from backend.runs.models import Run
from backend.runs.services import run_start
from backend.studio.models import Version
from tests.backend.runs.conftest import Ground
from tests.backend.runs.test_claims import ending, node
from tests.backend.studio import flows
from tests.factories import client, missing_id
from workers.engine.events import RunFinished, RunStarted, dumps


def finished(ground: Ground, **given: Any) -> uuid.UUID:
    """A run that ended, its log lost."""

    async def make() -> uuid.UUID:
        accepted = await run_start(ground.spec(**given))
        run = await writer.write(CLAIM, (accepted.run_id, "w"))
        assert run is not None
        await writer.write(FINISH, ending(run, nodes=[node(3)]))
        return accepted.run_id

    return async_to_sync(make)()


def test_who_may_read_runs(ground: Ground) -> None:
    run_id = finished(ground)
    paths = (f"/apps/{ground.app.pk}/runs", f"/runs/{run_id}", f"/runs/{run_id}/events?after=1-9")
    for path in paths:
        answers = {name: someone.get(ground.world.url + path).status_code for name, someone in ground.world.three()}
        assert answers == {"Alice": 200, "Bob": 200, "Charlie": 404}, path
        assert client().get(ground.world.url + path).status_code == 401
    own = client(ground.world.charlie)
    elsewhere = f"/api/workspaces/{ground.world.elsewhere.pk}"
    for path in paths:
        assert own.get(elsewhere + path).status_code == 404, path
    assert own.post(f"{elsewhere}/runs/{run_id}/stop").status_code == 404


def test_a_viewer_reads_but_does_not_run(ground: Ground) -> None:
    viewer = client(ground.world.member("viewer"))
    run_id = finished(ground)
    assert viewer.get(f"{ground.world.url}/runs/{run_id}").status_code == 200
    assert viewer.post(f"{ground.world.url}/runs/{run_id}/stop").status_code == 403
    assert viewer.post(f"{ground.world.url}/apps/{ground.app.pk}/runs").status_code == 403


def test_the_list_is_newest_first_and_filtered(ground: Ground) -> None:
    first = finished(ground)
    second = async_to_sync(run_start)(ground.spec(source="debug", end_user_session=None, account_id=ground.world.alice.pk)).run_id
    alice = client(ground.world.alice)
    url = f"{ground.world.url}/apps/{ground.app.pk}/runs"
    page = alice.get(url).json()
    assert [run["id"] for run in page["results"]] == [str(second), str(first)]
    assert (page["total"], page["page"], page["limit"]) == (2, 1, 20)
    assert [run["started_by"] for run in page["results"]] == ["Alice", "u1"]
    assert page["results"][1]["answer"] == "42"
    assert [run["id"] for run in alice.get(url + "?state=succeeded").json()["results"]] == [str(first)]
    assert [run["id"] for run in alice.get(url + "?source=debug").json()["results"]] == [str(second)]
    assert "state" in alice.get(url + "?state=odd").json()["details"]["fields"]


def test_one_run_shows_its_flow_and_events_from_the_rows(ground: Ground) -> None:
    run = client(ground.world.alice).get(f"{ground.world.url}/runs/{finished(ground)}").json()
    assert [event["type"] for event in run["events"]] == ["run_started", "node_finished", "answer_replaced", "run_finished"]
    assert (run["cursor"], run["state"], run["answer"], run["version_number"]) == ("1-9", "succeeded", "42", 1)
    assert run["document"]["graph"]["nodes"]


def test_one_run_shows_its_events_from_the_log(ground: Ground) -> None:
    run_id = finished(ground)

    async def write() -> None:
        for event in (RunStarted(seq=1, at=1.0, inputs={"x": 1}), RunFinished(seq=9, at=1.0, status="succeeded", answer="42")):
            await async_client().execute_command("XADD", log_key(run_id), f"1-{event.seq}", *fields(event.type, dumps(event)))

    async_to_sync(write)()
    run = client(ground.world.alice).get(f"{ground.world.url}/runs/{run_id}").json()
    assert [(event["type"], event["seq"]) for event in run["events"]] == [("run_started", 1), ("run_finished", 9)]
    assert run["events"][0]["inputs"] == {"x": 1}


def test_a_test_run_freezes_the_draft(ground: Ground) -> None:
    alice = client(ground.world.alice)
    app = flows.app(ground.world.workspace, ground.world.alice)
    url = f"{ground.world.url}/apps/{app.id}/runs"
    answer = alice.post(url, {"inputs": {"q": "why"}})
    assert answer.status_code == 202, answer.content
    run = answer.json()
    assert (run["state"], run["source"], run["inputs"], run["version_number"]) == ("queued", "debug", {"q": "why"}, None)
    again = alice.post(url, {"inputs": {"q": "why"}}).json()
    assert again["version_id"] == run["version_id"]
    row = Run.unscoped.get(pk=run["id"])
    assert (row.account_id, row.end_user_id, row.message_id) == (ground.world.alice.pk, None, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [({"inputs": {}}, "q"), ({"inputs": {"q": ["no"]}}, "q"), ({"inputs": "no"}, "inputs"), ({"conversation_id": "no"}, "conversation_id")],
)
def test_bad_input_names_the_field(ground: Ground, body: dict[str, Any], field: str) -> None:
    app = flows.app(ground.world.workspace, ground.world.alice)
    answer = client(ground.world.alice).post(f"{ground.world.url}/apps/{app.id}/runs", body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_input"
    assert field in answer.json()["details"]["fields"]
    assert not Run.unscoped.exists()


def test_a_flow_with_errors_does_not_run(ground: Ground) -> None:
    app = flows.app(ground.world.workspace, ground.world.alice, flow=flows.broken())
    answer = client(ground.world.alice).post(f"{ground.world.url}/apps/{app.id}/runs", {"inputs": {"q": "why"}})
    assert (answer.status_code, answer.json()["code"]) == (422, "flow_has_errors")
    assert answer.json()["details"]["problems"]


def test_stop(ground: Ground) -> None:
    run_id = async_to_sync(run_start)(ground.spec()).run_id
    bob = client(ground.world.bob)
    assert bob.post(f"{ground.world.url}/runs/{run_id}/stop").status_code == 202
    assert bob.get(f"{ground.world.url}/runs/{run_id}").json()["state"] == "stopped"
    assert bob.post(f"{ground.world.url}/runs/{run_id}/stop").status_code == 202
    assert bob.post(f"{ground.world.url}/runs/{missing_id()}/stop").status_code == 404


async def test_events_stream_with_ids_and_go_on_from_one(ground: Ground) -> None:
    accepted = await run_start(ground.spec())
    run = await writer.write(CLAIM, (accepted.run_id, "w"))
    assert run is not None
    await writer.write(FINISH, ending(run, nodes=[node(3)]))
    asked = AsyncClient()
    await asyncio.to_thread(asked.force_login, ground.world.alice)
    url = f"{ground.world.url}/runs/{accepted.run_id}/events"
    answer = await asked.get(url, headers={"last-event-id": "1-3"})
    text = b"".join([part async for part in answer.streaming_content]).decode()  # type: ignore[attr-defined]
    assert answer["Content-Type"].startswith("text/event-stream")
    assert [line for line in text.splitlines() if line.startswith(("id:", "event:"))] == [
        *("id: 1-8", "event: answer_replaced"),
        *("id: 1-9", "event: run_finished"),
    ]
    refused = await asked.get(url + "?after=soon")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")


def test_an_old_version_is_run_in_place_of_the_draft(ground: Ground) -> None:
    bob = client(ground.world.bob)
    url = f"{ground.world.url}/apps/{ground.app.pk}"
    ran = bob.post(f"{url}/runs", {"inputs": {"q": "x"}, "query": "Hi", "version_id": str(ground.version.pk)})
    assert ran.status_code == 202, ran.content
    run = Run.unscoped.get(pk=ran.json()["id"])
    assert (run.version_id, run.source, run.account_id) == (ground.version.pk, "debug", ground.world.bob.pk)
    assert bob.delete(f"{url}/versions/{ground.version.pk}").json()["code"] in ("version_live", "version_has_runs")
    broken = Version.unscoped.create(workspace=ground.world.workspace, app=ground.app, name="Draft 2", document=flows.broken(), digest="b")
    refused = bob.post(f"{url}/runs", {"inputs": {}, "version_id": str(broken.pk)})
    assert (refused.status_code, refused.json()["code"]) == (422, "flow_has_errors")
    other = flows.app(ground.world.workspace, name="Other")
    theirs = Version.unscoped.create(workspace=ground.world.workspace, app=other, number=1, document=flows.document(), digest="c")
    assert bob.post(f"{url}/runs", {"version_id": str(theirs.pk)}).status_code == 404
    assert Run.unscoped.filter(app=ground.app).count() == 1
    unrun = Version.unscoped.create(workspace=ground.world.workspace, app=ground.app, name="Draft 4", document=flows.document(), digest="e")
    assert bob.delete(f"{url}/versions/{unrun.pk}").status_code == 204
