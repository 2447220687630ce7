"""The index: what both stores do alike, and what only the embedded one has to mind."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from qdrant_client import AsyncQdrantClient

from backend.knowledge.points import point_ids, text_hash
from backend.knowledge.vectors import Entry, Scope, VectorStore, collection_of, dimensions_of, model_of, storage_key
from backend.knowledge.vectors_edge import EdgeVectors
from backend.knowledge.vectors_server import ServerVectors
from workers.engine.errors import NodeError

NAME = collection_of("openai-compatible", "acme/embed-3 large", 4)
OURS, THEIRS, BOOKS, NOTES = (UUID(int=number) for number in range(1, 5))
TEXTS = {
    "refund": ("Refunds are paid within thirty days of a purchase", (1.0, 0.0, 0.0, 0.0)),
    "zh": ("我们的退款政策适用于三十天内的购买", (0.9, 0.1, 0.0, 0.0)),
    "ja": ("東京の天気はどうですか", (0.0, 1.0, 0.0, 0.0)),
    "pl": ("Zażółć gęślą jaźń w Łodzi", (0.0, 0.0, 1.0, 0.0)),
}


@pytest.fixture(params=["edge", "server"])
async def store(request: Any, tmp_path: Path) -> AsyncIterator[VectorStore]:
    made: VectorStore = EdgeVectors(tmp_path / "v") if request.param == "edge" else ServerVectors(AsyncQdrantClient(location=":memory:"))
    yield made
    await made.close()


async def fill(store: VectorStore, name: str = NAME, workspace: UUID = OURS, dataset: UUID = BOOKS) -> dict[str, UUID]:
    await store.ensure_collection(name)
    ids = {key: uuid4() for key in TEXTS}
    entries = [Entry(ids[key], dataset, uuid4(), text, dense if dimensions_of(name) else None) for key, (text, dense) in TEXTS.items()]
    await store.upsert(name, workspace, entries)
    return ids


def test_names_tell_model_and_dimensions() -> None:
    assert model_of(NAME) == ("openai-compatible", "acme/embed-3 large")
    assert dimensions_of(NAME) == 4
    assert model_of("text") is None
    assert "/" not in storage_key(NAME)
    assert storage_key(NAME) != storage_key(collection_of("openai-compatible", "acme-embed-3 large", 4))


def test_a_piece_that_only_moved_keeps_its_point() -> None:
    document = uuid4()
    a, b = text_hash("a"), text_hash("b")
    before, after = point_ids(document, [a, b, a]), point_ids(document, [b, a, a])
    assert len(set(before)) == 3
    assert set(before) == set(after)
    assert set(before).isdisjoint(point_ids(uuid4(), [a, b, a]))


async def test_search_by_vector_by_words_and_fused(store: VectorStore) -> None:
    ids = await fill(store)
    scope = Scope(OURS, (BOOKS,))
    near = await store.search(NAME, scope, "dense", 2, dense=[1.0, 0.0, 0.0, 0.0])
    assert [hit.id for hit in near] == [ids["refund"], ids["zh"]]
    assert near[0].score == pytest.approx(1.0, abs=1e-3)
    for question, expected in (("refund", "refund"), ("退款政策", "zh"), ("天気", "ja"), ("lodzi", "pl"), ("PURCHASES", "refund")):
        hits = await store.search(NAME, scope, "sparse", 3, text=question)
        assert hits, question
        assert hits[0].id == ids[expected], question
        assert 0 < hits[0].score < 1
    fused = await store.search(NAME, scope, "fused", 3, dense=[0.0, 1.0, 0.0, 0.0], text="天気")
    assert fused[0].id == ids["ja"]
    assert fused[0].score == pytest.approx(1.0, abs=0.05)
    assert await store.search(NAME, scope, "sparse", 3, text="?!") == []


async def test_a_collection_of_texts_only(store: VectorStore) -> None:
    ids = await fill(store, "text")
    hits = await store.search("text", Scope(OURS, (BOOKS,)), "sparse", 3, text="退款")
    assert [hit.id for hit in hits] == [ids["zh"]]
    assert await store.search("text", Scope(OURS, (BOOKS,)), "dense", 3, text="x") == []


async def test_nobody_finds_what_belongs_to_others(store: VectorStore) -> None:
    mine, theirs = await fill(store), await fill(store, workspace=THEIRS, dataset=NOTES)
    query: dict[str, Any] = {"dense": [1.0, 0.0, 0.0, 0.0], "text": "refund"}
    for method in ("dense", "sparse", "fused"):
        found = {hit.id for hit in await store.search(NAME, Scope(OURS, (BOOKS, NOTES)), method, 50, **query)}  # type: ignore[arg-type]
        assert found
        assert not found & set(theirs.values())
    assert await store.search(NAME, Scope(OURS, (NOTES,)), "fused", 50, **query) == []
    await store.delete(NAME, OURS, dataset_id=NOTES)
    await store.delete(NAME, OURS, ids=list(theirs.values()))
    assert await store.count(NAME, THEIRS) == 4
    assert await store.ids(NAME, OURS, dataset_id=BOOKS) == set(mine.values())


async def test_some_documents_and_without_others(store: VectorStore) -> None:
    first, second = uuid4(), uuid4()
    await store.ensure_collection(NAME)
    entries = [Entry(uuid4(), BOOKS, document, "same words", (1.0, 0.0, 0.0, 0.0)) for document in (first, first, second)]
    await store.upsert(NAME, OURS, entries)
    only = await store.search(NAME, Scope(OURS, (BOOKS,), documents=(first,)), "fused", 9, dense=[1.0, 0, 0, 0], text="same")
    assert {hit.id for hit in only} == {entries[0].id, entries[1].id}
    rest = await store.search(NAME, Scope(OURS, (BOOKS,), without=(first,)), "fused", 9, dense=[1.0, 0, 0, 0], text="same")
    assert {hit.id for hit in rest} == {entries[2].id}
    assert await store.search(NAME, Scope(OURS, (BOOKS,), documents=()), "sparse", 9, text="same") == []
    scored = await store.scores(NAME, Scope(OURS, (BOOKS,)), [entries[2].id], text="same")
    assert set(scored) == {entries[2].id}


async def test_writing_again_changes_nothing_and_deleting_takes_away(store: VectorStore) -> None:
    ids = await fill(store)
    text, dense = TEXTS["pl"]
    document = uuid4()
    for _ in range(2):
        await store.upsert(NAME, OURS, [Entry(ids["pl"], BOOKS, document, text, dense)])
    assert await store.count(NAME, OURS) == 4
    await store.delete(NAME, OURS, document_id=document)
    assert await store.ids(NAME, OURS, dataset_id=BOOKS) == {ids["refund"], ids["zh"], ids["ja"]}
    await store.delete(NAME, OURS)
    assert await store.count(NAME, OURS, dataset_id=BOOKS) == 3
    assert storage_key(NAME) in await store.collections()
    assert await store.count(storage_key(NAME), OURS) == 3


async def test_nothing_was_written_yet(store: VectorStore) -> None:
    name = collection_of("local", "none", 8)
    assert await store.search(name, Scope(OURS, (BOOKS,)), "dense", 3, dense=[1.0] * 8) == []
    assert await store.ids(name, OURS) == set()
    assert await store.count(name, OURS) == 0
    await store.delete(name, OURS, dataset_id=BOOKS)


async def test_embedded_index_is_on_disk_and_serves_one_process(tmp_path: Path) -> None:
    first = EdgeVectors(tmp_path)
    ids = await fill(first)
    with pytest.raises(NodeError) as refused:
        await EdgeVectors(tmp_path).ready()
    assert refused.value.code == "knowledge_unavailable"
    assert "QDRANT_URL" in refused.value.message
    await first.close()
    second = EdgeVectors(tmp_path)
    assert await second.ids(NAME, OURS) == set(ids.values())
    await second.close()


async def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    program = f"""
import asyncio, os, sys
sys.path.insert(0, {str(Path.cwd())!r})
import tests.environment, django
os.environ["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"
django.setup()
from pathlib import Path
from backend.knowledge.vectors_edge import EdgeVectors
from tests.backend.knowledge.test_vectors import fill
asyncio.run(fill(EdgeVectors(Path({str(tmp_path)!r})), "text"))
os.kill(os.getpid(), 9)
"""
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    store = EdgeVectors(tmp_path)
    assert await store.count("text", OURS) == len(TEXTS)
    assert len(await store.search("text", Scope(OURS, (BOOKS,)), "sparse", 3, text="refund")) == 1
    await store.close()
