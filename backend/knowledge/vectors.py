"""The vector index: what a store can do. Filters by workspace and dataset are built behind it only.

The index is made from rows and can be made again. Points carry nothing but where they belong; what they say is in the rows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

TEXT_COLLECTION = "text"
Method = Literal["dense", "sparse", "fused"]
RRF_K = 60
# What a BM25 sum is held against to get a score between 0 and 1: a query that matches a few rare words reaches one half.
BM25_HALF = 6.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A point to be written: `dense` is None in a collection of texts only, `text` is what the sparse vector is made from."""

    id: UUID
    dataset_id: UUID
    document_id: UUID
    text: str
    dense: Sequence[float] | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search: datasets of one workspace; only some documents (None: all), and without others."""

    workspace_id: UUID
    dataset_ids: tuple[UUID, ...]
    documents: tuple[UUID, ...] | None = None
    without: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A point and how well it fits, between 0 and 1 (a cosine may be below)."""

    id: UUID
    score: float


class VectorStore(Protocol):
    """An index. Every method raises NodeError knowledge_unavailable (retryable) when the index cannot be reached."""

    async def ready(self) -> None:
        """Make sure that this process may use the index."""
        ...

    async def ensure_collection(self, name: str) -> None:
        """Create a collection where it is missing; the name tells its dimensions."""
        ...

    async def collections(self) -> list[str]:
        """List the keys of all collections, as `delete` and `ids` take them besides names."""
        ...

    async def upsert(self, name: str, workspace_id: UUID, entries: Sequence[Entry]) -> None:
        """Write points, live at once or (as of a document whose rows are not active yet) ignored by who reads rows."""
        ...

    async def delete(
        self, name: str, workspace_id: UUID, *, dataset_id: UUID | None = None, document_id: UUID | None = None, ids: Sequence[UUID] = ()
    ) -> None:
        """Delete points of a workspace that match all that is given; nothing given deletes nothing."""
        ...

    async def ids(self, name: str, workspace_id: UUID, *, dataset_id: UUID | None = None, document_id: UUID | None = None) -> set[UUID]:
        """List the points of a dataset or document."""
        ...

    async def count(self, name: str, workspace_id: UUID, *, dataset_id: UUID | None = None) -> int:
        """Count the points of a workspace or one of its datasets."""
        ...

    async def search(
        self, name: str, scope: Scope, method: Method, limit: int, *, dense: Sequence[float] | None = None, text: str = ""
    ) -> list[Found]:
        """Find points, best first. `dense` needs the vector, `sparse` the text, `fused` both: ranks of the two are fused."""
        ...

    async def scores(
        self, name: str, scope: Scope, ids: Sequence[UUID], *, dense: Sequence[float] | None = None, text: str = ""
    ) -> dict[UUID, float]:
        """Score these points by vector or by text; those that match nothing are left out."""
        ...

    async def optimize(self, name: str) -> None:
        """Build what makes searches fast after many points were written. May take a minute; searches go on."""
        ...

    async def close(self) -> None:
        """Let go of the index."""
        ...


def collection_of(provider: str, model: str, dimensions: int) -> str:
    """Name the collection of an embedding model."""
    return f"{provider}/{model}/{dimensions}"


def model_of(name: str) -> tuple[str, str] | None:
    """Return provider and model of a collection, None where it holds texts only."""
    if name == TEXT_COLLECTION:
        return None
    provider, _, rest = name.partition("/")
    return provider, rest.rpartition("/")[0]


def dimensions_of(name: str) -> int | None:
    """Return the length of a collection's vectors, None where it holds texts only."""
    return None if name == TEXT_COLLECTION else int(name.rpartition("/")[2])


def storage_key(name: str) -> str:
    """Turn a collection's name into one that files and servers accept."""
    if re.fullmatch(r"[a-zA-Z0-9._-]+", name):
        return name
    return f"{re.sub(r'[^a-zA-Z0-9._-]+', '-', name)[:60].strip('.-')}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def bm25_share(total: float) -> float:
    """Bring a BM25 sum between 0 and 1."""
    return total / (total + BM25_HALF)


def rrf_share(total: float) -> float:
    """Bring the sum of two reciprocal ranks between 0 and 1; 1 is first in both."""
    return total * RRF_K / 2
