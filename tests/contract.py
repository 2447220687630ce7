"""The console's answers against docs/openapi.yaml, so that the studio's generated types are what the server really sends."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import yaml
from django.conf import settings
from jsonschema import Draft202012Validator

PROBE = 299  # what test_isolation answers in place of a view


def answer_check(method: str, path: str, response: Any) -> None:
    """Fail where an answer of `/api/` has a status, a type or a shape that the OpenAPI file does not describe.

    Addresses and methods that are not served are not looked at, nor are streams.
    """
    if response.status_code == PROBE or response.streaming:
        return
    operation = _operation(method.lower(), path)
    if operation is None:
        return
    where = f"{method} {path} answered {response.status_code}"
    described = operation["responses"].get(str(response.status_code))
    if described is None:
        assert response.status_code >= 400, f"{where}, which docs/openapi.yaml does not know"
        described = operation["responses"]["default"]
    content = described.get("content", {})
    if not content:
        assert not response.content, f"{where} with a body: {response.content[:200]!r}"
        return
    media = response.headers["Content-Type"].split(";")[0]
    assert media in content, f"{where} with {media}"
    if media == "application/json":
        schema = {**_json_schema(content[media]["schema"]), "components": {"schemas": _components()}}
        wrong = [
            f"{error.json_path}: {error.message[:300]}" for error in Draft202012Validator(schema).iter_errors(json.loads(response.content))
        ]
        assert not wrong, f"{where} with another shape than docs/openapi.yaml says: {wrong}"


@cache
def _file() -> dict[str, Any]:
    return yaml.load((settings.ROOT / "docs/openapi.yaml").read_text(), yaml.CSafeLoader)


@cache
def _components() -> dict[str, Any]:
    return {name: _json_schema(schema) for name, schema in _file()["components"]["schemas"].items()}


@cache
def _paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Patterns of all addresses; those with the fewest arguments first, as `/apps/import` is no app."""
    paths = sorted(_file()["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), operations) for path, operations in paths]


def _operation(method: str, path: str) -> dict[str, Any] | None:
    return next((operations.get(method) for pattern, operations in _paths() if pattern.fullmatch(path)), None)


def _json_schema(schema: Any) -> Any:
    """Translate OpenAPI 3.0's schema into JSON Schema; objects have no fields beyond those described."""
    if isinstance(schema, list):
        return [_json_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _json_schema(value) for key, value in schema.items() if key not in ("nullable", "exclusiveMaximum")}
    if schema.get("type") == "object" and "properties" in schema:
        made.setdefault("additionalProperties", False)
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") is True else made
