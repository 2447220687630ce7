"""Whose runs and model calls are counted, and against what."""

from __future__ import annotations

from dataclasses import replace

from backend.core.ids import uuid7
from backend.runs.admission import Allowance, admit, app_allowance, key_allowance, visitor_allowances
from backend.service_api.http import Request
from backend.service_api.published import PublishedApp


def run_allowances(request: Request, app: PublishedApp) -> list[Allowance]:
    """What the app, the key, the visitor and his address may still start."""
    found = [app_allowance(app.id, app.limits)]
    if request.key_id is not None:
        found.append(key_allowance(request.key_id))
    if request.visitor is not None:
        found += visitor_allowances(app.id, request.visitor.session_id, request.address, chats=app.is_chat)
    return found


async def demand_model_call(request: Request, app: PublishedApp) -> None:
    """Count a call of a model that is no run: speech, a name, questions to ask next. Raises AppError 429.

    As many as runs are allowed in a minute, beside them: the questions after an answer must not keep the next one from being asked.
    """
    await admit(uuid7(), [replace(one, id=f"{one.id}:calls", at_once=0) for one in run_allowances(request, app)])
