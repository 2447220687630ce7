"""JSON Schemas that builders write: checked when built, never fetched from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from jsonschema import Draft202012Validator, SchemaError
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

_MESSAGE_CHARACTERS = 300


class Schema:
    """A JSON Schema, given as an object or as JSON text. Raises ValueError with the reason when it is not one."""

    def __init__(self, written: Any) -> None:
        if isinstance(written, str):
            try:
                written = orjson.loads(written)
            except orjson.JSONDecodeError as error:
                raise ValueError(f"it is not JSON: {error}") from None
        if not isinstance(written, Mapping):
            raise ValueError("it is not an object")
        self.schema = dict(written)
        kind: type[Validator] = validator_for(self.schema, default=Draft202012Validator)
        try:
            kind.check_schema(self.schema)
        except SchemaError as error:
            raise ValueError(error.message[:_MESSAGE_CHARACTERS]) from None
        # An own registry: the default one would fetch remote references.
        self._validator = kind(self.schema, registry=Registry())

    def fault(self, value: Any) -> tuple[str, str] | None:
        """Return where (a JSON path) and why a value does not fit, None when it does."""
        try:
            fault = next(self._validator.iter_errors(value), None)
        except Unresolvable as error:
            return "$", f"the schema refers to {error.ref!r}, which it does not hold"
        return None if fault is None else (fault.json_path, fault.message[:_MESSAGE_CHARACTERS])
