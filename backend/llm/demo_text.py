"""Small text tools of the demo model: sentences, overlap, labels, a glossary, and values for a JSON schema."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

CJK = re.compile(r"[\u4e00-\u9fff]")
TOKENS = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]", re.I)
SENTENCES = re.compile(r"[^.!?。！？\n]+(?:[.!?](?=\d)[^.!?。！？\n]*)*[.!?。！？]?")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日")
URL = re.compile(r"https?://[^\s\"'<>，。]+")
PHONE = re.compile(r"(?<!\d)\+?\d[\d -]{7,14}\d(?!\d)")
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")
NAME = re.compile(r"\b[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)+")
_WORDS = orjson.loads(Path(__file__).with_name("demo_words.json").read_bytes())
STOP_WORDS: frozenset[str] = frozenset(_WORDS["stop_words"].split())
HINTS: dict[str, str] = _WORDS["hints"]
SYNONYMS: dict[str, str] = _WORDS["synonyms"]
GLOSSARY: dict[str, str] = _WORDS["glossary"]
FALLBACK_LABELS = re.compile(r"other|neutral|general|unknown|none|其他|其它|中性|中立|未知", re.I)
_TO_ENGLISH = {zh: en for en, zh in reversed(GLOSSARY.items()) if zh}
_CHINESE_WORDS = re.compile("|".join(sorted(map(re.escape, _TO_ENGLISH), key=len, reverse=True)))
MAX_DEPTH = 6


def language_of(text: str) -> str:
    """`zh` when a fifth or more of the letters are Chinese."""
    letters = sum(char.isalpha() for char in text)
    return "zh" if letters and len(CJK.findall(text)) * 5 >= letters else "en"


def spaced(name: str) -> str:
    """Split an identifier into words."""
    return re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").replace("-", " ")


def _stem(word: str) -> str:
    for end in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: -len(end)]
    return word


def terms(text: str) -> Counter[str]:
    """Words (stemmed) and Chinese characters that carry meaning."""
    return Counter(_stem(word) for word in TOKENS.findall(text.lower()) if word not in STOP_WORDS)


def overlap(question: str, text: str) -> int:
    """Number of different meaningful words that two texts share."""
    return len(terms(question).keys() & terms(text).keys())


def sentences(text: str) -> list[str]:
    """Cut a text into sentences."""
    return [found.strip() for found in SENTENCES.findall(text) if TOKENS.search(found)]


def best_sentence(source: str, question: str) -> str:
    """The sentence that shares most with the question, headings left out; empty when none shares enough."""
    found = [sentence for sentence in sentences(source) if not sentence.startswith("#")]
    scored = [(overlap(question, sentence), -n, sentence) for n, sentence in enumerate(found)]
    if not scored:
        return ""
    score, _, sentence = max(scored)
    needed = 2 if language_of(question) == "zh" else 1
    return sentence if score >= needed else ""


def summary(text: str, count: int = 2) -> str:
    """The first sentence and those whose words are most frequent, in their order."""
    found = sentences(text)
    if len(found) <= count:
        return " ".join(found)
    frequency = terms(text)
    ranked = sorted(range(1, len(found)), key=lambda n: -sum(frequency[t] for t in terms(found[n])) / (len(terms(found[n])) + 3))
    return " ".join(found[n] for n in sorted([0, *ranked[: count - 1]]))


def best_label(options: list[str], text: str) -> str:
    """The option that a text fits: by shared words, then by typical words, else `other` or the first."""

    def score(option: str) -> int:
        low = option.lower()
        kinds = {kind for kind in HINTS if kind in low} | {kind for word, kind in SYNONYMS.items() if word in low}
        typical = sum(1 for kind in kinds for word in HINTS[kind].split() if _contains(text, word))
        return 3 * overlap(option, text) + typical

    best = max(options, key=score)
    if score(best) > 0:
        return best
    return next((option for option in options if FALLBACK_LABELS.search(option)), options[0])


def _contains(text: str, word: str) -> bool:
    if not word.isascii() or not word.isalnum():
        return word in text
    return re.search(rf"\b{re.escape(word)}\b", text, re.I) is not None


def translate(text: str, target: str) -> str:
    """Replace the words of a small glossary; others stay as they are."""
    if target == "zh":
        joined = re.sub(r"[A-Za-z']+", lambda m: GLOSSARY.get(m.group().lower(), f" {m.group()} "), text)
        joined = re.sub(r"(?<=[\u4e00-\u9fff，。])\s+(?=[\u4e00-\u9fff，。])", "", re.sub(r"\s+", " ", joined)).strip()
        return re.sub(r"\s*([,.!?])\s*", lambda m: {",": "，", ".": "。", "!": "！", "?": "？"}[m.group(1)], joined)
    spelled = _CHINESE_WORDS.sub(lambda m: f" {_TO_ENGLISH[m.group()]} ", text)
    for wide, narrow in zip("，。！？：；", ",.!?:;", strict=True):
        spelled = spelled.replace(wide, narrow + " ")
    spelled = re.sub(r"\s+([,.!?:;])", r"\1", re.sub(r"\s+", " ", spelled)).strip()
    return spelled[:1].upper() + spelled[1:]


def extraction(text: str, language: str) -> str:
    """A list of what a pattern can find: names, dates, addresses, numbers."""
    labels = {"en": ("Names", "E-mail", "Dates", "Links", "Numbers"), "zh": ("名称", "邮箱", "日期", "链接", "数字")}[language]
    rest = DATE.sub(" ", EMAIL.sub(" ", URL.sub(" ", text)))
    groups = (NAME.findall(rest), EMAIL.findall(text), DATE.findall(text), URL.findall(text), NUMBER.findall(rest))
    lines = [f"- {label}: {', '.join(dict.fromkeys(found))}" for label, found in zip(labels, groups, strict=True) if found]
    nothing = "没有找到可提取的内容。" if language == "zh" else "Nothing to extract was found."
    return "\n".join(lines) or nothing


def fill_schema(schema: Mapping[str, Any], text: str, name: str = "", root: Mapping[str, Any] | None = None, depth: int = 0) -> Any:
    """Make a value that fits a JSON schema, with words, numbers and labels of the text where they fit by name."""
    root = schema if root is None else root
    if "$ref" in schema:
        target: Any = root
        for part in str(schema["$ref"]).lstrip("#/").split("/"):
            target = target.get(part, {}) if isinstance(target, Mapping) else {}
        return fill_schema(target, text, name, root, depth + 1) if depth < MAX_DEPTH else None
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        options = [option for option in schema["enum"] if isinstance(option, str)]
        return best_label(options, text) if options else schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            choices: list[Mapping[str, Any]] = [choice for choice in schema[key] if choice.get("type") != "null"] or schema[key]
            return fill_schema(choices[0], text, name, root, depth + 1) if depth < MAX_DEPTH else None
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = next((k for k in kind if k != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        return _object(schema, text, root, depth)
    if kind == "array":
        return _array(schema, text, name, root, depth)
    if kind in ("number", "integer"):
        return _number(schema, text, kind)
    if kind == "boolean":
        return best_label(["positive", "negative"], text) == "positive"
    return None if kind == "null" else _string(schema, text, name)


def _object(schema: Mapping[str, Any], text: str, root: Mapping[str, Any], depth: int) -> dict[str, Any]:
    if depth >= MAX_DEPTH:
        return {}
    return {key: fill_schema(inner, text, key, root, depth + 1) for key, inner in (schema.get("properties") or {}).items()}


def _array(schema: Mapping[str, Any], text: str, name: str, root: Mapping[str, Any], depth: int) -> list[Any]:
    items = schema.get("items") or {"type": "string"}
    least, most = int(schema.get("minItems", 0)), int(schema.get("maxItems", 3))
    if depth >= MAX_DEPTH:
        return []
    if items.get("type") == "string" and not items.get("enum"):
        keywords: list[Any] = [word for word, _ in terms(text).most_common(40) if len(word) > 3 or CJK.match(word)][
            : max(least, min(3, most))
        ]
        return keywords + ["demo"] * (least - len(keywords))
    return [fill_schema(items, text, name, root, depth + 1) for _ in range(max(least, min(1, most)))]


def _number(schema: Mapping[str, Any], text: str, kind: str) -> float | int:
    found = NUMBER.search(DATE.sub(" ", text))
    value = float(found.group().replace(",", "")) if found else 0.0
    value = max(value, float(schema.get("minimum", value)))
    value = min(value, float(schema.get("maximum", value)))
    return int(value) if kind == "integer" else value


def _string(schema: Mapping[str, Any], text: str, name: str) -> str:
    low = f"{name} {schema.get('format', '')} {schema.get('description', '')}".lower()
    patterns = (("mail", EMAIL), ("date", DATE), ("url", URL), ("uri", URL), ("link", URL), ("phone", PHONE))
    for word, pattern in patterns:
        found = pattern.search(text) if word in low else None
        if found:
            return found.group()
    if "language" in low:
        return language_of(text)
    if re.search(r"\bname|person|company|city|place|location", low):
        proper = NAME.search(text) or re.search(r"(?<=[a-z,] )[A-Z]\w+", text)
        if proper:
            return proper.group()
    if "sentiment" in low:
        return best_label(["positive", "negative", "neutral"], text)
    if re.search(r"summary|reason|explan|answer|content|text|query|question|input", low):
        value = " ".join(text.split()) if re.search(r"query|question|input|text", low) else summary(text, 1)
    else:
        value = (sentences(text) or [" ".join(text.split()) or "demo"])[0]
    return value[: int(schema.get("maxLength", 300))]
