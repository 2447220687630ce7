"""Read the answer to an HTTP call: text, or a file."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from workers.engine.errors import NodeError
from workers.engine.ports import HttpResponse

MAX_TEXT_BYTES = 1_000_000
MAX_FILE_BYTES = 10_000_000
_TEXTUAL = re.compile(
    r"text/.*|application/(.*\+)?(json|xml|yaml|x-yaml|javascript|x-javascript|ecmascript|x-www-form-urlencoded|graphql|x-ndjson|sql)"
)
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_FILENAME = re.compile(r"filename\*\s*=\s*[\w-]*''([^;]+)|filename\s*=\s*\"([^\"]*)\"|filename\s*=\s*([^;]+)", re.IGNORECASE)


def mime_type(headers: Mapping[str, str]) -> str:
    """Return the content type without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def is_document(response: HttpResponse) -> bool:
    """Tell whether an answer is a file and not text to go on with."""
    if not response.body:
        return False
    kind = mime_type(response.headers)
    if response.headers.get("content-disposition", "").strip().lower().startswith("attachment"):
        return True
    if _TEXTUAL.fullmatch(kind):
        return False
    if kind.partition("/")[0] in {"image", "audio", "video", "font"}:
        return True
    return not _looks_like_text(response.body)


def _looks_like_text(body: bytes) -> bool:
    try:
        body[:4096].decode()
    except UnicodeDecodeError as error:
        return error.start > 4090  # a character was cut in two
    return b"\x00" not in body[:4096]


def text(response: HttpResponse) -> str:
    """Decode an answer. Raises NodeError response_too_large."""
    if len(response.body) > MAX_TEXT_BYTES:
        raise too_large(len(response.body), MAX_TEXT_BYTES)
    named = _CHARSET.search(response.headers.get("content-type", ""))
    try:
        written = response.body.decode(named.group(1) if named else "utf-8-sig", errors="replace")
    except LookupError:
        written = response.body.decode(errors="replace")
    return written.replace("\x00", "")  # databases refuse NUL in text


def too_large(current: int, allowed: int) -> NodeError:
    """Say that an answer is too long."""
    message = f"The answer has {current:,} bytes; {allowed:,} are allowed. Ask for less of it."
    return NodeError("response_too_large", message, details={"current": current, "allowed": allowed})


def file_name(response: HttpResponse) -> str:
    """Name the file of an answer: as the server says, else by the address, with an ending for its type."""
    found = _FILENAME.search(response.headers.get("content-disposition", ""))
    name = next((unquote(part) for part in found.groups() if part), "") if found else ""
    name = PurePosixPath((name.strip() or unquote(urlsplit(response.url).path)).replace("\\", "/")).name or "file"
    if "." not in name:
        name += mimetypes.guess_extension(mime_type(response.headers)) or ""
    return name[:200]
