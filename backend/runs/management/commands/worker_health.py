"""Whether the worker on this machine (in this container) is alive."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.models.functions import Now

from backend.runs.models import Worker

RECENT = timedelta(seconds=30)


class Command(BaseCommand):
    help = "Say whether a worker on this machine has reported in the last 30 seconds; exit code 1 where none has. For health checks."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        host = socket.gethostname()[:255]
        try:
            found = Worker.objects.filter(host=host, seen_at__gt=Now() - RECENT).count()
        except DatabaseError as error:
            raise CommandError(f"The database cannot be asked: {error}") from None
        if not found:
            raise CommandError(f"No worker on {host} has reported in the last {RECENT.seconds} seconds.")
        self.stdout.write(f"{found} alive")
