"""The worker's side of "test this credential"."""

from __future__ import annotations

from typing import Any

import orjson
from asgiref.sync import sync_to_async
from django.utils import timezone

from backend.core import vault
from backend.llm import discovery
from backend.llm.models import Credential
from workers.engine.errors import NodeError


async def credential_test(payload: dict[str, Any]) -> dict[str, Any]:
    """Run the test that `services.credential_test_start` asked for; returns a CredentialTest as JSON.

    Notes the outcome on the credential if it was tested as it is stored. Raises NodeError or AppError.
    """
    place = vault.Place(payload["workspace_id"], "job", payload["test_id"], "fields")
    fields = orjson.loads(vault.open_sealed(payload["sealed"], place))
    try:
        outcome = await discovery.discover(payload["provider"], fields, payload["models"])
    except NodeError as error:
        await _note(payload, error.message)
        raise
    await _note(payload, "")
    return outcome.body()


@sync_to_async
def _note(payload: dict[str, Any], problem: str) -> None:
    if payload["credential_id"]:
        rows = Credential.scoped(payload["workspace_id"]).filter(pk=payload["credential_id"])
        rows.update(last_error=problem, tested_at=timezone.now())
