"""A provider that fails: each way has its own code, and names the node, in every mode of answering."""

from __future__ import annotations

import httpx
import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.service_api.api import Client, refused
from tests.service_api.flows import CHAT_MODEL, FLOW_MODEL

pytestmark = pytest.mark.processes

FAULTS = {
    "unauthorized": (Reply(status=401), "provider_unauthorized", "completion_request_error", 400),
    "rate limited": (Reply(status=429), "provider_rate_limited", "rate_limit_error", 429),
    "no credit": (
        Reply(status=429, error="You exceeded your current quota", error_code="insufficient_quota"),
        "provider_quota_exceeded",
        "provider_quota_exceeded",
        400,
    ),
    "no such model": (Reply(status=404), "model_not_found", "model_currently_not_support", 400),
    "refused": (Reply(status=400), "provider_bad_request", "completion_request_error", 400),
    "too long": (
        Reply(status=400, error="maximum context length is 4096 tokens", error_code="context_length_exceeded"),
        "context_too_long",
        "completion_request_error",
        400,
    ),
    "broken": (Reply(status=500), "provider_unavailable", "completion_request_error", 400),
    "hangs": (Reply(text="never", hang_after=0), "provider_timeout", "completion_request_error", 400),
    "hangs in the middle": (Reply(text="one two three", hang_after=2), "provider_timeout", "completion_request_error", 400),
    "cut": (Reply(text="one two three", cut_after=2), "provider_stream_cut", "completion_request_error", 400),
    "garbage": (Reply(text="one two three", malformed_after=1), "provider_bad_response", "completion_request_error", 400),
}
every_fault = pytest.mark.parametrize("fault", FAULTS)


@every_fault
def test_blocking_chat(chat: Client, provider: FakeProvider, fault: str) -> None:
    reply, own, code, status = FAULTS[fault]
    provider.script(CHAT_MODEL, reply)
    body = refused(chat.chat(), status, code)
    assert body["details"] == {"code": own, "node_id": "model", "node_title": "Reply"}
    assert body["message"].startswith("Reply: ")
    assert "sk-test" not in body["message"]


@every_fault
def test_streamed_chat(chat: Client, provider: FakeProvider, fault: str) -> None:
    reply, own, code, status = FAULTS[fault]
    provider.script(CHAT_MODEL, reply)
    with chat.chat_stream() as stream:
        events = stream.rest()
    assert stream.names[-3:] == ["error", "message_end", "workflow_finished"], "the error comes while clients still listen"
    error, _, last = events[-3:]
    assert error.keys() == {"event", "conversation_id", "message_id", "created_at", "code", "message", "status", "details"}
    assert (error["code"], error["status"], error["details"]["code"], error["details"]["node_id"]) == (code, status, own, "model")
    assert (last["data"]["status"], last["data"]["error"]) == ("failed", error["message"])
    [failed] = [event["data"] for event in events if event["event"] == "node_finished" and event["data"]["status"] == "failed"]
    assert failed["node_id"] == "model"
    assert failed["error"]


@every_fault
def test_workflow(flow: Client, provider: FakeProvider, fault: str) -> None:
    reply, own, _, _ = FAULTS[fault]
    provider.script(FLOW_MODEL, reply)
    answer = flow.run()
    assert answer.status_code == 200, "a failed workflow is an answer"
    data = answer.json()["data"]
    assert data["status"] == "failed"
    assert data["error"].startswith("Writer: ")
    assert data["error_details"] == {"code": own, "node_id": "model", "node_title": "Writer"}
    assert data["outputs"] == {}
    detail = flow.get(f"/v1/workflows/run/{data['id']}").json()
    assert (detail["status"], detail["error"], detail["error_details"]) == ("failed", data["error"], data["error_details"])
    with flow.stream("GET", f"/v1/workflow/{data['id']}/events?user=ann", **{"Last-Event-ID": "0-0"}) as stream:
        events = stream.rest()
    assert stream.names[-1] == "workflow_finished"
    assert events[-1]["data"]["error_details"]["code"] == own


def test_a_model_that_is_not_set_up(chat: Client, provider: FakeProvider) -> None:
    assert chat.chat().status_code == 200
    provider.script(CHAT_MODEL, Reply(status=401), "well again")
    assert chat.chat().status_code == 400
    assert chat.chat().json()["answer"] == "well again", "a failure does not close the way for good"


def test_a_provider_that_answers_without_a_stream(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(text="in one piece", plain_json=True))
    with chat.chat_stream() as stream:
        events = stream.rest()
    assert "".join(event["answer"] for event in events if event["event"] == "message") == "in one piece"


def test_a_run_that_fails_says_so_in_async_mode(flow: Client, provider: FakeProvider) -> None:
    provider.script(FLOW_MODEL, Reply(status=500))
    accepted: httpx.Response = flow.run(response_mode="async")
    run_id = accepted.json()["workflow_run_id"]
    with flow.stream("GET", f"/v1/workflow/{run_id}/events?user=ann") as stream:
        stream.rest()
    assert flow.get(f"/v1/workflows/run/{run_id}").json()["status"] == "failed"
