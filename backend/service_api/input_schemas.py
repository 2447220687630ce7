"""An app's inputs as JSON schemas, with an example of each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workers.engine.nodes.start import StartVariable

Json = dict[str, Any]


def value_schema(row: StartVariable, file: Json) -> Json:
    """Return the schema of an input's value; `file` is that of one file."""
    told: Json = {"title": row.label or row.variable}
    if row.description or row.placeholder:
        told["description"] = row.description or row.placeholder
    found: Json
    if row.type == "number":
        found = {"type": "number"}
    elif row.type == "checkbox":
        found = {"type": "boolean"}
    elif row.type == "json_object":
        found = {**row.json_schema} if isinstance(row.json_schema, Mapping) else {"type": "object"}
    elif row.type in ("file", "file-list"):
        found = {"type": "array", "items": file} if row.type == "file-list" else file
    else:
        found = {"type": "string"}
        if row.type == "select" and row.options:
            found["enum"] = list(row.options)
        if row.max_length:
            found["maxLength"] = row.max_length
    if row.default not in (None, "") and row.type not in ("file", "file-list"):
        found["default"] = row.default
    return {**told, **found}


def must_be_given(row: StartVariable) -> bool:
    """Tell whether a caller has to send an input."""
    return row.required and row.default in (None, "")


def value_example(row: StartVariable) -> Any:
    """Return a value that the app accepts, except that a file's address leads nowhere."""
    if row.type in ("file", "file-list"):
        kind = next((name for name in row.allowed_file_types if name != "custom"), "document")
        ending = {"image": "png", "audio": "mp3", "video": "mp4"}.get(kind, "pdf")
        file = {"type": kind, "transfer_method": "remote_url", "url": f"https://example.com/file.{ending}"}
        return [file] if row.type == "file-list" else file
    if row.default not in (None, ""):
        return row.default
    if row.type == "select" and row.options:
        return row.options[0]
    plain: dict[str, Any] = {"number": 1, "checkbox": True, "json_object": {}}
    if row.type in plain:
        return plain[row.type]
    text = row.placeholder or row.label or row.variable
    return text[: row.max_length] if row.max_length else text
