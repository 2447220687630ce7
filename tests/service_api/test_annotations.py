"""Annotations over the published API: rows, the switch and its job, what the parameters say."""

from __future__ import annotations

import uuid

import pytest

from tests.processes import wait_until
from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import chat_app

pytestmark = pytest.mark.processes
LOCAL = {"embedding_provider_name": "local", "embedding_model_name": "multilingual-e5-small", "score_threshold": 0.85}


@pytest.fixture
def own(service: Service) -> Client:
    """A program with an app of its own."""
    return service.client(service.app(chat_app()))


def test_annotations_are_made_found_changed_and_deleted(own: Client, flow: Client) -> None:
    made = [own.post("/v1/apps/annotations", {"question": f"How deep is it at {n}?", "answer": f"{n} metres"}) for n in range(3)]
    assert {reply.status_code for reply in made} == {201}
    row = made[0].json()
    assert row.keys() == {"id", "question", "answer", "hit_count", "created_at"}
    assert (row["question"], row["answer"], row["hit_count"]) == ("How deep is it at 0?", "0 metres", 0)
    page = own.get("/v1/apps/annotations", limit=2).json()
    assert page.keys() == {"data", "has_more", "limit", "total", "page"}
    assert [one["answer"] for one in page["data"]] == ["2 metres", "1 metres"]
    assert (page["has_more"], page["limit"], page["total"], page["page"]) == (True, 2, 3, 1)
    last = own.get("/v1/apps/annotations", limit=2, page=2).json()
    assert ([one["answer"] for one in last["data"]], last["has_more"]) == (["0 metres"], False)
    assert [one["answer"] for one in own.get("/v1/apps/annotations", keyword="AT 1").json()["data"]] == ["1 metres"]
    path = f"/v1/apps/annotations/{row['id']}"
    changed = own.call("PUT", path, json={"question": "How deep?", "answer": "Deep."})
    assert (changed.status_code, changed.json()["question"], changed.json()["answer"]) == (200, "How deep?", "Deep.")
    refused(flow.call("PUT", path, json={"question": "q", "answer": "a"}), 404, "not_found")
    refused(flow.call("DELETE", path), 404, "not_found")
    assert own.call("DELETE", path).status_code == 204
    refused(own.call("DELETE", path), 404, "not_found")
    assert own.get("/v1/apps/annotations").json()["total"] == 2


def test_wrong_annotations(own: Client) -> None:
    refused(own.post("/v1/apps/annotations", {"question": "q"}), 400, "invalid_param", "answer")
    refused(own.post("/v1/apps/annotations", {"question": "  ", "answer": "a"}), 400, "invalid_param", "question")
    refused(own.post("/v1/apps/annotations", {"question": "q" * 10_001, "answer": "a"}), 400, "invalid_param", "question")
    refused(own.call("PUT", "/v1/apps/annotations/x", json={"question": "q", "answer": "a"}), 400, "invalid_param", "annotation_id")
    refused(own.get("/v1/apps/annotations", page=0), 400, "invalid_param", "page")


def test_answering_from_annotations_is_switched_on_and_off(own: Client, flow: Client) -> None:
    own.post("/v1/apps/annotations", {"question": "How deep?", "answer": "Deep."})
    begun = own.post("/v1/apps/annotation-reply/enable", LOCAL)
    assert (begun.status_code, begun.json().keys(), begun.json()["job_status"]) == (200, {"job_id", "job_status"}, "waiting")
    path = f"/v1/apps/annotation-reply/enable/status/{begun.json()['job_id']}"

    def ended() -> dict[str, str] | None:
        body: dict[str, str] = own.get(path).json()
        assert body.keys() == {"job_id", "job_status", "error_msg"}
        return body if body["job_status"] not in ("waiting", "processing") else None

    assert wait_until(ended, "the job")["job_status"] == "completed"
    told = own.get("/v1/parameters").json()["annotation_reply"]
    assert (told["enabled"], told["score_threshold"]) == (True, 0.85)
    assert told["embedding_model"] == {"embedding_provider_name": "local", "embedding_model_name": "multilingual-e5-small"}
    assert own.post("/v1/apps/annotation-reply/disable", LOCAL).status_code == 200
    assert own.get("/v1/parameters").json()["annotation_reply"] == {"enabled": False}


def test_wrong_switches(own: Client) -> None:
    refused(own.post("/v1/apps/annotation-reply/perhaps", LOCAL), 400, "invalid_param", "action")
    for name, bad in (("score_threshold", 1.5), ("score_threshold", None), ("embedding_model_name", ""), ("embedding_provider_name", 5)):
        refused(own.post("/v1/apps/annotation-reply/enable", {**LOCAL, name: bad}), 400, "invalid_param", name)
    unknown = {**LOCAL, "embedding_model_name": "no-such-model"}
    refused(own.post("/v1/apps/annotation-reply/enable", unknown), 400, "provider_not_initialize")
    refused(own.get(f"/v1/apps/annotation-reply/enable/status/{uuid.uuid4()}"), 400, "invalid_param", "job_id")
    refused(own.get("/v1/apps/annotation-reply/enable/status/x"), 400, "invalid_param", "job_id")
