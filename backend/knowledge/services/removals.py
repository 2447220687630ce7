"""What goes with rows that are deleted: points in the index, and files."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from backend.files.services import file_delete
from backend.knowledge.models import Document, Removal


def removal_create(*, workspace_id: uuid.UUID, dataset_id: uuid.UUID, document_ids: Iterable[uuid.UUID | None] = (None,)) -> None:
    """Have a worker compare a dataset's (None) or these documents' points with the rows; it finds the order within seconds.

    Call it in the transaction that deletes the rows."""
    now = timezone.now()
    rows = [Removal(workspace_id=workspace_id, dataset_id=dataset_id, document_id=key, due_at=now) for key in document_ids]
    Removal.unscoped.bulk_create(rows)


def forget_files(documents: QuerySet[Document]) -> None:
    """Delete the files that documents own; call it in the transaction that deletes them."""
    for document in documents.select_related("file", "text"):
        for file in (document.file, document.text):
            if file is not None:
                file_delete(file)
