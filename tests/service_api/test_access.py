"""Which keys open the published API, and what stands behind them."""

from __future__ import annotations

import httpx
import pytest

from tests.processes import wait_until
from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import chat_app, workflow_app

pytestmark = pytest.mark.processes


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Basic YTpi",
        "Bearer app-" + "x" * 32,
        "Bearer dataset-x",
        "app-x",
        b"Bearer app-\xff\xfe",
        "Bearer " + "x" * 5_000,
    ],
)
@pytest.mark.parametrize("path", ["/v1/info", "/v1/conversations", "/v1/workflows/run/1"])
def test_a_call_needs_a_key_that_exists(chat: Client, header: str | bytes | None, path: str) -> None:
    reply = httpx.get(chat.url + path, headers={} if header is None else {"Authorization": header}, timeout=30)
    refused(reply, 401, "unauthorized")
    assert reply.headers["www-authenticate"] == 'Bearer realm="api"'


def test_the_scheme_may_be_written_in_any_case(chat: Client) -> None:
    assert chat.call("GET", "/v1/info", headers={"Authorization": f"bEARER {chat.key}"}).status_code == 200


def test_keys_of_other_kinds_open_nothing(service: Service, chat: Client) -> None:
    dataset = service.installation.manage("create_key", "--workspace", "Acme", "--type", "dataset").strip()
    assert dataset.startswith("dataset-")
    refused(Client(chat.url, dataset).get("/v1/info"), 401, "unauthorized")
    assert service.token.startswith("pat-")
    refused(Client(chat.url, service.token).chat(), 401, "unauthorized")


def test_a_revoked_key_closes(service: Service, chat_app_id: str, chat: Client) -> None:
    key = service.key(chat_app_id)
    client = Client(chat.url, key["key"])
    assert client.get("/v1/info").status_code == 200
    service.console("DELETE", f"apps/{chat_app_id}/keys/{key['id']}")
    refused(client.get("/v1/info"), 401, "unauthorized")
    refused(client.chat(), 401, "unauthorized")


def test_the_api_of_an_app_can_be_switched_off(service: Service) -> None:
    app_id = service.app(chat_app())
    client = service.client(app_id)
    assert client.get("/v1/info").status_code == 200
    service.console("PATCH", f"apps/{app_id}", json={"api_enabled": False})
    wait_until(lambda: client.get("/v1/info").status_code == 403, "the API to be off")
    refused(client.chat(), 403, "forbidden")
    refused(client.get("/v1/conversations", user="ann"), 403, "forbidden")
    service.console("PATCH", f"apps/{app_id}", json={"api_enabled": True})
    assert client.get("/v1/info").status_code == 200


def test_a_deleted_app_is_gone(service: Service) -> None:
    app_id = service.app(workflow_app())
    client = service.client(app_id)
    assert client.get("/v1/info").status_code == 200
    service.console("DELETE", f"apps/{app_id}")
    wait_until(lambda: client.get("/v1/info").status_code != 200, "the app to be gone")
    assert client.run().status_code in (401, 403)


def test_an_app_that_was_never_published(service: Service) -> None:
    client = service.client(service.app(chat_app(), publish=False))
    refused(client.get("/v1/parameters"), 400, "app_unavailable")
    refused(client.chat(), 400, "app_unavailable")


def test_the_wrong_route_for_the_mode(chat: Client, flow: Client) -> None:
    refused(flow.chat(), 400, "not_chat_app")
    refused(flow.post("/v1/chat-messages/x/stop", {"user": "ann"}), 400, "not_chat_app")
    refused(chat.run(), 400, "not_workflow_app")
    refused(chat.post("/v1/workflows/tasks/x/stop", {"user": "ann"}), 400, "not_workflow_app")


def test_one_app_cannot_see_the_runs_and_chats_of_another(service: Service, chat: Client, flow: Client) -> None:
    other_chat, other_flow = service.client(service.app(chat_app())), service.client(service.app(workflow_app()))
    talk = chat.chat().json()
    run_id = flow.run().json()["workflow_run_id"]
    refused(other_chat.chat(conversation_id=talk["conversation_id"]), 404, "not_found")
    refused(other_chat.get("/v1/messages", user="ann", conversation_id=talk["conversation_id"]), 404, "not_found")
    refused(other_flow.get(f"/v1/workflows/run/{run_id}"), 404, "not_found")
    refused(other_flow.get(f"/v1/workflow/{run_id}/events", user="ann"), 404, "not_found")
    assert other_chat.get("/v1/conversations", user="ann").json()["data"] == []


def test_callers_get_the_published_version_or_the_one_they_name(service: Service) -> None:
    document = workflow_app()
    document["workflow"]["graph"]["nodes"][2]["data"]["template"] = "first: {{ text }}"
    app_id = service.app(document)
    client = service.client(app_id)
    first = client.run().json()["data"]
    draft = service.console("GET", f"apps/{app_id}/draft")
    draft["document"]["graph"]["nodes"][2]["data"]["template"] = "second: {{ text }}"
    change = {"document": draft["document"], "base_revision": draft["revision"]}
    service.console("PUT", f"apps/{app_id}/draft", json=change)
    assert client.run().json()["data"]["outputs"]["text"].startswith("first: "), "a draft is nobody's business"
    service.console("POST", f"apps/{app_id}/versions", json={"name": "", "note": ""})
    second = wait_until(lambda: (d := client.run().json()["data"])["workflow_id"] != first["workflow_id"] and d, "the new version")
    assert second["outputs"]["text"].startswith("second: ")
    assert client.run(workflow_id=first["workflow_id"]).json()["data"]["outputs"]["text"].startswith("first: ")
    refused(client.run(workflow_id=app_id), 404, "not_found")
