"""Streaming and blocking tell the same in the end: for every kind of app, for success, failure and stop."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.service_api.api import Client, Json
from tests.service_api.conftest import Service
from tests.service_api.flows import CHAT_MODEL, FLOW_MODEL, chat_app, workflow_app
from tests.service_api.test_simple_apps import INPUTS, app_file

pytestmark = pytest.mark.processes


@dataclass(frozen=True)
class Kind:
    """A kind of app and how it is called."""

    name: str
    path: str
    model: str
    body: Json
    client: Client

    def send(self, mode: str, key: str) -> httpx.Response:
        """Ask for the run that a key stands for; the first asking starts it."""
        return self.client.post(self.path, {**self.body, "user": "ann", "response_mode": mode}, **{"Idempotency-Key": key})

    def stream(self, key: str) -> Any:
        """Do the same and read it frame by frame."""
        return self.client.stream("POST", self.path, {**self.body, "user": "ann", "response_mode": "streaming"}, **{"Idempotency-Key": key})


@pytest.fixture(scope="session")
def kinds(service: Service) -> dict[str, Kind]:
    asked = {"query": "When?", "inputs": {}}
    made: dict[str, tuple[str, str, Json, Json]] = {
        "workflow": ("/v1/workflows/run", FLOW_MODEL, {"inputs": {"topic": "tea"}}, workflow_app()),
        "chatflow": ("/v1/chat-messages", CHAT_MODEL, asked, chat_app()),
        "chat": ("/v1/chat-messages", CHAT_MODEL, {**asked, "inputs": INPUTS}, app_file("chat")),
        "completion": ("/v1/completion-messages", CHAT_MODEL, {"inputs": INPUTS}, app_file("completion")),
    }
    return {
        name: Kind(name, path, model, body, service.client(service.app(document))) for name, (path, model, body, document) in made.items()
    }


def streamed(events: list[Json], name: str) -> Json:
    """Put the end of a stream into the shape of a blocking answer."""
    if name == "workflow":
        return {"data": events[-1]["data"]}
    end, answer = next(event for event in events if event["event"] == "message_end"), ""
    for event in events:
        if event["event"] == "message":
            answer += event["answer"]
    return {"answer": answer, "metadata": end["metadata"], **{key: end[key] for key in ("id", "task_id", "message_id", "created_at")}}


def blocking(body: Json, name: str) -> Json:
    """The part of a blocking answer that a stream tells too."""
    names = ("data",) if name == "workflow" else ("answer", "metadata", "id", "task_id", "message_id", "created_at")
    return {key: body[key] for key in names}


NAMES = ["workflow", "chatflow", "chat", "completion"]


@pytest.mark.parametrize("name", NAMES)
def test_success(kinds: dict[str, Kind], provider: FakeProvider, name: str) -> None:
    kind, key = kinds[name], str(uuid.uuid4())
    provider.script(kind.model, Reply(chunks=("At ", "noon.")))
    with kind.stream(key) as stream:
        events = stream.rest()
    assert streamed(events, name) == blocking(kind.send("blocking", key).json(), name)
    assert stream.names[-1] == ("message_end" if name in ("chat", "completion") else "workflow_finished")
    fresh = kind.send("blocking", str(uuid.uuid4())).json()
    assert blocking(fresh, name).keys() == streamed(events, name).keys()
    assert provider.calls[kind.model] == 2


@pytest.mark.parametrize("name", NAMES)
def test_failure(kinds: dict[str, Kind], provider: FakeProvider, name: str) -> None:
    kind, key = kinds[name], str(uuid.uuid4())
    provider.script(kind.model, Reply(status=400, error="No such parameter."))
    with kind.stream(key) as stream:
        events = stream.rest()
    reply = kind.send("blocking", key)
    if name == "workflow":
        assert (reply.status_code, reply.json()["data"]["status"]) == (200, "failed")
        assert streamed(events, name) == blocking(reply.json(), name)
        return
    [told] = [event for event in events if event["event"] == "error"]
    assert {field: told[field] for field in ("code", "message", "status", "details")} == reply.json()
    assert (reply.status_code, told["code"]) == (400, "completion_request_error")
    assert stream.names[-3:] == ["error", "message_end", "workflow_finished"] or name != "chatflow"
    assert stream.names[-1] == ("workflow_finished" if name == "chatflow" else "error")


@pytest.mark.parametrize("name", NAMES)
def test_stop(kinds: dict[str, Kind], provider: FakeProvider, name: str) -> None:
    kind, key = kinds[name], str(uuid.uuid4())
    provider.script(kind.model, Reply(chunks=("One ", "two ", "three"), hang_after=2, hang_for_s=20))
    with kind.stream(key) as stream:
        begun = stream.until(lambda event: "two " in str(event) or event.get("data", {}).get("title") == "Writer")
        provider.wait_for(1, kind.model)
        task = begun["task_id"]
        path = "/v1/workflows/tasks" if name == "workflow" else kind.path
        assert kind.client.post(f"{path}/{task}/stop", {"user": "ann"}).json() == {"result": "success"}
        events = stream.rest()
    body = kind.send("blocking", key).json()
    assert streamed(events, name) == blocking(body, name)
    assert body["data"]["status"] == "stopped" if name == "workflow" else body["answer"] == "One two "
