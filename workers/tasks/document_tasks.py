"""The task behind indexing: tells this process's supervisor of documents to look at some ids."""

from __future__ import annotations

import uuid

from backend.config.celery import app
from backend.core.jobs import DOCUMENTS_TASK
from workers.tasks.process import process


@app.task(name=DOCUMENTS_TASK, ignore_result=True)
def documents_index(ids: list[str]) -> None:
    """Hand the documents over; does not wait for their end. The database knows which of them are still to be done."""
    here = process()
    here.loop.call(here.documents.offer, [uuid.UUID(document_id) for document_id in ids])
