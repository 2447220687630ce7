"""How a document is cleaned and cut, and how that is written in the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

CuttingMode = Literal["general", "parent_child", "qa"]
ParentMode = Literal["paragraph", "full_doc"]

_MODES: dict[str, CuttingMode] = {"text_model": "general", "hierarchical_model": "parent_child", "qa_model": "qa"}
MIN_TOKENS, MAX_TOKENS = 10, 8_000


class InvalidRule(ValueError):
    """A process rule that cannot be followed; `field` is its path in the rule."""

    def __init__(self, field_path: str, message: str) -> None:
        super().__init__(message)
        self.field = field_path
        self.message = message


@dataclass(frozen=True, slots=True)
class CleaningRules:
    """What is taken out of a document's text. Control characters and broken signs always are."""

    extra_spaces: bool = True
    urls_emails: bool = False
    repeated_lines: bool = True


@dataclass(frozen=True, slots=True)
class ChunkingRule:
    """How a document is cut; sizes are tokens as `tokens.count` counts them.

    `separator` always cuts, unless `merge`: then neighbours are joined up to `max_tokens`, and a heading begins a new piece
    as soon as the one before is worth standing alone. Parents never overlap: what lies in two would be found twice.
    `language` is an ISO 639-1 code or empty: then it is guessed from the script.
    """

    mode: CuttingMode = "general"
    separator: str = "\n\n"
    max_tokens: int = 1024
    overlap: int = 50
    parent_mode: ParentMode = "paragraph"
    child_separator: str = "\n"
    child_max_tokens: int = 512
    child_overlap: int = 0
    cleaning: CleaningRules = field(default_factory=CleaningRules)
    language: str = ""
    merge: bool = False


AUTOMATIC = ChunkingRule(merge=True, child_max_tokens=200)


def rule_from_process_rule(process_rule: Mapping[str, Any], doc_form: str, language: str = "") -> ChunkingRule:
    """Read the API's `process_rule` (mode automatic | custom | hierarchical, rules). Raises InvalidRule."""
    mode = _MODES.get(doc_form)
    if mode is None:
        raise InvalidRule("doc_form", f"The form {doc_form!r} is unknown; known are {', '.join(_MODES)}.")
    kind = process_rule.get("mode") or "automatic"
    if kind not in ("automatic", "custom", "hierarchical"):
        raise InvalidRule("process_rule.mode", f"The mode {kind!r} is unknown; known are automatic, custom, hierarchical.")
    raw = process_rule.get("rules") or {}
    if not isinstance(raw, Mapping):
        raise InvalidRule("process_rule.rules", "The rules must be an object.")
    if kind == "automatic":
        return replace(AUTOMATIC, mode=mode, language=language)
    outer, where = _part(raw, "segmentation")
    separator = _separator(outer, where, "\n\n")
    max_tokens = _tokens(outer, f"{where}.max_tokens", 1024)
    inner, inner_where = _part(raw, "subchunk_segmentation", required=False)
    parent_mode = raw.get("parent_mode") or "paragraph"
    if parent_mode not in ("paragraph", "full-doc", "full_doc"):
        raise InvalidRule("process_rule.rules.parent_mode", f"The parent mode {parent_mode!r} is unknown; known are paragraph, full-doc.")
    child_max = _tokens(inner, f"{inner_where}.max_tokens", min(512, max_tokens))
    return ChunkingRule(
        mode=mode,
        separator=separator,
        max_tokens=max_tokens,
        overlap=_overlap(outer, where, max_tokens, default=min(50, max_tokens // 4)),
        parent_mode="paragraph" if parent_mode == "paragraph" else "full_doc",
        child_separator=_separator(inner, inner_where, "\n"),
        child_max_tokens=child_max,
        child_overlap=_overlap(inner, inner_where, child_max, default=0),
        cleaning=_cleaning(raw),
        language=language,
    )


def unescape(separator: str) -> str:
    r"""Read the escapes that people type into a form: \n, \r, \t and \\."""
    out, rest = [], iter(separator)
    for char in rest:
        if char != "\\":
            out.append(char)
            continue
        following = next(rest, "")
        out.append({"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}.get(following, "\\" + following))
    return "".join(out)


def _part(raw: Mapping[str, Any], name: str, *, required: bool = True) -> tuple[Mapping[str, Any], str]:
    where = f"process_rule.rules.{name}"
    value = raw.get(name)
    if value is None and not required:
        return {}, where
    if not isinstance(value, Mapping):
        raise InvalidRule(where, "This part of the rules must be an object with separator and max_tokens.")
    return value, where


def _separator(part: Mapping[str, Any], where: str, default: str) -> str:
    value = part.get("separator", part.get("delimiter", default))
    if not isinstance(value, str):
        raise InvalidRule(f"{where}.separator", "The separator must be text.")
    if len(value) > 100:
        raise InvalidRule(f"{where}.separator", f"The separator has {len(value)} characters; 100 are allowed.")
    return unescape(value) or default


def _tokens(part: Mapping[str, Any], where: str, default: int) -> int:
    value = part.get("max_tokens", default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidRule(where, "max_tokens must be a whole number.")
    if not MIN_TOKENS <= value <= MAX_TOKENS:
        raise InvalidRule(where, f"max_tokens is {value}; allowed are {MIN_TOKENS} to {MAX_TOKENS}.")
    return value


def _overlap(part: Mapping[str, Any], where: str, max_tokens: int, default: int) -> int:
    value = part.get("chunk_overlap")
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidRule(f"{where}.chunk_overlap", "chunk_overlap must be a whole number from 0.")
    if value >= max_tokens:
        raise InvalidRule(f"{where}.chunk_overlap", f"chunk_overlap is {value}; it must be less than max_tokens, {max_tokens}.")
    return value


def _cleaning(raw: Mapping[str, Any]) -> CleaningRules:
    rules = raw.get("pre_processing_rules") or []
    where = "process_rule.rules.pre_processing_rules"
    if not isinstance(rules, list):
        raise InvalidRule(where, "pre_processing_rules must be a list.")
    chosen = {}
    for number, rule in enumerate(rules):
        name = rule.get("id") if isinstance(rule, Mapping) else None
        if name not in ("remove_extra_spaces", "remove_urls_emails", "remove_stopwords"):
            known = "remove_extra_spaces, remove_urls_emails, remove_stopwords"
            raise InvalidRule(f"{where}[{number}].id", f"The rule {name!r} is unknown; known are {known}.")
        # remove_stopwords is known but without effect: taking words out harms embedding and reading alike.
        chosen[name] = bool(rule.get("enabled"))
    return CleaningRules(
        extra_spaces=chosen.get("remove_extra_spaces", False),
        urls_emails=chosen.get("remove_urls_emails", False),
    )
