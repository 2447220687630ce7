"""What callers see while a part of the platform is away: an accepted run or a clear refusal, and nothing lost."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from typing import Any

import httpx
import pytest
from django.db import OperationalError

from backend.service_api import app_views, asgi
from backend.service_api.urls import resolve
from tests.processes import wait_until
from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service


@pytest.mark.processes
def test_with_redis_away_runs_are_accepted_and_executed_later(service: Service, chat: Client, flow: Client) -> None:
    installation = service.installation
    assert installation.valkey is not None
    installation.valkey.kill()
    answers: list[httpx.Response] = []
    waiting = threading.Thread(target=lambda: answers.append(chat.chat("are you there?")))
    try:
        accepted = flow.run(response_mode="async")
        assert accepted.status_code == 202, accepted.text
        run_id = accepted.json()["workflow_run_id"]
        assert flow.get(f"/v1/workflows/run/{run_id}").json()["status"] == "scheduled"
        assert flow.post(f"/v1/workflows/tasks/{run_id}/stop", {"user": "somebody else"}).status_code == 200
        assert chat.get("/v1/conversations", user="ann").status_code == 200
        waiting.start()
    finally:
        installation.start_valkey()
    waiting.join(60)
    assert answers[0].json()["answer"] == "You said: are you there?"
    wait_until(lambda: flow.get(f"/v1/workflows/run/{run_id}").json()["status"] == "succeeded", "the run to be done")


@pytest.mark.processes
def test_a_run_waits_for_a_locked_database(service: Service, flow: Client) -> None:
    lock = sqlite3.connect(service.installation.folder / "tidemill.sqlite3", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    before = lock.execute("SELECT count(*) FROM runs_run").fetchone()[0]
    answers: list[httpx.Response] = []
    waiting = threading.Thread(target=lambda: answers.append(flow.run()))
    waiting.start()
    waiting.join(0.5)
    assert waiting.is_alive()
    assert lock.execute("SELECT count(*) FROM runs_run").fetchone()[0] == before
    lock.execute("ROLLBACK")
    lock.close()
    waiting.join(60)
    assert answers[0].json()["data"]["status"] == "succeeded"


@pytest.mark.parametrize(
    "failure", [OperationalError("database is locked"), OperationalError("database or disk is full"), ZeroDivisionError("!")]
)
async def test_a_failure_behind_a_view_has_the_usual_shape(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    async def view(request: Any) -> Any:
        raise failure

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    monkeypatch.setattr(asgi, "V1", replace(asgi.V1, resolve=lambda method, path: (view, {})))
    scope = {"type": "http", "method": "GET", "path": "/v1/info", "query_string": b"", "headers": []}
    await asgi.public_application(scope, receive, send)
    expected = (503, "service_unavailable") if isinstance(failure, OperationalError) else (500, "internal_server_error")
    reply = httpx.Response(sent[0]["status"], content=sent[1]["body"])
    body = refused(reply, *expected)
    assert str(failure) not in body["message"]


def test_the_table_of_routes_finds_its_views() -> None:
    assert resolve("GET", "/v1/info") == (app_views.info, {})
    assert resolve("POST", "/v1/workflows/tasks/abc/stop")[1] == {"task_id": "abc"}
