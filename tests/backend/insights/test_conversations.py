"""The log of an app: which conversations it shows, how they look, and ratings by members."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from backend.files.services import file_create
from backend.files.values import file_value
from backend.runs.annotations import annotation_create
from backend.runs.models import Conversation, Message, Run
from backend.studio.models import Version
from tests.backend.insights.rows import NOON, Used, messages
from tests.factories import client


def listed(used: Used, **query: Any) -> list[str]:
    answer = client(used.world.alice).get(f"{used.url}/conversations?{urlencode(query)}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def test_the_list_tells_what_happened(used: Used) -> None:
    first = used.talk(("When do you open?", "At ten."), ("And on Sundays?", "At noon."), at=NOON)
    used.talk(("Hello", "Hi"), user="u2", at=NOON + timedelta(hours=1), state="failed")
    used.talk(("Try", "Yes"), user=None, at=NOON + timedelta(hours=2), source="debug")
    one, two = messages(first)
    used.rate(one, "like")
    used.rate(two, "dislike", "wrong", member=True)
    annotation_create(workspace_id=used.world.workspace.pk, app_id=used.app.pk, question="q", answer="a", message=two)
    page = client(used.world.bob).get(f"{used.url}/conversations").json()
    assert (page["total"], page["page"], page["limit"]) == (2, 1, 20)
    hello, opening = page["results"]
    assert (hello["question"], hello["state"], hello["failed"], hello["asker"]["name"]) == ("Hello", "failed", 1, "u2")
    assert opening["asker"] == {"kind": "end_user", "id": str(first.end_user_id), "name": "u1"}
    assert (opening["question"], opening["turns"], opening["tokens"], opening["cost_usd"]) == ("When do you open?", 2, 30, 1.0)
    assert (opening["source"], opening["state"], opening["version_number"], opening["failed"]) == ("api", "succeeded", 3, 0)
    assert (opening["user_ratings"], opening["member_ratings"]) == ({"likes": 1, "dislikes": 0}, {"likes": 0, "dislikes": 1})
    assert (opening["annotated"], opening["match"], opening["deleted"]) == (1, None, False)
    assert opening["last_at"] > opening["created_at"]
    debug = client(used.world.alice).get(f"{used.url}/conversations?source=debug").json()["results"]
    assert [(row["name"], row["asker"]["kind"], row["asker"]["name"]) for row in debug] == [("Try", "member", "Alice")]


def test_text_generation_is_listed_by_its_inputs(used: Used) -> None:
    used.talk(("", "A summary."), inputs={"text": "The tide", "length": 3, "more": None})
    assert client(used.world.alice).get(f"{used.url}/conversations").json()["results"][0]["question"] == "The tide · 3"


def test_filters(used: Used) -> None:
    good = used.talk(("good", "x"), ("more", "x"), at=NOON)
    bad = used.talk(("bad", "x"), at=NOON + timedelta(days=1), user="Anna Berg", state="failed")
    other = Version.unscoped.create(workspace=used.world.workspace, app=used.app, number=4, document={}, digest="e")
    new = used.talk(("new", "x"), at=NOON + timedelta(days=2), source="web", version=other)
    used.rate(messages(good)[0], "like")
    used.rate(messages(bad)[0], "dislike")
    made = annotation_create(workspace_id=used.world.workspace.pk, app_id=used.app.pk, question="q", answer="a")
    used.hit(made, Run.unscoped.get(conversation=new))
    Conversation.unscoped.filter(pk=good.pk).update(deleted_at=NOON)
    day = timedelta(days=1)
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["new", "bad", "good"]),
        ({"sort": "created_at"}, ["good", "bad", "new"]),
        ({"sort": "-turns", "limit": 1}, ["good"]),
        ({"sort": "-tokens", "limit": 1}, ["good"]),
        ({"sort": "-cost_usd", "limit": 1}, ["good"]),
        ({"page": 2, "limit": 2}, ["good"]),
        ({"from": (NOON + day).isoformat()}, ["new", "bad"]),
        ({"to": (NOON + day).isoformat()}, ["good"]),
        ({"from": (NOON + timedelta(seconds=30)).isoformat(), "to": (NOON + day).isoformat()}, ["good"]),  # it was active then
        ({"source": "web"}, ["new"]),
        ({"source": "all"}, ["new", "bad", "good"]),
        ({"state": "failed"}, ["bad"]),
        ({"error": "true"}, ["bad"]),
        ({"error": "false"}, ["new", "good"]),
        ({"rating": "like"}, ["good"]),
        ({"rating": "dislike"}, ["bad"]),
        ({"rating": "rated"}, ["bad", "good"]),
        ({"rating": "unrated"}, ["new"]),
        ({"annotated": "true"}, ["new"]),
        ({"annotated": "false"}, ["bad", "good"]),
        ({"end_user": "berg"}, ["bad"]),
        ({"end_user": str(bad.end_user_id)}, ["bad"]),
        ({"version": str(other.pk)}, ["new"]),
        ({"rating": "like", "error": "true"}, []),
    ]
    for query, names in cases:
        assert listed(used, **query) == names, query


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("harbour", ["sea"]),
        ("HARBOUR opens", ["sea"]),
        ("harbour hotel", []),
        ('"harbour opens"', ["sea"]),
        ('"opens harbour"', []),
        ("几点", ["shop"]),
        ("点开门 十点", ["shop"]),
        ("über", ["street"]),
        ("ÜBER", ["street"]),
        ("100%", ["street"]),
        ("1_0", []),
        ("%", ["street"]),
    ],
)
def test_search_in_questions_and_answers(used: Used, search: str, names: list[str]) -> None:
    used.talk(("sea", "The harbour opens at ten."), ("hotel?", "Down the road."))
    used.talk(("shop", ""), ("你们周日几点开门", "早上十点。"))
    used.talk(("street", "Über die Brücke, 100% sicher"))
    assert sorted(listed(used, search=search)) == names


def test_a_match_shows_its_place(used: Used) -> None:
    talk = used.talk(("sea", "x" * 300 + " the harbour opens " + "y" * 300))
    [row] = client(used.world.alice).get(f"{used.url}/conversations?search=Harbour+opens").json()["results"]
    assert row["match"]["message_id"] == str(messages(talk)[0].pk)
    assert "the harbour opens" in row["match"]["excerpt"]
    assert row["match"]["excerpt"].startswith("…")
    assert row["match"]["excerpt"].endswith("…")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "to"),
        ("source=fax", "source"),
        ("rating=fine", "rating"),
        ("version=7", "version"),
        ("sort=name", "sort"),
        ("limit=1000", "limit"),
        ("search=" + "x" * 300, "search"),
    ],
)
def test_bad_filters_are_named(used: Used, query: str, field: str) -> None:
    answer = client(used.world.alice).get(f"{used.url}/conversations?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert field in answer.json()["details"]["fields"]


@pytest.mark.usefixtures("settings")
def test_one_conversation_as_it_was_seen(used: Used) -> None:
    talk = used.talk(("Where?", "Here."), ("Sure?", ""), first_token_s=0.25)
    other = used.talk(("Again", "Yes"), at=NOON + timedelta(days=1))
    used.talk(("Mine", "Yes"), user="u2")
    first, second = messages(talk)
    stored = file_create(used.world.workspace.pk, content=b"hello", name="note.txt", purpose="run")
    link = {"id": None, "type": "image", "transfer_method": "remote_url", "related_id": None, "url": "https://example.com/a.png"}
    value = {**file_value(stored), "url": "http://old.example/expired"}
    gone = {**value, "related_id": str(first.pk)}
    resources = [{"title": "Sea", "content": "Tides.", "score": 0.5}]
    reply = {"id": str(first.pk), "account": {"id": None, "name": "Bob"}}
    metadata = {"retriever_resources": resources, "annotation_reply": reply}
    Message.unscoped.filter(pk=first.pk).update(files=[value, link, gone], metadata=metadata)
    Run.unscoped.filter(pk=second.run_id).update(state="failed", error={"code": "model_failed", "message": "No.", "details": {}})
    used.rate(first, "dislike", "too short")
    used.rate(first, "like", member=True)
    annotation_create(
        workspace_id=used.world.workspace.pk,
        app_id=used.app.pk,
        question="Where?",
        answer="There.",
        message=second,
        account_id=used.world.bob.pk,
    )
    told = client(used.world.alice).get(f"{used.url}/conversations/{talk.pk}").json()
    assert [turn["query"] for turn in told["messages"]] == ["Where?", "Sure?"]
    assert [(row["id"], row["name"]) for row in told["others"]] == [(str(other.pk), "Again")]
    one, two = told["messages"]
    assert (one["answer"], one["run_id"], one["state"], one["first_token_s"], one["version_number"]) == (
        *("Here.", str(first.run_id), "succeeded", 0.25, 3),
    )
    assert (one["citations"], one["answered_by"]["author"]) == (resources, "Bob")
    assert one["files"][0]["url"].startswith("http")
    assert f"/files/{stored.pk}/note.txt?sign=" in one["files"][0]["url"]
    assert [file["url"] for file in one["files"][1:]] == ["https://example.com/a.png", None]
    assert (one["user_feedback"]["rating"], one["user_feedback"]["content"]) == ("dislike", "too short")
    assert [(row["rating"], row["account"]["name"]) for row in one["member_feedback"]] == [("like", "Bob")]
    assert (one["error"], two["error"], two["state"]) == (None, {"code": "model_failed", "message": "No."}, "failed")
    assert (two["annotation"]["answer"], two["annotation"]["author"], two["annotation"]["conversation_id"]) == (
        "There.",
        "Bob",
        str(talk.pk),
    )
    assert (one["annotation"], told["earlier"]) == (None, False)


def test_a_long_conversation_comes_in_pieces(used: Used, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.insights.conversations.MAX_TURNS", 2)
    talk = used.talk(*((str(number), "x") for number in range(5)))
    url, seen, before = f"{used.url}/conversations/{talk.pk}", [], ""
    alice = client(used.world.alice)
    while True:
        told = alice.get(url + before).json()
        seen[:0] = [turn["query"] for turn in told["messages"]]
        if not told["earlier"]:
            break
        before = f"?before={told['messages'][0]['id']}"
    assert seen == ["0", "1", "2", "3", "4"]
    assert told["turns"] == 5


def test_members_rate_answers(used: Used) -> None:
    [message] = messages(used.talk(("a", "b")))
    used.rate(message, "like")
    url = f"{used.url}/messages/{message.pk}/feedback"
    alice, bob = client(used.world.alice), client(used.world.bob)
    assert alice.put(url, {"rating": "dislike", "content": "wrong"}).status_code == 200
    told = bob.put(url, {"rating": "like"}).json()
    assert [(row["account"]["name"], row["rating"], row["content"]) for row in told] == [("Alice", "dislike", "wrong"), ("Bob", "like", "")]
    assert [row["account"]["name"] for row in alice.put(url, {"rating": None}).json()] == ["Bob"]
    assert alice.put(url, {"rating": None}).status_code == 200
    assert "rating" in alice.put(url, {"rating": "meh"}).json()["details"]["fields"]
    assert "rating" in alice.put(url, {}).json()["details"]["fields"]
    assert client(used.world.member("viewer")).put(url, {"rating": "like"}).status_code == 403
    assert client(used.world.member("operator")).put(url, {"rating": "like"}).status_code == 200
    assert message.feedbacks.filter(account=None).count() == 1


def test_runs_of_a_workflow_are_found_by_what_they_were_given(used: Used) -> None:
    used.app.mode = "workflow"
    used.app.save()
    one = used.run(inputs={"text": 'Say "hi"\nto 小明'}, end_user=used.user("anna"))
    two = used.run(NOON + timedelta(hours=1), outputs={"result": "Harbour"}, state="failed", elapsed_s=9)
    used.run(NOON + timedelta(hours=2), source="debug")
    alice = client(used.world.alice)

    def found(query: str) -> list[str]:
        return [row["id"] for row in alice.get(f"{used.url}/runs?{query}").json()["results"]]

    assert found(urlencode({"search": '"hi'})) == [str(one.pk)]
    assert found(urlencode({"search": "小明"})) == [str(one.pk)]
    assert found("search=harbour") == [str(two.pk)]
    assert found("end_user=ann") == [str(one.pk)]
    assert found("error=true") == [str(two.pk)]
    assert found("source=published&sort=-elapsed_s") == [str(two.pk), str(one.pk)]
    assert len(found("")) == 3
