"""Events in, frames of the published protocol out."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import orjson
import pytest

from backend.service_api.frames import Frames, RunHead
from backend.service_api.simple_frames import frames_of
from workers.engine import events as ev
from workers.engine.events import ErrorInfo, Usage

RUN, VERSION, APP = UUID(int=1), UUID(int=2), UUID(int=3)
CONVERSATION, MESSAGE, END_USER = UUID(int=4), UUID(int=5), UUID(int=6)
USAGE = Usage(prompt_tokens=10, completion_tokens=5, total_tokens=15, prompt_cost_usd=0.001, completion_cost_usd=0.002, cost_usd=0.003)


def head(*, chat: bool) -> RunHead:
    facts: dict[str, Any] = {"conversation_id": CONVERSATION, "message_id": MESSAGE, "query": "hi"} if chat else {}
    return RunHead(
        run_id=RUN,
        version_id=VERSION,
        app_id=APP,
        mode="advanced-chat" if chat else "workflow",
        created_at=1700000000,
        inputs={"q": "x"},
        user="u1",
        end_user_id=END_USER,
        **facts,
    )


def frames(event: ev.Event, *, chat: bool = True) -> list[dict[str, Any]]:
    return Frames(head(chat=chat)).of(orjson.loads(ev.dumps(event)))


def finished(status: str = "succeeded", error: ErrorInfo | None = None) -> ev.RunFinished:
    return ev.RunFinished(
        seq=9, at=1700000002.5, status=status, outputs={"answer": "Hello"}, answer="Hello", error=error, usage=USAGE, steps=3, elapsed_s=2.5
    )


NODE: dict[str, Any] = {"node_run_id": "nr1", "node_id": "llm1", "node_type": "llm", "title": "Draft", "path": "", "index": 2}


def test_chat_frames_carry_the_chat_envelope() -> None:
    [frame] = frames(ev.AnswerDelta(seq=3, at=1.0, text="Hel", selector=["llm1", "text"]))
    assert frame == {
        "event": "message",
        "conversation_id": str(CONVERSATION),
        "message_id": str(MESSAGE),
        "created_at": 1700000000,
        "task_id": str(RUN),
        "id": str(MESSAGE),
        "answer": "Hel",
        "from_variable_selector": ["llm1", "text"],
    }


def test_workflow_text_is_a_chunk() -> None:
    [frame] = frames(ev.AnswerDelta(seq=3, at=1.0, text="Hel", selector=["llm1", "text"]), chat=False)
    assert frame == {
        "event": "text_chunk",
        "workflow_run_id": str(RUN),
        "task_id": str(RUN),
        "data": {"text": "Hel", "from_variable_selector": ["llm1", "text"]},
    }


def test_workflow_started_shows_inputs_with_system_variables_but_no_conversation_id() -> None:
    [frame] = frames(ev.RunStarted(seq=1, at=1.0, inputs={"q": "x"}))
    data = frame["data"]
    assert frame["event"] == "workflow_started"
    assert data["id"] == str(RUN)
    assert data["workflow_id"] == str(VERSION)
    assert data["inputs"]["q"] == "x"
    assert data["inputs"]["sys.query"] == "hi"
    assert data["inputs"]["sys.user_id"] == "u1"
    assert "sys.conversation_id" not in data["inputs"]
    assert data["reason"] == "initial"


def test_node_frames_hold_every_documented_field() -> None:
    [started] = frames(ev.NodeStarted(seq=2, at=1700000001.2, **NODE), chat=False)
    assert started["data"] == {
        "id": "nr1",
        "node_id": "llm1",
        "node_type": "llm",
        "title": "Draft",
        "index": 2,
        "predecessor_node_id": None,
        "inputs": None,
        "inputs_truncated": False,
        "created_at": 1700000001,
        "extras": {},
        "agent_strategy": None,
        "iteration_id": None,
        "loop_id": None,
    }
    done = ev.NodeFinished(
        seq=5,
        at=1700000002.0,
        attempt=1,
        status="succeeded",
        outputs={"text": "Hello"},
        handle="source",
        usage=USAGE,
        elapsed_s=0.8,
        started_at=1700000001.2,
        **NODE,
    )
    [finished_frame] = frames(done, chat=False)
    data = finished_frame["data"]
    assert data["status"] == "succeeded"
    assert data["outputs"] == {"text": "Hello"}
    assert data["execution_metadata"] == {"total_tokens": 15, "total_price": "0.0030000", "currency": "USD"}
    assert (data["created_at"], data["finished_at"], data["elapsed_time"]) == (1700000001, 1700000002, 0.8)
    assert {"inputs", "inputs_truncated", "process_data", "process_data_truncated", "outputs_truncated", "error", "files"} <= data.keys()


@pytest.mark.parametrize("status", ["succeeded", "stopped", "partial_succeeded"])
def test_message_end_comes_before_workflow_finished(status: str) -> None:
    end, last = frames(finished(status))
    assert end["event"] == "message_end"
    assert end["metadata"]["usage"]["total_tokens"] == 15
    assert end["metadata"]["usage"]["total_price"] == "0.0030000"
    assert last["event"] == "workflow_finished"
    assert last["data"]["status"] == status.replace("_", "-")
    assert last["data"]["created_by"] == {"id": str(END_USER), "user": "u1"}


def test_a_failed_chat_tells_the_error_first_and_names_the_node() -> None:
    error = ErrorInfo(code="provider_rate_limited", message="too many requests", node_id="llm1", node_title="Draft")
    failure, end, last = frames(finished("failed", error))
    assert failure["event"] == "error"
    assert (end["event"], end["id"], end["metadata"]["usage"]["total_tokens"]) == ("message_end", str(MESSAGE), 15)
    assert "task_id" not in failure
    assert (failure["code"], failure["status"], failure["message"]) == ("rate_limit_error", 429, "Draft: too many requests")
    assert failure["details"]["node_id"] == "llm1"
    assert last["event"] == "workflow_finished"
    assert last["data"]["status"] == "failed"
    assert last["data"]["error"] == "Draft: too many requests"
    assert last["data"]["error_details"] == {"code": "provider_rate_limited", "node_id": "llm1", "node_title": "Draft"}


def test_a_failed_workflow_ends_with_workflow_finished_alone() -> None:
    error = ErrorInfo(code="template_failed", message="no", node_id="t", node_title="T")
    [last] = frames(finished("failed", error), chat=False)
    assert last["event"] == "workflow_finished"
    assert last["data"]["status"] == "failed"


def test_replaced_text() -> None:
    [chat] = frames(ev.AnswerReplaced(seq=4, at=1.0, text="anew", reason="resumed"))
    assert (chat["event"], chat["answer"], chat["reason"]) == ("message_replace", "anew", "resumed")
    [flow] = frames(ev.AnswerReplaced(seq=4, at=1.0, text="anew"), chat=False)
    assert (flow["event"], flow["data"]) == ("text_replace", {"text": "anew"})


def test_the_id_line_stands_on_the_last_frame_of_an_event() -> None:
    text = Frames(head(chat=True)).encode(orjson.loads(ev.dumps(finished())), "1-9")
    first, second, rest = text.split(b"\n\n")
    assert rest == b""
    assert first.startswith(b"data: ")
    assert second.startswith(b"id: 1-9\ndata: ")
    assert b"id:" not in Frames(head(chat=True)).encode(orjson.loads(ev.dumps(finished())), None).split(b"data: ")[0]


def test_events_for_the_studio_alone_give_no_frame() -> None:
    assert frames(ev.NodeDelta(seq=2, at=1.0, node_run_id="n", node_id="llm1", path="", text="x")) == []


RESOURCE = {"_source": "knowledge", "dataset_id": "d1", "segment_id": "s1", "score": 0.5, "segment_hit_count": 2, "segment_position": 1}
RESOURCE |= {"content": "Tides.", "title": "Sea", "segment_index_node_hash": "h", "segment_word_count": 1, "retriever_from": "workflow"}


@pytest.mark.parametrize("mode", ["advanced-chat", "chat", "completion", "agent-chat"])
def test_message_end_names_the_knowledge_of_the_answer(mode: str) -> None:
    event = dataclasses.replace(finished(), resources=[RESOURCE])
    told = frames_of(dataclasses.replace(head(chat=True), mode=mode)).of(orjson.loads(ev.dumps(event)))
    [end] = [frame for frame in told if frame["event"] == "message_end"]
    [resource] = end["metadata"]["retriever_resources"]
    assert resource == {
        "position": 1,
        "dataset_id": "d1",
        "dataset_name": None,
        "document_id": None,
        "document_name": None,
        "data_source_type": None,
        "segment_id": "s1",
        "retriever_from": "workflow",
        "score": 0.5,
        "hit_count": 2,
        "word_count": 1,
        "segment_position": 1,
        "index_node_hash": "h",
        "content": "Tides.",
        "page": None,
        "doc_metadata": None,
        "title": "Sea",
        "files": None,
        "summary": None,
    }


SIMPLE_EVENTS: list[ev.Event] = [
    ev.RunStarted(seq=1, at=1.0, inputs={}),
    ev.NodeStarted(seq=2, at=1.0, **NODE),
    ev.ReasoningDelta(seq=3, at=1.0, node_run_id="n", node_id="llm1", path="", text="x"),
    ev.NodeFinished(seq=4, at=1.0, attempt=1, status="succeeded", **NODE),
]


@pytest.mark.parametrize("event", SIMPLE_EVENTS, ids=lambda event: event.type)
@pytest.mark.parametrize("mode", ["chat", "completion", "agent-chat"])
def test_simple_apps_show_nothing_of_their_flow(mode: str, event: ev.Event) -> None:
    assert frames_of(dataclasses.replace(head(chat=True), mode=mode)).of(orjson.loads(ev.dumps(event))) == []


@pytest.mark.parametrize("status", ["succeeded", "stopped", "partial_succeeded"])
def test_a_completion_ends_without_a_conversation(status: str) -> None:
    [end] = frames_of(dataclasses.replace(head(chat=True), mode="completion")).of(orjson.loads(ev.dumps(finished(status))))
    assert end.keys() == {"event", "message_id", "created_at", "task_id", "id", "metadata", "files"}
    assert end["metadata"].keys() == {"usage", "retriever_resources"}


@pytest.mark.parametrize("mode", ["advanced-chat", "chat", "agent-chat"])
def test_message_end_names_the_annotation_that_answered(mode: str) -> None:
    told = {"id": "a1", "account": {"id": "u1", "name": "Alice"}}
    event = dataclasses.replace(finished(), annotation={**told, "score": 0.97})
    shown = frames_of(dataclasses.replace(head(chat=True), mode=mode)).of(orjson.loads(ev.dumps(event)))
    [end] = [frame for frame in shown if frame["event"] == "message_end"]
    assert end["metadata"]["annotation_reply"] == told
    [without] = [frame for frame in frames(finished()) if frame["event"] == "message_end"]
    assert "annotation_reply" not in without["metadata"]
