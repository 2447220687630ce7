"""A workspace with knowledge, and a worker for it in this process, with the scripted provider behind its models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from backend.accounts.models import User, Workspace
from backend.core import egress
from backend.core.redis import sync_client
from backend.files.services import file_create
from backend.knowledge.models import Dataset, Document, Segment, Stage
from backend.knowledge.services.datasets import dataset_create
from backend.knowledge.services.documents import document_create_file, document_create_text
from backend.knowledge.vectors_store import store
from backend.llm import gateway
from backend.llm import services as llm
from tests import factories
from tests.fakes.provider import FakeProvider
from tests.processes import wait_until
from workers.tasks.document_supervisor import DocumentSupervisor
from workers.tasks.loop import LoopThread

MODELS = (("emb", "text-embedding"), ("emb-b", "text-embedding"), ("order", "rerank"), ("writer", "llm"))
RULE = {"mode": "custom", "rules": {"segmentation": {"separator": "\n\n", "max_tokens": 100, "chunk_overlap": 0}}}


class Library:
    """What tests of knowledge stand in."""

    def __init__(self, loop: LoopThread, provider: FakeProvider, alice: User, workspace: Workspace) -> None:
        self.loop, self.provider, self.alice, self.workspace = loop, provider, alice, workspace
        self.worker = self.start("w1")

    def start(self, name: str, capacity: int = 4) -> DocumentSupervisor:
        async def make() -> DocumentSupervisor:
            return DocumentSupervisor(name, capacity)

        return self.loop.submit(make()).result(10)

    def dataset(self, name: str = "Books", **fields: Any) -> Dataset:
        given = {"indexing_technique": "high_quality", "embedding_provider": "openai-compatible", "embedding_model": "emb", **fields}
        return dataset_create(workspace_id=self.workspace.id, name=name, created_by=self.alice, **given)

    def text(self, dataset: Dataset, text: str, name: str = "note", **options: Any) -> Document:
        return document_create_text(dataset=dataset, name=name, text=text, created_by=self.alice, **{"process_rule": RULE, **options})

    def file(self, dataset: Dataset, content: bytes, name: str, **options: Any) -> Document:
        stored = file_create(self.workspace.id, content=content, name=name, purpose="dataset", created_by=self.alice)
        return document_create_file(dataset=dataset, file=stored, created_by=self.alice, **options)

    def offer(self, *documents: Document) -> None:
        self.loop.call(self.worker.offer, [document.id for document in documents])

    def look(self, *alive: str) -> None:
        """What the pulse does every other second."""
        self.loop.submit(self.worker.look({"w1", *alive})).result(20)

    def index(self, *documents: Document, stage: str = Stage.COMPLETED) -> None:
        """Index, and wait for the end."""
        self.offer(*documents)
        for document in documents:
            self.wait_for(document, stage)

    def wait_for(self, document: Document, stage: str = Stage.COMPLETED) -> Document:
        def there() -> bool:
            document.refresh_from_db()
            return document.stage == stage and not document.owner

        try:
            wait_until(there, f"the document to be {stage}", 30)
        except TimeoutError:
            raise AssertionError(f"{document.name} is {document.stage}: {document.error}") from None
        return document

    def settle(self) -> None:
        """Let the worker find what waits and clear what is gone."""

        def quiet() -> bool:
            self.look()
            busy = Document.scoped(self.workspace.id).exclude(owner="").exists() or self.worker.running or self.worker._tasks
            return not busy and not Document.scoped(self.workspace.id).filter(dirty=True, stage=Stage.COMPLETED).exists()

        wait_until(quiet, "the worker to be done")

    def points(self, dataset: Dataset, collection: str = "") -> set[UUID]:
        """The points of a dataset in the index, over all collections or in one."""

        async def read() -> set[UUID]:
            names = [collection] if collection else await store().collections()
            found = [await store().ids(name, dataset.workspace_id, dataset_id=dataset.id) for name in names]
            return set().union(*found)

        return self.loop.submit(read()).result(10)

    def pieces(self, document: Document) -> list[str]:
        rows = Segment.scoped(self.workspace.id).filter(document=document, revision=document.active_revision)
        return list(rows.order_by("position").values_list("content", flat=True))

    def embedded_texts(self) -> list[str]:
        """What the embedding models were asked for so far."""
        return [text for request in self.provider.requests if request.path.endswith("/embeddings") for text in request.body["input"]]

    def close(self) -> None:
        self.loop.submit(self.worker.drain()).result(30)
        self.loop.submit(egress.close()).result(10)


@pytest.fixture
def library(transactional_db: None, valkey: str, provider: FakeProvider) -> Iterator[Library]:
    sync_client().flushall()
    gateway.forget_cool_downs()
    alice = factories.user("Alice")
    workspace = factories.workspace(alice)
    llm.credential_create(
        workspace=workspace,
        user=None,
        provider="openai-compatible",
        fields={"base_url": provider.url, "api_key": "sk-test"},
        name="Scripted",
        models=[{"name": name, "type": kind} for name, kind in MODELS],
    )
    loop = LoopThread()
    made = Library(loop, provider, alice, workspace)
    yield made
    made.close()
    loop.call(loop.loop.stop)
