"""Speech for programs and pages: one call of a model, the sound handed over as a parcel."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from backend.core.errors import AppError
from backend.core.parcels import parcel_leave, parcel_take
from backend.llm import gateway_audio
from backend.llm.providers import SPEECH, TTS
from backend.llm.resolved import ResolvedModel
from backend.llm.selectors import model_resolve


async def transcribe_job(payload: dict[str, Any]) -> str:
    """Return what is said in the recording `parcel` (with `filename` and `mime_type`). Raises NodeError, AppError parcel_lost."""
    content = await asyncio.to_thread(parcel_take, payload["parcel"])
    if content is None:
        raise AppError("parcel_lost", "The recording waited too long for a worker; send it again.", 503)
    model = await _default_model(payload["workspace_id"], SPEECH)
    return await gateway_audio.transcribe(model, content, payload["filename"], payload["mime_type"])


async def speak_job(payload: dict[str, Any]) -> dict[str, str]:
    """Speak `text` with `voice` ("" for the usual one); returns `parcel` and `mime_type`. Raises NodeError."""
    model = await _default_model(payload["workspace_id"], TTS)
    audio = await gateway_audio.speak(model, payload["text"], payload["voice"])
    return {"parcel": await asyncio.to_thread(parcel_leave, audio.content), "mime_type": audio.mime_type}


async def _default_model(workspace_id: str, kind: str) -> ResolvedModel:
    return await database_sync_to_async(model_resolve, thread_sensitive=False)(UUID(workspace_id), "", "", kind)
