"""Add a provider's credential without a browser."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from backend.accounts.models import Workspace
from backend.core import egress
from backend.core.errors import AppError
from backend.llm import discovery, providers, services
from backend.llm.credential_fields import fields_check
from backend.llm.models import ModelType
from backend.llm.providers import EMBEDDING, LLM
from workers.engine.errors import NodeError

USABLE = (LLM, EMBEDDING)


class Command(BaseCommand):
    help = (
        "Test a credential and add it to a workspace; prints one line of JSON (credential_id, models, latency_ms). "
        "If the test fails, the reason goes to stderr, the exit code is 1 and nothing is stored. Works while the platform runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("provider", help=f"one of {', '.join(spec.id for spec in providers.ALL if not spec.builtin)}")
        parser.add_argument("--workspace", required=True, help="name or id of the workspace")
        parser.add_argument("--base-url", default="", help="address of the endpoint, e.g. http://127.0.0.1:8000/v1")
        parser.add_argument("--api-key", default="")
        parser.add_argument("--field", action="append", default=[], metavar="NAME=VALUE", help="any other field of the credential")
        parser.add_argument("--name", default="", help="name of the credential (default: the provider's)")
        parser.add_argument(
            "--model",
            action="append",
            default=[],
            metavar="NAME:TYPE",
            help=f"TYPE is one of {', '.join(ModelType.values)}; default: all found",
        )
        parser.add_argument("--no-test", action="store_true", help="store without trying it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            spec = providers.get(options["provider"])
            fields = fields_check(spec, _fields(options))
            workspace = _workspace(options["workspace"])
            models = [_model(text) for text in options["model"]]
            latency_ms = None
            if not options["no_test"]:
                found, latency_ms = asyncio.run(_test(spec.id, fields, models))
                models = models or [{"name": m.name, "type": m.type} for m in found if m.type in USABLE]
            credential = services.credential_create(
                workspace=workspace, user=None, provider=spec.id, fields=fields, name=options["name"], models=models
            )
        except (AppError, NodeError) as error:
            raise CommandError(_explain(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database is not ready ({error}). Run `python manage.py migrate` first.") from None
        answer = {"credential_id": str(credential.id), "provider": spec.id, "models": models, "latency_ms": latency_ms}
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


async def _test(provider: str, fields: dict[str, str], models: list[dict[str, str]]) -> tuple[tuple[discovery.FoundModel, ...], int]:
    try:
        outcome = await discovery.discover(provider, fields, models)
    finally:
        await egress.close()
    return outcome.models, outcome.latency_ms


def _fields(options: dict[str, Any]) -> dict[str, str]:
    fields = {name: options[name] for name in ("base_url", "api_key") if options[name]}
    for pair in options["field"]:
        name, separator, value = pair.partition("=")
        if not separator:
            raise CommandError(f"--field: {pair!r} is not NAME=VALUE")
        fields[name] = value
    return fields


def _model(text: str) -> dict[str, str]:
    """Read NAME:TYPE; names may have colons themselves (`llama3:8b`), so a last part that is no type belongs to the name."""
    name, separator, type = text.rpartition(":")
    if separator and type in ModelType.values:
        return {"name": name, "type": type}
    return {"name": text, "type": LLM}


def _workspace(given: str) -> Workspace:
    try:
        found = list(Workspace.objects.filter(pk=uuid.UUID(given)))
    except ValueError:
        found = list(Workspace.objects.filter(name=given)[:2])
    if len(found) == 1:
        return found[0]
    names = (
        ", ".join(f"{w.name} ({w.id})" for w in Workspace.objects.order_by("created_at")[:20]) or "none; run `manage.py bootstrap` first"
    )
    problem = "Several workspaces have the name" if found else "There is no workspace"
    raise CommandError(f"--workspace: {problem} {given!r}. Existing: {names}")


def _explain(error: AppError | NodeError) -> str:
    fields = error.details.get("fields") or {}
    reasons = "; ".join(f"{name}: {' '.join(problems)}" for name, problems in fields.items())
    return f"{error.code}: {error.message}" + (f" {reasons}" if reasons else "")
