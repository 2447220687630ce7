"""The text of an app file, whatever it came wrapped in, and the mapping it holds."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from backend.core.errors import AppError
from backend.studio import yaml_text
from backend.studio.documents import check_bounds

MAX_BYTES = 10_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FENCED = re.compile(r"\s*```[a-zA-Z]*[ \t]*\r?\n(.*?)\r?\n```\s*", re.DOTALL)
_WRAPPERS = ("data", "yaml_content")
_WEB_PAGE = re.compile(r"\s*(<!doctype html|<html)", re.IGNORECASE)


def invalid(place: str, reason: str) -> AppError:
    """The error for a file with something wrong at `place`."""
    return AppError("invalid_file", f"{place} {reason}.", 400, {"field": place, "reason": reason})


def decode(content: bytes) -> str:
    """Turn a file into text by its byte order mark, else as UTF-8. Raises AppError invalid_encoding, file_too_large."""
    _check_size(len(content))
    mark, encoding = next(((mark, encoding) for mark, encoding in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    try:
        return content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        message = f"The file is not {encoding.upper()} text (byte {error.start + len(mark)}). Save it as UTF-8."
        raise AppError("invalid_encoding", message, 400, {"byte": error.start + len(mark)}) from None


def parse(content: str | bytes) -> dict[str, Any]:
    """Read YAML or JSON, bare, fenced, or as the text inside a JSON answer.

    Raises AppError: file_too_large, invalid_encoding, invalid_yaml (line and column), invalid_file (field), document_too_large.
    """
    if isinstance(content, bytes):
        content = decode(content)
    _check_size(len(content.encode("utf-8", "surrogatepass")))
    text = content.removeprefix("\ufeff")
    fenced = _FENCED.fullmatch(text)
    if fenced is not None:
        text = fenced[1]
    if _WEB_PAGE.match(text):
        raise invalid("file", "is a web page: use the address of the file itself")
    raw = _parse_json(text) if text.lstrip().startswith("{") else None
    inner = _inner(raw)
    if inner is not None:
        text, raw = inner, None
    if raw is None:
        raw = _parse_yaml(text)
        inner = _inner(raw)
        raw = raw if inner is None else _parse_yaml(inner)
    if not isinstance(raw, dict):
        raise invalid("file", "must be a mapping with version, app and workflow")
    return raw


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        message = f"The file has {size} bytes; {MAX_BYTES} are allowed."
        raise AppError("file_too_large", message, 413, {"limit": "bytes", "allowed": MAX_BYTES, "current": size})


def _inner(raw: Any) -> str | None:
    """Return the file's text where `raw` is an answer that carries one."""
    if not isinstance(raw, dict) or "app" in raw:
        return None
    found = next((raw[name] for name in _WRAPPERS if isinstance(raw.get(name), str)), None)
    return None if found is None else found.removeprefix("\ufeff")


def _parse_yaml(text: str) -> Any:
    try:
        return yaml_text.load(text)
    except yaml_text.YamlError as error:
        where = f" (line {error.line}, column {error.column})" if error.line else ""
        details = {"line": error.line, "column": error.column, "reason": error.message}
        raise AppError("invalid_yaml", f"The file cannot be read{where}: {error.message}", 400, details) from None


def _parse_json(text: str) -> Any:
    """Read JSON; None when it is YAML after all."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    check_bounds(raw)
    if "\\u0000" in text or "\x00" in text:
        raise invalid("file", "contains the NUL character, which cannot be stored")
    return raw
