"""What is wrong in a request is named, and leaves nothing behind."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service

pytestmark = pytest.mark.processes

NUL = "a\x00b"


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b'"text"', b"null", b"{'inputs': {}}", b'{"inputs": {}, "user": "\xff"}', b'{"user": "\\ud800"}', b"[" * 5_000],
)
@pytest.mark.parametrize("path", ["/v1/chat-messages", "/v1/chat-messages/x/stop"])
def test_bodies_that_are_no_json_object(chat: Client, raw: bytes, path: str) -> None:
    refused(chat.call("POST", path, content=raw, headers={"Content-Type": "application/json"}), 400, "bad_request")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"user": None}, "user"),
        ({"user": ""}, "user"),
        ({"user": 5}, "user"),
        ({"user": ["ann"]}, "user"),
        ({"query": None}, "query"),
        ({"query": ""}, "query"),
        ({"query": {"text": "hi"}}, "query"),
        ({"inputs": None}, "inputs"),
        ({"inputs": []}, "inputs"),
        ({"inputs": "none"}, "inputs"),
        ({"response_mode": "fast"}, "response_mode"),
        ({"response_mode": 1}, "response_mode"),
        ({"response_mode": ["blocking"]}, "response_mode"),
        ({"conversation_id": "abc"}, "conversation_id"),
        ({"conversation_id": 12}, "conversation_id"),
        ({"workflow_id": "latest"}, "workflow_id"),
        ({"auto_generate_name": "no"}, "auto_generate_name"),
        ({"files": {}}, "files"),
        ({"files": ["x"]}, "files.0"),
        ({"files": [{"type": "scan", "transfer_method": "remote_url", "url": "https://a.example/x"}]}, "files.0.type"),
        ({"files": [{"type": "image", "transfer_method": "ftp"}]}, "files.0.transfer_method"),
        ({"files": [{"type": "image", "transfer_method": "local_file", "upload_file_id": "1"}]}, "files.0.upload_file_id"),
        ({"files": [{"type": "image", "transfer_method": "remote_url", "url": "file:///etc/passwd"}]}, "files.0.url"),
        ({"files": [{"type": "image", "transfer_method": "remote_url"}]}, "files.0.url"),
        ({"files": [{}] * 11}, "files"),
        ({"qery": "hi"}, "qery"),
        ({"graph": {}}, "graph"),
        ({"model_config": {"model": "x"}}, "model_config"),
        ({"inputs": {"tone": "rude"}}, "tone"),
        ({"inputs": {"tone": 3}}, "tone"),
        ({"inputs": {"place": "x" * 11}}, "place"),
        ({"inputs": {"place": {"a": 1}}}, "place"),
    ],
)
def test_wrong_fields_of_a_chat(chat: Client, changed: dict[str, Any], field: str) -> None:
    body = refused(chat.chat(**changed), 400, "invalid_param", field)
    assert field.split(".")[-1] in body["message"]


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({}, "topic"),
        ({"topic": ""}, "topic"),
        ({"topic": None}, "topic"),
        ({"topic": 12}, "topic"),
        ({"topic": "x" * 21}, "topic"),
        ({"topic": "tea", "style": "medium"}, "style"),
        ({"topic": "tea", "count": "many"}, "count"),
        ({"topic": "tea", "count": "NaN"}, "count"),
        ({"topic": "tea", "count": [1]}, "count"),
        ({"topic": "tea", "loud": "very"}, "loud"),
        ({"topic": "tea", "extra": "{"}, "extra"),
        ({"topic": "tea", "extra": [1]}, "extra"),
        ({"topic": "tea", "photo": "https://a.example/x.png"}, "photo"),
        ({"topic": "tea", "photo": {"type": "audio", "transfer_method": "remote_url", "url": "https://a.example/x"}}, "photo"),
        ({"topic": "tea", "photo": {"type": "image", "transfer_method": "remote_url", "url": "file:///etc/passwd"}}, "photo.url"),
        ({"topic": "tea", "photo": {"type": "image", "transfer_method": "local_file", "upload_file_id": "1"}}, "photo.upload_file_id"),
    ],
)
def test_wrong_inputs_of_a_workflow(flow: Client, inputs: dict[str, Any], field: str) -> None:
    for mode in ("blocking", "streaming", "async"):
        body = refused(flow.run(inputs=inputs, response_mode=mode), 400, "invalid_param", field)
        assert all(part in body["message"] for part in field.split("."))


def test_inputs_that_nobody_asked_for_are_left_out(flow: Client) -> None:
    with flow.run_stream(inputs={"topic": "tea", "colour": "red", "sys.query": "x"}) as stream:
        given = stream.rest()[0]["data"]["inputs"]
    assert "colour" not in given
    assert "sys.query" not in given


def test_what_cannot_be_stored_is_refused(chat: Client, flow: Client) -> None:
    refused(chat.chat(NUL), 400, "invalid_param")
    refused(chat.chat(user=NUL), 400, "invalid_param")
    refused(flow.run(inputs={"topic": NUL}), 400, "invalid_param")
    refused(flow.run(inputs={"topic": "tea", "extra": {"deep": [NUL]}}), 400, "invalid_param")
    refused(chat.get("/v1/conversations", user=NUL), 400, "invalid_param", "user")


def test_any_other_text_is_taken_as_it_is(chat: Client) -> None:
    text = "Grüße 你好 👩‍👩‍👧 \u202e\ufeff\x01 {{#sys.query#}} {{ 7*7 }} </script> \\u0000 ' OR 1=1 --"
    assert chat.chat(text).json()["answer"] == f"You said: {text}"


def test_large_prompts(service: Service, chat: Client) -> None:
    prompt = "x" * 900_000
    assert chat.chat(prompt).json()["answer"] == f"You said: {prompt}"
    refused(chat.chat("x" * 1_000_001), 413, "invalid_param", "query")
    before = service.installation.scalar("SELECT count(*) FROM runs_run")
    refused(chat.chat("x" * 10_000_000), 413, "request_too_large")

    def pieces() -> Any:
        yield b'{"query": "'
        for _ in range(100):
            yield b"x" * 100_000
        yield b'"}'

    try:
        refused(chat.call("POST", "/v1/chat-messages", content=pieces()), 413, "request_too_large")
    except httpx.WriteError:  # the server may close while we still send
        pass
    assert service.installation.scalar("SELECT count(*) FROM runs_run") == before


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/v1/chat-messages", "POST"),
        ("DELETE", "/v1/chat-messages", "POST"),
        ("GET", "/v1/workflows/run", "POST"),
        ("PUT", "/v1/workflows/tasks/x/stop", "POST"),
        ("POST", "/v1/info", "GET"),
        ("POST", "/v1/conversations", "GET"),
        ("PATCH", "/v1/workflow/x/events", "GET"),
    ],
)
def test_wrong_methods(chat: Client, method: str, path: str, allow: str) -> None:
    reply = chat.call(method, path)
    refused(reply, 405, "method_not_allowed")
    assert reply.headers["allow"] == allow


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/chat-messages/", "/v1/chat-messages/a/b/stop", "/v1//info", "/v1"])
def test_unknown_routes(chat: Client, path: str) -> None:
    reply = httpx.Client().build_request("GET", chat.url)
    reply.url = httpx.URL(chat.url).copy_with(raw_path=path.encode())
    with httpx.Client(timeout=30) as client:
        answer = client.send(reply)
    refused(answer, 404, "not_found")


def test_a_browser_may_ask_first(chat: Client) -> None:
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,last-event-id",
    }
    reply = httpx.options(f"{chat.url}/v1/chat-messages", headers=asked, timeout=30)
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert {"authorization", "content-type", "last-event-id"} <= set(reply.headers["access-control-allow-headers"].split(","))
    answer = chat.call("GET", "/v1/info", headers={"Origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert httpx.get(f"{chat.url}/v1/info", timeout=30).headers["access-control-allow-origin"] == "*", "errors can be read as well"


def test_head_answers_without_a_body(chat: Client) -> None:
    reply = chat.call("HEAD", "/v1/info")
    assert (reply.status_code, reply.content) == (200, b"")


def test_nothing_of_a_refused_request_is_stored(service: Service, chat: Client) -> None:
    tables = ("runs_run", "runs_message", "runs_conversation", "runs_enduser")

    def count() -> list[int]:
        return [service.installation.scalar(f"SELECT count(*) FROM {table}") for table in tables]

    before = count()
    chat.chat(user="somebody-new", inputs={"tone": "rude"})
    chat.chat(user="somebody-newer", conversation_id="00000000-0000-0000-0000-000000000001")
    chat.post("/v1/chat-messages", json.loads('{"user": "somebody-else"}'))
    assert count()[:3] == before[:3]
