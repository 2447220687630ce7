"""Compare the knowledge index with the rows, and write again what is missing. The worker that owns the index does it."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from backend.knowledge.models import OPEN_STAGES, Dataset, Document, Removal, Stage
from backend.knowledge.services.datasets import dataset_reindex
from backend.knowledge.services.removals import removal_create

POLL_S = 1.0


class Command(BaseCommand):
    """Rebuild the index from rows: all of it after it was lost, else only what differs."""

    help = "Compare the knowledge index with the rows, write again what is missing, remove what has no row. Needs a running worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which datasets."""
        parser.add_argument("--dataset", help="Id of one dataset; without it all of them.")
        parser.add_argument("--no-wait", action="store_true", help="Only ask for it; do not wait for the end.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark the documents and wait until a worker is through."""
        datasets = Dataset.unscoped.all()
        if options["dataset"]:
            datasets = datasets.filter(id=_id(options["dataset"]))
            if not datasets.exists():
                raise CommandError(f"There is no dataset {options['dataset']}.")
        ids, count = [], 0
        for dataset in datasets:
            removal_create(workspace_id=dataset.workspace_id, dataset_id=dataset.id)
            count += dataset_reindex(dataset=dataset)
            ids.append(dataset.id)
        print(f"{count} documents of {len(ids)} datasets are compared with the index")
        if options["no_wait"]:
            return
        rows = Document.unscoped.filter(dataset_id__in=ids)
        told = -1
        while left := rows.filter(dirty=True, stage=Stage.COMPLETED).count() + rows.exclude(owner="").count():
            if left != told:
                print(f"{left} documents left")
            told = left
            time.sleep(POLL_S)
        while Removal.unscoped.filter(dataset_id__in=ids, passes=0).exists():
            time.sleep(POLL_S)
        failed = rows.filter(stage=Stage.COMPLETED, error__isnull=False).count()
        waiting = rows.filter(stage__in=OPEN_STAGES).count()
        print(f"done; {failed} documents failed, {waiting} are still being read for the first time")
        if failed:
            raise CommandError("Some documents could not be indexed; their pages say why.")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is no id of a dataset.") from None
