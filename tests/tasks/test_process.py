"""What a worker process takes on, by the queues it was given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from workers.tasks import process


@pytest.mark.parametrize(("queues", "capacity"), [(("runs", "default"), settings.ENV.run_concurrency), (("documents",), 0)])
def test_only_a_worker_of_the_queue_runs_executes_runs(monkeypatch: pytest.MonkeyPatch, queues: tuple[str, ...], capacity: int) -> None:
    made: list[int] = []
    monkeypatch.setattr(process, "_process", None)
    monkeypatch.setattr(process, "Process", lambda capacity: made.append(capacity))
    consumer: Any = SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from=dict.fromkeys(queues)))))
    process._ready(sender=consumer)
    assert made == [capacity]
