"""Forms over HTTP: runs that wait for people, both modes, blocking and streaming, with one answer that wins."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.processes import wait_until
from tests.scenarios import forms as files
from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service

pytestmark = pytest.mark.processes

DEFINITION = {"form_content", "inputs", "resolved_default_values", "user_actions", "expiration_time"}
REQUIRED = {
    *("form_id", "node_id", "node_title", "form_content", "inputs", "actions", "display_in_ui", "form_token", "approval_channels"),
    *("resolved_default_values", "expiration_time"),
}
PAUSED = {
    *("workflow_run_id", "paused_nodes", "outputs", "reasons", "status", "created_at", "elapsed_time", "total_tokens", "total_steps"),
}


@pytest.fixture(scope="module")
def approval(service: Service) -> Client:
    return service.client(service.app(files.approval()))


@pytest.fixture(scope="module")
def chat_approval(service: Service) -> Client:
    return service.client(service.app(files.chat_approval()))


def answer(client: Client, token: str, note: str = "go", action: str = "approve", **more: Any) -> httpx.Response:
    return client.post(f"/v1/form/human_input/{token}", {"inputs": {"note": note}, "action": action, "user": "bob", **more})


def result(client: Client, run_id: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        body: dict[str, Any] = client.get(f"/v1/workflows/run/{run_id}").json()
        return body if body["status"] in ("succeeded", "failed", "stopped") else None

    return wait_until(ended, "the run to end")  # type: ignore[return-value]


def test_a_blocking_workflow_field_by_field(approval: Client) -> None:
    body = approval.run(inputs={}).json()
    assert body.keys() == {"task_id", "workflow_run_id", "data"}
    data = body["data"]
    assert data.keys() == PAUSED | {"id", "workflow_id", "error", "finished_at"}
    assert (data["status"], data["paused_nodes"], data["outputs"], data["total_steps"]) == ("paused", ["human"], {}, 2)
    (reason,) = data["reasons"]
    assert reason.keys() == REQUIRED | {"TYPE"}
    assert (reason["TYPE"], reason["node_title"], reason["display_in_ui"]) == ("human_input_required", "Human", True)
    assert approval.get(f"/v1/workflows/run/{body['task_id']}").json()["status"] == "paused"

    shown = approval.get(f"/v1/form/human_input/{reason['form_token']}").json()
    assert shown.keys() == DEFINITION
    assert shown["form_content"] == "Say it: {{#$output.note#}}"
    assert [row["id"] for row in shown["user_actions"]] == ["approve", "reject"]
    assert shown["inputs"][0]["output_variable_name"] == "note"

    reply = answer(approval, reason["form_token"], "shipped")
    assert (reply.status_code, reply.json()) == (200, {})
    assert result(approval, body["task_id"])["outputs"] == {"said": "shipped"}
    refused(approval.get(f"/v1/form/human_input/{reason['form_token']}"), 412, "human_input_form_submitted")
    refused(answer(approval, reason["form_token"]), 412, "human_input_form_submitted")


def test_a_stream_ends_with_the_pause_and_another_one_goes_on_from_there(approval: Client) -> None:
    with approval.run_stream(inputs={}) as stream:
        first = stream.rest()
    assert stream.names[-2:] == ["human_input_required", "workflow_paused"]
    run_id = first[0]["workflow_run_id"]
    assert first[-1]["data"].keys() == PAUSED
    assert first[-2]["data"].keys() == REQUIRED
    assert first[-1]["data"]["reasons"][0]["form_token"] == first[-2]["data"]["form_token"]

    events = f"/v1/workflow/{run_id}/events?user=ann"
    with approval.stream("GET", events) as again:
        assert [event["event"] for event in again.rest()] == ["human_input_required", "workflow_paused"]
    with approval.stream("GET", f"{events}&include_state_snapshot=true") as whole:
        assert whole.rest() == first
    with approval.stream("GET", f"{events}&continue_on_pause=true") as following:
        following.until(lambda event: event["event"] == "workflow_paused")
        assert answer(approval, first[-2]["data"]["form_token"], "later").status_code == 200
        rest = following.rest()[2:]
    names = [event["event"] for event in rest]
    assert names == ["workflow_started", "human_input_form_filled", "node_finished", "node_started", "node_finished", "workflow_finished"]
    assert rest[0]["data"]["reason"] == "resumption"
    told = rest[1]["data"]
    assert (told["action_id"], told["action_text"], told["submitted_data"]) == ("approve", "Approve", {"note": "later"})
    assert told["rendered_content"] == "Say it: later"
    assert rest[-1]["data"]["outputs"] == {"said": "later"}
    with approval.stream("GET", events) as done:
        assert [event["event"] for event in done.rest()] == ["workflow_finished"]


def test_a_run_that_went_on_is_told_from_its_pause(approval: Client) -> None:
    body = approval.run(inputs={}).json()
    assert answer(approval, body["data"]["reasons"][0]["form_token"], action="reject").status_code == 200
    assert result(approval, body["task_id"])["outputs"] == {"said": "refused"}


def test_a_chat_waits_and_keeps_its_message(chat_approval: Client) -> None:
    body = chat_approval.chat().json()
    assert body["event"] == "workflow_paused"
    assert body.keys() == {
        *("event", "task_id", "id", "message_id", "conversation_id", "mode", "answer", "metadata", "created_at", "workflow_run_id", "data"),
    }
    assert body["answer"] == "Wait. "
    assert body["data"].keys() == PAUSED
    page = {"conversation_id": body["conversation_id"], "user": "ann"}
    (message,) = chat_approval.get("/v1/messages", **page).json()["data"]
    assert (message["status"], message["answer"]) == ("paused", "Wait. ")
    assert [(extra["type"], extra["submitted"]) for extra in message["extra_contents"]] == [("human_input", False)]

    assert answer(chat_approval, body["data"]["reasons"][0]["form_token"], "yes").status_code == 200
    with chat_approval.stream("GET", f"/v1/workflow/{body['workflow_run_id']}/events?user=ann&include_state_snapshot=true") as stream:
        stream.rest()
    wait_until(lambda: chat_approval.get("/v1/messages", **page).json()["data"][0]["status"] == "normal", "the message to be whole")
    (message,) = chat_approval.get("/v1/messages", **page).json()["data"]
    assert message["answer"] == "Wait. You said yes."
    (extra,) = message["extra_contents"]
    assert extra["form_submission_data"]["action_text"] == "Approve"


def test_a_chat_stream(chat_approval: Client) -> None:
    with chat_approval.chat_stream() as stream:
        stream.rest()
    assert stream.names[-2:] == ["human_input_required", "workflow_paused"]
    assert "message_end" not in stream.names
    token, run_id = stream.events[-2]["data"]["form_token"], stream.events[-2]["workflow_run_id"]
    with chat_approval.stream("GET", f"/v1/workflow/{run_id}/events?user=ann&continue_on_pause=1") as following:
        following.until(lambda event: event["event"] == "workflow_paused")
        assert answer(chat_approval, token, "fine").status_code == 200
        following.rest()
    assert {"message_end", "workflow_finished"} <= set(following.names)


def test_two_answers_race(approval: Client) -> None:
    body = approval.run(inputs={}).json()
    token = body["data"]["reasons"][0]["form_token"]
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda note: (note, answer(approval, token, note)), "abcd"))
    won = [note for note, reply in replies if reply.status_code == 200]
    assert len(won) == 1
    for _, reply in replies:
        if reply.status_code != 200:
            refused(reply, 412, "human_input_form_submitted")
    assert result(approval, body["task_id"])["outputs"] == {"said": won[0]}


def test_bad_answers_are_told_by_field_and_the_form_stays_open(approval: Client) -> None:
    body = approval.run(inputs={}).json()
    token = body["data"]["reasons"][0]["form_token"]
    refused(answer(approval, token, action="maybe"), 400, "invalid_form_data", "action")
    refused(answer(approval, token, note=3), 400, "invalid_form_data", "note")  # type: ignore[arg-type]
    refused(answer(approval, token, inputs={}), 400, "invalid_form_data", "note")
    refused(answer(approval, token, inputs="no"), 400, "invalid_form_data", "inputs")
    refused(answer(approval, token, user=None), 400, "invalid_param", "user")
    assert answer(approval, token).status_code == 200


def test_tokens_open_nothing_elsewhere(approval: Client, chat_approval: Client) -> None:
    body = approval.run(inputs={}).json()
    token = body["data"]["reasons"][0]["form_token"]
    for client, wrong in ((chat_approval, token), (approval, token[:-2]), (approval, str(uuid.uuid4()))):
        refused(client.get(f"/v1/form/human_input/{wrong}"), 404, "not_found")
        refused(answer(client, wrong), 404, "not_found")
    refused(httpx.get(f"{approval.url}/v1/form/human_input/{token}"), 401, "unauthorized")
    refused(approval.get(f"/v1/workflow/{body['task_id']}/events", user="bob"), 404, "not_found")
    refused(approval.get(f"/v1/workflow/{body['task_id']}/events", user="ann", continue_on_pause="perhaps"), 400, "invalid_param")


def test_a_paused_run_is_stopped(approval: Client) -> None:
    body = approval.run(inputs={}).json()
    assert approval.post(f"/v1/workflows/tasks/{body['task_id']}/stop", {"user": "ann"}).json() == {"result": "success"}
    assert approval.get(f"/v1/workflows/run/{body['task_id']}").json()["status"] == "stopped"
    refused(answer(approval, body["data"]["reasons"][0]["form_token"]), 412, "human_input_form_expired")


def test_a_form_that_goes_by_mail_alone_shows_no_token(service: Service) -> None:
    methods = [{"id": "m", "type": "email", "enabled": True, "config": {"recipients": {"items": []}, "subject": "S", "body": "{{#url#}}"}}]
    client = service.client(service.app(files.approval(delivery_methods=methods)))
    (reason,) = client.run(inputs={}).json()["data"]["reasons"]
    assert (reason["form_token"], reason["display_in_ui"], reason["approval_channels"]) == (None, False, ["email"])


def test_the_console_lists_forms_and_answers_them(service: Service) -> None:
    app_id = service.app(files.approval())
    run = service.console("POST", f"apps/{app_id}/runs", json={"inputs": {}})
    wait_until(lambda: service.console("GET", f"runs/{run['id']}")["state"] == "paused", "the run to wait")
    (form,) = service.console("GET", f"runs/{run['id']}/forms")
    assert (form["status"], form["node_id"], form["data"]) == ("waiting", "human", {})
    address = f"runs/{run['id']}/forms/{form['id']}"
    with pytest.raises(AssertionError, match="invalid_form_data"):
        service.console("POST", address, json={"action": "nope", "inputs": {"note": ""}})
    told = service.console("POST", address, json={"action": "approve", "inputs": {"note": "ok"}})
    assert (told["status"], told["action"], told["data"], bool(told["answered_by"])) == ("submitted", "approve", {"note": "ok"}, True)
    with pytest.raises(AssertionError, match=r"412 .*human_input_form_submitted"):
        service.console("POST", address, json={"action": "approve", "inputs": {"note": "ok"}})
    wait_until(lambda: service.console("GET", f"runs/{run['id']}")["state"] == "succeeded", "the run to end")
    assert service.console("GET", f"runs/{run['id']}")["outputs"] == {"said": "ok"}
