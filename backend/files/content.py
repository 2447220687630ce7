"""What a file is: told by its content, not by its name (security: a name is the sender's claim)."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import puremagic

HEAD_BYTES = 64 * 1024
SURE = 0.8
_ZIPPED = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".epub": "application/epub+zip",
}
_TEXTS = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".mdx": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".xml": "application/xml",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".eml": "message/rfc822",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".svg": "image/svg+xml",
}
_PLAIN = "text/plain"
_UNKNOWN = "application/octet-stream"
# Byte signatures of text formats match ordinary prose too easily; for texts the name decides among harmless types.
_BINARY_KINDS = ("image/", "audio/", "video/", "application/pdf", "application/zip", "application/gzip", "application/x-")


@dataclass(frozen=True, slots=True)
class Content:
    """MIME type, extension with its dot in small letters, and kind: image, audio, video, document or custom."""

    mime_type: str
    extension: str
    kind: str


def sniff(stream: BinaryIO, name: str) -> Content:
    """Look at the start of a file; the position of `stream` is left at its start."""
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    extension = PurePosixPath(name).suffix.lower()
    mime_type = _zip_type(head, extension) or _binary_type(head, extension) or _text_type(head, extension)
    return Content(mime_type, extension or (mimetypes.guess_extension(mime_type) or ""), kind_of(mime_type, extension))


def kind_of(mime_type: str, extension: str = "") -> str:
    """Name the kind of a MIME type, as flows and the published API call it."""
    family = mime_type.partition("/")[0]
    if family in ("image", "audio", "video"):
        return family
    return "custom" if mime_type == _UNKNOWN and extension not in _ZIPPED and extension not in _TEXTS else "document"


def _zip_type(head: bytes, extension: str) -> str | None:
    if not head.startswith(b"PK\x03\x04"):
        return None
    if extension in _ZIPPED:
        return _ZIPPED[extension]
    inside = {b"word/": ".docx", b"xl/": ".xlsx", b"ppt/": ".pptx", b"application/epub+zip": ".epub"}
    return next((_ZIPPED[found] for mark, found in inside.items() if mark in head), "application/zip")


def _binary_type(head: bytes, extension: str) -> str | None:
    if not head:
        return None
    try:
        matches = puremagic.magic_string(head, f"file{extension}")
    except (puremagic.PureError, ValueError):
        return None
    for match in matches:
        if match.confidence >= SURE and match.mime_type.startswith(_BINARY_KINDS) and match.mime_type != "image/svg+xml":
            return str(match.mime_type)
    return None


def _text_type(head: bytes, extension: str) -> str:
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _UNKNOWN
    return _TEXTS.get(extension) or _PLAIN
