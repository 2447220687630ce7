"""What visitors of an app's page do not get to see. In one process."""

from __future__ import annotations

import dataclasses
from typing import Any

import orjson
import pytest

from backend.service_api.simple_frames import frames_of
from backend.service_api.visitor_frames import seen_message
from tests.service_api.test_frames import NODE, USAGE, finished, head
from workers.engine import events as ev

SECRET = "the prompt nobody shows"


def _frames(event: ev.Event, kind: str = "web", *, chat: bool = True) -> list[dict[str, Any]]:
    told = frames_of(dataclasses.replace(head(chat=chat), user_kind=kind)).encode(orjson.loads(ev.dumps(event)), "1-2").decode()
    return [orjson.loads(line[6:]) for line in told.splitlines() if line.startswith("data: ")]


def _node() -> ev.NodeFinished:
    given: dict[str, Any] = {"inputs": {"p": SECRET}, "process": {"p": SECRET}, "outputs": {"text": SECRET}, "usage": USAGE}
    return ev.NodeFinished(seq=4, at=2.0, **NODE, attempt=1, status="succeeded", **given)


@pytest.mark.parametrize("kind", ["web", "embed"])
def test_steps_are_told_without_what_flows_through_them(kind: str) -> None:
    [frame] = _frames(_node(), kind)
    data = frame["data"]
    assert (data["title"], data["status"], data["node_id"]) == ("Draft", "succeeded", "llm1")
    hidden = ("inputs", "process_data", "outputs", "execution_metadata", "error")
    assert [data[name] for name in hidden] == [None] * 5
    assert SECRET not in str(frame)


def test_programs_see_it_all() -> None:
    [frame] = _frames(_node(), "service-api")
    assert frame["data"]["outputs"] == {"text": SECRET}


def test_the_end_tells_no_usage_and_no_ranking() -> None:
    resource = {"dataset_name": "Handbook", "content": "High tide at noon.", "score": 0.87}
    end, last = _frames(dataclasses.replace(finished(), resources=[resource]))
    assert end["metadata"]["usage"] is None
    [source] = end["metadata"]["retriever_resources"]
    assert (source["content"], source["dataset_name"], source["score"]) == ("High tide at noon.", "Handbook", None)
    assert last["data"]["outputs"] == {"answer": "Hello"}
    assert last["data"]["total_tokens"] is None


def test_a_stored_message_tells_no_usage() -> None:
    message = {"answer": "Noon.", "total_tokens": 7, "total_price": "0.1", "retriever_resources": [{"content": "x", "score": 1.0}]}
    shown = seen_message(message)
    assert shown == {"answer": "Noon.", "total_tokens": None, "total_price": None, "retriever_resources": [{"content": "x", "score": None}]}
