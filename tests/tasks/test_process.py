"""What a worker process takes on, by the queues it was given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from workers.tasks import process

RUNS, DOCUMENTS = settings.ENV.run_concurrency, settings.ENV.document_concurrency


@pytest.mark.parametrize(
    ("queues", "room"),
    [(("runs", "default"), (RUNS, 0)), (("documents",), (0, DOCUMENTS)), (("runs", "documents", "default"), (RUNS, DOCUMENTS))],
)
def test_a_worker_does_what_its_queues_are_for(monkeypatch: pytest.MonkeyPatch, queues: tuple[str, ...], room: tuple[int, int]) -> None:
    made: list[tuple[int, int]] = []
    monkeypatch.setattr(process, "_process", None)
    monkeypatch.setattr(process, "Process", lambda runs, documents: made.append((runs, documents)))
    consumer: Any = SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from=dict.fromkeys(queues)))))
    process._ready(sender=consumer)
    assert made == [room]
