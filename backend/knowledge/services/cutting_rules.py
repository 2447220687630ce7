"""Process rules as the API gives them, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.core.errors import AppError
from workers.ingestion.rules import ChunkingRule, InvalidRule, rule_from_process_rule

# ISO 639-1 codes of the languages that clients name in `doc_language`.
_LANGUAGES = {
    **{"english": "en", "chinese": "zh", "chinese simplified": "zh", "chinese traditional": "zh", "japanese": "ja", "korean": "ko"},
    **{"polish": "pl", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt", "russian": "ru"},
}


def language_code(name: str) -> str:
    """Read a language such as `English` or `zh-Hans`; empty where it is not known, then it is guessed."""
    lowered = name.strip().lower()
    return _LANGUAGES.get(lowered) or (lowered[:2] if len(lowered) == 2 or lowered[2:3] == "-" else "")


def rule_of(process_rule: Mapping[str, Any], doc_form: str, doc_language: str = "") -> ChunkingRule:
    """Read a process rule. Raises AppError invalid_param with the field."""
    try:
        return rule_from_process_rule(process_rule, doc_form, language_code(doc_language))
    except InvalidRule as error:
        raise AppError("invalid_param", error.message, 400, {"field": error.field}) from None


def checked_rule(process_rule: Mapping[str, Any] | None, doc_form: str) -> dict[str, Any]:
    """Return a process rule as it is stored, the automatic one where none is given. Raises AppError invalid_param."""
    rule = dict(process_rule or {"mode": "automatic", "rules": {}})
    rule_of(rule, doc_form)
    return rule
