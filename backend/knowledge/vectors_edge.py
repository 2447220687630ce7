"""Qdrant's engine inside this process: one shard on disk per collection, one process for all of them."""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, TypeVar
from uuid import UUID

import qdrant_edge as edge

from backend.knowledge.vectors import RRF_K, Entry, Found, Method, Scope, bm25_share, dimensions_of, rrf_share, storage_key
from backend.knowledge.vectors_bm25 import sparse_document, sparse_query
from workers.engine.errors import NodeError

THREADS = 4
SCROLL = 1_000
OPTIMIZE_FROM = 20_000
KEYWORDS = ("workspace", "dataset", "document")

T = TypeVar("T")


class EdgeVectors:
    """VectorStore over `qdrant-edge-py`. The folder belongs to one process; a second one is refused until the first ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shards: dict[str, edge.EdgeShard] = {}
        self._opening = threading.Lock()
        self._owned: IO[str] | None = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="vectors")
        self._optimizer = ThreadPoolExecutor(1, thread_name_prefix="vectors-optimize")

    async def ready(self) -> None:
        """Take the folder. Raises NodeError knowledge_unavailable while another process has it."""
        if self._owned is None:
            await self._do(self._take)

    def _take(self) -> None:
        with self._opening:
            self._own()

    async def ensure_collection(self, name: str) -> None:
        """Create or open the shard."""
        await self._do(lambda: self._shard(name, dimensions_of(name)))

    async def collections(self) -> list[str]:
        """List the shards' folders."""
        return await self._do(self._folders)

    async def upsert(self, name: str, workspace_id: UUID, entries: Sequence[Entry]) -> None:
        """Write points."""

        def work() -> None:
            points = [edge.Point(entry.id, _vectors(entry), _payload(workspace_id, entry)) for entry in entries]
            self._shard(name, dimensions_of(name)).update(edge.UpdateOperation.upsert_points(points))

        await self._do(work)

    async def delete(
        self, name: str, workspace_id: UUID, *, dataset_id: UUID | None = None, document_id: UUID | None = None, ids: Sequence[UUID] = ()
    ) -> None:
        """Delete points."""
        if dataset_id or document_id or ids:
            where = _owned_by(workspace_id, dataset_id, document_id, ids)
            await self._do(lambda: self._update(name, edge.UpdateOperation.delete_points_by_filter(where)))

    async def ids(self, name: str, workspace_id: UUID, *, dataset_id: UUID | None = None, document_id: UUID | None = None) -> set[UUID]:
        """Scroll through the points of a dataset or document."""
        where = _owned_by(workspace_id, dataset_id, document_id)

        def work() -> set[UUID]:
            shard = self._existing(name)
            found: set[UUID] = set()
            offset: edge.PointId | None = None
            while shard is not None:
                request = edge.ScrollRequest(offset=offset, limit=SCROLL, filter=where, with_payload=False, with_vector=False)
                records, offset = shard.scroll(request)
                found.update(UUID(str(record.id)) for record in records)
                if offset is None:
                    break
            return found

        return await self._do(work)

    async def count(self, name: str, workspace_id: UUID, *, dataset_id: UUID | None = None) -> int:
        """Count exactly."""
        where = _owned_by(workspace_id, dataset_id, None)

        def work() -> int:
            shard = self._existing(name)
            return 0 if shard is None else shard.count(edge.CountRequest(filter=where))

        return await self._do(work)

    async def search(
        self, name: str, scope: Scope, method: Method, limit: int, *, dense: Sequence[float] | None = None, text: str = ""
    ) -> list[Found]:
        """Search one shard."""
        where = _filter(scope)

        def work() -> list[Found]:
            shard = self._existing(name)
            return [] if shard is None else _search(shard, where, method, limit, dense, text)

        return await self._do(work)

    async def scores(
        self, name: str, scope: Scope, ids: Sequence[UUID], *, dense: Sequence[float] | None = None, text: str = ""
    ) -> dict[UUID, float]:
        """Search among these points only."""
        where = _filter(scope, ids)
        method: Method = "sparse" if dense is None else "dense"

        def work() -> dict[UUID, float]:
            shard = self._existing(name)
            return {} if shard is None else {hit.id: hit.score for hit in _search(shard, where, method, len(ids), dense, text)}

        return await self._do(work)

    async def optimize(self, name: str) -> None:
        """Build the graph where it pays; below that a plain scan is as fast."""

        def work() -> None:
            shard = self._existing(name)
            if shard is not None and shard.info().points_count >= OPTIMIZE_FROM:
                shard.optimize()

        await asyncio.get_running_loop().run_in_executor(self._optimizer, work)

    async def close(self) -> None:
        """Close all shards and leave the folder to others."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._optimizer.shutdown(wait=True)
        self._threads.shutdown(wait=True)
        with self._opening:
            for shard in self._shards.values():
                shard.close()
            self._shards.clear()
            if self._owned is not None:
                self._owned.close()
                self._owned = None

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _translated, work)

    def _own(self) -> None:
        if self._owned is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / "owner").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            lock.close()
            raise NodeError(
                "knowledge_unavailable",
                f"The knowledge index in {self._folder} is open in another worker (process {owner}); the embedded index serves one worker. "
                "Stop the other one, or run a Qdrant server and set QDRANT_URL.",
                retryable=True,
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._owned = lock

    def _folders(self) -> list[str]:
        self._own()
        return sorted(path.name for path in self._folder.iterdir() if path.is_dir())

    def _existing(self, name: str) -> edge.EdgeShard | None:
        """Return a shard, None where nothing was written yet."""
        key = storage_key(name)
        found = self._shards.get(key)
        if found is not None:
            return found
        with self._opening:
            self._own()
            if key not in self._shards:
                path = self._folder / key
                if not (path / "edge_config.json").exists():
                    return None
                self._shards[key] = edge.EdgeShard.load(str(path))
            return self._shards[key]

    def _shard(self, name: str, dimensions: int | None) -> edge.EdgeShard:
        found = self._existing(name)
        if found is not None:
            return found
        key = storage_key(name)
        with self._opening:
            if key in self._shards:
                return self._shards[key]
            path = self._folder / key
            path.mkdir(parents=True, exist_ok=True)
            dense = {"dense": edge.EdgeVectorParams(dimensions, edge.Distance.Cosine)} if dimensions else {}
            sparse = {"sparse": edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)}
            shard = edge.EdgeShard.create(str(path), edge.EdgeConfig(vectors=dense, sparse_vectors=sparse))
            for field in KEYWORDS:
                shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
            self._shards[key] = shard
            return shard

    def _update(self, name: str, operation: edge.UpdateOperation) -> None:
        shard = self._existing(name)
        if shard is not None:
            shard.update(operation)


def _translated(work: Callable[[], T]) -> T:
    """Do work of the engine; its errors, all of one plain type, become ours."""
    try:
        return work()
    except NodeError:
        raise
    except Exception as failure:
        raise NodeError("knowledge_unavailable", f"The knowledge index failed: {failure}", retryable=True) from failure


def _vectors(entry: Entry) -> dict[str, edge.NamedVector]:
    indices, values = sparse_document(entry.text)
    vectors: dict[str, edge.NamedVector] = {"sparse": edge.SparseVector(indices, values)}
    if entry.dense is not None:
        vectors["dense"] = list(entry.dense)
    return vectors


def _payload(workspace_id: UUID, entry: Entry) -> dict[str, str]:
    return {"workspace": str(workspace_id), "dataset": str(entry.dataset_id), "document": str(entry.document_id)}


def _equal(key: str, value: UUID) -> edge.FieldCondition:
    return edge.FieldCondition(key=key, match=edge.MatchValue(str(value)))


def _any(key: str, values: Sequence[UUID]) -> edge.FieldCondition:
    return edge.FieldCondition(key=key, match=edge.MatchAny([str(value) for value in values]))


def _owned_by(workspace_id: UUID, dataset_id: UUID | None, document_id: UUID | None, ids: Sequence[UUID] = ()) -> edge.Filter:
    must: list[edge.ConditionType] = [_equal("workspace", workspace_id)]
    if dataset_id:
        must.append(_equal("dataset", dataset_id))
    if document_id:
        must.append(_equal("document", document_id))
    if ids:
        must.append(edge.HasIdCondition(set(ids)))
    return edge.Filter(must=must)


def _filter(scope: Scope, ids: Sequence[UUID] = ()) -> edge.Filter:
    """The one filter of every search."""
    must: list[edge.ConditionType] = [_equal("workspace", scope.workspace_id), _any("dataset", scope.dataset_ids)]
    if scope.documents is not None:
        must.append(_any("document", scope.documents))
    if ids:
        must.append(edge.HasIdCondition(set(ids)))
    return edge.Filter(must=must, must_not=[_any("document", scope.without)] if scope.without else None)


def _search(shard: edge.EdgeShard, where: edge.Filter, method: Method, limit: int, dense: Sequence[float] | None, text: str) -> list[Found]:
    vector = edge.Query.Nearest(list(dense), using="dense") if dense is not None else None
    indices, values = sparse_query(text) if text else ([], [])
    terms = edge.Query.Nearest(edge.SparseVector(indices, values), using="sparse") if indices else None
    if method == "dense" or (method == "fused" and terms is None):
        if vector is None:
            return []
        hits = shard.query(edge.QueryRequest(limit=limit, query=vector, filter=where))
        return [Found(UUID(str(hit.id)), float(hit.score)) for hit in hits]
    if terms is None:
        return []
    if method == "sparse" or vector is None:
        hits = shard.query(edge.QueryRequest(limit=limit, query=terms, filter=where))
        return [Found(UUID(str(hit.id)), bm25_share(float(hit.score))) for hit in hits]
    both = [edge.Prefetch(limit=limit, query=query, filter=where) for query in (vector, terms)]
    fused: Any = edge.Fusion.Rrf(k=RRF_K)  # the stubs do not know that it is a Fusion
    hits = shard.query(edge.QueryRequest(limit=limit, prefetches=both, query=fused))
    return [Found(UUID(str(hit.id)), rrf_share(float(hit.score))) for hit in hits]
