"""Retrieval against the real embedded index: methods, weights, rerank, filters, several datasets, what may be seen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from backend.core.errors import AppError
from backend.files.services import file_create
from backend.knowledge.hits import Hit
from backend.knowledge.models import Dataset, Document, RecentQuery, Segment
from backend.knowledge.retrieval import RetrievalRequest, retrieve
from backend.knowledge.retrieval_settings import retrieval_model
from backend.knowledge.services.datasets import dataset_update
from backend.knowledge.services.documents import documents_delete, documents_set_status
from backend.knowledge.services.metadata import field_create, values_set
from backend.knowledge.services.segments import segments_set_enabled
from tests.fakes.provider import Reply
from tests.processes import wait_until
from tests.tasks.knowledge import RULE, Library, library
from workers.engine.errors import NodeError
from workers.engine.ports import ModelRef, Retrieval
from workers.tasks.knowledge import WorkspaceKnowledge, preview_job, retrieve_job, try_job

__all__ = ["library"]

PETS = "cats purr and sleep\n\ndogs bark and run\n\nbirds sing and fly"
FOOD = "tea is hot\n\nbread is fresh\n\ncats like fish"


def ask(library: Library, query: str, *datasets: Dataset, raw: dict[str, Any] | None = None, **fields: Any) -> list[Hit]:
    settings = None if raw is None else retrieval_model(raw)
    request = RetrievalRequest(query=query, dataset_ids=tuple(row.id for row in datasets), settings=settings, **fields)
    return library.loop.submit(retrieve(library.workspace.id, request)).result(20)


def contents(found: list[Hit]) -> list[str]:
    return [hit.content for hit in found]


@contextmanager
def served(pages: dict[str, bytes]) -> Iterator[str]:
    """Serve web pages on this machine; gives the server's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def pets(library: Library) -> tuple[Dataset, Document]:
    dataset = library.dataset("Pets")
    document = library.text(dataset, PETS, name="pets")
    library.index(document)
    return dataset, document


@pytest.mark.parametrize(
    ("method", "label"),
    [("semantic_search", "semantic"), ("full_text_search", "full_text"), ("hybrid_search", "hybrid"), ("keyword_search", "full_text")],
)
def test_each_method_finds_and_says_how(library: Library, pets: tuple[Dataset, Document], method: str, label: str) -> None:
    found = ask(library, "dogs bark", pets[0], raw={"search_method": method, "top_k": 2})
    assert found[0].content == "dogs bark and run"
    assert found[0].method == label
    assert 0 < found[0].score <= 1.0001
    assert (found[0].document_name, found[0].dataset_name, found[0].position) == ("pets", "Pets", 2)
    assert len(found) <= 2


def test_weights_decide_between_meaning_and_words(library: Library) -> None:
    dataset = library.dataset()
    library.index(library.text(dataset, "apple apple banana\n\nbanana pear plum"))

    def scores(meaning: float) -> dict[str, float]:
        weights = {"vector_setting": {"vector_weight": meaning}, "keyword_setting": {"keyword_weight": 1 - meaning}}
        raw = {"search_method": "hybrid_search", "reranking_mode": "weighted_score", "weights": weights}
        return {hit.content: hit.score for hit in ask(library, "pear", dataset, raw=raw)}

    assert scores(1.0)["banana pear plum"] == pytest.approx(3**-0.5, abs=0.01), "the cosine alone"
    worded = scores(0.0)
    assert worded["banana pear plum"] > worded.get("apple apple banana", 0.0) == 0.0


def test_threshold_and_top_k(library: Library, pets: tuple[Dataset, Document]) -> None:
    everything = ask(library, "dogs bark", pets[0], raw={"search_method": "semantic_search", "top_k": 10})
    assert len(everything) == 3
    least = everything[0].score - 0.001
    assert everything[1].score < least
    raw = {"search_method": "semantic_search", "top_k": 10, "score_threshold_enabled": True, "score_threshold": least}
    assert contents(ask(library, "dogs bark", pets[0], raw=raw)) == ["dogs bark and run"]
    assert ask(library, "  ", pets[0]) == []


def test_a_rerank_model_has_the_last_word(library: Library, pets: tuple[Dataset, Document]) -> None:
    model = {"reranking_provider_name": "openai-compatible", "reranking_model_name": "order"}
    raw = {"search_method": "hybrid_search", "reranking_enable": True, "reranking_mode": "reranking_model", "reranking_model": model}
    found = ask(library, "birds fly", pets[0], raw={**raw, "top_k": 1})
    assert contents(found) == ["birds sing and fly"]
    assert (found[0].score, found[0].method) == (1.0, "rerank")
    request = library.provider.requests[-1]
    assert request.path == "/v1/rerank"
    assert len(request.body["documents"]) == 3, "more is looked at than is asked for"
    library.provider.script("order", Reply(status=401))
    with pytest.raises(NodeError) as refused:
        ask(library, "birds fly", pets[0], raw=raw)
    assert refused.value.code == "provider_unauthorized"


def test_several_datasets_of_different_models_in_one_query(library: Library, pets: tuple[Dataset, Document]) -> None:
    food = library.dataset("Food", embedding_model="emb-b")
    words = library.dataset("Words", indexing_technique="economy")
    library.index(library.text(food, FOOD), library.text(words, "cats in a cheap index"))
    found = ask(library, "cats", pets[0], food, words, top_k=6)
    assert {hit.dataset_name for hit in found[:3]} == {"Pets", "Food", "Words"}
    assert len({hit.segment_id for hit in found}) == len(found)


def test_a_parent_is_returned_once_with_its_children(library: Library) -> None:
    dataset = library.dataset(doc_form="hierarchical_model")
    cut = {"segmentation": {"separator": "\n\n", "max_tokens": 200}, "subchunk_segmentation": {"separator": "\n", "max_tokens": 50}}
    text = "cats purr\ncats sleep\ncats jump\n\ndogs bark"
    document = library.text(dataset, text, process_rule={"mode": "hierarchical", "rules": {"parent_mode": "paragraph", **cut}})
    library.index(document)
    found = ask(library, "cats sleep", dataset, raw={"search_method": "semantic_search", "top_k": 2})
    assert found[0].content == "cats purr\ncats sleep\ncats jump"
    assert found[0].children[0].content == "cats sleep"
    assert found[0].score == found[0].children[0].score
    assert len(found) == 2


def test_what_is_switched_off_is_not_found_at_once(library: Library, pets: tuple[Dataset, Document]) -> None:
    dataset, document = pets
    other = library.text(dataset, "dogs eat", name="other")
    library.index(other)
    segment = Segment.scoped(library.workspace.id).get(content__startswith="dogs bark")
    segments_set_enabled(document=document, segment_ids=[segment.id], enabled=False)
    assert contents(ask(library, "dogs", dataset, top_k=1)) == ["dogs eat"]
    documents_set_status(dataset=dataset, document_ids=[other.id], action="disable")
    assert "dogs eat" not in contents(ask(library, "dogs", dataset))
    documents_set_status(dataset=dataset, document_ids=[other.id], action="enable")
    assert "dogs eat" in contents(ask(library, "dogs", dataset))
    documents_set_status(dataset=dataset, document_ids=[other.id], action="archive")
    assert "dogs eat" not in contents(ask(library, "dogs", dataset))
    segments_set_enabled(document=document, segment_ids=[segment.id], enabled=True)
    documents_delete(dataset=dataset, document_ids=[document.id])
    assert ask(library, "dogs", dataset) == []


def test_many_hidden_pieces_do_not_starve_the_answer(library: Library) -> None:
    dataset = library.dataset(indexing_technique="economy")
    document = library.text(dataset, "\n\n".join(f"dogs dogs dogs {number}" for number in range(60)) + "\n\na lone dog among dogs")
    library.index(document)
    rows = Segment.scoped(library.workspace.id).filter(document=document, content__startswith="dogs")
    segments_set_enabled(document=document, segment_ids=list(rows.values_list("id", flat=True)), enabled=False)
    assert contents(ask(library, "dogs", dataset, top_k=1)) == ["a lone dog among dogs"]


def test_filters_by_metadata_by_hand_and_by_model(library: Library, pets: tuple[Dataset, Document]) -> None:
    dataset, document = pets
    other = library.text(dataset, "cats of another year", name="other")
    library.index(other)
    year = field_create(dataset=dataset, name="year", type="number")
    values_set(dataset=dataset, operations=[{"document_id": str(other.id), "metadata_list": [{"id": str(year.id), "value": "2024"}]}])
    after = {"logical_operator": "and", "conditions": [{"name": "year", "comparison_operator": "≥", "value": "2024"}]}
    found = ask(library, "cats", dataset, metadata_mode="manual", metadata_filter=after)
    assert contents(found) == ["cats of another year"]
    assert found[0].metadata == {"year": 2024}
    none = {"logical_operator": "and", "conditions": [{"name": "year", "comparison_operator": ">", "value": 3000}]}
    assert ask(library, "cats", dataset, raw={"metadata_filtering_conditions": none}) == []
    named = {"logical_operator": "or", "conditions": [{"name": "document_name", "comparison_operator": "is", "value": "PETS"}]}
    assert {hit.document_id for hit in ask(library, "cats", dataset, metadata_mode="manual", metadata_filter=named)} == {document.id}
    library.provider.script("writer", 'Sure: [{"name": "year", "comparison_operator": "=", "value": 2024}]')
    chosen = ask(library, "cats in 2024", dataset, metadata_mode="automatic", metadata_model=("openai-compatible", "writer"))
    assert contents(chosen) == ["cats of another year"]
    bad = {"conditions": [{"name": "year", "comparison_operator": "near", "value": 1}]}
    with pytest.raises(NodeError) as refused:
        ask(library, "cats", dataset, metadata_mode="manual", metadata_filter=bad)
    assert refused.value.code == "metadata_filter_invalid"


def test_strangers_find_nothing(library: Library, pets: tuple[Dataset, Document]) -> None:
    from tests import factories

    elsewhere = factories.workspace(factories.user("Charlie"))
    request = RetrievalRequest(query="cats", dataset_ids=(pets[0].id,))
    with pytest.raises(NodeError) as refused:
        library.loop.submit(retrieve(elsewhere.id, request)).result(10)
    assert refused.value.code == "dataset_not_found"


def test_questions_and_hits_are_remembered(library: Library, pets: tuple[Dataset, Document]) -> None:
    ask(library, "dogs", pets[0], raw={"top_k": 1}, source="hit_testing", account_id=library.alice.id)
    wait_until(lambda: RecentQuery.unscoped.exists(), "the question")
    row = RecentQuery.unscoped.get()
    assert (row.content, row.source, row.created_by_id, row.settings["top_k"]) == ("dogs", "hit_testing", library.alice.id, 1)
    pets[1].refresh_from_db()
    assert pets[1].hit_count == 1
    assert Segment.scoped(library.workspace.id).get(content__startswith="dogs").hit_count == 1


def test_the_nodes_port_gives_what_flows_read(library: Library, pets: tuple[Dataset, Document]) -> None:
    food = library.dataset("Food", embedding_model="emb-b")
    library.index(library.text(food, FOOD))
    port = WorkspaceKnowledge(library.workspace.id)
    ids = (str(pets[0].id), str(food.id), "not-an-id")
    [best, *_] = library.loop.submit(port.search(Retrieval("dogs bark", ids, top_k=3))).result(10)
    assert best["title"] == "pets"
    assert best["content"] == "dogs bark and run"
    facts = best["metadata"]
    assert {**facts, "score": 0} == {
        "_source": "knowledge",
        "dataset_id": str(pets[0].id),
        "dataset_name": "Pets",
        "document_id": str(pets[1].id),
        "document_name": "pets",
        "data_source_type": "upload_file",
        "segment_id": str(Segment.scoped(library.workspace.id).get(content__startswith="dogs").id),
        "retriever_from": "workflow",
        "score": 0,
        "child_chunks": [],
        "segment_hit_count": 0,
        "segment_word_count": 17,
        "segment_position": 2,
        "segment_index_node_hash": Segment.scoped(library.workspace.id).get(content__startswith="dogs").hash,
        "doc_metadata": {},
        "position": 1,
    }
    library.provider.script("writer", '{"number": 2}')
    single = Retrieval("cats", ids, mode="single", top_k=3, model=ModelRef("openai-compatible", "writer"))
    found = library.loop.submit(port.search(single)).result(10)
    assert {row["metadata"]["dataset_name"] for row in found} == {"Food"}
    assert any("1. Pets" in request.prompt and "2. Food" in request.prompt for request in library.provider.requests)
    weighted = Retrieval("cats", ids, top_k=1, weights={"vector_setting": {"vector_weight": 1}, "keyword_setting": {"keyword_weight": 0}})
    assert library.loop.submit(port.search(weighted)).result(10)


def test_a_query_goes_on_while_a_model_changes(library: Library, pets: tuple[Dataset, Document]) -> None:
    dataset_update(dataset=pets[0], embedding_provider="openai-compatible", embedding_model="emb-b")
    assert contents(ask(library, "dogs bark", pets[0], top_k=1)) == ["dogs bark and run"], "by the old vectors"
    library.settle()
    assert contents(ask(library, "dogs bark", pets[0], top_k=1)) == ["dogs bark and run"]


def test_jobs_of_the_console(library: Library, pets: tuple[Dataset, Document]) -> None:
    workspace_id = str(library.workspace.id)
    payload = {"workspace_id": workspace_id, "dataset_ids": [str(pets[0].id)], "query": "dogs", "retrieval_model": {"top_k": 1}}
    answer = library.loop.submit(retrieve_job(payload)).result(10)
    assert [hit["content"] for hit in answer["hits"]] == ["dogs bark and run"]
    with pytest.raises(AppError) as refused:
        library.loop.submit(retrieve_job({**payload, "retrieval_model": {"top_k": 0}})).result(10)
    assert refused.value.details["field"] == "retrieval_model.top_k"
    node = {"type": "knowledge-retrieval", "title": "Look up", "dataset_ids": [str(pets[0].id)], "multiple_retrieval_config": {"top_k": 1}}
    trial = {"workspace_id": workspace_id, "config": node, "query": "dogs"}
    assert [hit["content"] for hit in library.loop.submit(try_job(trial)).result(10)["hits"]] == ["dogs bark and run"]
    with pytest.raises(AppError) as refused:
        library.loop.submit(try_job({**trial, "config": {**node, "metadata_filtering_mode": "?"}})).result(10)
    assert refused.value.details["field"] == "metadata_filtering_mode"
    file = file_create(library.workspace.id, content=PETS.encode(), name="pets.md", purpose="dataset")
    asked = len(library.embedded_texts())
    given = {"workspace_id": workspace_id, "file_id": str(file.id), "process_rule": RULE, "dataset_id": str(pets[0].id)}
    preview = library.loop.submit(preview_job(given)).result(30)
    assert [piece["content"] for piece in preview["pieces"]] == PETS.split("\n\n")
    assert (preview["total"], preview["estimate"]["tokens"]) == (3, preview["tokens"])
    assert len(library.embedded_texts()) == asked, "nothing is paid for"
    text = {"workspace_id": workspace_id, "text": "one\n\ntwo", "process_rule": RULE, "indexing_technique": "economy"}
    assert library.loop.submit(preview_job(text)).result(30)["estimate"]["cost_usd"] == 0


def test_a_web_page_is_cut_before_it_is_brought_in(library: Library) -> None:
    body = b"<html><head><title>Tea</title></head><body><article><h1>Tea</h1><p>Pour it hot.</p></article></body></html>"
    with served({"/tea": body}) as address:
        given = {"workspace_id": str(library.workspace.id), "indexing_technique": "economy", "process_rule": RULE}
        preview = library.loop.submit(preview_job({**given, "url": f"{address}/tea"})).result(30)
        assert "Pour it hot." in preview["pieces"][0]["content"]
        with pytest.raises(AppError) as refused:
            library.loop.submit(preview_job({**given, "url": f"{address}/coffee"})).result(30)
        assert refused.value.code == "page_not_found"


def test_a_question_too_long_is_refused(library: Library, pets: tuple[Dataset, Document]) -> None:
    with pytest.raises(NodeError) as refused:
        ask(library, "x" * 10_001, pets[0])
    assert refused.value.code == "query_too_long"


def test_many_questions_at_once(library: Library, pets: tuple[Dataset, Document]) -> None:
    async def many() -> list[list[Hit]]:
        words = ("dogs", "cats", "birds")
        request = [RetrievalRequest(query=words[n % 3], dataset_ids=(pets[0].id,), top_k=1) for n in range(60)]
        return await asyncio.gather(*(retrieve(library.workspace.id, one) for one in request))

    for number, found in enumerate(library.loop.submit(many()).result(60)):
        assert ("dogs", "cats", "birds")[number % 3] in found[0].content
