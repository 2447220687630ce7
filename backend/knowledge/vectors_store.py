"""Which store this process uses. Only workers may import this."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from backend.knowledge.vectors import VectorStore


@lru_cache(maxsize=1)
def store() -> VectorStore:
    """Return the store of this process: Qdrant's engine inside it, or the server at QDRANT_URL."""
    if settings.ENV.qdrant_url:
        from backend.knowledge.vectors_server import ServerVectors

        return ServerVectors.connect(settings.ENV.qdrant_url, settings.ENV.qdrant_api_key)
    from backend.knowledge.vectors_edge import EdgeVectors

    return EdgeVectors(settings.DATA / "vectors")
