"""Knowledge in the worker: what stands behind the engine's port, and the short jobs of the console and the API."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from typing import Any

from pydantic import ValidationError

from backend.core.errors import AppError
from backend.files.selectors import file_get, file_read
from backend.knowledge.hits import Hit
from backend.knowledge.models import Dataset, DocForm, Technique
from backend.knowledge.retrieval import RetrievalRequest, retrieve
from backend.knowledge.retrieval_settings import RetrievalModel, Weights, retrieval_model
from backend.knowledge.services.cutting_rules import rule_of
from backend.llm.providers import EMBEDDING
from backend.llm.resolved import ResolvedModel
from backend.llm.selectors import model_resolve
from workers.engine.errors import NodeError
from workers.engine.nodes.knowledge_retrieval import trial_request
from workers.engine.ports import HttpRequest, ModelRef, Retrieval
from workers.ingestion.child import Cut, ParserPool
from workers.ingestion.crawl import CrawlLimits, Fetched, FetchError, Page, crawl
from workers.ingestion.parsed import Block, Parsed, ParseError
from workers.ingestion.pieces import Piece
from workers.ingestion.rules import ChunkingRule
from workers.tasks.http import GuardedHttp
from workers.tasks.indexing import MAX_PAGE_BYTES, capped, in_thread

PREVIEW_PIECES = 50
# Measured on two cores; what an estimate is made from.
LOCAL_TOKENS_PER_S, MODEL_PIECES_PER_S = 1_500, 60
CRAWL_PAGES, CRAWL_DEPTH, CRAWL_S = 200, 3, 100.0


class WorkspaceKnowledge:
    """Retriever of one workspace."""

    def __init__(self, workspace_id: uuid.UUID) -> None:
        self._workspace_id = workspace_id

    async def search(self, request: Retrieval) -> list[dict[str, Any]]:
        """Search as the node says; see the port for what it raises."""
        found = await retrieve(self._workspace_id, node_request(request))
        return [node_result(hit, place) for place, hit in enumerate(found, 1)]


def node_request(request: Retrieval) -> RetrievalRequest:
    """Read the node's settings. Ids that are no ids are those of datasets that do not exist."""
    weights = Weights.model_validate(request.weights) if request.weights else None
    return RetrievalRequest(
        query=request.query,
        dataset_ids=tuple(key for text in request.dataset_ids if (key := _uuid(text)) is not None),
        top_k=request.top_k,
        threshold=request.score_threshold,
        rerank=(str(request.rerank.get("provider", "")), str(request.rerank["model"])) if request.rerank else None,
        meaning=RetrievalModel(reranking_mode="weighted_score", weights=weights).weight_of_meaning if weights else None,
        pick=_name(request.model) if request.mode == "single" else None,
        metadata_mode=request.metadata_mode,
        metadata_filter=request.metadata_filter,
        metadata_model=_name(request.metadata_model),
    )


def node_result(hit: Hit, place: int) -> dict[str, Any]:
    """Write a hit as flows know it (docs/nodes/knowledge-retrieval.md)."""
    return {
        "content": hit.text,
        "title": hit.document_name,
        "files": [],
        "summary": None,
        "metadata": {
            "_source": "knowledge",
            "dataset_id": str(hit.dataset_id),
            "dataset_name": hit.dataset_name,
            "document_id": str(hit.document_id),
            "document_name": hit.document_name,
            "data_source_type": "website_crawl" if hit.source_type == "website" else "upload_file",
            "segment_id": str(hit.segment_id),
            "retriever_from": "workflow",
            "score": round(hit.score, 6),
            "child_chunks": _children(hit),
            "segment_hit_count": hit.hit_count,
            "segment_word_count": hit.word_count,
            "segment_position": hit.position,
            "segment_index_node_hash": hit.hash,
            "doc_metadata": hit.metadata,
            "position": place,
        },
    }


async def retrieve_job(payload: Mapping[str, Any]) -> dict[str, Any]:
    """`knowledge.retrieve`: {dataset_ids, query, retrieval_model?, source?, account_id?, remember?} -> {hits: [...], seconds}.

    `retrieval_model` is the API's; without it each dataset is searched by its own settings. A hit has segment_id, document_id,
    dataset_id, dataset_name, document_name, position, content, answer, score, method, headings, page, start, end, metadata, child_chunks.
    """
    began = time.monotonic()
    given = payload.get("retrieval_model")
    request = RetrievalRequest(
        query=str(payload["query"]),
        dataset_ids=tuple(uuid.UUID(str(key)) for key in payload["dataset_ids"]),
        settings=None if given is None else retrieval_model(given),
        source=str(payload.get("source") or "api"),
        account_id=_uuid(payload.get("account_id")),
        remember=bool(payload.get("remember", True)),
    )
    found = await retrieve(uuid.UUID(str(payload["workspace_id"])), request)
    return {"hits": [_plain(hit) for hit in found], "seconds": round(time.monotonic() - began, 4)}


async def try_job(payload: Mapping[str, Any]) -> dict[str, Any]:
    """`knowledge.try`: {config, query} -> {hits, seconds} as `retrieve_job`; `config` are the settings of a retrieval node."""
    began = time.monotonic()
    try:
        asked = trial_request(payload["config"], str(payload["query"]))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise AppError("invalid_param", f"{field}: {first['msg']}", 400, {"field": field}) from None
    request = replace(node_request(asked), remember=False)
    found = await retrieve(uuid.UUID(str(payload["workspace_id"])), request)
    return {"hits": [_plain(hit) for hit in found], "seconds": round(time.monotonic() - began, 4)}


async def preview_job(payload: Mapping[str, Any]) -> dict[str, Any]:
    """`knowledge.preview`: cut a stored file or a text without embedding or keeping anything.

    Payload: file_id, text or url, process_rule, doc_form, doc_language; dataset_id, or indexing_technique, embedding_provider and
    embedding_model, for the estimate. Answer: {pieces: the first 50 of {position, content, tokens, characters, headings, page, start, end,
    question, answer, children}, total, children, characters, tokens, pages, encoding, warnings, needs_model (pairs are made only
    when indexing), estimate: {tokens, cost_usd (None: the price is not known), seconds}}.
    """
    workspace_id = uuid.UUID(str(payload["workspace_id"]))
    doc_form = str(payload.get("doc_form") or DocForm.GENERAL)
    model = await in_thread(_model_of, workspace_id, payload)
    rule = capped(rule_of(payload.get("process_rule") or {}, doc_form, str(payload.get("doc_language") or "")), model)
    cut = await _cut(workspace_id, payload, rule)
    searched = [child.tokens for piece in cut.pieces for child in piece.children] or [piece.tokens for piece in cut.pieces]
    return {
        "pieces": [_piece(number, piece) for number, piece in enumerate(cut.pieces[:PREVIEW_PIECES], 1)],
        "total": len(cut.pieces),
        "children": sum(len(piece.children) for piece in cut.pieces),
        "characters": len(cut.text),
        "tokens": sum(piece.tokens for piece in cut.pieces),
        "pages": cut.pages,
        "encoding": cut.encoding,
        "warnings": list(cut.warnings),
        "needs_model": rule.mode == "qa" and not all(piece.question for piece in cut.pieces),
        "estimate": _estimate(model, searched),
    }


async def crawl_job(payload: Mapping[str, Any]) -> dict[str, Any]:
    """`knowledge.crawl`: {url, limit?, depth?} -> {pages: [{url, title, characters}], failed: [{url, reason}], ended}.

    Lists the pages of one site, each of which can then be added as a document. Raises AppError crawl_failed.
    """
    pages: list[dict[str, Any]] = []

    async def on_page(page: Page) -> None:
        pages.append({"url": page.url, "title": page.parsed.title or page.url, "characters": len(page.parsed.text)})

    depth = payload.get("depth")
    limits = CrawlLimits(
        pages=min(CRAWL_PAGES, max(1, int(payload.get("limit") or 10))),
        depth=min(CRAWL_DEPTH, max(0, int(1 if depth is None else depth))),
        wall_s=CRAWL_S,
    )
    async with _parsers() as pool:
        try:
            report = await crawl(str(payload["url"]), _fetch, pool.page, on_page, limits=limits)
        except FetchError as failure:
            raise AppError("crawl_failed", str(failure), 400, {"field": "url"}) from None
    failed = [{"url": url, "reason": reason} for url, reason in report.failed]
    return {"pages": pages, "failed": failed, "ended": report.ended, "skipped_by_robots": report.skipped_by_robots}


async def _fetch(url: str) -> Fetched:
    try:
        response = await GuardedHttp().send(HttpRequest("GET", url, max_bytes=MAX_PAGE_BYTES, read_s=20))
    except NodeError as failure:
        raise FetchError(failure.message) from None
    return Fetched(response.url, response.status, response.headers.get("content-type", ""), response.body)


@asynccontextmanager
async def _parsers() -> AsyncIterator[ParserPool]:
    """Children for one job."""
    pool = ParserPool()
    try:
        yield pool
    finally:
        await pool.close()


async def _cut(workspace_id: uuid.UUID, payload: Mapping[str, Any], rule: ChunkingRule) -> Cut:
    async with _parsers() as pool:
        try:
            if payload.get("text") is not None:
                return await pool.split(Parsed((Block("text", str(payload["text"])),)), rule)
            if payload.get("url"):
                return await pool.split(await _page(pool, str(payload["url"])), rule)
            file = await in_thread(file_get, workspace_id, payload["file_id"])
            return await pool.cut(await in_thread(file_read, file), file.name, rule)
        except ParseError as failure:
            raise AppError(failure.code, failure.message, 400) from None


async def _page(pool: ParserPool, url: str) -> Parsed:
    """Fetch and read a web page. Raises AppError page_not_found, ParseError."""
    try:
        fetched = await _fetch(url)
    except FetchError as failure:
        raise AppError("page_not_found", str(failure), 400, {"field": "url"}) from None
    if fetched.status != 200:
        raise AppError("page_not_found", f"The server answered with the status {fetched.status} for {url[:200]}.", 400, {"field": "url"})
    parsed, _ = await pool.page(fetched.body, fetched.url, fetched.content_type)
    return parsed


def _model_of(workspace_id: uuid.UUID, payload: Mapping[str, Any]) -> ResolvedModel | None:
    """The embedding model that the estimate is for, None where words alone are indexed."""
    technique, provider, name = (payload.get(key) or "" for key in ("indexing_technique", "embedding_provider", "embedding_model"))
    if key := _uuid(payload.get("dataset_id")):
        dataset = Dataset.scoped(workspace_id).filter(id=key).first()
        if dataset is not None and dataset.indexing_technique:
            technique, provider, name = dataset.indexing_technique, dataset.embedding_provider, dataset.embedding_model
    return None if technique == Technique.ECONOMY else model_resolve(workspace_id, provider, name, EMBEDDING)


def _estimate(model: ResolvedModel | None, tokens: list[int]) -> dict[str, Any]:
    total = sum(tokens)
    if model is None:
        return {"tokens": 0, "cost_usd": 0.0, "seconds": round(len(tokens) / 1_000, 1)}
    cost = None if model.input_price is None else float(model.input_price) * total / 1_000_000
    seconds = total / LOCAL_TOKENS_PER_S if model.provider == "local" else len(tokens) / MODEL_PIECES_PER_S
    return {"tokens": total, "cost_usd": cost, "seconds": round(seconds, 1)}


def _piece(number: int, piece: Piece) -> dict[str, Any]:
    children = [{"position": place, **asdict(child)} for place, child in enumerate(piece.children, 1)]
    plain = {name: value for name, value in asdict(piece).items() if name != "children"}
    return {"position": number, **plain, "characters": len(piece.content), "children": children}


def _plain(hit: Hit) -> dict[str, Any]:
    plain = asdict(hit)
    for name in ("segment_id", "document_id", "dataset_id"):
        plain[name] = str(plain[name])
    del plain["children"]
    return {**plain, "score": round(hit.score, 6), "child_chunks": _children(hit)}


def _children(hit: Hit) -> list[dict[str, Any]]:
    return [
        {"id": str(child.id), "content": child.content, "position": child.position, "score": round(child.score, 6)}
        for child in hit.children
    ]


def _name(model: ModelRef | None) -> tuple[str, str] | None:
    return None if model is None else (model.provider, model.name)


def _uuid(raw: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(raw))
    except ValueError:
        return None
