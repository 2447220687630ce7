"""Reading the answer of a short job."""

from __future__ import annotations

import uuid

import pytest

from backend.core import jobs
from tests import factories

pytestmark = pytest.mark.usefixtures("valkey")


def _job(world: factories.World) -> str:
    return jobs.job_start("llm.test_credential", {}, world.workspace.id)


def test_every_member_reads_it_and_no_stranger(world: factories.World) -> None:
    job_id = _job(world)
    seen = {name: client.get(f"{world.url}/jobs/{job_id}").status_code for name, client in world.three()}
    assert seen == {"Alice": 200, "Bob": 200, "Charlie": 404}
    foreign = f"/api/workspaces/{world.elsewhere.id}/jobs/{job_id}"
    assert factories.client(world.charlie).get(foreign).status_code == 404


def test_running_then_succeeded(world: factories.World) -> None:
    job_id, client = _job(world), factories.client(world.bob)
    assert client.get(f"{world.url}/jobs/{job_id}").json() == {"id": job_id, "state": "running", "result": None, "error": None}
    jobs.job_finish(world.workspace.id, job_id, result={"models": []})
    body = client.get(f"{world.url}/jobs/{job_id}?wait=20").json()
    assert (body["state"], body["result"]) == ("succeeded", {"models": []})


def test_failed_says_why(world: factories.World) -> None:
    job_id = _job(world)
    error = {"code": "provider_unauthorized", "message": "The key was refused.", "details": {}}
    jobs.job_finish(world.workspace.id, job_id, error=error)
    body = factories.client(world.bob).get(f"{world.url}/jobs/{job_id}").json()
    assert (body["state"], body["error"]) == ("failed", error)


@pytest.mark.parametrize("wait", ["-1", "1000", "soon"])
def test_wait_is_checked(world: factories.World, wait: str) -> None:
    response = factories.client(world.bob).get(f"{world.url}/jobs/{uuid.uuid4()}?wait={wait}")
    assert (response.status_code, list(response.json()["details"]["fields"])) == (400, ["wait"])
