"""`manage.py up`: the whole platform in one process tree."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command

from backend.core.supervisor.up import CannotStart, Platform


class Command(BaseCommand):
    help = "Start the platform: queue, database migrations, web, worker. Ctrl-C stops all."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reload", action="store_true", help="restart the web process when code changes")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            Platform(reload=options["reload"]).run(lambda: call_command("migrate", interactive=False, verbosity=0))
        except CannotStart as error:
            raise CommandError(f"Tidemill cannot start: {error}") from None
