"""The OpenAPI document of an app: whole, true to the routes, with examples that work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from backend.service_api.urls import _ROUTES, resolve
from tests.fakes.provider import FakeProvider
from tests.service_api.api import Client, Json, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import CHAT_MODEL, chat_app, workflow_app
from tests.service_api.test_simple_apps import app_file

pytestmark = pytest.mark.processes
SPOKEN = {"speech_to_text": {"enabled": True}, "text_to_speech": {"enabled": True}}


@pytest.fixture(scope="session")
def clients(service: Service) -> dict[str, Client]:
    talking = chat_app()
    talking["workflow"]["features"] |= SPOKEN
    talking["workflow"]["conversation_variables"] = [{"id": "v", "name": "tone", "value_type": "string", "value": "kind"}]
    files = {"chat": talking, "workflow": workflow_app(), "completion": app_file("completion"), "agent": app_file("agent-chat")}
    return {name: service.client(service.app(document)) for name, document in files.items()}


def refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for item in value.values():
            yield from refs(item)
    elif isinstance(value, list):
        for item in value:
            yield from refs(item)


def operations(document: Json) -> list[tuple[str, str, Json]]:
    return [(method, path, one) for path, methods in document["paths"].items() for method, one in methods.items()]


def test_the_documents_are_whole_and_name_every_route_of_an_app(clients: dict[str, Client]) -> None:
    told: set[tuple[str, str]] = set()
    for client in clients.values():
        document = client.get("/v1/openapi.json").json()
        assert document["openapi"] == "3.1.0"
        known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
        assert set(refs(document)) <= known
        found = operations(document)
        assert len({one["operationId"] for *_, one in found}) == len(found)
        for method, path, one in found:
            view, _ = resolve(method.upper(), "/v1" + path.replace("{", "").replace("}", ""))
            told.add((method.upper(), view.__name__))
            named = {row["name"] for row in one["parameters"] if row["in"] == "path"}
            assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}
    routes = {
        (method, view.__name__) for method, path, view in _ROUTES if path.startswith("/v1/") and "openapi" not in path and path != "/v1/"
    }
    assert routes - told == {("GET", "form"), ("POST", "answer"), ("POST", "pin")}, (
        "forms only where a flow asks people; pins are for pages"
    )


def test_the_inputs_are_the_apps_own(clients: dict[str, Client]) -> None:
    document = clients["workflow"].get("/v1/openapi.json").json()
    content = document["paths"]["/workflows/run"]["post"]["requestBody"]["content"]["application/json"]
    inputs = content["schema"]["properties"]["inputs"]
    assert inputs["required"] == ["topic"]
    assert inputs["properties"]["topic"] == {"title": "Topic", "type": "string", "maxLength": 20}
    assert inputs["properties"]["style"]["enum"] == ["short", "long"]
    assert inputs["properties"]["count"] == {"title": "Count", "type": "number", "default": 3}
    assert inputs["properties"]["photo"]["$ref"] == "#/components/schemas/InputFile"
    assert content["example"]["inputs"]["topic"] == "Topic"
    chat = clients["chat"].get("/v1/openapi.json").json()
    assert chat["info"]["title"] == "Chat"
    assert "`tone` (string)" in chat["paths"]["/conversations/{conversation_id}/variables/{variable_id}"]["put"]["description"]
    agent = clients["agent"].get("/v1/openapi.json").json()
    body = agent["paths"]["/chat-messages"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["response_mode"]["enum"] == ["streaming"]


@pytest.mark.parametrize(
    ("name", "path"), [("chat", "/chat-messages"), ("completion", "/completion-messages"), ("agent", "/chat-messages")]
)
def test_the_example_can_be_sent_as_it_is(clients: dict[str, Client], provider: FakeProvider, name: str, path: str) -> None:
    provider.script(CHAT_MODEL, "Fine.")
    client = clients[name]
    body = client.get("/v1/openapi.json").json()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert client.post(f"/v1{path}", body).status_code == 200
    with client.stream("POST", f"/v1{path}", {**body, "response_mode": "streaming"}) as stream:
        assert "error" not in [event["event"] for event in stream.rest()]


def test_members_get_it_in_the_console_and_others_do_not(service: Service, flow_app_id: str, flow: Client) -> None:
    found = service.console("GET", f"apps/{flow_app_id}/openapi.json")
    assert found == flow.get("/v1/openapi.json").json()
    refused(Client(flow.url, "app-nothing").get("/v1/openapi.json"), 401, "unauthorized")
    draft = service.app(workflow_app(), publish=False)
    with pytest.raises(AssertionError, match="app_not_published"):
        service.console("GET", f"apps/{draft}/openapi.json")
