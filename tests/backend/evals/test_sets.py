"""Test sets: cases kept from answers and runs, edited, downloaded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from backend.evals import services
from backend.evals.models import TestCase
from backend.runs.annotations import annotation_create
from backend.runs.models import Run
from tests.backend.insights.conftest import used as used
from tests.backend.insights.rows import Used, messages
from tests.factories import client, missing_id


@pytest.fixture
def cases(used: Used) -> str:
    """The address of the cases of a set."""
    made = client(used.world.bob).post(f"{used.url}/test-sets", {"name": "Basics"})
    assert made.status_code == 201, made.content
    return f"{used.url}/test-sets/{made.json()['id']}/cases"


def test_sets_have_names_of_their_own(used: Used, cases: str) -> None:
    alice, url = client(used.world.alice), f"{used.url}/test-sets"
    assert alice.post(url, {"name": "Basics"}).json()["code"] == "name_taken"
    other = alice.post(url, {"name": "Advanced"}).json()
    assert [(row["name"], row["cases"]) for row in alice.get(url).json()] == [("Advanced", 0), ("Basics", 0)]
    assert alice.patch(f"{url}/{other['id']}", {"name": "Basics"}).status_code == 409
    assert alice.patch(f"{url}/{other['id']}", {"name": "Hard"}).json()["name"] == "Hard"
    assert alice.delete(f"{url}/{other['id']}").status_code == 204
    assert alice.post(url, {"name": ""}).status_code == 400
    viewer = client(used.world.member("viewer"))
    assert (viewer.get(url).status_code, viewer.post(url, {"name": "x"}).status_code) == (200, 403)


def test_an_answer_becomes_a_case_and_its_correction_is_what_is_expected(used: Used, cases: str) -> None:
    talk = used.talk(("When?", "Never."), ("Where?", "Here."), inputs={"lang": "en"}, files=[{"type": "image"}])
    first, second = messages(talk)
    annotation_create(workspace_id=used.world.workspace.pk, app_id=used.app.pk, question="q", answer="At ten.", message=first)
    bob = client(used.world.bob)
    row = bob.post(cases, {"message_id": str(first.pk)}).json()
    assert (row["name"], row["query"], row["expected"], row["inputs"]) == ("When?", "When?", "At ten.", {"lang": "en"})
    assert (row["run_id"], row["message_id"], row["conversation_id"]) == (str(first.run_id), str(first.pk), str(talk.pk))
    assert (row["files"], row["created_by"]) == ([{"type": "image"}], "Bob")
    assert bob.post(cases, {"run_id": str(second.run_id), "expected": "There.", "name": "Place"}).json()["expected"] == "There."
    assert bob.post(cases, {"message_id": str(second.pk)}).json()["expected"] == "Here."
    page = bob.get(cases).json()
    assert ([one["name"] for one in page["results"]], page["total"]) == (["When?", "Place", "Where?"], 3)
    Run.unscoped.filter(pk=first.run_id).delete()
    assert bob.get(cases).json()["results"][0]["run_id"] is None


def test_a_run_of_a_workflow_becomes_a_case(used: Used, cases: str) -> None:
    run = used.run(inputs={"n": 1}, outputs={"m": "ä"})
    row = client(used.world.bob).post(cases, {"run_id": str(run.pk)}).json()
    assert (row["inputs"], json.loads(row["expected"]), row["message_id"]) == ({"n": 1}, {"m": "ä"}, None)


def test_cases_are_written_changed_and_downloaded(used: Used, cases: str) -> None:
    bob = client(used.world.bob)
    row = bob.post(cases, {"query": "你好", "expected": "Hi"}).json()
    assert (row["name"], row["run_id"]) == ("你好", None)
    changed = bob.patch(f"{cases}/{row['id']}", {"expected": "Hello", "name": ""}).json()
    assert (changed["expected"], changed["name"], changed["query"]) == ("Hello", "", "你好")
    answer = bob.get(cases.replace("/cases", "/export"))
    assert [json.loads(line) for line in answer.content.splitlines()] == [
        {"name": "", "inputs": {}, "query": "你好", "files": [], "expected": "Hello"}
    ]
    assert 'filename="Basics.jsonl"' in answer["Content-Disposition"]
    assert bob.delete(f"{cases}/{row['id']}").status_code == 204
    assert not TestCase.unscoped.exists()


@pytest.mark.parametrize("field", ["run_id", "message_id"])
def test_what_it_is_kept_from_must_be_of_this_app(used: Used, cases: str, field: str) -> None:
    answer = client(used.world.bob).post(cases, {field: missing_id()})
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, [field])


def test_a_full_set_takes_no_more(used: Used, cases: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_CASES", 1)
    bob: Any = client(used.world.bob)
    assert bob.post(cases, {"query": "a"}).status_code == 201
    assert bob.post(cases, {"query": "b"}).json()["code"] == "too_many_cases"
