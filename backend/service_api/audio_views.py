"""Speech of client programs: a recording to text, a text or an answer to sound. The workspace's default models do it, in a worker."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from typing import Any, BinaryIO, cast
from uuid import UUID

from backend.core.jobs import job_result_wait, job_start
from backend.core.parcels import parcel_leave, parcel_take
from backend.files.content import sniff
from backend.files.uploads import Form
from backend.service_api.bodies import caller_of, uuid_param
from backend.service_api.callers import Caller
from backend.service_api.errors import WireError, invalid_param, run_error
from backend.service_api.http import JsonReply, Reply, Request, StreamReply, in_thread, takes_upload
from backend.service_api.limits import demand_model_call
from backend.service_api.message_views import own_messages
from backend.service_api.published import PublishedApp, published_app

MAX_AUDIO_MB = 25
MAX_TEXT = 20_000
MAX_VOICE = 100
WAIT_S = 120.0
# What recorders of browsers and phones make; a recording in an MP4 or WebM container may look like a film.
CONTAINERS = frozenset({"video/mp4", "video/webm", "video/ogg", "application/ogg", "video/quicktime"})


@takes_upload
async def hear(request: Request) -> JsonReply:
    """`POST /v1/audio-to-text`: one recording in the field `file`."""
    app = await published_app(request)
    await demand_model_call(request, app)
    form = await request.form()
    caller_of(request, form.fields, required=False)
    if not _feature(app, "speech_to_text").get("enabled"):
        raise WireError("speech_to_text_disabled", "Speech to text is disabled.", 400)
    payload = await in_thread(_recording, form)
    text = await _done(app, "audio.transcribe", payload)
    return JsonReply({"text": text})


def _recording(form: Form) -> dict[str, Any]:
    """Check a recording by its content and leave it for the worker. Raises WireError."""
    if not form.files.get("file"):
        raise WireError("no_audio_uploaded", "Please upload your audio.", 400)
    posted = form.only_file()
    stream = cast(BinaryIO, posted.file)
    size = stream.seek(0, os.SEEK_END)
    if size == 0:
        raise WireError("no_audio_uploaded", "The recording is empty.", 400)
    if size > MAX_AUDIO_MB * 1024 * 1024:
        raise WireError("audio_too_large", f"The recording has {size / 1024 / 1024:.1f} MB; at most {MAX_AUDIO_MB} MB are accepted.", 413)
    kind = sniff(stream, posted.name or "")
    if kind.kind != "audio" and kind.mime_type not in CONTAINERS:
        raise WireError("unsupported_audio_type", f"The content of the file is {kind.mime_type}, which is no recording.", 415)
    name = f"recording{kind.extension or '.mp3'}"
    return {"parcel": parcel_leave(stream.read()), "filename": name, "mime_type": kind.mime_type}


async def speak(request: Request) -> Reply:
    """`POST /v1/text-to-audio`: the answer of `message_id`, else `text`, as sound."""
    app = await published_app(request)
    await demand_model_call(request, app)
    body = request.json()
    caller = caller_of(request, body, required=False)
    feature = _feature(app, "text_to_speech")
    if not feature.get("enabled"):
        raise invalid_param("text", "Text to speech is disabled in this app.")
    voice = body.get("voice") or feature.get("voice") or ""
    if not isinstance(voice, str) or len(voice) > MAX_VOICE:
        raise invalid_param("voice", f"voice must be a text of at most {MAX_VOICE} characters.")
    text = await _text(app, caller, body)
    result = await _done(app, "audio.speak", {"text": text, "voice": voice})
    content = await in_thread(parcel_take, result["parcel"])
    if content is None:
        raise WireError("internal_server_error", "The sound was lost on its way; try again.", 500)
    return StreamReply(_whole(content), _headers(result["mime_type"], len(content)))


async def _text(app: PublishedApp, caller: Caller, body: Mapping[str, Any]) -> str:
    if message_id := body.get("message_id"):
        found = await in_thread(_answer, app, caller, uuid_param(message_id, "message_id"))
        if not found.strip():
            raise invalid_param("message_id", "There is no such message with an answer.")
        return found[:MAX_TEXT]
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise invalid_param("text", "Give a message_id or a text.")
    if len(text) > MAX_TEXT:
        raise invalid_param("text", f"text has {len(text):,} characters; at most {MAX_TEXT:,} are accepted.")
    return text


def _answer(app: PublishedApp, caller: Caller, message_id: UUID) -> str:
    return own_messages(app, caller).filter(id=message_id).values_list("answer", flat=True).first() or ""


def _feature(app: PublishedApp, name: str) -> Mapping[str, Any]:
    found = (app.document.get("features") or {}).get(name)
    return found if isinstance(found, Mapping) else {}


async def _done(app: PublishedApp, name: str, payload: dict[str, Any]) -> Any:
    """Have a worker do it and return its answer. Raises WireError in the words of run errors."""
    job_id = await in_thread(job_start, name, payload, app.workspace_id)
    job = await job_result_wait(app.workspace_id, job_id, WAIT_S)
    if job.state == "failed":
        raise run_error(job.error)
    if job.state != "succeeded":
        raise WireError("completion_request_error", f"The model did not answer within {WAIT_S:.0f} seconds.", 400)
    return job.result


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _headers(mime_type: str, size: int) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"content-type", mime_type.encode()),
        (b"content-length", str(size).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"sandbox; default-src 'none'"),
        (b"cache-control", b"no-store"),
        (b"access-control-allow-origin", b"*"),
    )
