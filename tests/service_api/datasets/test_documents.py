"""Documents, segments and questions over the knowledge API, indexed by a real worker."""

from __future__ import annotations

import io
import json
import zipfile

import httpx
import pytest

from tests.service_api.api import refused
from tests.service_api.datasets.conftest import Knowledge

TEXT = "Green tea is steeped at 70 degrees.\n\nBlack tea is steeped at 95 degrees.\n\n红茶需要沸水冲泡。"
SEGMENTATION = {"separator": "\n\n", "max_tokens": 100, "chunk_overlap": 0}
RULE = {"mode": "custom", "rules": {"pre_processing_rules": [], "segmentation": SEGMENTATION}}
NESTED_RULES = {
    "pre_processing_rules": [],
    "segmentation": SEGMENTATION,
    "parent_mode": "paragraph",
    "subchunk_segmentation": {"separator": "\n", "max_tokens": 50, "chunk_overlap": 0},
}
BY_WORDS = {"search_method": "keyword_search", "reranking_enable": False, "top_k": 1, "score_threshold_enabled": False}
NOBODY = "00000000-0000-7000-8000-000000000000"
DOCUMENT_FIELDS = {
    *("id", "position", "data_source_type", "data_source_info", "data_source_detail_dict", "dataset_process_rule_id", "name"),
    *("created_from", "created_by", "created_at", "tokens", "indexing_status", "error", "enabled", "disabled_at", "disabled_by"),
    *("archived", "display_status", "word_count", "hit_count", "doc_form", "doc_metadata", "summary_index_status", "need_summary"),
}
SEGMENT_FIELDS = {
    *("id", "position", "document_id", "content", "sign_content", "answer", "word_count", "tokens", "keywords", "index_node_id"),
    *("index_node_hash", "hit_count", "enabled", "disabled_at", "disabled_by", "status", "created_by", "created_at", "updated_at"),
    *("updated_by", "indexing_at", "completed_at", "error", "stopped_at", "child_chunks", "attachments", "summary"),
}


@pytest.fixture(scope="module")
def tea(knowledge: Knowledge) -> tuple[str, str]:
    """A dataset with one indexed document: their ids."""
    dataset = knowledge.dataset("茶", indexing_technique="economy")["id"]
    made = knowledge.ok("POST", f"/v1/datasets/{dataset}/document/create-by-text", {"name": "Tea", "text": TEXT, "process_rule": RULE})
    assert made["document"].keys() == DOCUMENT_FIELDS
    assert made["document"]["indexing_status"] == "waiting"
    [end] = knowledge.indexed(dataset, made["batch"])
    assert (end["indexing_status"], end["completed_segments"], end["total_segments"]) == ("completed", 3, 3)
    return dataset, made["document"]["id"]


def test_a_question_finds_the_piece(knowledge: Knowledge, tea: tuple[str, str]) -> None:
    dataset, document = tea
    for path in ("retrieve", "hit-testing"):
        found = knowledge.ok("POST", f"/v1/datasets/{dataset}/{path}", {"query": "How hot is green tea?"})
        assert found["query"] == {"content": "How hot is green tea?"}
        best = found["records"][0]
        assert best["segment"]["content"] == "Green tea is steeped at 70 degrees."
        assert (best["segment"]["document"]["id"], best["segment"]["document"]["name"]) == (document, "Tea")
        assert best["score"] > 0
    chinese = knowledge.ok("POST", f"/v1/datasets/{dataset}/retrieve", {"query": "红茶", "retrieval_model": BY_WORDS})
    assert [row["segment"]["content"] for row in chinese["records"]] == ["红茶需要沸水冲泡。"]
    for wrong in ({"query": ""}, {"query": "x", "retrieval_model": {"top_k": 0}}):
        refused(knowledge.client.post(f"/v1/datasets/{dataset}/retrieve", wrong), 400, "invalid_param")


def test_documents_are_listed_and_shown(knowledge: Knowledge, tea: tuple[str, str]) -> None:
    dataset, document = tea
    base = f"/v1/datasets/{dataset}/documents"
    page = knowledge.ok("GET", f"{base}?keyword=te&status=available")
    assert ([row["id"] for row in page["data"]], page["total"], page["has_more"]) == ([document], 1, False)
    detail = knowledge.ok("GET", f"{base}/{document}")
    assert (detail["display_status"], detail["segment_count"], detail["dataset_process_rule"]["mode"]) == ("available", 3, "custom")
    assert detail["data_source_info"]["upload_file"]["extension"] == "md"
    assert knowledge.ok("GET", f"{base}/{document}?metadata=only").keys() == {"id", "doc_type", "doc_metadata"}
    assert "doc_metadata" not in knowledge.ok("GET", f"{base}/{document}?metadata=without")
    refused(knowledge.client.get(f"{base}/{document}", metadata="some"), 400, "invalid_metadata")
    refused(knowledge.client.get(f"{base}/{NOBODY}"), 404, "not_found")
    refused(knowledge.client.get(base, status="asleep"), 400, "invalid_param")
    refused(knowledge.client.get(f"{base}/nobatch/indexing-status"), 404, "not_found")


def test_documents_are_fetched(knowledge: Knowledge, tea: tuple[str, str]) -> None:
    dataset, document = tea
    url = knowledge.ok("GET", f"/v1/datasets/{dataset}/documents/{document}/download")["url"]
    address = knowledge.client.url + url[url.index("/files/") :]
    assert httpx.get(address).text == TEXT
    reply = knowledge.client.post(f"/v1/datasets/{dataset}/documents/download-zip", {"document_ids": [document]})
    assert reply.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        assert archive.read("Tea.md").decode() == TEXT


def test_a_file_becomes_a_document_and_is_replaced(knowledge: Knowledge) -> None:
    dataset = knowledge.dataset("files")["id"]
    data = json.dumps({"indexing_technique": "economy", "process_rule": RULE})
    files = {"file": ("日本語.md", b"# Tea\n\nMatcha is a powder.")}
    reply = knowledge.client.call("POST", f"/v1/datasets/{dataset}/document/create_by_file", files=files, data={"data": data})
    assert reply.status_code == 200, reply.text
    made = reply.json()
    assert made["document"]["name"] == "日本語.md"
    assert knowledge.indexed(dataset, made["batch"])[0]["indexing_status"] == "completed"
    document = f"/v1/datasets/{dataset}/documents/{made['document']['id']}"
    other = {"file": ("new.txt", b"Sencha is a leaf.")}
    changed = knowledge.client.call("POST", f"{document}/update-by-file", files=other, data={"data": "{}"}).json()
    knowledge.indexed(dataset, changed["batch"])
    assert [row["content"] for row in knowledge.ok("GET", f"{document}/segments")["data"]] == ["Sencha is a leaf."]
    changed = knowledge.ok("POST", f"{document}/update-by-text", {"name": "leaf", "text": "Gyokuro grows in shade."})
    knowledge.indexed(dataset, changed["batch"])
    assert [row["content"] for row in knowledge.ok("GET", f"{document}/segments")["data"]] == ["Gyokuro grows in shade."]
    create = f"/v1/datasets/{dataset}/document/create-by-file"
    refused(knowledge.client.call("POST", create, data={"data": data}), 400, "no_file_uploaded")
    refused(knowledge.client.call("POST", create, files=other, data={"data": "{"}), 400, "invalid_param")


def test_a_broken_file_ends_in_words(knowledge: Knowledge) -> None:
    dataset = knowledge.dataset("broken")["id"]
    data = json.dumps({"indexing_technique": "economy"})
    files = {"file": ("scan.pdf", b"%PDF-1.4\nnothing")}
    made = knowledge.client.call("POST", f"/v1/datasets/{dataset}/document/create-by-file", files=files, data={"data": data}).json()
    [end] = knowledge.indexed(dataset, made["batch"])
    assert end["indexing_status"] == "error"
    assert len(end["error"]) > 10


def test_status_and_deletion(knowledge: Knowledge) -> None:
    dataset = knowledge.dataset("states", indexing_technique="economy")["id"]
    base = f"/v1/datasets/{dataset}/documents"
    made = knowledge.ok("POST", f"/v1/datasets/{dataset}/document/create_by_text", {"name": "one", "text": "Oolong"})
    knowledge.indexed(dataset, made["batch"])
    ids = {"document_ids": [made["document"]["id"]]}

    def hits() -> int:
        return len(knowledge.ok("POST", f"/v1/datasets/{dataset}/retrieve", {"query": "oolong"})["records"])

    assert hits() == 1
    assert knowledge.ok("PATCH", f"{base}/status/disable", ids) == {"result": "success"}
    assert hits() == 0
    knowledge.ok("PATCH", f"{base}/status/enable", ids)
    knowledge.ok("PATCH", f"{base}/status/archive", ids)
    assert hits() == 0
    refused(knowledge.client.call("DELETE", f"{base}/{ids['document_ids'][0]}"), 403, "archived_document_immutable")
    knowledge.ok("PATCH", f"{base}/status/un_archive", ids)
    refused(knowledge.client.call("PATCH", f"{base}/status/burn", json=ids), 400, "invalid_action")
    refused(knowledge.client.call("PATCH", f"{base}/status/enable", json={"document_ids": [NOBODY]}), 404, "not_found")
    knowledge.ok("DELETE", f"{base}/{ids['document_ids'][0]}", status=204)
    assert hits() == 0


def test_segments_are_edited(knowledge: Knowledge, tea: tuple[str, str]) -> None:
    dataset, document = tea
    base = f"/v1/datasets/{dataset}/documents/{document}/segments"
    made = knowledge.ok("POST", base, {"segments": [{"content": "White tea is steeped at 80.", "keywords": ["white"]}]})
    assert (made["doc_form"], made["data"][0].keys()) == ("text_model", SEGMENT_FIELDS)
    one = f"{base}/{made['data'][0]['id']}"
    assert knowledge.ok("GET", one)["data"]["keywords"] == ["white"]
    changed = knowledge.ok("POST", one, {"segment": {"content": "Yellow tea is steeped at 80.", "enabled": False}})
    assert (changed["data"]["content"], changed["data"]["enabled"]) == ("Yellow tea is steeped at 80.", False)
    assert knowledge.ok("GET", f"{base}?keyword=yellow")["total"] == 1
    knowledge.ok("DELETE", one, status=204)
    refused(knowledge.client.get(one), 404, "not_found")
    assert knowledge.client.post(base, {}).json().keys() == {"error"}


def test_children_of_segments(knowledge: Knowledge) -> None:
    dataset = knowledge.dataset("nested", indexing_technique="economy")["id"]
    rule = {"mode": "hierarchical", "rules": NESTED_RULES}
    body = {"name": "one", "text": "Tea.\nWater.", "doc_form": "hierarchical_model", "process_rule": rule}
    made = knowledge.ok("POST", f"/v1/datasets/{dataset}/document/create-by-text", body)
    knowledge.indexed(dataset, made["batch"])
    base = f"/v1/datasets/{dataset}/documents/{made['document']['id']}/segments"
    segment = knowledge.ok("GET", base)["data"][0]
    assert [child["content"] for child in segment["child_chunks"]] == ["Tea.", "Water."]
    children = f"{base}/{segment['id']}/child_chunks"
    child = knowledge.ok("POST", children, {"content": "Leaf."})["data"]
    assert knowledge.ok("PATCH", f"{children}/{child['id']}", {"content": "Bud."})["data"]["content"] == "Bud."
    page = knowledge.ok("GET", f"{children}?limit=2")
    assert (page["total"], page["total_pages"], len(page["data"])) == (3, 2, 2)
    knowledge.ok("DELETE", f"{children}/{child['id']}", status=204)
    assert knowledge.ok("GET", children)["total"] == 2


def test_metadata_of_documents(knowledge: Knowledge, tea: tuple[str, str]) -> None:
    dataset, document = tea
    field = knowledge.ok("POST", f"/v1/datasets/{dataset}/metadata", {"type": "string", "name": "origin"}, 201)
    operation = {"document_id": document, "metadata_list": [{"id": field["id"], "name": "origin", "value": "china"}]}
    assert knowledge.ok("POST", f"/v1/datasets/{dataset}/documents/metadata", {"operation_data": [operation]}) == {"result": "success"}
    shown = knowledge.ok("GET", f"/v1/datasets/{dataset}/documents/{document}")["doc_metadata"]
    assert shown == [{"id": field["id"], "name": "origin", "type": "string", "value": "china"}]
    assert knowledge.ok("GET", f"/v1/datasets/{dataset}/metadata")["doc_metadata"][0]["count"] == 1
    condition = {"logical_operator": "and", "conditions": [{"name": "origin", "comparison_operator": "is", "value": "japan"}]}
    asked = {"query": "green tea", "retrieval_model": {**BY_WORDS, "metadata_filtering_conditions": condition}}
    assert knowledge.ok("POST", f"/v1/datasets/{dataset}/retrieve", asked)["records"] == []


def test_another_workspaces_documents_do_not_exist(knowledge: Knowledge, tea: tuple[str, str]) -> None:
    _, document = tea
    other = knowledge.dataset("elsewhere")["id"]
    refused(knowledge.client.get(f"/v1/datasets/{other}/documents/{document}"), 404, "not_found")
    refused(knowledge.client.get(f"/v1/datasets/{NOBODY}/documents/{document}"), 404, "not_found")
