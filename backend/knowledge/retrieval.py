"""Find the pieces that fit a question: one function for the test screen, the API and the flow's node. Only workers may call it."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure

from backend.core.writer import writer
from backend.knowledge import choosing, hits
from backend.knowledge.filters import matching_documents
from backend.knowledge.hits import REMEMBER, Asked, Hit
from backend.knowledge.models import Dataset, Document, MetadataField
from backend.knowledge.retrieval_settings import RetrievalModel, retrieval_model
from backend.knowledge.services.metadata import BUILT_IN
from backend.knowledge.vectors import Found, Method, Scope, VectorStore, model_of
from backend.knowledge.vectors_store import store
from backend.llm import gateway
from backend.llm.gateway_rerank import rerank
from backend.llm.providers import EMBEDDING, LLM, RERANK
from backend.llm.resolved import ResolvedModel
from backend.llm.selectors import model_resolve
from workers.engine.errors import NodeError

logger = logging.getLogger(__name__)

MAX_QUERY_CHARS = 10_000
CANDIDATES, MAX_CANDIDATES = 20, 100
# How far a search goes on when much of what it finds may not be seen.
MAX_SEARCHED = 2_000
MAX_WITHOUT = 1_000
MAX_RERANK_CHARS = 8_000
VECTOR_KEPT_S, VECTORS_KEPT = 300.0, 500

ModelName = tuple[str, str]
_METHODS: dict[str, Method] = {
    "semantic_search": "dense",
    "full_text_search": "sparse",
    "keyword_search": "sparse",
    "hybrid_search": "fused",
}
_LABELS = {"dense": "semantic", "sparse": "full_text", "fused": "hybrid"}
_vectors: dict[tuple[Any, ...], tuple[float, list[float]]] = {}


@dataclass(frozen=True, slots=True)
class RetrievalRequest:
    """What is asked of which datasets.

    `settings` holds for all datasets; None: each is searched by its own settings, and `top_k`, `threshold`, `rerank` and `meaning`
    (the share of meaning in the score, None: ranks are fused) hold for what all of them found. `pick` is the model that chooses one of
    the datasets, `metadata_model` the one that makes the filter in the mode `automatic`; both are (provider, name).
    """

    query: str
    dataset_ids: tuple[uuid.UUID, ...]
    settings: RetrievalModel | None = None
    top_k: int | None = None
    threshold: float | None = None
    rerank: ModelName | None = None
    meaning: float | None = None
    pick: ModelName | None = None
    metadata_mode: Literal["disabled", "automatic", "manual"] = "disabled"
    metadata_filter: Mapping[str, Any] | None = None
    metadata_model: ModelName | None = None
    source: str = "app"
    account_id: uuid.UUID | None = None
    remember: bool = True


@dataclass(frozen=True, slots=True)
class _Group:
    """Datasets that one search covers: they share a collection and a method."""

    collection: str
    method: Method
    meaning: float | None
    dataset_ids: tuple[uuid.UUID, ...]


@dataclass(slots=True)
class _Plan:
    """What the rows say before anything is searched."""

    datasets: list[Dataset]
    groups: list[_Group] = field(default_factory=list)
    models: dict[ModelName, ResolvedModel] = field(default_factory=dict)
    documents: tuple[uuid.UUID, ...] | None = None
    without: tuple[uuid.UUID, ...] = ()


async def retrieve(workspace_id: uuid.UUID, request: RetrievalRequest) -> list[Hit]:
    """Return the pieces that fit best, best first.

    Raises NodeError: dataset_not_found, query_too_long, metadata_filter_invalid, knowledge_unavailable (retryable), and those of the
    model port.
    """
    if len(request.query) > MAX_QUERY_CHARS:
        message = f"The question has {len(request.query):,} characters; at most {MAX_QUERY_CHARS:,} are accepted."
        raise NodeError("query_too_long", message)
    if not request.query.strip():
        return []
    plan = await _planned(workspace_id, request)
    if plan.documents == ():
        return []
    top_k = request.top_k or (request.settings.top_k if request.settings else RetrievalModel().top_k)
    reranker = request.rerank or (request.settings.rerank if request.settings else None)
    threshold = request.threshold if request.threshold is not None else (request.settings.threshold if request.settings else None)
    wanted = min(MAX_CANDIDATES, max(CANDIDATES, top_k * 3)) if reranker or len(plan.groups) > 1 else top_k
    search = _Search(workspace_id, request.query, plan)
    found = await asyncio.gather(*(search.group(group, wanted) for group in plan.groups))
    merged = await _reranked(workspace_id, reranker, request.query, _distinct(found)) if reranker else _interleaved(found)
    best = [hit for hit in merged if threshold is None or hit.score >= threshold][:top_k]
    if request.remember:
        await _remembered(workspace_id, request, plan.datasets, best)
    return best


async def _in_thread(work: Any, *given: Any) -> Any:
    return await database_sync_to_async(work, thread_sensitive=False)(*given)


class _Search:
    """One question in all its groups; it is embedded once per model."""

    def __init__(self, workspace_id: uuid.UUID, query: str, plan: _Plan) -> None:
        self._workspace_id = workspace_id
        self._query = query
        self._plan = plan
        self._index: VectorStore = store()

    async def group(self, group: _Group, wanted: int) -> list[Hit]:
        """Search one group until enough of what is found may be seen, or nothing more is found."""
        vector = await self._vector(group) if group.method != "sparse" else None
        scope = Scope(self._workspace_id, group.dataset_ids, self._plan.documents, self._plan.without)
        limit, label = max(wanted, 10), _LABELS[group.method]
        while True:
            points = await self._points(group, scope, limit, vector)
            found: list[Hit] = await _in_thread(hits.resolve, self._workspace_id, points, label)
            if len(found) >= wanted or len(points) < limit or limit >= MAX_SEARCHED:
                return found[:wanted]
            limit = min(limit * 4, MAX_SEARCHED)

    async def _points(self, group: _Group, scope: Scope, limit: int, vector: list[float] | None) -> list[Found]:
        if group.method != "fused" or group.meaning is None or vector is None:
            return await self._index.search(group.collection, scope, group.method, limit, dense=vector, text=self._query)
        name, query = group.collection, self._query
        near, worded = await asyncio.gather(
            self._index.search(name, scope, "dense", limit, dense=vector), self._index.search(name, scope, "sparse", limit, text=query)
        )
        meaning, words = {hit.id: hit.score for hit in near}, {hit.id: hit.score for hit in worded}
        if unscored := [key for key in words if key not in meaning]:
            meaning |= await self._index.scores(name, scope, unscored, dense=vector)
        if unscored := [key for key in meaning if key not in words]:
            words |= await self._index.scores(name, scope, unscored, text=query)
        share = group.meaning
        both = [Found(key, share * max(0.0, meaning.get(key, 0.0)) + (1 - share) * words.get(key, 0.0)) for key in meaning | words]
        return sorted(both, key=lambda hit: -hit.score)[:limit]

    async def _vector(self, group: _Group) -> list[float]:
        name = model_of(group.collection)
        assert name is not None
        key = (self._workspace_id, name, self._query)
        known = _vectors.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        [vector] = await gateway.embed(self._plan.models[name], [self._query], "query")
        if len(_vectors) >= VECTORS_KEPT:
            _vectors.clear()
        _vectors[key] = (time.monotonic() + VECTOR_KEPT_S, vector)
        return vector


def _datasets(workspace_id: uuid.UUID, dataset_ids: Sequence[uuid.UUID]) -> list[Dataset]:
    rows = {row.id: row for row in Dataset.scoped(workspace_id).filter(id__in=dataset_ids)}
    if not rows:
        message = "The knowledge to search does not exist any more. Choose another in the node, or in the request."
        raise NodeError("dataset_not_found", message, details={"dataset_ids": [str(key) for key in dataset_ids]})
    return [rows[key] for key in dict.fromkeys(dataset_ids) if key in rows]


def _plan(workspace_id: uuid.UUID, request: RetrievalRequest, datasets: list[Dataset], conditions: Mapping[str, Any] | None) -> _Plan:
    plan = _Plan(datasets)
    ids = [dataset.id for dataset in datasets]
    matching = matching_documents(workspace_id, ids, conditions) if conditions else None
    documents = Document.scoped(workspace_id).filter(dataset_id__in=ids, active_revision__gt=0)
    if matching is not None:
        plan.documents = tuple(matching)
    hidden = documents.exclude(enabled=True, archived=False)
    plan.without = tuple(hidden.values_list("id", flat=True)[:MAX_WITHOUT])
    by_id = {dataset.id: dataset for dataset in datasets}
    grouped: dict[tuple[str, Method, float | None], list[uuid.UUID]] = {}
    for dataset_id, collection in documents.order_by().values_list("dataset_id", "collection").distinct():
        dataset = by_id[dataset_id]
        settings = request.settings or retrieval_model(dataset.retrieval, dataset.indexing_technique)
        method = _METHODS[settings.search_method] if model_of(collection) else "sparse"
        meaning = request.meaning if request.meaning is not None else settings.weight_of_meaning
        if request.meaning is not None and model_of(collection):
            method = "fused"
        key = (collection, method, meaning if method == "fused" else None)
        grouped.setdefault(key, []).append(dataset_id)
    plan.groups = [_Group(*key, tuple(found)) for key, found in grouped.items()]
    for group in plan.groups:
        name = model_of(group.collection) if group.method != "sparse" else None
        if name is not None:
            plan.models[name] = model_resolve(workspace_id, *name, EMBEDDING)
    return plan


async def _picked(workspace_id: uuid.UUID, request: RetrievalRequest, datasets: list[Dataset]) -> list[Dataset]:
    assert request.pick is not None
    model = await _in_thread(model_resolve, workspace_id, *request.pick, LLM)
    place = await choosing.pick(model, request.query, [(dataset.name, dataset.description) for dataset in datasets])
    return [] if place is None else [datasets[place]]


async def _planned(workspace_id: uuid.UUID, request: RetrievalRequest) -> _Plan:
    """Plan in one visit to the database, unless a model has to be asked first."""
    automatic = request.metadata_mode == "automatic" and request.metadata_model is not None
    if request.pick is None and not automatic:
        manual = request.metadata_filter if request.metadata_mode == "manual" else None
        conditions = manual or (request.settings.metadata_filtering_conditions if request.settings else None)
        return await _in_thread(lambda: _plan(workspace_id, request, _datasets(workspace_id, request.dataset_ids), conditions))
    datasets = await _in_thread(_datasets, workspace_id, request.dataset_ids)
    if request.pick is not None:
        datasets = await _picked(workspace_id, request, datasets)
    conditions = request.metadata_filter if request.metadata_mode == "manual" else None
    if automatic and request.metadata_model is not None:
        fields = await _in_thread(_filterable, workspace_id, datasets)
        model = await _in_thread(model_resolve, workspace_id, *request.metadata_model, LLM)
        conditions = await choosing.conditions_of(model, request.query, fields)
    return await _in_thread(_plan, workspace_id, request, datasets, conditions)


def _filterable(workspace_id: uuid.UUID, datasets: Sequence[Dataset]) -> dict[str, str]:
    rows = MetadataField.scoped(workspace_id).filter(dataset__in=datasets)
    built_in = BUILT_IN if any(dataset.built_in_fields for dataset in datasets) else {}
    return {**dict(rows.values_list("name", "type")), **built_in}


def _distinct(found: Sequence[Sequence[Hit]]) -> list[Hit]:
    best: dict[uuid.UUID, Hit] = {}
    for hit in (hit for group in found for hit in group):
        known = best.get(hit.segment_id)
        if known is None or hit.score > known.score:
            best[hit.segment_id] = hit
    return list(best.values())


def _interleaved(found: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Merge groups by rank: scores of different models and methods do not compare."""
    if len(found) == 1:
        return list(found[0])
    placed = [(rank, -hit.score, hit) for group in found for rank, hit in enumerate(group)]
    merged: dict[uuid.UUID, Hit] = {}
    for _, _, hit in sorted(placed, key=lambda row: row[:2]):
        merged.setdefault(hit.segment_id, hit)
    return list(merged.values())


async def _reranked(workspace_id: uuid.UUID, name: ModelName, query: str, found: Sequence[Hit]) -> list[Hit]:
    if not found:
        return []
    model = await _in_thread(model_resolve, workspace_id, *name, RERANK)
    scores = await rerank(model, query, [hit.text[:MAX_RERANK_CHARS] for hit in found])
    ordered = [hit.scored(score, "rerank") for hit, score in zip(found, scores, strict=True)]
    return sorted(ordered, key=lambda hit: -hit.score)


async def _remembered(workspace_id: uuid.UUID, request: RetrievalRequest, datasets: Sequence[Dataset], best: Sequence[Hit]) -> None:
    """Count hits and keep the question. An answer is not withheld because that fails."""
    settings = request.settings.model_dump(mode="json", exclude_none=True) if request.settings else {}
    asked = Asked(
        workspace_id,
        tuple(dataset.id for dataset in datasets),
        request.query,
        request.source,
        settings,
        request.account_id,
        tuple(hit.segment_id for hit in best),
        tuple({hit.document_id for hit in best}),
    )
    try:
        await writer.write(REMEMBER, asked)
    except DatabaseFailure as failure:
        logger.warning("a question was answered but not remembered: %s", failure)
