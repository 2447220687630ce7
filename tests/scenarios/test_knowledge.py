"""Indexing survives the death of the worker in every stage: no piece twice, none missing, nothing half-served, little paid twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.knowledge.vectors_edge import EdgeVectors
from tests.fakes.provider import FakeProvider, Reply
from tests.processes import Installation, wait_until

pytestmark = pytest.mark.processes

PARAGRAPHS = 120
RULE = {"mode": "custom", "rules": {"segmentation": {"separator": "\n\n", "max_tokens": 60, "chunk_overlap": 0}}}

MAKE = """
import json
from backend.accounts.models import Workspace
from backend.knowledge.models import Dataset
from backend.knowledge.services.datasets import dataset_create
from backend.knowledge.services.documents import document_create_text
given = json.load(open({given!r}))
workspace = Workspace.objects.get(name="Acme")
known = Dataset.scoped(workspace).first()
dataset = known or dataset_create(workspace_id=workspace.id, name="Books", **given["dataset"])
made = [document_create_text(dataset=dataset, **row) for row in given["documents"]]
print(json.dumps({{"workspace": str(workspace.id), "dataset": str(dataset.id), "documents": [str(row.id) for row in made]}}))
"""


@pytest.fixture
def site(tmp_path: Path, provider: FakeProvider) -> Iterator[Installation]:
    made = Installation(tmp_path / "site", WORKER_HEARTBEAT_S="0.3", WORKER_DEAD_S="1.5", DOCUMENT_CONCURRENCY="4")
    made.start_valkey()
    made.prepare(provider.url, ("emb:text-embedding", "writer:llm"))
    yield made
    made.stop()


def make(site: Installation, *documents: dict[str, Any], **dataset: Any) -> dict[str, Any]:
    fields = {"indexing_technique": "high_quality", "embedding_provider": "openai-compatible", "embedding_model": "emb", **dataset}
    rows = [{"process_rule": RULE, **row} for row in documents]
    given = site.folder / "given.json"
    given.write_text(json.dumps({"dataset": fields, "documents": rows}))
    program = MAKE.format(given=str(given))
    found: dict[str, Any] = json.loads(site.manage("shell", "--no-imports", "-c", program).strip().splitlines()[-1])
    return found


def text(paragraphs: int = PARAGRAPHS, about: str = "fact") -> str:
    return "\n\n".join(f"The {about} with the number {number} is unlike all others." for number in range(paragraphs))


def document(site: Installation, document_id: str) -> dict[str, Any]:
    names = ("stage", "done", "total", "embedded", "reused", "active_revision", "owner", "attempts", "error")
    [row] = site.rows(f"SELECT {', '.join(names)} FROM knowledge_document WHERE id = ?", UUID(document_id).hex)
    return dict(zip(names, row, strict=True))


def completed(site: Installation, document_id: str) -> Callable[[], bool]:
    return lambda: document(site, document_id)["stage"] == "completed"


def points(site: Installation, made: dict[str, Any]) -> set[UUID]:
    """Look into the index of an installation whose worker is dead."""

    async def read() -> set[UUID]:
        index = EdgeVectors(site.folder / "vectors")
        found: set[UUID] = set()
        for name in await index.collections():
            found |= await index.ids(name, UUID(made["workspace"]), dataset_id=UUID(made["dataset"]))
        await index.close()
        return found

    return asyncio.run(read())


def check_whole(site: Installation, made: dict[str, Any], pieces: int) -> None:
    """Every piece is there once, in rows and in the index."""
    site.servers[-1].kill()
    rows = site.rows("SELECT content, point_id, status FROM knowledge_segment ORDER BY document_id, position")
    assert len(rows) == pieces
    assert len({content for content, _, _ in rows}) == pieces
    assert {status for _, _, status in rows} == {"completed"}
    assert points(site, made) == {UUID(point) for _, point, _ in rows}


def test_killed_while_reading(site: Installation) -> None:
    worker = site.start_worker()
    site.wait_for_workers()
    made = make(site, {"name": "long", "text": text(1200)})
    key = made["documents"][0]
    wait_until(lambda: document(site, key)["stage"] == "parsing", "the document to be read")
    worker.kill()
    assert document(site, key)["active_revision"] == 0
    site.start_worker()
    wait_until(completed(site, key), "the document to be indexed")
    found = document(site, key)
    assert (found["total"], found["embedded"] + found["reused"], found["attempts"]) == (1200, 1200, 0)
    check_whole(site, made, 1200)


def test_killed_while_pairs_are_made(site: Installation, provider: FakeProvider) -> None:
    provider.script("writer", Reply('[{"question": "What is it?", "answer": "A fact."}]'), Reply(hang_after=0))
    worker = site.start_worker()
    site.wait_for_workers()
    made = make(site, {"name": "cards", "text": "One.\n\nTwo."}, doc_form="qa_model")
    key = made["documents"][0]
    wait_until(lambda: provider.calls["writer"] == 2, "the model to be asked")
    assert document(site, key)["stage"] == "splitting"
    worker.kill()
    provider.script("writer", '[{"question": "And the other?", "answer": "Another."}]')
    site.start_worker()
    wait_until(completed(site, key), "the document to be indexed")
    assert provider.calls["writer"] == 3, "the answer that was there is not paid for again"
    check_whole(site, made, 2)


def test_killed_while_embedding_and_nothing_is_served_before(site: Installation, provider: FakeProvider) -> None:
    provider.script("emb", *([Reply()] * 3), Reply(hang_after=0))
    worker = site.start_worker()
    site.wait_for_workers()
    made = make(site, {"name": "long", "text": text()})
    key = made["documents"][0]
    wait_until(lambda: provider.calls["emb"] >= 4, "a part to be embedded")
    assert document(site, key)["stage"] == "indexing"
    assert document(site, key)["active_revision"] == 0
    worker.kill()
    there = len(points(site, made))
    provider.script("emb")
    asked = len(texts(provider))
    site.start_worker()
    wait_until(completed(site, key), "the document to be indexed")
    assert len(texts(provider)) - asked == PARAGRAPHS - there, "what is in the index is not embedded again"
    check_whole(site, made, PARAGRAPHS)


def test_killed_again_and_again_at_any_moment(site: Installation) -> None:
    """Small documents and one long one, a worker that never lives long: all arrive, once."""
    site.start_worker()
    site.wait_for_workers()
    rows = [{"name": f"note {number}", "text": text(30, f"item{number}")} for number in range(6)]
    made = make(site, {"name": "long", "text": text(1500)}, *rows)
    for pieces in (1, 400, 900):
        wait_until(lambda: sum_done(site) >= pieces, f"{pieces} pieces")  # noqa: B023
        site.servers[-1].kill()
        site.start_worker()
    for key in made["documents"]:
        wait_until(completed(site, key), "all documents to be indexed")
    check_whole(site, made, 1500 + 6 * 30)


def sum_done(site: Installation) -> int:
    return int(site.scalar("SELECT COALESCE(SUM(done), 0) FROM knowledge_document"))


def texts(provider: FakeProvider) -> list[str]:
    return [row for request in provider.requests if request.path.endswith("/embeddings") for row in request.body["input"]]


def test_a_second_worker_is_told_that_the_index_is_taken(site: Installation) -> None:
    first = site.start_worker()
    site.wait_for_workers()
    made = make(site, {"name": "one", "text": text(5)})
    wait_until(completed(site, made["documents"][0]), "the document to be indexed")
    second = site.start_worker()
    site.wait_for_workers(2)
    first.kill()
    more = make(site, {"name": "two", "text": text(5, "thing")})
    wait_until(completed(site, more["documents"][0]), "the second worker to take over the index")
    assert second.alive
