"""A Qdrant server, through its client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar
from uuid import UUID

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import ApiException

from backend.knowledge.vectors import RRF_K, Entry, Found, Method, Scope, bm25_share, dimensions_of, rrf_share, storage_key
from backend.knowledge.vectors_bm25 import sparse_document, sparse_query
from workers.engine.errors import NodeError

PREFIX = "tidemill-"
SCROLL = 1_000
TIMEOUT_S = 30
KEYWORDS = ("workspace", "dataset", "document")

T = TypeVar("T")


class ServerVectors:
    """VectorStore over `qdrant-client`."""

    def __init__(self, client: AsyncQdrantClient) -> None:
        self._client = client
        self._known: set[str] = set()
        self._creating = asyncio.Lock()

    @classmethod
    def connect(cls, url: str, api_key: str) -> ServerVectors:
        """Use the server at an address; nothing is sent yet."""
        return cls(AsyncQdrantClient(url=url, api_key=api_key or None, timeout=TIMEOUT_S, check_compatibility=False))

    async def ready(self) -> None:
        """Ask for the server."""
        await self.collections()

    async def ensure_collection(self, name: str) -> None:
        """Create the collection with its indexes."""
        key = PREFIX + storage_key(name)
        async with self._creating:
            if key in self._known:
                return
            if not await self._ask(self._client.collection_exists(key)):
                size = dimensions_of(name)
                dense = {"dense": models.VectorParams(size=size, distance=models.Distance.COSINE)} if size else {}
                sparse = {"sparse": models.SparseVectorParams(modifier=models.Modifier.IDF)}
                await self._ask(self._client.create_collection(key, vectors_config=dense, sparse_vectors_config=sparse))
                for field in KEYWORDS:
                    tenant = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=field == "workspace")
                    await self._ask(self._client.create_payload_index(key, field, field_schema=tenant))
            self._known.add(key)

    async def collections(self) -> list[str]:
        """List our collections."""
        found = await self._ask(self._client.get_collections())
        return sorted(row.name.removeprefix(PREFIX) for row in found.collections if row.name.startswith(PREFIX))

    async def upsert(self, name: str, workspace_id: UUID, entries: Sequence[Entry]) -> None:
        """Write points and wait until they can be found."""
        await self.ensure_collection(name)
        points = [models.PointStruct(id=str(e.id), vector=_vectors(e), payload=_payload(workspace_id, e)) for e in entries]
        await self._ask(self._client.upsert(PREFIX + storage_key(name), points, wait=True))

    async def delete(
        self, name: str, workspace_id: UUID, *, dataset_id: UUID | None = None, document_id: UUID | None = None, ids: Sequence[UUID] = ()
    ) -> None:
        """Delete points."""
        if (dataset_id or document_id or ids) and await self._exists(name):
            where = models.FilterSelector(filter=_owned_by(workspace_id, dataset_id, document_id, ids))
            await self._ask(self._client.delete(PREFIX + storage_key(name), where, wait=True))

    async def ids(self, name: str, workspace_id: UUID, *, dataset_id: UUID | None = None, document_id: UUID | None = None) -> set[UUID]:
        """Scroll through the points of a dataset or document."""
        found: set[UUID] = set()
        if not await self._exists(name):
            return found
        where, offset = _owned_by(workspace_id, dataset_id, document_id), None
        while True:
            records, offset = await self._ask(
                self._client.scroll(PREFIX + storage_key(name), where, limit=SCROLL, offset=offset, with_payload=False, with_vectors=False)
            )
            found.update(UUID(str(record.id)) for record in records)
            if offset is None:
                return found

    async def count(self, name: str, workspace_id: UUID, *, dataset_id: UUID | None = None) -> int:
        """Count exactly."""
        if not await self._exists(name):
            return 0
        where = _owned_by(workspace_id, dataset_id, None)
        return (await self._ask(self._client.count(PREFIX + storage_key(name), count_filter=where, exact=True))).count

    async def search(
        self, name: str, scope: Scope, method: Method, limit: int, *, dense: Sequence[float] | None = None, text: str = ""
    ) -> list[Found]:
        """Search one collection."""
        return await self._search(name, _filter(scope), method, limit, dense, text) if await self._exists(name) else []

    async def scores(
        self, name: str, scope: Scope, ids: Sequence[UUID], *, dense: Sequence[float] | None = None, text: str = ""
    ) -> dict[UUID, float]:
        """Search among these points only."""
        if not await self._exists(name):
            return {}
        method: Method = "sparse" if dense is None else "dense"
        return {hit.id: hit.score for hit in await self._search(name, _filter(scope, ids), method, len(ids), dense, text)}

    async def optimize(self, name: str) -> None:
        """Nothing: the server does it by itself."""

    async def close(self) -> None:
        """Close the connection."""
        await self._client.close()

    async def _exists(self, name: str) -> bool:
        key = PREFIX + storage_key(name)
        if key not in self._known and await self._ask(self._client.collection_exists(key)):
            self._known.add(key)
        return key in self._known

    async def _search(
        self, name: str, where: models.Filter, method: Method, limit: int, dense: Sequence[float] | None, text: str
    ) -> list[Found]:
        key = PREFIX + storage_key(name)
        indices, values = sparse_query(text) if text else ([], [])
        terms = models.SparseVector(indices=indices, values=values) if indices else None
        vector = list(dense) if dense is not None else None
        if method == "fused" and vector is not None and terms is not None:
            both = [
                models.Prefetch(query=vector, using="dense", filter=where, limit=limit),
                models.Prefetch(query=terms, using="sparse", filter=where, limit=limit),
            ]
            fused = models.RrfQuery(rrf=models.Rrf(k=RRF_K))
            answer = await self._ask(self._client.query_points(key, prefetch=both, query=fused, limit=limit, with_payload=False))
            return [Found(UUID(str(point.id)), rrf_share(point.score)) for point in answer.points]
        by_vector = method == "dense" or (method == "fused" and terms is None)
        query = vector if by_vector else terms
        if query is None:
            return []
        using = "dense" if by_vector else "sparse"
        asked = self._client.query_points(key, query=query, using=using, query_filter=where, limit=limit, with_payload=False)
        answer = await self._ask(asked)
        return [Found(UUID(str(point.id)), point.score if by_vector else bm25_share(point.score)) for point in answer.points]

    async def _ask(self, call: Awaitable[T]) -> T:
        try:
            return await call
        except (ApiException, OSError, ValueError) as failure:
            said = " ".join(str(failure).split())[:300] or type(failure).__name__
            raise NodeError("knowledge_unavailable", f"The vector server failed: {said}", retryable=True) from failure


def _vectors(entry: Entry) -> dict[str, list[float] | models.SparseVector]:
    indices, values = sparse_document(entry.text)
    vectors: dict[str, list[float] | models.SparseVector] = {"sparse": models.SparseVector(indices=indices, values=values)}
    if entry.dense is not None:
        vectors["dense"] = list(entry.dense)
    return vectors


def _payload(workspace_id: UUID, entry: Entry) -> dict[str, str]:
    return {"workspace": str(workspace_id), "dataset": str(entry.dataset_id), "document": str(entry.document_id)}


def _equal(key: str, value: UUID) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=str(value)))


def _any(key: str, values: Sequence[UUID]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=[str(value) for value in values]))


def _owned_by(workspace_id: UUID, dataset_id: UUID | None, document_id: UUID | None, ids: Sequence[UUID] = ()) -> models.Filter:
    must: list[models.Condition] = [_equal("workspace", workspace_id)]
    if dataset_id:
        must.append(_equal("dataset", dataset_id))
    if document_id:
        must.append(_equal("document", document_id))
    if ids:
        must.append(models.HasIdCondition(has_id=[str(value) for value in ids]))
    return models.Filter(must=must)


def _filter(scope: Scope, ids: Sequence[UUID] = ()) -> models.Filter:
    """The one filter of every search."""
    must: list[models.Condition] = [_equal("workspace", scope.workspace_id), _any("dataset", scope.dataset_ids)]
    if scope.documents is not None:
        must.append(_any("document", scope.documents))
    if ids:
        must.append(models.HasIdCondition(has_id=[str(value) for value in ids]))
    return models.Filter(must=must, must_not=[_any("document", scope.without)] if scope.without else None)
