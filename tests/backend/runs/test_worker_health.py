"""The command behind the workers' health checks."""

from __future__ import annotations

import io
import socket
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backend.runs.models import Worker


def reported(host: str, ago_s: float) -> None:
    Worker.objects.create(pk=f"{host}:{ago_s}", host=host, seen_at=timezone.now() - timedelta(seconds=ago_s))


@pytest.mark.django_db
def test_a_worker_of_this_machine_has_reported() -> None:
    reported(socket.gethostname(), 1)
    out = io.StringIO()
    call_command("worker_health", stdout=out)
    assert out.getvalue().strip() == "1 alive"


@pytest.mark.django_db
def test_silent_workers_and_those_of_other_machines_do_not_count() -> None:
    reported(socket.gethostname(), 120)
    reported("elsewhere", 1)
    with pytest.raises(CommandError, match="No worker on"):
        call_command("worker_health")
