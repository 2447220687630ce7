"""Knowledge in the console: who may, what is shown, what a mistake is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from backend.accounts.models import Role
from backend.knowledge.models import Document
from tests.factories import JsonClient, World, client

pytestmark = pytest.mark.django_db(transaction=True)


def made(world: World, who: JsonClient | None = None, **given: Any) -> dict[str, Any]:
    answer = (who or client(world.alice)).post(f"{world.url}/datasets", {"name": "手册", "indexing_technique": "economy", **given})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def finish(dataset: str) -> None:
    """Stand in for the worker."""
    Document.unscoped.filter(dataset_id=dataset).update(stage="completed", active_revision=1)


def test_datasets_are_made_changed_and_deleted(world: World) -> None:
    alice = client(world.alice)
    dataset = made(world)
    url = f"{world.url}/datasets/{dataset['id']}"
    assert (dataset["documents"], dataset["retrieval"]["search_method"]) == (0, "keyword_search")
    changed = alice.patch(url, {"name": "Guide", "retrieval": {"search_method": "keyword_search", "top_k": 9}}).json()
    assert (changed["name"], changed["retrieval"]["top_k"]) == ("Guide", 9)
    assert alice.get(f"{world.url}/datasets?search=uid").json()["total"] == 1
    assert alice.delete(url).status_code == 204
    assert alice.get(url).status_code == 404


def test_viewers_read_and_editors_write(world: World) -> None:
    dataset = made(world)
    viewer = client(world.member(Role.VIEWER))
    assert viewer.get(f"{world.url}/datasets/{dataset['id']}").status_code == 200
    assert viewer.patch(f"{world.url}/datasets/{dataset['id']}", {"name": "x"}).status_code == 403


def test_what_is_private_is_its_makers_and_the_admins(world: World) -> None:
    bob = client(world.bob)
    other = client(world.member(Role.EDITOR))
    dataset = made(world, bob, permission="only_me")
    url = f"{world.url}/datasets/{dataset['id']}"
    assert [who.get(url).status_code for who in (bob, other, client(world.alice))] == [200, 404, 200]
    assert other.get(f"{world.url}/datasets").json()["total"] == 0
    bob.patch(url, {"permission": "all_team_members"})
    assert other.get(url).status_code == 200


def test_files_and_texts_become_documents(world: World) -> None:
    alice, dataset = client(world.alice), made(world)
    form = {"file": SimpleUploadedFile("报告.md", "# 茶".encode()), "purpose": "knowledge"}
    file = alice.post(f"{world.url}/files", form, content_type=MULTIPART_CONTENT).json()
    url = f"{world.url}/datasets/{dataset['id']}/documents"
    rows = alice.post(url, {"files": [file["id"]], "text": {"name": "Note", "text": "Tea is hot."}}).json()
    assert [(row["name"], row["state"], row["source_type"]) for row in rows] == [
        ("报告.md", "queuing", "upload_file"),
        ("Note", "queuing", "text"),
    ]
    assert rows[0]["batch"] == rows[1]["batch"]
    page = alice.get(f"{url}?search=报&state=queuing").json()
    assert [row["id"] for row in page["results"]] == [rows[0]["id"]]
    assert alice.get(f"{url}/{rows[0]['id']}/text").json() == {"text": "", "ready": False}
    assert alice.post(url, {}).json()["code"] == "invalid_input"
    assert alice.post(url, {"files": [dataset["id"]]}).status_code == 404


def test_documents_are_acted_on_together(world: World) -> None:
    alice, dataset = client(world.alice), made(world)
    url = f"{world.url}/datasets/{dataset['id']}/documents"
    ids = [alice.post(url, {"text": {"name": name, "text": "Tea"}}).json()[0]["id"] for name in ("one", "two")]
    act = f"{url}/actions"
    assert alice.post(act, {"action": "cancel", "document_ids": ids}).json() == {"changed": 2}
    assert alice.get(f"{url}/{ids[0]}").json()["state"] == "paused"
    assert alice.post(act, {"action": "retry", "document_ids": ids[:1]}).json() == {"changed": 1}
    finish(dataset["id"])
    assert alice.post(act, {"action": "disable", "document_ids": ids}).json() == {"changed": 2}
    assert alice.get(f"{url}/{ids[0]}").json()["searchable"] is False
    assert alice.patch(f"{url}/{ids[0]}", {"name": "第一"}).json()["name"] == "第一"
    assert alice.post(act, {"action": "archive", "document_ids": ids[:1]}).json() == {"changed": 1}
    assert alice.post(act, {"action": "delete", "document_ids": ids}).json()["code"] == "archived_document_immutable"
    assert alice.post(act, {"action": "delete", "document_ids": ids[1:]}).json() == {"changed": 1}
    assert alice.get(url).json()["total"] == 1


def test_pieces_are_edited(world: World) -> None:
    alice, dataset = client(world.alice), made(world, doc_form="hierarchical_model")
    url = f"{world.url}/datasets/{dataset['id']}/documents"
    document = alice.post(url, {"text": {"name": "one", "text": "Tea"}}).json()[0]["id"]
    pieces = f"{url}/{document}/segments"
    assert alice.post(pieces, {"content": "early"}).json()["code"] == "document_indexing"
    finish(dataset["id"])
    piece = alice.post(pieces, {"content": "Tea is hot.", "keywords": ["tea"]}).json()
    assert (piece["position"], piece["status"], piece["edited"]) == (1, "waiting", True)
    assert [alice.get(shown).json()["pieces"] for shown in (f"{url}/{document}", f"{world.url}/datasets/{dataset['id']}")] == [1, 1]
    child = alice.post(f"{pieces}/{piece['id']}/children", {"content": "hot"}).json()
    assert alice.patch(f"{pieces}/{piece['id']}/children/{child['id']}", {"content": "very hot"}).json()["content"] == "very hot"
    listed = alice.get(f"{pieces}?search=hot").json()["results"]
    assert [row["content"] for row in listed[0]["children"]] == ["very hot"]
    assert alice.patch(f"{pieces}/{piece['id']}", {"enabled": False}).json()["enabled"] is False
    assert alice.delete(f"{pieces}/{piece['id']}/children/{child['id']}").status_code == 204
    later = alice.post(pieces, {"content": "Coffee is hot too."}).json()
    page = alice.get(f"{pieces}?limit=1&segment={later['id']}").json()
    assert (page["page"], [row["id"] for row in page["results"]]) == (2, [later["id"]])
    assert alice.post(f"{pieces}/actions", {"action": "delete", "segment_ids": [piece["id"]]}).json() == {"changed": 1}


def test_a_preview_needs_one_source_that_one_may_see(world: World, valkey: str) -> None:
    bob, other = client(world.bob), client(world.member(Role.EDITOR))
    dataset = made(world, bob, permission="only_me")
    document = bob.post(f"{world.url}/datasets/{dataset['id']}/documents", {"text": {"name": "one", "text": "Tea"}}).json()[0]["id"]
    preview = f"{world.url}/knowledge/preview"
    assert bob.post(preview, {"text": "Tea", "url": "https://example.com"}).json()["details"]["fields"]["file"]
    assert bob.post(preview, {"document": document}).json()["details"]["fields"]["dataset"]
    given = {"document": document, "dataset": dataset["id"]}
    assert [who.post(preview, given).status_code for who in (bob, other)] == [202, 404]


def test_a_trial_needs_knowledge_that_one_may_see(world: World, valkey: str) -> None:
    dataset = made(world, permission="only_me")
    asked = {"query": "Tea?", "config": {"dataset_ids": [dataset["id"], "gone"]}}
    assert client(world.alice).post(f"{world.url}/knowledge/try", asked).status_code == 202
    assert client(world.bob).post(f"{world.url}/knowledge/try", asked).json()["code"] == "invalid_input"


def test_tags_fields_and_values(world: World) -> None:
    alice, dataset = client(world.alice), made(world)
    url = f"{world.url}/datasets/{dataset['id']}"
    tag = alice.post(f"{world.url}/dataset-tags", {"name": "law"}).json()
    assert [row["name"] for row in alice.put(f"{url}/tags", {"tag_ids": [tag["id"]]}).json()] == ["law"]
    assert alice.put(f"{url}/tags", {"tag_ids": []}).json() == []
    field = alice.post(f"{url}/metadata-fields", {"name": "year", "type": "number"}).json()
    document = alice.post(f"{url}/documents", {"text": {"name": "one", "text": "Tea"}}).json()[0]["id"]
    value = {"document_id": document, "metadata_list": [{"id": field["id"], "value": 2024}]}
    assert alice.post(f"{url}/metadata", {"operations": [value]}).status_code == 204
    assert alice.get(f"{url}/documents/{document}").json()["metadata"] == {field["id"]: 2024}
    wrong = {"document_id": document, "metadata_list": [{"id": field["id"], "value": "soon"}]}
    assert alice.post(f"{url}/metadata", {"operations": [wrong]}).json()["code"] == "invalid_param"


def test_keys_are_shown_once(world: World) -> None:
    alice = client(world.alice)
    key = alice.post(f"{world.url}/dataset-keys", {"name": "sync"}).json()
    assert key["key"].startswith("dataset-")
    assert [row.get("key") for row in alice.get(f"{world.url}/dataset-keys").json()] == [None]
    assert alice.delete(f"{world.url}/dataset-keys/{key['id']}").status_code == 204
    assert client(world.member(Role.VIEWER)).get(f"{world.url}/dataset-keys").status_code == 403


def test_questions_with_known_answers(world: World) -> None:
    alice, dataset = client(world.alice), made(world)
    url = f"{world.url}/datasets/{dataset['id']}"
    document = alice.post(f"{url}/documents", {"text": {"name": "one", "text": "Tea"}}).json()[0]["id"]
    test_set = alice.post(f"{url}/test-sets", {"name": "Basics"}).json()
    base = f"{url}/test-sets/{test_set['id']}"
    assert alice.post(f"{base}/results", {"settings": [{"retrieval_model": {}}]}).json()["code"] == "invalid_param"
    question = alice.post(f"{base}/questions", {"query": "Tea?", "expected": [{"document_id": document}]}).json()
    named = {"document_id": document, "document_name": "one", "position": None, "excerpt": ""}
    assert (question["position"], question["expected"]) == (1, [named])
    finish(dataset["id"])
    piece = alice.post(f"{url}/documents/{document}/segments", {"content": "Tea wakes."}).json()
    narrow = [{"document_id": document, "segment_id": piece["id"]}]
    shown = alice.patch(f"{base}/questions/{question['id']}", {"expected": narrow}).json()["expected"][0]
    assert (shown["segment_id"], shown["position"], shown["excerpt"]) == (piece["id"], 1, "Tea wakes.")
    foreign = alice.post(f"{base}/questions", {"query": "Tea?", "expected": [{"document_id": dataset["id"]}]})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    assert alice.patch(f"{base}/questions/{question['id']}", {"query": "Why tea?"}).json()["query"] == "Why tea?"
    assert alice.get(f"{url}/test-sets").json()[0]["questions"] == 1
    assert alice.get(f"{base}/results").json()["total"] == 0
    assert alice.delete(f"{base}/questions/{question['id']}").status_code == 204
    assert alice.patch(base, {"name": "Basic"}).json()["name"] == "Basic"
    assert alice.delete(base).status_code == 204
