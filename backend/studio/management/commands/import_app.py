"""Import an app file without a browser; also while the platform runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction

from backend.accounts.models import ApiKey, Role, User, Workspace
from backend.accounts.selectors import members_of, workspace_find
from backend.accounts.services import key_create
from backend.core.errors import AppError
from backend.studio import services
from backend.studio.dsl import MAX_BYTES
from backend.studio.models import Draft
from backend.studio.plans import flow_problems, problems_json
from workers.engine.problems import Problem


class Command(BaseCommand):
    help = "Import an app file and print one line of JSON: app_id, problems, api_key. Nothing is left behind when it fails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="an app file, YAML or JSON")
        parser.add_argument("--workspace", required=True, help="name or id")
        parser.add_argument("--model", help="PROVIDER/NAME: takes the place of every chat model in the file")
        parser.add_argument("--publish", action="store_true", help="publish it; fails when no run could begin or a model is missing")
        parser.add_argument("--key", action="store_true", help="make an API key for it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = self._content(options["file"])
            workspace = workspace_find(options["workspace"])
            answer = self._import(workspace, content, options)
        except AppError as error:
            raise CommandError(" ".join(error.message.split())) from None
        except DatabaseError as error:
            raise CommandError(f"The database is not ready ({error}). Run `python manage.py migrate` first.") from None
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def _import(self, workspace: Workspace, content: bytes, options: dict[str, Any]) -> dict[str, Any]:
        owner = self._owner(workspace)
        with transaction.atomic():
            app, _ = services.app_import(workspace=workspace, user=owner, content=content, model=self._model(options["model"]))
            document = Draft.objects.get(app=app).document
            problems = flow_problems(workspace.id, document, app.mode, strict=options["publish"])
            if options["publish"]:
                self._check_models(problems)
                services.app_publish(app=app, user=owner, accept_errors=True)
            plain = None
            if options["key"]:
                _, plain = key_create(workspace=workspace, kind=ApiKey.Kind.APP, app_id=app.id, created_by=owner, name="import_app")
        return {"app_id": str(app.id), "problems": problems_json(problems), "api_key": plain}

    def _check_models(self, problems: list[Problem]) -> None:
        """Refuse to publish what could not call a model; the problem of a single step ends only the runs that reach it."""
        lacking = [problem for problem in problems if problem.code == "model_not_configured"]
        if lacking:
            raise AppError("flow_has_errors", f"The flow has a problem to solve. {lacking[0].message}", 422)

    def _content(self, path: Path) -> bytes:
        try:
            if path.stat().st_size > MAX_BYTES:
                raise CommandError(f"{path} is larger than {MAX_BYTES} bytes.")
            return path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None

    def _model(self, text: str | None) -> tuple[str, str] | None:
        if text is None:
            return None
        provider, slash, name = text.partition("/")
        if not (provider and slash and name):
            raise CommandError(f"--model is PROVIDER/NAME, for example openai/gpt-4o-mini (got {text!r}).")
        return provider, name

    def _owner(self, workspace: Workspace) -> User | None:
        owner = members_of(workspace).filter(role=Role.OWNER).first()
        return owner.user if owner else None
