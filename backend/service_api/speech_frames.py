"""The sound of an answer behind its stream, for apps that speak by themselves."""

from __future__ import annotations

import base64
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from backend.core.errors import AppError
from backend.core.jobs import Job, job_result_wait, job_start
from backend.core.parcels import parcel_take
from backend.service_api.http import in_thread

logger = logging.getLogger(__name__)

MAX_TEXT = 20_000
PIECE_BYTES = 48 * 1024
TRIES = 6


@dataclass(frozen=True, slots=True)
class Speech:
    """Who speaks: the models of a workspace, with a voice ("" is the usual one)."""

    workspace_id: UUID
    voice: str


def speech_of(workspace_id: UUID, document: Mapping[str, Any]) -> Speech | None:
    """Return how an app speaks its answers by itself; None when it does not."""
    feature = (document.get("features") or {}).get("text_to_speech")
    if not isinstance(feature, Mapping) or not feature.get("enabled") or feature.get("autoPlay") != "enabled":
        return None
    return Speech(workspace_id, str(feature.get("voice") or ""))


async def spoken(speech: Speech, answer: str, envelope: Mapping[str, Any], ping: bytes, wait_s: float) -> AsyncIterator[bytes]:
    """Yield `tts_message` frames with pieces of the sound, then `tts_message_end`; a failure is one without sound.

    While a model speaks, `ping` is sent each `wait_s` seconds.
    """
    try:
        job_id = await in_thread(job_start, "audio.speak", {"text": answer[:MAX_TEXT], "voice": speech.voice}, speech.workspace_id)
        job: Job | None = None
        for _ in range(TRIES):
            job = await job_result_wait(speech.workspace_id, job_id, wait_s)
            if job.state != "running":
                break
            yield ping
        if job is not None and job.state == "succeeded":
            content = await in_thread(parcel_take, job.result["parcel"]) or b""
            for start in range(0, len(content), PIECE_BYTES):
                yield _frame("tts_message", envelope, base64.b64encode(content[start : start + PIECE_BYTES]).decode())
        else:
            logger.warning("an answer was not spoken: %s", (job.error or {}).get("message") if job else "nobody answered")
    except AppError as failure:
        logger.warning("an answer was not spoken: %s", failure)
    yield _frame("tts_message_end", envelope, "")


def _frame(name: str, envelope: Mapping[str, Any], audio: str) -> bytes:
    return b"data: " + orjson.dumps({"event": name, **envelope, "audio": audio}) + b"\n\n"
