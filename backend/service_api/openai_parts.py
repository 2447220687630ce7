"""The parts of a message: texts, and files by address, as data or by the id of an upload."""

from __future__ import annotations

import binascii
import mimetypes
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.files.services import file_create
from backend.runs.services import end_user_ensure
from backend.service_api.bodies import MAX_FILES
from backend.service_api.callers import Caller
from backend.service_api.errors import invalid_param
from backend.service_api.published import PublishedApp

TEXT_PARTS = frozenset({"text", "input_text", "output_text", "refusal"})
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class PostedPart:
    """A file of a message: `posted` is an entry of `files` of a run's body, `data` base64 that must be stored first."""

    where: str
    posted: dict[str, Any]
    data: str = ""
    name: str = ""


def parts_of(content: Any, where: str, *, files: bool) -> tuple[str, list[PostedPart]]:
    """Return the text of a message and, with `files`, what comes with it. Raises WireError."""
    if content is None or isinstance(content, str):
        return content or "", []
    if not isinstance(content, list):
        raise invalid_param(where, f"{where} must be text or a list of parts.")
    texts: list[str] = []
    found: list[PostedPart] = []
    for position, part in enumerate(content):
        place = f"{where}.{position}"
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in TEXT_PARTS:
            text = part.get("refusal" if kind == "refusal" else "text")
            if not isinstance(text, str):
                raise invalid_param(place, f"{place}.text must be text.")
            texts.append(text)
        elif kind not in ("image_url", "input_audio", "file"):
            raise invalid_param(place, f"{place}.type must be text, image_url, input_audio or file, not {str(kind)[:40]!r}.")
        elif files:
            found.append(_file(part, kind, place))
    if len(found) > MAX_FILES:
        raise invalid_param(where, f"{where} has {len(found)} files; at most {MAX_FILES} are accepted.")
    return "\n".join(texts), found


def _file(part: dict[str, Any], kind: str, where: str) -> PostedPart:
    given = part.get(kind)
    if kind == "image_url" and isinstance(given, str):
        given = {"url": given}
    if not isinstance(given, dict):
        raise invalid_param(f"{where}.{kind}", f"{where}.{kind} must be an object.")
    if kind == "input_audio":
        return _stored(where, given.get("data"), f"audio.{given.get('format') or 'wav'}")
    if kind == "image_url":
        return by_url(given.get("url"), f"{where}.image_url.url", "image")
    if given.get("file_id"):
        return PostedPart(where, {"transfer_method": "local_file", "upload_file_id": given["file_id"]})
    data, name = given.get("file_data"), given.get("filename")
    if isinstance(data, str) and data.startswith("data:"):
        return by_url(data, f"{where}.file.file_data", None, name if isinstance(name, str) else "")
    return _stored(f"{where}.file.file_data", data, name if isinstance(name, str) and name else "file")


def by_url(url: Any, where: str, kind: str | None, name: str = "") -> PostedPart:
    """Return the file behind an http(s) or a data URL. Raises WireError."""
    if not isinstance(url, str):
        raise invalid_param(where, f"{where} must be an address.")
    if not url.startswith("data:"):
        return PostedPart(where, {"type": kind, "transfer_method": "remote_url", "url": url})
    head, comma, data = url[5:].partition(",")
    media, *settings = head.split(";")
    if not comma or "base64" not in settings:
        raise invalid_param(where, f"{where} must be an http(s) address or a data URL in base64.")
    return _stored(where, data, name or f"{kind or 'file'}{mimetypes.guess_extension(media) or ''}")


def _stored(where: str, data: Any, name: str) -> PostedPart:
    if not isinstance(data, str) or not data:
        raise invalid_param(where, f"{where} holds no data.")
    return PostedPart(where, {}, data, name[:MAX_NAME])


def _decoded(part: PostedPart) -> bytes:
    try:
        return binascii.a2b_base64(part.data, strict_mode=True)
    except (binascii.Error, ValueError):
        raise invalid_param(part.where, f"{part.where} is not valid base64.") from None


def store_parts(app: PublishedApp, caller: Caller, parts: list[PostedPart]) -> list[dict[str, Any]]:
    """Store what came as data and return all files as entries of `files`. Blocks. Raises WireError, AppError (size, room, type)."""
    owner: UUID | None = None
    posted: list[dict[str, Any]] = []
    for part in parts:
        if not part.data:
            posted.append(part.posted)
            continue
        content = _decoded(part)
        owner = owner or end_user_ensure(app.workspace_id, app.id, caller.session_id, caller.kind)
        file = file_create(app.workspace_id, content=content, name=part.name, purpose="run", app_id=app.id, end_user_id=owner)
        posted.append({"type": file.kind, "transfer_method": "local_file", "upload_file_id": str(file.id)})
    return posted
