"""Re-encrypt stored secrets with the first of ENCRYPTION_KEYS."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.core import vault
from backend.llm.models import Credential
from backend.studio.models import Site, Webhook

BATCH = 100
SECRETS: tuple[tuple[Any, str], ...] = ((Credential, "secret"), (Webhook, "secret"), (Site, "identity_secret"))
"""The sealed columns. Their place in the vault is workspace, table, row and column."""


class Command(BaseCommand):
    help = (
        "Re-encrypt the credentials of models, the secrets of webhooks and those that sign visitors with the first key of "
        "ENCRYPTION_KEYS, so that older keys can be removed. Safe to interrupt and to run again, also while the platform runs. "
        "Prints what each key still seals."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where a secret is sealed with an older or unknown key"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0 if options["check"] else sum(self._rotate(model, field) for model, field in SECRETS)
        sealed = (model.unscoped.exclude(**{field: ""}).values_list(field, flat=True).iterator() for model, field in SECRETS)
        left = Counter(vault.key_id(secret) for column in sealed for secret in column)
        for key_id, count in sorted(left.items()):
            note = "current" if key_id == vault.current_key_id() else "older" if key_id in vault.known_key_ids() else "UNKNOWN"
            self.stdout.write(f"{key_id or '(not sealed)'} ({note}): {count}")
        if unreadable:
            raise CommandError(f"{unreadable} secrets could not be opened and were left as they are; keep the older keys.")
        if options["check"] and set(left) - {vault.current_key_id()}:
            raise CommandError("Not all secrets are sealed with the current key; run `manage.py rotate_secrets`.")

    def _rotate(self, model: Any, field: str) -> int:
        """Work through a column in batches by id; returns how many could not be opened."""
        unreadable, last = 0, None
        while True:
            older = model.unscoped.exclude(**{field: ""}).exclude(**{f"{field}__startswith": f"{vault.FORMAT}.{vault.current_key_id()}."})
            batch = list((older.filter(id__gt=last) if last else older).order_by("id")[:BATCH])
            if not batch:
                return unreadable
            for row in batch:
                place, secret = vault.Place(row.workspace_id, model._meta.db_table, row.id, field), getattr(row, field)
                try:
                    sealed = vault.seal(vault.open_sealed(secret, place), place)
                except vault.VaultError as error:
                    self.stderr.write(str(error))
                    unreadable += 1
                    continue
                # conditional: somebody may have changed the secret meanwhile
                model.unscoped.filter(**{"pk": row.pk, field: secret}).update(**{field: sealed})
            last = batch[-1].id
