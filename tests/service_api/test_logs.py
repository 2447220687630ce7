"""What programs look up: logs of workflows, end users, versions by name."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.scenarios.flows import chatflow, node
from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import FLOW_MODEL, workflow_app

pytestmark = pytest.mark.processes


def test_logs_of_a_workflow_are_found(service: Service, chat: Client, provider: FakeProvider) -> None:
    client = service.client(service.app(workflow_app()))
    provider.script(FLOW_MODEL, 'Black tea, called "红茶".', "Green herb.", Reply(status=400, error="No."))
    began = dt.datetime.now(dt.UTC)
    black = client.run(user="ann", inputs={"topic": "leaves"}).json()
    client.run(user="bob", inputs={"topic": "100%"})
    client.run(user="bob", inputs={"topic": "bark"})

    def topics(**query: object) -> list[str]:
        body = client.get("/v1/workflows/logs", **query).json()
        return [row["created_by_end_user"]["session_id"] + " " + row["workflow_run"]["status"] for row in body["data"]]

    page = client.get("/v1/workflows/logs", limit=2).json()
    assert page.keys() == {"page", "limit", "total", "has_more", "data"}
    assert (page["page"], page["limit"], page["total"], page["has_more"]) == (1, 2, 3, True)
    assert topics() == ["bob failed", "bob succeeded", "ann succeeded"]
    row = client.get("/v1/workflows/logs", keyword="black TEA").json()["data"][0]
    assert row.keys() == {
        *("id", "workflow_run", "created_from", "created_by_role", "created_by_account", "created_by_end_user", "created_at", "details")
    }
    run = row["workflow_run"]
    assert run.keys() == {
        *("id", "version", "status", "error", "elapsed_time", "total_tokens", "total_steps", "created_at", "finished_at"),
        *("exceptions_count", "triggered_from"),
    }
    assert (run["id"], run["version"], run["error"]) == (black["workflow_run_id"], "1", None)
    assert (row["created_from"], row["created_by_role"], row["created_by_account"]) == ("service-api", "end_user", None)
    assert row["created_by_end_user"].keys() == {"id", "type", "is_anonymous", "session_id"}
    assert topics(status="failed") == ["bob failed"]
    assert topics(keyword="leaves") == topics(keyword='called "红茶"') == ["ann succeeded"]
    assert topics(keyword="100%") == ["bob succeeded"], "a percent sign is no wildcard"
    assert topics(keyword=black["workflow_run_id"]) == ["ann succeeded"]
    assert topics(created_by_end_user_session_id="ann") == ["ann succeeded"]
    assert topics(created_at__before=began.isoformat()) == []
    assert len(topics(created_at__after=began.isoformat())) == 3
    assert topics(created_by_account="alice@example.com") == []
    assert chat.get("/v1/workflows/logs").json()["data"] == []
    user = row["created_by_end_user"]
    found = client.get(f"/v1/end-users/{user['id']}").json()
    assert found.keys() == {
        *("id", "tenant_id", "app_id", "type", "external_user_id", "name", "is_anonymous", "session_id", "created_at", "updated_at")
    }
    assert (found["type"], found["session_id"], found["is_anonymous"], found["tenant_id"]) == (
        *("service-api", "ann", False),
        service.workspace,
    )
    refused(chat.get(f"/v1/end-users/{user['id']}"), 404, "end_user_not_found")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "lost"}, "status"),
        ({"created_at__before": "yesterday"}, "created_at__before"),
        ({"created_at__after": "2026-13-01T00:00:00Z"}, "created_at__after"),
        ({"created_by_account": "nobody@example.com"}, "created_by_account"),
        ({"page": "100000"}, "page"),
        ({"limit": "101"}, "limit"),
    ],
)
def test_wrong_questions_about_logs(flow: Client, query: dict[str, str], field: str) -> None:
    refused(flow.get("/v1/workflows/logs", **query), 400, "invalid_param", field)


def test_a_version_is_run_by_its_id(service: Service, chat: Client) -> None:
    def saying(text: str) -> dict[str, object]:
        document = chatflow(
            node("start", "start", variables=[]),
            node("frame", "template-transform", template=text, variables=[]),
            node("end", "end", outputs=[{"variable": "text", "value_selector": ["frame", "output"]}]),
        )
        document["app"] |= {"name": "Versions", "mode": "workflow"}
        return document

    app_id = service.app(saying("old"))
    draft = service.console("GET", f"apps/{app_id}/draft")
    body = {"document": saying("new")["workflow"], "base_revision": draft["revision"]}
    service.console("PUT", f"apps/{app_id}/draft", json=body)
    service.console("POST", f"apps/{app_id}/versions", json={"name": "", "note": ""})
    client = service.client(app_id)
    old = min(service.console("GET", f"apps/{app_id}/versions"), key=lambda version: version["number"])["id"]
    assert client.run(inputs={}).json()["data"]["outputs"] == {"text": "new"}
    path = f"/v1/workflows/{old}/run"
    reply = client.post(path, client.body()).json()
    assert (reply["data"]["outputs"], reply["data"]["workflow_id"]) == ({"text": "old"}, old)
    with client.run_stream(path, inputs={}) as stream:
        assert stream.rest()[-1]["data"]["outputs"] == {"text": "old"}
    refused(client.post(f"/v1/workflows/{uuid.uuid4()}/run", client.body()), 404, "not_found")
    refused(client.post("/v1/workflows/latest/run", client.body()), 400, "bad_request")
    refused(chat.post(path, chat.body()), 400, "not_workflow_app")
