"""Runs that wait for people outlive everything: the worker, Redis, the time limit of the form. Real processes throughout."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes import Installation, wait_until
from tests.scenarios import forms

FAST = {"WORKER_HEARTBEAT_S": "0.3", "WORKER_DEAD_S": "1.5", "WORKER_DRAIN_S": "0"}
APPS = {"approval": forms.approval, "two": forms.two_forms, "each": forms.each_item}

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Prepared:
    """A data folder with one app per document; `keys` are theirs by name."""

    folder: Path
    keys: dict[str, str]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    installation = Installation(tmp_path_factory.mktemp("prepared"))
    installation.start_valkey()
    installation.prepare()
    keys = {name: installation.import_app(document())["api_key"] for name, document in APPS.items()}
    installation.stop()
    return Prepared(installation.folder, keys)


@dataclass
class Desk:
    """An installation, used through one app's key."""

    installation: Installation
    key: str

    def call(self, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.request(method, f"{self.installation.url}/v1/{path}", headers=headers, timeout=60, **given)

    def begin(self, inputs: dict[str, Any] | None = None) -> str:
        body = {"inputs": inputs or {}, "user": "u", "response_mode": "async"}
        reply = self.call("POST", "workflows/run", json=body)
        assert reply.status_code == 202, reply.text
        found: str = reply.json()["workflow_run_id"]
        return found

    def state(self, run_id: str) -> str:
        found: str = self.installation.scalar("SELECT state FROM runs_run WHERE id = ?", run_id.replace("-", ""))
        return found

    def wait_for(self, run_id: str, state: str) -> dict[str, Any]:
        wait_until(lambda: self.state(run_id) == state, f"the run to be {state}")
        found: dict[str, Any] = self.call("GET", f"workflows/run/{run_id}").json()
        return found

    def frames(self, run_id: str) -> list[dict[str, Any]]:
        """What a client that comes back is told of a run that waits."""
        with httpx.stream(
            "GET",
            f"{self.installation.url}/v1/workflow/{run_id}/events?user=u",
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=60,
        ) as response:
            return [json.loads(line[5:]) for line in response.iter_lines() if line.startswith("data:")]

    def token(self, run_id: str, content: str = "") -> str:
        reasons = self.frames(run_id)[-1]["data"]["reasons"]
        return next(str(reason["form_token"]) for reason in reasons if content in reason["form_content"])

    def answer(self, token: str, note: str) -> httpx.Response:
        return self.call("POST", f"form/human_input/{token}", json={"inputs": {"note": note}, "action": "approve", "user": "boss"})

    def waiting(self, run_id: str, forms: int) -> None:
        def open_forms() -> bool:
            count = self.installation.scalar(
                "SELECT count(*) FROM runs_humanform WHERE run_id = ? AND status = 'waiting'", run_id.replace("-", "")
            )
            return bool(count == forms) and self.state(run_id) == "paused"

        wait_until(open_forms, f"{forms} open forms")


@pytest.fixture
def desk(install: Callable[..., Installation], prepared: Prepared) -> Callable[[str], Desk]:
    def make(app: str) -> Desk:
        installation = install(like=prepared.folder, **FAST)
        installation.start_valkey()
        installation.start_web()
        return Desk(installation, prepared.keys[app])

    return make


def kill(desk: Desk) -> None:
    for server in desk.installation.servers:
        if server.name == "worker" and server.alive:
            server.kill()


@pytest.mark.parametrize("flushed", [False, True], ids=["log", "flushed"])
def test_worker_killed_and_restarted_between_question_and_answer(desk: Callable[[str], Desk], flushed: bool) -> None:
    here = desk("approval")
    here.installation.start_worker()
    run_id = here.begin()
    here.wait_for(run_id, "paused")
    kill(here)
    if flushed:
        with closing(here.installation.redis()) as client:
            client.flushall()
    token = here.token(run_id)
    assert here.answer(token, "ship").status_code == 200, "no worker is needed to take an answer"
    assert here.answer(token, "again").status_code == 412
    assert here.state(run_id) == "queued"
    here.installation.start_worker()
    body = here.wait_for(run_id, "succeeded")
    assert (body["outputs"], body["total_steps"]) == ({"said": "ship"}, 3)
    rows = here.installation.rows("SELECT node_id, attempt FROM runs_noderun WHERE run_id = ? ORDER BY seq", run_id.replace("-", ""))
    assert rows == [("start", 1), ("human", 1), ("yes", 1)]


def test_silence_is_noticed_also_by_a_worker_that_was_not_there(desk: Callable[[str], Desk]) -> None:
    here = desk("approval")
    here.installation.start_worker()
    run_id = here.begin()
    here.wait_for(run_id, "paused")
    kill(here)
    token = here.token(run_id)
    with closing(sqlite3.connect(here.installation.folder / "tidemill.sqlite3", timeout=20)) as database, database:
        database.execute("UPDATE runs_humanform SET expires_at = '2020-01-01 00:00:00'")
    assert here.answer(token, "late").json()["code"] == "human_input_form_expired"
    here.installation.start_worker()
    assert here.wait_for(run_id, "succeeded")["outputs"] == {"said": "late"}


def test_two_forms_beside_a_branch_that_needs_nobody(desk: Callable[[str], Desk]) -> None:
    here = desk("two")
    here.installation.start_worker()
    run_id = here.begin()
    here.waiting(run_id, 2)
    done = here.installation.rows("SELECT node_id FROM runs_noderun WHERE run_id = ? ORDER BY seq", run_id.replace("-", ""))
    assert done == [("start",), ("alone",)]
    assert here.answer(here.token(run_id, "B"), "b").status_code == 200
    here.waiting(run_id, 1)
    assert here.answer(here.token(run_id, "A"), "a").status_code == 200
    assert here.wait_for(run_id, "succeeded")["outputs"] == {"a": "a", "b": "b", "alone": "alone"}


def test_every_item_of_an_iteration_and_a_new_worker_each_time(desk: Callable[[str], Desk]) -> None:
    here = desk("each")
    run_id = here.begin({"items": {"list": ["one", "two", "three"]}})
    for item in ("one", "two", "three"):
        here.installation.start_worker()
        here.waiting(run_id, 1)
        kill(here)
        with closing(here.installation.redis()) as client:
            client.delete(f"run:{run_id}")
        assert here.answer(here.token(run_id, item), item.upper()).status_code == 200
    here.installation.start_worker()
    assert here.wait_for(run_id, "succeeded")["outputs"] == {"all": ["ONE", "TWO", "THREE"]}
    steps = here.installation.rows(
        "SELECT path FROM runs_noderun WHERE run_id = ? AND node_id = 'before' ORDER BY seq", run_id.replace("-", "")
    )
    assert steps == [("each:0",), ("each:1",), ("each:2",)], "no finished step ran again"


def test_stopped_while_nobody_works(desk: Callable[[str], Desk]) -> None:
    here = desk("approval")
    here.installation.start_worker()
    run_id = here.begin()
    here.wait_for(run_id, "paused")
    token = here.token(run_id)
    kill(here)
    assert here.call("POST", f"workflows/tasks/{run_id}/stop", json={"user": "u"}).status_code == 200
    assert here.wait_for(run_id, "stopped")["status"] == "stopped"
    assert here.answer(token, "x").json()["code"] == "human_input_form_expired"
    assert [frame["event"] for frame in here.frames(run_id)] == ["workflow_finished"]
