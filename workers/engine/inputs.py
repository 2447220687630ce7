"""Check what a caller gives a run against what the start node asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from workers.engine.errors import InvalidInput
from workers.engine.nodes.start import StartVariable
from workers.engine.schemas import Schema
from workers.engine.variables import FILE_TYPES

FileResolver = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""Turns a file as posted (variable name, object) into a file value. Raises InvalidInput."""

_UPLOAD_METHODS = frozenset({"local_file", "remote_url", "tool_file", "datasource_file"})


def validated(variables: Iterable[StartVariable], given: Mapping[str, Any], files: FileResolver | None) -> dict[str, Any]:
    """Return a value per variable. Keys that no variable asks for are dropped. Raises InvalidInput."""
    values = {row.variable: _checked(row, given.get(row.variable), files) for row in variables}
    for name, value in values.items():
        if not _storable(value):
            raise InvalidInput(name, f"{name} holds characters that cannot be stored: remove NUL characters and broken surrogates.")
    return values


def _storable(value: Any) -> bool:
    """Tell whether all text in a value is real Unicode without NUL, which databases refuse."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
        return "\x00" not in value
    if isinstance(value, Mapping):
        return all(_storable(key) and _storable(item) for key, item in value.items())
    return not isinstance(value, list) or all(_storable(item) for item in value)


def _checked(row: StartVariable, value: Any, files: FileResolver | None) -> Any:
    name = row.variable
    if value is None or value == "" or (value == [] and row.type == "file-list"):
        if not row.required or row.neutral not in ("", None, [], False):
            return row.neutral
        if row.type != "checkbox" or value is None:
            raise InvalidInput(name, f"{name} is required.")
    if row.type == "number":
        return _number(name, value)
    if row.type == "checkbox":
        return _boolean(name, value)
    if row.type == "file":
        return _file(row, value, files)
    if row.type == "file-list":
        return _file_list(row, value, files)
    if row.type == "json_object":
        return _object(row, value)
    return _text(row, value)


def _text(row: StartVariable, value: Any) -> str:
    name = row.variable
    if not isinstance(value, str):
        raise InvalidInput(name, f"{name} must be text.")
    if row.type == "select" and value not in row.options:
        raise InvalidInput(name, f"{name} must be one of: {', '.join(row.options)}.")
    if row.max_length and len(value) > row.max_length:
        raise InvalidInput(name, f"{name} must have at most {row.max_length} characters; it has {len(value)}.")
    return value


def _number(name: str, value: Any) -> int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
        try:
            number = float(value)
        except ValueError:
            raise InvalidInput(name, f"{name} must be a number.") from None
        if number == number and abs(number) != float("inf"):
            return number
    raise InvalidInput(name, f"{name} must be a number.")


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    written = str(value).strip().lower()
    if written in {"true", "1"}:
        return True
    if written in {"false", "0", ""}:
        return False
    raise InvalidInput(name, f"{name} must be true or false.")


def _file(row: StartVariable, value: Any, files: FileResolver | None) -> Mapping[str, Any]:
    name = row.variable
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping):
        raise InvalidInput(name, f"{name} must be a file: an object with type, transfer_method and upload_file_id or url.")
    if value.get("type") not in FILE_TYPES:
        raise InvalidInput(name, f"The type of {name} must be one of: {', '.join(sorted(FILE_TYPES))}.")
    method = value.get("transfer_method")
    if method not in _UPLOAD_METHODS:
        raise InvalidInput(name, f"The transfer_method of {name} must be local_file or remote_url.")
    if row.allowed_file_types and value["type"] not in row.allowed_file_types and "custom" not in row.allowed_file_types:
        raise InvalidInput(name, f"{name} must be of one of these types: {', '.join(row.allowed_file_types)}.")
    if row.allowed_file_upload_methods and method not in row.allowed_file_upload_methods:
        raise InvalidInput(name, f"{name} must be sent by: {', '.join(row.allowed_file_upload_methods)}.")
    return value if files is None else files(name, value)


def _file_list(row: StartVariable, value: Any, files: FileResolver | None) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    most = row.number_limits or row.max_length
    if most and len(items) > most:
        raise InvalidInput(row.variable, f"{row.variable} takes at most {most} files; {len(items)} were given.")
    return [_file(row, item, files) for item in items]


def _object(row: StartVariable, value: Any) -> Any:
    name = row.variable
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise InvalidInput(name, f"{name} must be a JSON object: {error}.") from None
    if not isinstance(value, dict):
        raise InvalidInput(name, f"{name} must be a JSON object.")
    fault = Schema(row.json_schema).fault(value) if row.json_schema else None
    if fault is not None:
        raise InvalidInput(name, f"{name} does not fit its schema at {fault[0]}: {fault[1]}.")
    return value
