"""Speech to text and text to speech, with the vendors that have OpenAI's wire."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import aiohttp

from backend.llm import faults, gateway, openai_wire
from backend.llm.resolved import CallLimits, ResolvedModel, Route
from workers.engine.errors import NodeError

MAX_PIECE_CHARS = 3_500
DEFAULT_VOICE = "alloy"
FORMAT = "mp3"
_SENTENCE = re.compile(r"(?<=[.!?。！？；\n])\s*")


@dataclass(frozen=True, slots=True)
class Audio:
    """Sound and its MIME type."""

    content: bytes
    mime_type: str


async def transcribe(model: ResolvedModel, content: bytes, filename: str, mime_type: str, limits: CallLimits = gateway.LIMITS) -> str:
    """Return what is said in a recording. Same failures and retries as `gateway.stream`."""
    deadline = asyncio.get_running_loop().time() + limits.total_s
    chain = gateway.Chain(model, limits)
    while True:
        route = chain.next_route()
        try:
            return await _transcribed(_demand_audio(route), content, filename, mime_type, limits)
        except NodeError as error:
            await chain.failed(route, error, deadline)


async def speak(model: ResolvedModel, text: str, voice: str, limits: CallLimits = gateway.LIMITS) -> Audio:
    """Return a text spoken. A long one is spoken in pieces that are put together. Same failures and retries as `gateway.stream`."""
    deadline = asyncio.get_running_loop().time() + limits.total_s
    chain = gateway.Chain(model, limits)
    spoken: list[Audio] = []
    pieces = cut(text)
    while len(spoken) < len(pieces):
        route = chain.next_route()
        try:
            spoken.append(await _spoken(_demand_audio(route), pieces[len(spoken)], voice or DEFAULT_VOICE, limits))
        except NodeError as error:
            await chain.failed(route, error, deadline)
    return Audio(b"".join(piece.content for piece in spoken), spoken[0].mime_type)


def cut(text: str, most: int = MAX_PIECE_CHARS) -> list[str]:
    """Cut a text between sentences, or within one that is too long, so that no piece is longer than `most` characters."""
    pieces = [""]
    for sentence in _SENTENCE.split(text.strip()):
        for start in range(0, len(sentence), most):
            part = sentence[start : start + most]
            joined = f"{pieces[-1]} {part}".strip()
            if len(joined) <= most:
                pieces[-1] = joined
            else:
                pieces.append(part)
    return [piece for piece in pieces if piece]


def _demand_audio(route: Route) -> Route:
    if route.spec.wire != "openai":
        raise NodeError("model_not_configured", f"{route.spec.label} has no models for speech here.")
    return route


async def _transcribed(route: Route, content: bytes, filename: str, mime_type: str, limits: CallLimits) -> str:
    form = aiohttp.FormData()
    form.add_field("model", route.model)
    form.add_field("response_format", "json")
    form.add_field("file", content, filename=filename, content_type=mime_type)
    raw: Any = await openai_wire.request_json(route, "POST", f"{openai_wire.base_of(route)}/audio/transcriptions", form, limits.total_s)
    text = raw.get("text") if isinstance(raw, dict) else None
    if not isinstance(text, str):
        raise faults.bad_response(route, "it has no text")
    return text


async def _spoken(route: Route, text: str, voice: str, limits: CallLimits) -> Audio:
    body = {"model": route.model, "input": text, "voice": voice, "response_format": FORMAT}
    content, mime_type = await openai_wire.request_bytes(route, "POST", f"{openai_wire.base_of(route)}/audio/speech", body, limits.total_s)
    if not content:
        raise faults.bad_response(route, "it has no sound")
    return Audio(content, mime_type if mime_type.startswith("audio/") else "audio/mpeg")
