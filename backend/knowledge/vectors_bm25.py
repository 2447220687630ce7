"""Sparse vectors of texts (BM25), the same for the embedded engine and for a server."""

from __future__ import annotations

from functools import lru_cache

import qdrant_edge as edge

from backend.knowledge.terms import document_words, query_words

Sparse = tuple[list[int], list[float]]


@lru_cache(maxsize=1)
def _model() -> edge.Bm25:
    """Words as `terms` parts them, without accents, English endings taken off; rare words weigh more, so no list of stop words."""
    return edge.Bm25(
        edge.Bm25Config(
            tokenizer=edge.TokenizerType.Word,
            stemmer=edge.SnowballParams(edge.SnowballLanguage.English),
            stopwords=edge.StopwordsSet(),
            ascii_folding=True,
        )
    )


def sparse_document(text: str) -> Sparse:
    """Weigh the words of a piece."""
    vector = _model().embed_document(document_words(text))
    return vector.indices, vector.values


def sparse_query(text: str) -> Sparse:
    """Weigh the words of a question; both lists are empty where it has none."""
    vector = _model().embed_query(query_words(text))
    return vector.indices, vector.values
