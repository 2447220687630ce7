"""`/v1/chat-messages`: streaming, blocking, async, stop, idempotency, and a conversation that goes on."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.processes import wait_until
from tests.scenarios.flows import chatflow, llm, node
from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import CHAT_MODEL

pytestmark = pytest.mark.processes

USAGE = {
    "prompt_tokens",
    "prompt_unit_price",
    "prompt_price_unit",
    "prompt_price",
    "completion_tokens",
    "completion_unit_price",
    "completion_price_unit",
    "completion_price",
    "total_tokens",
    "total_price",
    "currency",
    "latency",
}
ENVELOPE = {"event", "conversation_id", "message_id", "created_at", "task_id"}


def is_id(value: Any) -> bool:
    return isinstance(value, str) and str(uuid.UUID(value)) == value


def test_blocking_answer_field_by_field(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "Hello there, Ann")
    reply = chat.chat("hi", inputs={"tone": "curt"})
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    body = reply.json()
    assert body.keys() == {"event", "task_id", "id", "message_id", "conversation_id", "mode", "answer", "metadata", "created_at"}
    assert (body["event"], body["mode"], body["answer"]) == ("message", "advanced-chat", "Hello there, Ann")
    assert body["id"] == body["message_id"]
    assert all(is_id(body[name]) for name in ("task_id", "message_id", "conversation_id"))
    assert isinstance(body["created_at"], int)
    assert body["metadata"].keys() >= {"usage", "retriever_resources"}
    usage = body["metadata"]["usage"]
    assert usage.keys() == USAGE
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (3, 3, 6)
    assert all(isinstance(usage[name], str) for name in USAGE if "price" in name)
    assert usage["latency"] > 0


def test_streamed_answer_frame_by_frame(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(chunks=("Tide", "mill")))
    with chat.chat_stream("hi") as stream:
        events = stream.rest()
    assert stream.names[0] == "workflow_started"
    assert stream.names[-2:] == ["message_end", "workflow_finished"]
    assert set(stream.cursors) == {""}, "ids only for those who ask"
    assert all(event.keys() >= ENVELOPE for event in events)
    assert len({tuple(event[name] for name in ENVELOPE - {"event"}) for event in events}) == 1
    started, end, last = events[0], events[-2], events[-1]
    assert started["data"].keys() == {"id", "workflow_id", "inputs", "created_at", "reason"}
    assert started["data"]["id"] == started["workflow_run_id"] == started["task_id"]
    assert started["data"]["reason"] == "initial"
    given = started["data"]["inputs"]
    assert (given["sys.query"], given["sys.user_id"], given["sys.files"], given["tone"]) == ("hi", "ann", [], "kind")
    assert "sys.conversation_id" not in given
    messages = [event for event in events if event["event"] == "message"]
    assert "".join(event["answer"] for event in messages) == "Tidemill"
    for event in messages:
        assert event.keys() == ENVELOPE | {"id", "answer", "from_variable_selector"}
        assert event["id"] == event["message_id"]
        assert event["from_variable_selector"] == ["model", "text"]
    assert end.keys() >= ENVELOPE | {"id", "metadata"}
    assert end["metadata"]["usage"].keys() == USAGE
    assert last["data"]["status"] == "succeeded"
    assert last["data"]["outputs"]["answer"] == "Tidemill"
    pairs = [(e["event"], e["data"]["node_id"]) for e in events if e["event"].startswith("node_")]
    assert pairs == [(f"node_{what}", node) for node in ("start", "model", "answer") for what in ("started", "finished")]


def test_a_stream_begins_with_a_ping_and_tells_ids_on_request(chat: Client) -> None:
    body = chat.body(query="hi", response_mode="streaming")
    assert chat.post("/v1/chat-messages", body).content.startswith(b"event: ping\n\ndata: {")
    with chat.chat_stream(path="/v1/chat-messages?event_ids=1") as stream:
        stream.rest()
    told = [cursor for cursor in stream.cursors if cursor]
    assert stream.cursors[-1]
    assert len(told) == len(set(told)) or told == sorted(told, key=lambda c: int(c.split("-")[1]))


def test_reasoning_is_told_apart_and_again_at_the_end(service: Service, provider: FakeProvider) -> None:
    document = chatflow(
        node("start", "start", variables=[]),
        llm("model", CHAT_MODEL, "{{#sys.query#}}", reasoning_format="separated"),
        node("answer", "answer", answer="{{#model.text#}}"),
    )
    client = service.client(service.app(document))
    provider.script(CHAT_MODEL, Reply(text="42", reasoning="six times seven"))
    with client.chat_stream() as stream:
        events = stream.rest()
    chunks = [event["data"] for event in events if event["event"] == "reasoning_chunk"]
    assert "".join(chunk["reasoning"] for chunk in chunks) == "six times seven"
    assert chunks[-1]["is_final"] is True
    assert all(chunk["node_id"] == "model" and is_id(chunk["message_id"]) for chunk in chunks)
    assert events[-2]["metadata"]["reasoning"] == {"model": "six times seven"}
    assert client.chat().json()["metadata"]["reasoning"] == {"model": "six times seven"}


def test_async_mode_answers_at_once_and_the_run_goes_on(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(text="later", hang_after=0, hang_for_s=0.5))
    reply = chat.chat(response_mode="async")
    assert reply.status_code == 202
    body = reply.json()
    assert body.keys() == {"task_id", "workflow_run_id", "status", "created_at", "conversation_id", "message_id"}
    assert body["status"] == "scheduled"
    with chat.stream("GET", f"/v1/workflow/{body['workflow_run_id']}/events?user=ann") as stream:
        assert stream.rest()[-1]["data"]["status"] == "succeeded"


def test_stop_in_mid_stream(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(text="one two three", hang_after=2, hang_for_s=20))
    with chat.chat_stream() as stream:
        message = stream.until(lambda event: event["event"] == "message" and "two" in event["answer"])
        stopped = chat.post(f"/v1/chat-messages/{message['task_id']}/stop", {"user": "ann"})
        assert (stopped.status_code, stopped.json()) == (200, {"result": "success"})
        events = stream.rest()
    assert stream.names[-2:] == ["message_end", "workflow_finished"]
    assert events[-1]["data"]["status"] == "stopped"
    page = chat.get("/v1/messages", conversation_id=message["conversation_id"], user="ann").json()
    assert page["data"][0]["answer"] == "one two"


def test_a_stopped_blocking_call_ends_with_what_was_said(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(text="one two three", hang_after=2, hang_for_s=20))
    body = chat.chat(response_mode="async").json()
    with chat.stream("GET", f"/v1/workflow/{body['task_id']}/events?user=ann") as stream:
        stream.until(lambda event: event["event"] == "message" and "two" in event["answer"])
        chat.post(f"/v1/chat-messages/{body['task_id']}/stop", {"user": "ann"})
        assert stream.rest()[-1]["data"]["status"] == "stopped"


def test_stopping_is_only_for_the_user_who_started(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(text="one two three", hang_after=2, hang_for_s=1))
    with chat.chat_stream() as stream:
        message = stream.until(lambda event: event["event"] == "message")
        reply = chat.post(f"/v1/chat-messages/{message['task_id']}/stop", {"user": "eve"})
        assert (reply.status_code, reply.json()) == (200, {"result": "success"}), "nobody learns whether a task exists"
        provider.release()
        assert stream.rest()[-1]["data"]["status"] != "stopped"


@pytest.mark.parametrize("task", ["no-such-task", str(uuid.UUID(int=7))])
def test_stopping_what_does_not_exist_succeeds(chat: Client, task: str) -> None:
    assert chat.post(f"/v1/chat-messages/{task}/stop", {"user": "ann"}).json() == {"result": "success"}
    refused(chat.post(f"/v1/chat-messages/{task}/stop", {}), 400, "invalid_param", "user")


def test_the_same_idempotency_key_is_the_same_run(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "first", "second")
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = chat.post("/v1/chat-messages", chat.body(query="hi"), **key).json()
    again = chat.post("/v1/chat-messages", chat.body(query="hi"), **key).json()
    assert again == first
    assert provider.calls[CHAT_MODEL] == 1
    with chat.stream("POST", "/v1/chat-messages", chat.body(query="hi", response_mode="streaming"), **key) as stream:
        assert stream.rest()[-1]["task_id"] == first["task_id"]
    for changed in ({"user": "eve"}, {"query": "ho"}, {"inputs": {"tone": "curt"}}):
        other = chat.post("/v1/chat-messages", chat.body(**{"query": "hi", **changed}), **key)
        refused(other, 400, "invalid_param", "Idempotency-Key")
    refused(chat.chat("mine?", user="eve", conversation_id=first["conversation_id"]), 404, "not_found")
    too_long = {"Idempotency-Key": "x" * 256}
    refused(chat.post("/v1/chat-messages", chat.body(query="hi"), **too_long), 400, "invalid_param", "Idempotency-Key")


def test_a_conversation_goes_on_with_its_history_in_the_prompt(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "Nice to meet you.", "Your name is Zoe.")
    first = chat.chat("My name is Zoe").json()
    second = chat.chat("What is my name?", conversation_id=first["conversation_id"]).json()
    assert second["conversation_id"] == first["conversation_id"]
    assert second["message_id"] != first["message_id"]
    asked = provider.requests[-1].body["messages"]
    assert [(m["role"], m["content"]) for m in asked] == [
        ("system", "Be kind."),
        ("user", "My name is Zoe"),
        ("assistant", "Nice to meet you."),
        ("user", "What is my name?"),
    ]
    refused(chat.chat("hi", conversation_id=first["conversation_id"], user="eve"), 404, "not_found")
    refused(chat.chat("hi", conversation_id=str(uuid.uuid4())), 404, "not_found")
    assert chat.chat("hi", conversation_id="").json()["conversation_id"] != first["conversation_id"], "empty stands for a new one"


def test_a_client_that_leaves_does_not_stop_the_run(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(text="one two three", hang_after=1, hang_for_s=20))
    with chat.chat_stream() as stream:
        message = stream.until(lambda event: event["event"] == "message")
    provider.release()

    def answer() -> str:
        page = chat.get("/v1/messages", conversation_id=message["conversation_id"], user="ann").json()
        return str(page["data"][0]["answer"])

    assert wait_until(answer, "the answer") == "one two three"
