"""`/v1/workflows`: run, look at a run, stop, and come back to its stream."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.service_api.api import Client, refused
from tests.service_api.flows import FLOW_MODEL

pytestmark = pytest.mark.processes

FINISHED = {
    "id",
    "workflow_id",
    "status",
    "outputs",
    "error",
    "elapsed_time",
    "total_tokens",
    "total_steps",
    "created_by",
    "created_at",
    "finished_at",
    "exceptions_count",
    "files",
}
NODE = {"id", "node_id", "node_type", "title", "index", "predecessor_node_id", "inputs", "inputs_truncated", "created_at"}
NODE_STARTED = NODE | {"extras", "iteration_id", "loop_id", "agent_strategy"}
NODE_FINISHED = NODE | {
    "process_data",
    "process_data_truncated",
    "outputs",
    "outputs_truncated",
    "status",
    "error",
    "elapsed_time",
    "execution_metadata",
    "finished_at",
    "files",
    "iteration_id",
    "loop_id",
}


def test_blocking_run_field_by_field(flow: Client, provider: FakeProvider) -> None:
    provider.script(FLOW_MODEL, "warm leaves")
    reply = flow.run()
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert body.keys() == {"task_id", "workflow_run_id", "data"}
    assert body["task_id"] == body["workflow_run_id"] == body["data"]["id"]
    data = body["data"]
    assert data.keys() == FINISHED
    assert (data["status"], data["outputs"], data["error"]) == ("succeeded", {"text": "<warm leaves>"}, None)
    assert (data["total_steps"], data["exceptions_count"], data["files"]) == (4, 0, [])
    assert data["total_tokens"] == 5
    assert data["elapsed_time"] > 0
    assert isinstance(data["created_at"], int)
    assert isinstance(data["finished_at"], int)
    assert data["created_by"]["user"] == "ann"


def test_streamed_run_frame_by_frame(flow: Client, provider: FakeProvider) -> None:
    provider.script(FLOW_MODEL, "warm leaves")
    with flow.run_stream(inputs={"topic": "tea", "style": "short", "loud": True, "count": 2, "extra": {"a": 1}}) as stream:
        events = stream.rest()
    assert all(event.keys() == {"event", "workflow_run_id", "task_id", "data"} for event in events)
    assert stream.names[0] == "workflow_started"
    assert stream.names[-1] == "workflow_finished"
    given = events[0]["data"]["inputs"]
    expected = {"topic": "tea", "style": "short", "loud": True, "count": 2, "extra": {"a": 1}, "photo": None}
    assert {name: given[name] for name in expected} == expected
    assert given["sys.workflow_run_id"] == events[0]["task_id"]
    assert not {"sys.query", "sys.conversation_id"} & given.keys()
    started = [event["data"] for event in events if event["event"] == "node_started"]
    finished = [event["data"] for event in events if event["event"] == "node_finished"]
    assert all(data.keys() == NODE_STARTED for data in started)
    assert all(data.keys() == NODE_FINISHED for data in finished)
    assert [data["index"] for data in started] == [1, 2, 3, 4]
    assert [data["id"] for data in started] == [data["id"] for data in finished]
    writer = next(data for data in finished if data["node_id"] == "model")
    assert (writer["node_type"], writer["title"], writer["status"], writer["error"]) == ("llm", "Writer", "succeeded", None)
    assert writer["outputs"]["text"] == "warm leaves"
    assert writer["execution_metadata"].keys() >= {"total_tokens", "total_price", "currency"}
    assert events[-1]["data"].keys() == FINISHED
    assert events[-1]["data"]["outputs"] == {"text": "<warm leaves>"}


def test_async_run_and_its_detail(flow: Client, provider: FakeProvider) -> None:
    provider.script(FLOW_MODEL, Reply(text="slow leaves", hang_after=1, hang_for_s=20))
    reply = flow.run(response_mode="async", inputs={"topic": "tea", "count": "7"})
    assert reply.status_code == 202
    assert reply.json().keys() == {"task_id", "workflow_run_id", "status", "created_at"}
    run_id = reply.json()["workflow_run_id"]
    provider.wait_for(1, FLOW_MODEL)
    early = flow.get(f"/v1/workflows/run/{run_id}").json()
    assert (early["status"], early["finished_at"], early["outputs"]) == ("running", None, {})
    provider.release()
    with flow.stream("GET", f"/v1/workflow/{run_id}/events?user=ann") as stream:
        stream.rest()
    detail: dict[str, Any] = flow.get(f"/v1/workflows/run/{run_id}").json()
    assert detail.keys() == {
        *("id", "workflow_id", "status", "inputs", "outputs", "error"),
        *("total_steps", "total_tokens", "created_at", "finished_at", "elapsed_time"),
    }
    assert (detail["id"], detail["status"], detail["outputs"]) == (run_id, "succeeded", {"text": "<slow leaves>"})
    assert json.loads(detail["inputs"])["count"] == 7
    assert (detail["total_steps"], detail["error"]) == (4, None)


def test_detail_of_what_is_not_ones_own(flow: Client, chat: Client) -> None:
    run_id = flow.run().json()["workflow_run_id"]
    refused(chat.get(f"/v1/workflows/run/{run_id}"), 400, "not_workflow_app")
    refused(flow.get(f"/v1/workflows/run/{uuid.uuid4()}"), 404, "not_found")
    refused(flow.get("/v1/workflows/run/xyz"), 400, "invalid_param", "workflow_run_id")


def test_stop_in_mid_stream(flow: Client, provider: FakeProvider) -> None:
    provider.script(FLOW_MODEL, Reply(text="one two three", hang_after=2, hang_for_s=20))
    with flow.run_stream() as stream:
        task = stream.until(lambda event: event["event"] == "node_started" and event["data"]["node_id"] == "model")["task_id"]
        provider.wait_for(1, FLOW_MODEL)
        assert flow.post(f"/v1/workflows/tasks/{task}/stop", {"user": "ann"}).json() == {"result": "success"}
        events = stream.rest()
    assert events[-1]["event"] == "workflow_finished"
    assert events[-1]["data"]["status"] == "stopped"
    assert flow.get(f"/v1/workflows/run/{task}").json()["status"] == "stopped"


def test_a_client_comes_back_in_mid_run(flow: Client, provider: FakeProvider) -> None:
    provider.script(FLOW_MODEL, Reply(text="one two three", hang_after=2, hang_for_s=20))
    with flow.run_stream("/v1/workflows/run?event_ids=1") as stream:
        stream.until(lambda event: event["event"] == "node_started" and event["data"]["node_id"] == "model")
    run_id, cursor = stream.events[0]["workflow_run_id"], stream.cursors[-1]
    path = f"/v1/workflow/{run_id}/events?user=ann"
    with flow.stream("GET", path, **{"Last-Event-ID": cursor}) as again:
        provider.release()
        again.rest()
    told = [(event["event"], event["data"].get("node_id")) for event in stream.events + again.events]
    nodes = ("start", "model", "frame", "end")
    steps = [(f"node_{what}", node) for node in nodes for what in ("started", "finished")]
    assert [entry for entry in told if entry[0] != "text_chunk"] == [("workflow_started", None), *steps, ("workflow_finished", None)]
    assert "node_started" not in again.names[:1], "what was seen is not told again"


def test_a_finished_run_tells_its_end_or_what_was_missed(flow: Client) -> None:
    with flow.run_stream("/v1/workflows/run?event_ids=1") as stream:
        events = stream.rest()
    run_id = events[0]["workflow_run_id"]
    path = f"/v1/workflow/{run_id}/events?user=ann"
    with flow.stream("GET", path) as again:
        [only] = again.rest()
    assert only == events[-1]
    assert only["task_id"] == run_id
    with flow.stream("GET", path, **{"Last-Event-ID": stream.cursors[2]}) as missed:
        assert missed.rest() == events[3:]
    with flow.stream("GET", path, **{"Last-Event-ID": stream.cursors[-1]}) as nothing:
        assert nothing.rest() == []


def test_streams_of_others_do_not_exist(flow: Client) -> None:
    run_id = flow.run().json()["workflow_run_id"]
    refused(flow.get(f"/v1/workflow/{run_id}/events", user="eve"), 404, "not_found")
    refused(flow.get(f"/v1/workflow/{run_id}/events"), 400, "invalid_param", "user")
    refused(flow.get(f"/v1/workflow/{uuid.uuid4()}/events", user="ann"), 404, "not_found")
    wrong = flow.call("GET", f"/v1/workflow/{run_id}/events?user=ann", headers={"Last-Event-ID": "yesterday"})
    refused(wrong, 400, "invalid_param", "Last-Event-ID")


def test_the_same_idempotency_key_is_the_same_run(flow: Client, provider: FakeProvider) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = flow.post("/v1/workflows/run", flow.body(inputs={"topic": "tea"}), **key).json()
    assert flow.post("/v1/workflows/run", flow.body(inputs={"topic": "tea"}), **key).json() == first
    assert provider.calls[FLOW_MODEL] == 1
