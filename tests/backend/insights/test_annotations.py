"""Annotations in the studio: edit, correct an answer, import, hits, settings. What they do to runs: tests/tasks/test_annotations.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.core import jobs
from backend.runs.annotations import annotation_create
from backend.runs.models import Annotation, AnnotationSettings, Run
from tests.backend.insights.rows import NOON, Used, messages
from tests.factories import client


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Jobs that were started."""
    found: list[tuple[str, dict[str, Any]]] = []

    def start(name: str, payload: dict[str, Any], workspace_id: Any, **_: Any) -> str:
        found.append((name, payload))
        return "00000000-0000-4000-8000-000000000001"

    monkeypatch.setattr("backend.insights.annotations.job_start", start)
    monkeypatch.setattr("backend.insights.api.annotations.job_start", start)
    return found


def test_write_find_change_delete(used: Used) -> None:
    bob, url = client(used.world.bob), f"{used.url}/annotations"
    made = bob.post(url, {"question": " When? ", "answer": "At ten."})
    assert made.status_code == 201
    row = made.json()
    assert (row["question"], row["author"], row["hit_count"], row["embedded"], row["message_id"]) == ("When?", "Bob", 0, False, None)
    bob.post(url, {"question": "你们几点开门", "answer": "十点"})
    assert [one["question"] for one in bob.get(url).json()["results"]] == ["你们几点开门", "When?"]
    assert [one["answer"] for one in bob.get(f"{url}?search=TEN").json()["results"]] == ["At ten."]
    assert [one["answer"] for one in bob.get(f"{url}?search=几点&sort=-hit_count").json()["results"]] == ["十点"]
    Annotation.unscoped.filter(pk=row["id"]).update(vector=b"1234", vector_model="local/e5")
    one = f"{url}/{row['id']}"
    assert bob.patch(one, {"answer": "At eleven."}).json()["embedded"] is True
    changed = bob.patch(one, {"question": "When exactly?"}).json()
    assert (changed["question"], changed["answer"], changed["embedded"]) == ("When exactly?", "At eleven.", False)
    assert bob.get(one).json() == changed
    for body, field in (({"question": " "}, "question"), ({"answer": "x" * 60_000}, "answer")):
        answer = bob.patch(one, body)
        assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, [field])
    viewer = client(used.world.member("viewer"))
    assert (viewer.get(one).status_code, viewer.patch(one, {}).status_code, viewer.post(url, {}).status_code) == (200, 403, 403)
    assert client(used.world.member("operator")).delete(one).status_code == 204
    assert bob.get(one).status_code == 404


def test_an_answer_is_corrected_once(used: Used) -> None:
    [message] = messages(used.talk(("When?", "Never.")))
    alice, url = client(used.world.alice), f"{used.url}/messages/{message.pk}/annotation"
    first = alice.put(url, {"answer": "At ten."}).json()
    assert (first["question"], first["answer"], first["message_id"]) == ("When?", "At ten.", str(message.pk))
    again = alice.put(url, {"answer": "At noon.", "question": "When on Sundays?"}).json()
    assert (again["id"], again["question"], again["conversation_id"]) == (first["id"], "When on Sundays?", str(message.conversation_id))
    assert alice.put(url, {"answer": ""}).status_code == 400


def test_csv_is_imported_whole_or_not_at_all(used: Used) -> None:
    alice, url = client(used.world.alice), f"{used.url}/annotations/import"
    annotation_create(workspace_id=used.world.workspace.pk, app_id=used.app.pk, question="Old?", answer="Then.")
    good = '\ufeffAnswer;Question\r\n"At ten; or ""later""";When?\r\n;\r\nNow.;Old?\r\n'
    told = alice.post(url, {"content": good, "preview": True}).json()
    assert (told["rows"], told["added"], told["updated"], told["faults"]) == (2, 1, 1, [])
    assert told["first"][0] == {"line": 2, "question": "When?", "answer": 'At ten; or "later"'}
    assert Annotation.unscoped.count() == 1
    assert alice.post(url, {"content": good}).status_code == 200
    assert dict(Annotation.unscoped.values_list("question", "answer")) == {"Old?": "Now.", "When?": 'At ten; or "later"'}
    bad = 'question,answer\n"two\nlines",fine\nNo answer,\n,no question\nlong,' + "x" * 60_000 + "\ntwo\nSame,a\nSame,b\n"
    told = alice.post(url, {"content": bad, "preview": True}).json()
    wrong = [(fault["line"], fault["field"]) for fault in told["faults"]]
    assert wrong == [(4, "answer"), (5, "question"), (6, "answer"), (7, "answer"), (9, "question")]
    refused = alice.post(url, {"content": bad})
    assert (refused.status_code, refused.json()["code"]) == (400, "import_has_errors")
    assert refused.json()["details"]["faults"] == told["faults"]
    assert "line 4" in refused.json()["message"]
    assert Annotation.unscoped.count() == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("question,answer\n", "no rows"),
        ('question,answer\n"open', "not readable as CSV"),
        ("just text", "The answer is empty"),
    ],
)
def test_files_that_are_no_annotations(used: Used, content: str, message: str) -> None:
    told = client(used.world.alice).post(f"{used.url}/annotations/import", {"content": content, "preview": True}).json()
    assert message in told["faults"][0]["message"]


def test_too_many_annotations_are_refused(used: Used, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.insights.annotations.MAX_ANNOTATIONS", 1)
    answer = client(used.world.alice).post(f"{used.url}/annotations/import", {"content": "a,b\nc,d"})
    assert (answer.status_code, Annotation.unscoped.count()) == (400, 0)
    assert "at most 1" in answer.json()["message"]


def test_columns_without_a_header_in_chinese_and_by_tab(used: Used) -> None:
    alice = client(used.world.alice)
    alice.post(f"{used.url}/annotations/import", {"content": "When?\tAt ten.\nWhere?\tHere."})
    alice.post(f"{used.url}/annotations/import", {"content": "问题,答案\n几点,十点"})
    assert dict(Annotation.unscoped.values_list("question", "answer")) == {"When?": "At ten.", "Where?": "Here.", "几点": "十点"}


def test_hits_are_listed(used: Used) -> None:
    annotation = annotation_create(workspace_id=used.world.workspace.pk, app_id=used.app.pk, question="When?", answer="At ten.")
    for number, source in enumerate(("api", "web")):
        talk = used.talk((f"when {number}", "At ten."), at=NOON + timedelta(hours=number), source=source)
        used.hit(annotation, Run.unscoped.get(conversation=talk), 0.9 + number / 100)
    page = client(used.world.alice).get(f"{used.url}/annotations/{annotation.pk}/hits").json()
    assert [(row["question"], row["score"], row["source"]) for row in page["results"]] == [("when 1", 0.91, "web"), ("when 0", 0.9, "api")]
    assert page["results"][0]["conversation_id"] == str(talk.pk)


def test_settings_and_the_job_that_follows(used: Used, sent: list[tuple[str, dict[str, Any]]]) -> None:
    alice, url = client(used.world.alice), f"{used.url}/annotations/settings"
    assert alice.get(url).json() == {
        **{"enabled": False, "threshold": 0.9, "embedding_provider": "", "embedding_model": "", "total": 0, "embedded": 0, "job_id": None}
    }
    annotation_create(workspace_id=used.world.workspace.pk, app_id=used.app.pk, question="When?", answer="At ten.")
    told = alice.put(url, {"enabled": True, "threshold": 0.85}).json()
    assert (told["enabled"], told["threshold"], told["total"], told["embedded"]) == (True, 0.85, 1, 0)
    assert (told["embedding_provider"], told["embedding_model"]) == ("local", "multilingual-e5-small")
    assert (told["job_id"] is not None, sent) == (True, [("annotations.embed", {"app_id": str(used.app.pk)})])
    Annotation.unscoped.update(vector_model="local/multilingual-e5-small")
    assert alice.put(url, {"enabled": True, "threshold": 0.8}).json()["job_id"] is None
    assert alice.get(url).json()["embedded"] == 1
    assert alice.put(url, {"enabled": False, "threshold": 0.8}).json()["enabled"] is False
    assert AnnotationSettings.unscoped.get().embedding_model == "multilingual-e5-small"
    wrong = {"enabled": True, "threshold": 0.8, "embedding_provider": "openai", "embedding_model": "none"}
    answer = alice.put(url, wrong)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["details"]["fields"])) == (
        400,
        "model_not_configured",
        ["embedding_model"],
    )
    assert list(alice.put(url, {"enabled": True, "threshold": 2}).json()["details"]["fields"]) == ["threshold"]


def test_a_try_out_is_a_job(used: Used, sent: list[tuple[str, dict[str, Any]]]) -> None:
    answer = client(used.world.alice).post(f"{used.url}/annotations/try", {"question": "When?"})
    assert (answer.status_code, answer.json()["state"]) == (202, "running")
    assert sent == [("annotations.match", {"app_id": str(used.app.pk), "question": "When?", "limit": 5})]


def test_with_the_queue_away_annotations_are_kept(used: Used, monkeypatch: pytest.MonkeyPatch) -> None:
    AnnotationSettings.unscoped.create(workspace=used.world.workspace, app=used.app, enabled=True)

    def away(*_: Any) -> None:
        raise jobs.BROKER_AWAY[-1]("away")

    monkeypatch.setattr(jobs, "send", away)
    monkeypatch.setattr(jobs, "sync_client", away)
    assert client(used.world.alice).post(f"{used.url}/annotations", {"question": "a", "answer": "b"}).status_code == 201
