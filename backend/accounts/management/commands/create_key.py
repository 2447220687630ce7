"""Make a key for the published API without a browser."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from backend.accounts import services
from backend.accounts.models import Workspace
from backend.accounts.selectors import workspace_find
from backend.core.errors import AppError


class Command(BaseCommand):
    help = "Create an API key of a workspace and print it (the only line on stdout)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", required=True, help="name or id")
        parser.add_argument("--type", required=True, choices=("dataset", "app"))
        parser.add_argument("--app", type=uuid.UUID, help="id of the app; needed for --type app")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, app_id = options["type"], options["app"]
        if (kind == "app") != (app_id is not None):
            raise CommandError("--app ID goes with --type app, and only with it")
        try:
            workspace = workspace_find(options["workspace"])
            if app_id is not None:
                self._check_app(workspace, app_id)
            _, plain = services.key_create(workspace=workspace, kind=kind, created_by=None, name=options["name"], app_id=app_id)
        except AppError as error:
            raise CommandError(error.message) from None
        except DatabaseError as error:
            raise CommandError(f"The database is not ready ({error}). Run `python manage.py migrate` first.") from None
        self.stdout.write(plain)

    def _check_app(self, workspace: Workspace, app_id: uuid.UUID) -> None:
        """Apps live in a room above this one, so the model comes from Django's registry."""
        app = apps.get_model("studio", "App")
        if not app.scoped(workspace).filter(id=app_id, deleted_at=None).exists():
            raise CommandError(f"Workspace {workspace.name!r} has no app {app_id}.")
