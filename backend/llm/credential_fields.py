"""The values a credential consists of: checked against its vendor's row, and the address they lead to."""

from __future__ import annotations

import re
from typing import Any

from backend.core.errors import AppError
from backend.llm.providers import ProviderSpec

MAX_LENGTH = 20_000


def fields_check(spec: ProviderSpec, given: dict[str, Any], *, kept: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return the fields of a credential, stripped, with defaults. `kept` names secrets that are already stored.

    Raises AppError("invalid_input") that lists every field that is wrong.
    """
    problems: dict[str, list[str]] = {}
    known = {f.name: f for f in spec.fields}
    for name in given.keys() - known.keys():
        problems[name] = [f"{spec.label} has no such field."]
    clean: dict[str, str] = {}
    for field in spec.fields:
        raw = given.get(field.name, "")
        value = raw.strip() if isinstance(raw, str) else ""
        if raw is not None and not isinstance(raw, str):
            problems[field.name] = ["This must be a text."]
        elif not value and field.required and field.name not in kept:
            problems[field.name] = [f"{spec.label} needs this."]
        elif value and field.pattern and not re.fullmatch(field.pattern, value):
            problems[field.name] = [f"{field.en} has characters that do not belong there."]
        elif field.name == "base_url" and value and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
            problems[field.name] = ["This must be an address like https://api.example.com/v1, without user name, query or fragment."]
        elif len(value) > MAX_LENGTH or (not field.multiline and re.search(r"[\r\n\0]", value)):
            problems[field.name] = ["This must be one line."]
        elif value or field.default:
            clean[field.name] = value or field.default
    if problems:
        raise AppError("invalid_input", "Some fields are not right.", 400, {"fields": problems})
    return clean


def base_url_of(spec: ProviderSpec, fields: dict[str, str]) -> str:
    """The address calls go to, without a slash at its end."""
    template = fields.get("base_url") or spec.base_url
    if not fields.get("base_url"):
        template = template.format_map(fields) if "{" in template else template
    if spec.id == "vertex-ai" and fields.get("location") == "global":
        template = template.replace("https://global-", "https://", 1)
    return template.rstrip("/")
