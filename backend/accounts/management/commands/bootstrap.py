"""Create owner and workspace without a browser."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import DatabaseError

from backend.accounts import services
from backend.core.errors import AppError


class Command(BaseCommand):
    help = (
        "Create a user and a workspace of theirs and print a personal access token (the only line on stdout). "
        "Run again, it reuses both, provided that the password is right, and prints a new token."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--password", required=True)
        parser.add_argument("--workspace", required=True, help="name of the workspace")
        parser.add_argument("--name", default="", help="the user's name")
        parser.add_argument("--expires-days", type=int, default=365, help="how long the token works (default 365)")

    def handle(self, *args: Any, **options: Any) -> None:
        email, workspace_name = options["email"].strip(), options["workspace"].strip()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"--email: {email!r} is not an e-mail address") from None
        if not 1 <= len(workspace_name) <= 100:
            raise CommandError("--workspace: give a name of 1 to 100 characters")
        if options["expires_days"] < 1:
            raise CommandError("--expires-days: at least 1")
        try:
            user, workspace = services.owner_ensure(
                email=email, password=options["password"], workspace_name=workspace_name, name=options["name"] or email.split("@")[0]
            )
            _, plain = services.token_create(user=user, workspace=workspace, name="bootstrap", expires_days=options["expires_days"])
        except AppError as error:
            reasons = error.details.get("fields", {}).get("password", [])
            raise CommandError(" ".join([error.message, *reasons])) from None
        except DatabaseError as error:
            raise CommandError(f"The database is not ready ({error}). Run `python manage.py migrate` first.") from None
        self.stderr.write(f"workspace {workspace.name} ({workspace.id}), owner {user.email}")
        self.stdout.write(plain)
