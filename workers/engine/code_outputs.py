"""The outputs that a program declares, and whether what it returned is what it declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import WithJsonSchema

from workers.engine.node import Part

MAX_STRING = 400_000
MAX_STRINGS = 30
MAX_OBJECTS = 30
MAX_NUMBERS = 1000
MAX_DEPTH = 5
MAX_INTEGER = 2**63 - 1
MAX_DECIMALS = 20


class Declared(Part):
    """A declared output: its type, and for objects their fields where they are declared."""

    type: str = "string"
    # Its schema is given, because forms are drawn from schemas without references.
    children: Annotated[dict[str, Declared] | None, WithJsonSchema({"type": "object"})] = None


def checked(returned: Mapping[str, Any], declared: Mapping[str, Declared]) -> dict[str, Any]:
    """Return the outputs as they are handed on. Raises ValueError that names the output and the limit.

    Without declarations every value is taken that some type would take.
    """
    if not declared:
        return {str(name): _undeclared(value, str(name), 1) for name, value in returned.items()}
    return _fields(returned, declared, "", 1)


def _fields(returned: Mapping[str, Any], declared: Mapping[str, Declared], prefix: str, depth: int) -> dict[str, Any]:
    _check_depth(depth, prefix)
    for name in declared:
        if name not in returned:
            raise ValueError(f"The output {prefix}{name} is missing: return it from main, or take it off the list of outputs.")
    for name in returned:
        if name not in declared:
            raise ValueError(f"The output {prefix}{name} is not declared: add it to the list of outputs, or do not return it.")
    return {name: _value(returned[name], output, f"{prefix}{name}", depth) for name, output in declared.items()}


def _value(value: Any, output: Declared, path: str, depth: int) -> Any:
    if value is None:
        return None
    match output.type:
        case "string":
            return _string(value, path)
        case "number":
            return _number(value, path)
        case "boolean":
            return _boolean(value, path)
        case "object":
            return _object(value, path, depth, output.children)
        case "array[string]":
            return _list(value, path, "strings", MAX_STRINGS, _string)
        case "array[number]":
            return _list(value, path, "numbers", MAX_NUMBERS, _number)
        case "array[boolean]":
            return _list(value, path, "booleans", MAX_NUMBERS, _boolean)
        case "array[object]":
            fields = output.children
            return _list(value, path, "objects", MAX_OBJECTS, lambda item, where: _object(item, where, depth, fields))
    return _undeclared(value, path, depth)


def _string(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise _wrong(path, "a string", value)
    if len(value) > MAX_STRING:
        raise ValueError(f"The output {path} has {len(value):,} characters; {MAX_STRING:,} are allowed.")
    return value.replace("\x00", "")


def _number(value: Any, path: str) -> int | float:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        if not -MAX_INTEGER - 1 <= value <= MAX_INTEGER:
            raise ValueError(f"The output {path} is a number outside the range from {-MAX_INTEGER - 1} to {MAX_INTEGER}.")
        return value
    if not isinstance(value, float):
        raise _wrong(path, "a number", value)
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > MAX_DECIMALS:
        raise ValueError(f"The output {path} has more than {MAX_DECIMALS} decimal places: round it.")
    return value


def _boolean(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(path, "a boolean", value)
    return value


def _object(value: Any, path: str, depth: int, fields: Mapping[str, Declared] | None) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(path, "an object", value)
    if fields:
        return _fields(value, fields, f"{path}.", depth + 1)
    _check_depth(depth + 1, f"{path}.")
    return {str(name): _undeclared(item, f"{path}.{name}", depth + 1) for name, item in value.items()}


def _list(value: Any, path: str, what: str, most: int, item: Callable[[Any, str], Any]) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(path, f"a list of {what}", value)
    if len(value) > most:
        raise ValueError(f"The output {path} has {len(value):,} items; a list of {what} may have {most:,}.")
    return [None if entry is None else item(entry, f"{path}[{index}]") for index, entry in enumerate(value)]


def _undeclared(value: Any, path: str, depth: int) -> Any:
    """A value inside an object without declared fields: the same limits, types as they are."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _string(value, path)
    if isinstance(value, int | float):
        return _number(value, path)
    if isinstance(value, Mapping):
        return _object(value, path, depth, None)
    if isinstance(value, list):
        _check_depth(depth + 1, f"{path}.")
        most = MAX_NUMBERS if all(isinstance(item, int | float) for item in value) else MAX_STRINGS
        return _list(value, path, "values", most, lambda item, where: _undeclared(item, where, depth + 1))
    raise _wrong(path, "a JSON value", value)


def _check_depth(depth: int, prefix: str) -> None:
    if depth > MAX_DEPTH:
        raise ValueError(f"The output {prefix.rstrip('.')} is nested {depth} deep; {MAX_DEPTH} levels are allowed.")


def _wrong(path: str, wanted: str, value: Any) -> ValueError:
    kinds: dict[type, str] = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "a list"}
    got = kinds.get(type(value), "an object" if isinstance(value, Mapping) else type(value).__name__)
    return ValueError(f"The output {path} must be {wanted}, it is {got}. Change the code or the type of the output.")
