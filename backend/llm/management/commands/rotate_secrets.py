"""Re-encrypt stored secrets with the first of ENCRYPTION_KEYS."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.core import vault
from backend.llm.models import Credential

BATCH = 100


class Command(BaseCommand):
    help = (
        "Re-encrypt every stored credential with the first key of ENCRYPTION_KEYS, so that older keys can be removed. "
        "Safe to interrupt and to run again, also while the platform runs. Prints what each key still seals."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where a secret is sealed with an older or unknown key"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0 if options["check"] else self._rotate()
        left = Counter(vault.key_id(secret) for secret in Credential.unscoped.values_list("secret", flat=True).iterator())
        for key_id, count in sorted(left.items()):
            note = "current" if key_id == vault.current_key_id() else "older" if key_id in vault.known_key_ids() else "UNKNOWN"
            self.stdout.write(f"{key_id or '(not sealed)'} ({note}): {count}")
        if unreadable:
            raise CommandError(f"{unreadable} secrets could not be opened and were left as they are; keep the older keys.")
        if options["check"] and set(left) - {vault.current_key_id()}:
            raise CommandError("Not all secrets are sealed with the current key; run `manage.py rotate_secrets`.")

    def _rotate(self) -> int:
        """Work through the table in batches by id; returns how many could not be opened."""
        unreadable, last = 0, None
        while True:
            rows = Credential.unscoped.exclude(secret__startswith=f"{vault.FORMAT}.{vault.current_key_id()}.").order_by("id")
            batch = list((rows.filter(id__gt=last) if last else rows)[:BATCH])
            if not batch:
                return unreadable
            for row in batch:
                place = vault.Place(row.workspace_id, "llm_credential", row.id, "secret")
                try:
                    sealed = vault.seal(vault.open_sealed(row.secret, place), place)
                except vault.VaultError as error:
                    self.stderr.write(str(error))
                    unreadable += 1
                    continue
                # conditional: somebody may have changed the credential meanwhile
                Credential.unscoped.filter(pk=row.pk, secret=row.secret).update(secret=sealed)
            last = batch[-1].id
