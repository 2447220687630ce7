"""Have points without rows taken out of the index."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.utils import timezone

from backend.knowledge.models import Removal


def removal_create(*, workspace_id: uuid.UUID, dataset_id: uuid.UUID, document_ids: Iterable[uuid.UUID | None] = (None,)) -> None:
    """Have a worker compare a dataset's (None) or these documents' points with the rows; it finds the order within seconds.

    Call it in the transaction that deletes the rows."""
    now = timezone.now()
    rows = [Removal(workspace_id=workspace_id, dataset_id=dataset_id, document_id=key, due_at=now) for key in document_ids]
    Removal.unscoped.bulk_create(rows)
