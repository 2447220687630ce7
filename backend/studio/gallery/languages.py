"""Templates in the language of the person who makes an app of one.

The flow is written once, in English. Another language is a table of texts: titles, labels, choices, what is said to users,
samples. Prompts stay English and are told which language to answer in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from backend.studio.gallery import zh_hans
from backend.studio.gallery.build import Template

# Prompts that say themselves in which language the answer is, or whose answer is a word of a list.
_SETTLED = ("language", "Translate", "Categories:")


@dataclass(frozen=True, slots=True)
class _Language:
    texts: Mapping[str, str]
    pieces: Mapping[str, str]
    answer: str


_LANGUAGES = {"zh-Hans": _Language(zh_hans.TEXTS, zh_hans.PIECES, "\n\n请用中文回答。")}


def in_language(template: Template, language: str) -> Template:
    """Return the template in a language; English where there is no table for it."""
    table = _LANGUAGES.get(language)
    if table is None:
        return template
    document, inputs = _said(template.document, table), _said(dict(template.sample_inputs), table)
    return replace(template, document=document, sample_inputs=inputs, sample_query=_said(template.sample_query, table))


def _said(value: Any, table: _Language) -> Any:
    if isinstance(value, str):
        return table.texts.get(value) or _pieced(value, table)
    if isinstance(value, list):
        return [_said(one, table) for one in value]
    if isinstance(value, dict):
        said = {key: _said(one, table) for key, one in value.items()}
        return _told(said, table) if said.get("role") == "system" else said
    return value


def _pieced(text: str, table: _Language) -> str:
    for piece, said in table.pieces.items():
        text = text.replace(piece, said)
    return text


def _told(message: dict[str, Any], table: _Language) -> dict[str, Any]:
    text = message["text"]
    return message if any(word in text for word in _SETTLED) else {**message, "text": text + table.answer}
