"""Index one document that this worker has claimed: fetch, parse, clean, cut, embed, verify, flip.

Each phase ends in the row. A worker that takes over begins after the last one that is complete: pieces are written in one transaction,
points that are in the index are not embedded again, and queries see nothing of it before the flip.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import timezone

from backend.files.selectors import file_read
from backend.files.services import file_create, file_delete
from backend.knowledge import claims
from backend.knowledge.claims import Claim, ClaimLost
from backend.knowledge.models import Dataset, DocForm, Document, Segment, SourceType, Stage, Technique
from backend.knowledge.services.cutting_rules import rule_of
from backend.knowledge.services.documents import PURPOSE
from backend.knowledge.vectors import TEXT_COLLECTION, Entry, VectorStore
from backend.knowledge.vectors_store import store
from backend.llm import gateway
from backend.llm.providers import EMBEDDING
from backend.llm.resolved import ResolvedModel
from backend.llm.selectors import model_resolve
from workers.engine.errors import NodeError
from workers.engine.ports import HttpRequest
from workers.ingestion.child import Cut, ParserPool
from workers.ingestion.parsed import Block, Parsed
from workers.ingestion.pieces import Piece
from workers.ingestion.rules import ChunkingRule
from workers.tasks.failures import first_failure
from workers.tasks.http import GuardedHttp
from workers.tasks.pairing import pairs_of

PROGRESS_S = 1.0
TEXT_BATCH, MODEL_BATCH, LOCAL_BATCH = 256, 32, 8
MODEL_CALLS_PER_DOCUMENT, MODEL_CALLS = 4, 8
ROUNDS = 2
MAX_PAGE_BYTES = 10_000_000
SHARE_OF_CONTEXT = 0.9

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tools:
    """What the documents of a worker share."""

    parsers: ParserPool
    calls: asyncio.Semaphore


async def in_thread(work: Callable[..., T], *given: Any, **named: Any) -> T:
    """Do database work off the loop."""
    return await database_sync_to_async(work, thread_sensitive=False)(*given, **named)


class Indexing:
    """The work on one document."""

    def __init__(self, claim: Claim, tools: Tools) -> None:
        self._claim = claim
        self._tools = tools
        self._index: VectorStore = store()
        self._told_at = 0.0
        self._embedded = 0
        self._reused = 0

    async def run(self) -> None:
        """Do what is left to do. Raises ClaimLost, NodeError, ParseError, AppError."""
        document = await in_thread(claims.document_held, self._claim)
        if document.stage != Stage.COMPLETED and not await in_thread(_has_pieces, document):
            await self._cut(document)
            document = await in_thread(claims.document_held, self._claim)
        elif document.stage != Stage.COMPLETED:
            await self._write(stage=Stage.INDEXING)
            document.stage = Stage.INDEXING
        elif document.doc_form == DocForm.PARENT_CHILD:
            await self._cut_children(document)
        while not await self._fill(document):
            document = await in_thread(claims.document_held, self._claim)

    # ------------------------------------------------------------ pieces

    async def _cut(self, document: Document) -> None:
        await self._write(stage=Stage.PARSING, done=0, total=0, embedded=0, reused=0)
        rule = await self._rule(document)
        found = await self._read(document, rule)
        now = timezone.now()
        await self._write(stage=Stage.SPLITTING, parsed_at=now, cleaned_at=now)
        pieces = found.pieces
        if rule.mode == "qa":
            pieces = await self._pairs(document, pieces)
        if not pieces:
            raise NodeError("no_text_found", "Nothing is left of the document's text after cleaning. Check the cleaning rules.")
        facts = {"pages": found.pages, "encoding": found.encoding, "warnings": list(found.warnings)}
        total = sum(len(piece.children) for piece in pieces) or len(pieces)
        await in_thread(
            claims.pieces_write,
            self._claim,
            document,
            pieces,
            found.text,
            stage=Stage.INDEXING,
            split_at=timezone.now(),
            total=total,
            done=0,
            tokens=sum(piece.tokens for piece in pieces),
            word_count=sum(len(piece.question or piece.content) + len(piece.answer) for piece in pieces),
            source={**document.source, **facts},
        )

    async def _read(self, document: Document, rule: ChunkingRule) -> Cut:
        """Read and cut the source; a web page is fetched, and kept as a file."""
        if document.source_type == SourceType.WEBSITE and document.source.get("url"):
            return await self._read_page(document, document.source["url"], rule)
        if document.file is None:
            raise NodeError("file_not_found", "The document's file was deleted. Replace the document by a new file.")
        content = await asyncio.to_thread(file_read, document.file)
        return await self._tools.parsers.cut(content, document.file.name, rule)

    async def _read_page(self, document: Document, url: str, rule: ChunkingRule) -> Cut:
        response = await GuardedHttp().send(HttpRequest("GET", url, max_bytes=MAX_PAGE_BYTES))
        if response.status != 200:
            raise NodeError("page_not_found", f"The server answered with the status {response.status} for {url[:200]}.")
        kind = response.headers.get("content-type", "")
        parsed, _ = await self._tools.parsers.page(response.body, response.url, kind)
        await in_thread(_keep_page, self._claim, response.body, page_name(url, kind), parsed.title)
        return await self._tools.parsers.split(parsed, rule)

    async def _rule(self, document: Document) -> ChunkingRule:
        rule = rule_of(document.process_rule, document.doc_form, document.doc_language)
        economy = document.dataset.indexing_technique == Technique.ECONOMY
        return rule if economy or not rule.merge else capped(rule, await self._model(document.dataset))

    async def _pairs(self, document: Document, pieces: Sequence[Piece]) -> list[Piece]:
        await self._write(total=len(pieces), done=0)

        async def told(done: int) -> None:
            await self._progress(done=done)

        return await pairs_of(document.workspace_id, document.id, pieces, document.doc_language, told)

    async def _cut_children(self, document: Document) -> None:
        """Give children to pieces that were written or emptied by hand."""
        rule = replace(await self._rule(document), mode="parent_child", parent_mode="full_doc")
        for segment in await in_thread(claims.childless, document):
            found = await self._tools.parsers.split(Parsed((Block("text", segment.content),)), rule)
            contents = [child.content for piece in found.pieces for child in piece.children] or [segment.content]
            await in_thread(claims.children_write, self._claim, segment, contents)

    # ------------------------------------------------------------ points

    async def _fill(self, document: Document) -> bool:
        """Bring what is missing into the index, then flip. False when the dataset's model changed meanwhile."""
        dataset = document.dataset
        entries = await in_thread(claims.entries_of, document)
        collection = claims.target_collection(dataset)
        if collection is None:
            collection = await self._first_vectors(dataset, entries)
        await self._index.ensure_collection(collection)
        for turn in range(ROUNDS):
            have = await self._index.ids(collection, document.workspace_id, document_id=document.id)
            missing = [entry for entry in entries if entry[0] not in have]
            if turn == 0:
                await self._begin(document, len(entries), len(missing))
            if not missing:
                break
            await self._embed(document, collection, missing, len(entries))
        else:
            have = await self._index.ids(collection, document.workspace_id, document_id=document.id)
            if short := sum(entry[0] not in have for entry in entries):
                raise NodeError("index_incomplete", f"{short} pieces did not arrive in the index. Try again.", retryable=True)
        counters: dict[str, Any] = {"done": len(entries), "total": len(entries)}
        if document.stage != Stage.COMPLETED:
            counters |= {"embedded": self._embedded, "reused": self._reused}
        written = [entry[0] for entry in entries]
        return await in_thread(claims.document_flip, self._claim, document, collection, written, **counters)

    async def _begin(self, document: Document, total: int, missing: int) -> None:
        """Count what is there already as reused, but for what this revision's earlier tries embedded."""
        there = total - missing
        self._embedded = min(document.embedded, there) if document.stage != Stage.COMPLETED else 0
        self._reused = there - self._embedded
        if document.stage != Stage.COMPLETED:
            await self._write(total=total, done=there, embedded=self._embedded, reused=self._reused)

    async def _first_vectors(self, dataset: Dataset, entries: Sequence[tuple[UUID, str]]) -> str:
        """Learn how long the model's vectors are."""
        model = await self._model(dataset)
        vectors = await self._vectors(model, [entries[0][1] if entries else "?"])
        dataset.dimensions = await in_thread(claims.dimensions_settle, dataset, len(vectors[0]))
        return claims.target_collection(dataset) or TEXT_COLLECTION

    async def _embed(self, document: Document, collection: str, missing: Sequence[tuple[UUID, str]], total: int) -> None:
        model = None if collection == TEXT_COLLECTION else await self._model(document.dataset)
        size, width = (TEXT_BATCH, 1) if model is None else (MODEL_BATCH, MODEL_CALLS_PER_DOCUMENT)
        if model is not None and model.provider == "local":
            size, width = LOCAL_BATCH, 1
        batches = iter([missing[at : at + size] for at in range(0, len(missing), size)])
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(width):
                    group.create_task(self._batches(document, collection, model, batches, total))
        except* (ClaimLost, NodeError) as failures:
            raise first_failure(failures) from None

    async def _batches(
        self, document: Document, collection: str, model: ResolvedModel | None, batches: Iterator[Sequence[tuple[UUID, str]]], total: int
    ) -> None:
        for batch in batches:
            vectors = None if model is None else await self._vectors(model, [text for _, text in batch], document.dataset.dimensions)
            await in_thread(claims.document_held, self._claim)  # tombstones win: nothing is written for a document that is gone
            entries = [
                Entry(point, document.dataset_id, document.id, text, None if vectors is None else vectors[number])
                for number, (point, text) in enumerate(batch)
            ]
            await self._index.upsert(collection, document.workspace_id, entries)
            self._embedded += len(batch)
            if document.stage != Stage.COMPLETED:
                await self._progress(embedded=self._embedded, done=min(total, self._reused + self._embedded))

    async def _vectors(self, model: ResolvedModel, texts: list[str], expected: int | None = None) -> list[list[float]]:
        async with self._tools.calls:
            vectors = await gateway.embed(model, texts)
        wrong = next((len(vector) for vector in vectors if not vector or (expected and len(vector) != expected)), None)
        if wrong is not None:
            message = (
                f"{model.name} returned vectors of {wrong} numbers, those of this knowledge have {expected}. "
                "Choose the embedding model again in the settings of the knowledge: then everything is embedded anew."
            )
            raise NodeError("embedding_size_changed", message)
        return vectors

    async def _model(self, dataset: Dataset) -> ResolvedModel:
        return await in_thread(model_resolve, dataset.workspace_id, dataset.embedding_provider, dataset.embedding_model, EMBEDDING)

    # ------------------------------------------------------------ rows

    async def _write(self, **fields: Any) -> None:
        self._told_at = time.monotonic()
        await in_thread(claims.document_progress, self._claim, **fields)

    async def _progress(self, **fields: Any) -> None:
        """Write at most once a second."""
        if time.monotonic() - self._told_at >= PROGRESS_S:
            await self._write(**fields)


def capped(rule: ChunkingRule, model: ResolvedModel | None) -> ChunkingRule:
    """Let the automatic rule make no piece that the embedding model would read only the beginning of."""
    if not rule.merge or model is None or not model.context_size:
        return rule
    most = max(100, int(model.context_size * SHARE_OF_CONTEXT))
    return replace(rule, max_tokens=min(rule.max_tokens, most), child_max_tokens=min(rule.child_max_tokens, most))


def page_name(url: str, content_type: str) -> str:
    """Name the file of a web page, so that its kind is known: `guide.html` for https://example.com/guide."""
    last = url.split("?")[0].split("#")[0].rstrip("/").rpartition("/")[2] or "page"
    kind = content_type.partition(";")[0].strip().lower()
    ending = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md"}.get(kind, "")
    ending = ending or {"application/pdf": ".pdf", "application/json": ".json", "text/csv": ".csv"}.get(kind, "")
    return (last if not ending or last.lower().endswith(ending) else last + ending)[-200:]


def _has_pieces(document: Document) -> bool:
    return Segment.unscoped.filter(document_id=document.id, revision=document.revision).exists()


def _keep_page(claim: Claim, content: bytes, name: str, title: str) -> None:
    """Keep a fetched page as the document's file, in place of the one before; one without a name gets the page's title."""
    document = claims.document_held(claim)
    old = document.file
    named = {"name": title[:255]} if title and document.name == document.source.get("url") else {}
    file = file_create(document.workspace_id, content=content, name=name, purpose=PURPOSE, created_by=document.created_by, limited=False)
    try:
        claims.document_progress(claim, file=file, **named)
    except ClaimLost:
        file_delete(file)
        raise
    if old is not None:
        file_delete(old)
