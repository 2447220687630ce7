"""Datasets, tags, metadata and models over the knowledge API."""

from __future__ import annotations

import uuid

from tests.service_api.api import Client, refused
from tests.service_api.datasets.conftest import Knowledge

NOBODY = "00000000-0000-7000-8000-000000000000"
DATASET_FIELDS = {
    *("id", "name", "description", "provider", "permission", "data_source_type", "indexing_technique", "app_count"),
    *("document_count", "word_count", "created_by", "author_name", "created_at", "updated_by", "updated_at", "embedding_model"),
    *("embedding_model_provider", "embedding_available", "retrieval_model_dict", "summary_index_setting", "tags", "doc_form"),
    *("external_knowledge_info", "external_retrieval_model", "doc_metadata", "built_in_field_enabled", "pipeline_id"),
    *("runtime_mode", "chunk_structure", "icon_info", "is_published", "total_documents", "total_available_documents"),
    *("enable_api", "is_multimodal", "maintainer", "partial_member_list"),
}


def test_only_dataset_keys_open_it(knowledge: Knowledge, chat: Client) -> None:
    refused(chat.get("/v1/datasets"), 401, "unauthorized")
    refused(Client(knowledge.client.url, "dataset-nonsense").get("/v1/datasets"), 401, "unauthorized")
    refused(knowledge.client.get("/v1/parameters"), 401, "unauthorized")


def test_a_dataset_is_made_changed_listed_and_deleted(knowledge: Knowledge) -> None:
    made = knowledge.dataset("手册", description="How to", indexing_technique="economy", permission="all_team_members")
    assert made.keys() == DATASET_FIELDS
    assert (made["name"], made["indexing_technique"], made["document_count"]) == ("手册", "economy", 0)
    assert made["retrieval_model_dict"]["search_method"] == "keyword_search"
    refused(knowledge.client.post("/v1/datasets", {"name": "手册"}), 409, "dataset_name_duplicate")
    changed = knowledge.ok(
        "PATCH", f"/v1/datasets/{made['id']}", {"name": "Handbook", "retrieval_model": {"search_method": "keyword_search", "top_k": 7}}
    )
    assert (changed["name"], changed["retrieval_model_dict"]["top_k"], changed["description"]) == ("Handbook", 7, "How to")
    page = knowledge.ok("GET", "/v1/datasets?keyword=andboo&limit=1")
    assert (page["total"], page["has_more"], [row["id"] for row in page["data"]]) == (1, False, [made["id"]])
    assert knowledge.ok("DELETE", f"/v1/datasets/{made['id']}", status=204) is None
    refused(knowledge.client.get(f"/v1/datasets/{made['id']}"), 404, "not_found")


def test_bad_datasets(knowledge: Knowledge) -> None:
    post = knowledge.client.post
    refused(post("/v1/datasets", {}), 400, "invalid_param")
    refused(post("/v1/datasets", {"name": "x" * 101}), 400, "invalid_param")
    refused(post("/v1/datasets", {"name": "x", "permission": "everybody"}), 400, "invalid_param")
    refused(post("/v1/datasets", {"name": "x", "provider": "external"}), 400, "invalid_param")
    refused(post("/v1/datasets", {"name": "x", "retrieval_model": {"search_method": "guess"}}), 400, "invalid_param")
    refused(
        post(
            "/v1/datasets",
            {"name": "x", "indexing_technique": "high_quality", "embedding_model": "none", "embedding_model_provider": "openai"},
        ),
        400,
        "provider_not_initialize",
    )
    refused(knowledge.client.get("/v1/datasets", page="0"), 400, "invalid_param")
    refused(knowledge.client.get(f"/v1/datasets/{NOBODY}"), 404, "not_found")
    refused(knowledge.client.get("/v1/datasets/no-id"), 404, "not_found")


def test_tags(knowledge: Knowledge) -> None:
    dataset = knowledge.dataset("tagged")["id"]
    tag = knowledge.ok("POST", "/v1/datasets/tags", {"name": "law"})
    assert tag == {"id": tag["id"], "name": "law", "type": "knowledge", "binding_count": "0"}
    knowledge.ok("POST", "/v1/datasets/tags/binding", {"tag_ids": [tag["id"]], "target_id": dataset}, 204)
    assert knowledge.ok("GET", f"/v1/datasets/{dataset}/tags") == {"data": [{"id": tag["id"], "name": "law"}], "total": 1}
    assert knowledge.ok("PATCH", "/v1/datasets/tags", {"tag_id": tag["id"], "name": "laws"})["binding_count"] == "1"
    assert [row["name"] for row in knowledge.ok("GET", "/v1/datasets/tags")] == ["laws"]
    assert [row["id"] for row in knowledge.ok("GET", f"/v1/datasets?tag_ids={tag['id']}")["data"]] == [dataset]
    knowledge.ok("POST", "/v1/datasets/tags/unbinding", {"tag_id": tag["id"], "target_id": dataset}, 204)
    assert knowledge.ok("GET", f"/v1/datasets/{dataset}/tags")["total"] == 0
    knowledge.ok("DELETE", "/v1/datasets/tags", {"tag_id": tag["id"]}, 204)
    refused(knowledge.client.call("DELETE", "/v1/datasets/tags", json={"tag_id": tag["id"]}), 404, "not_found")


def test_metadata_fields(knowledge: Knowledge) -> None:
    base = f"/v1/datasets/{knowledge.dataset('described')['id']}/metadata"
    field = knowledge.ok("POST", base, {"type": "number", "name": "year"}, 201)
    refused(knowledge.client.post(base, {"type": "number", "name": "year"}), 400, "invalid_param")
    refused(knowledge.client.post(base, {"type": "date", "name": "day"}), 400, "invalid_param")
    refused(knowledge.client.post(base, {"type": "string", "name": "uploader"}), 400, "invalid_param")
    assert knowledge.ok("PATCH", f"{base}/{field['id']}", {"name": "published"})["name"] == "published"
    listed = knowledge.ok("GET", base)
    assert listed == {
        "doc_metadata": [{"id": field["id"], "name": "published", "type": "number", "count": 0}],
        "built_in_field_enabled": False,
    }
    assert {row["name"] for row in knowledge.ok("GET", f"{base}/built-in")["fields"]} >= {"document_name", "uploader", "source"}
    assert knowledge.ok("POST", f"{base}/built-in/enable") == {"result": "success"}
    assert knowledge.ok("GET", base)["built_in_field_enabled"] is True
    knowledge.ok("DELETE", f"{base}/{field['id']}", status=204)
    refused(knowledge.client.call("DELETE", f"{base}/{uuid.uuid4()}"), 404, "not_found")


def test_models_of_a_type(knowledge: Knowledge) -> None:
    found = knowledge.ok("GET", "/v1/workspaces/current/models/model-types/text-embedding")["data"]
    assert "multilingual-e5-small" in [model["model"] for row in found for model in row["models"]]
    refused(knowledge.client.get("/v1/workspaces/current/models/model-types/psychic"), 400, "invalid_param")


def test_there_are_no_pipelines(knowledge: Knowledge) -> None:
    dataset = knowledge.dataset("no pipeline")["id"]
    assert knowledge.ok("GET", f"/v1/datasets/{dataset}/pipeline/datasource-plugins") == []
    refused(knowledge.client.post(f"/v1/datasets/{dataset}/pipeline/run", {"inputs": {}}), 400, "invalid_param")
    sent = knowledge.client.call("POST", "/v1/datasets/pipeline/file-upload", files={"file": ("报告.pdf", b"%PDF-1.4\n")})
    assert (sent.status_code, sent.json()["name"], sent.json()["extension"]) == (201, "报告.pdf", "pdf")
