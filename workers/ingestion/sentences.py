"""Where sentences end, and where a text may be cut at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import sentencex

# The library's time grows with the square of what it gets at once, for scripts without spaces.
_WINDOW = 2_000
_WINDOW_END = re.compile(r"\n|[。！？]|[.!?]\s")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_POLISH = re.compile(r"[ąćęłńśźżĄĆĘŁŃŚŹŻ]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
# Abbreviations that the library ends a sentence after.
_NO_END = re.compile(
    r"(?:^|[\s(])(?:Dr|Mr|Mrs|Ms|Prof|St|Fig|No|vs|etc|e\.g|i\.e|np|dr|prof|ul|al|nr|str|tzn|m\.in|tj|ok|tys|godz|inż|mgr|[A-Z])\.\s+$"
)


def language_of(text: str) -> str:
    """Guess the language from the script: ja, zh, ru, pl or en."""
    sample = text[:5_000]
    if len(_KANA.findall(sample)) > 5:
        return "ja"
    if len(_HAN.findall(sample)) > len(sample) / 20:
        return "zh"
    if len(_CYRILLIC.findall(sample)) > len(sample) / 10:
        return "ru"
    return "pl" if len(_POLISH.findall(sample)) > len(sample) / 100 else "en"


def spans(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of text[start:end] as offsets that touch: nothing lies between them."""
    begun = start
    for window_start, window_end in _windows(text, start, end):
        at = window_start
        for sentence in sentencex.segment(language, text[window_start:window_end]):
            at += len(sentence)
            if _ends_here(text, begun, at, end):
                yield begun, at
                begun = at
    if begun < end:
        yield begun, end


def cut_before(text: str, at: int, start: int) -> int:
    """Return the last place not after `at` where a cut leaves characters whole; `at` if there is none after `start`.

    Marks that combine with what stands before them, joined emoji, flags and syllables in parts stay together.
    """
    place = at
    while place > start and place < len(text) and _belongs_to_previous(text, place, start):
        place -= 1
    return place if place > start else at


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _WINDOW:
        last = max((found.end() for found in _WINDOW_END.finditer(text, start + _WINDOW // 2, start + _WINDOW)), default=start + _WINDOW)
        yield start, last
        start = last
    if start < end:
        yield start, end


def _ends_here(text: str, start: int, at: int, end: int) -> bool:
    if at >= end:
        return True
    if not text[start:at].strip():
        return False
    # A closing mark belongs to what it closes; the library sometimes leaves it to the next sentence.
    if text[at] in "”’」』）)》":
        return False
    # A sentence does not begin with a small letter: what stood before was an abbreviation.
    return not text[at].islower() and not _NO_END.search(text[max(start, at - 12) : at])


def _belongs_to_previous(text: str, at: int, start: int) -> bool:
    char, before = text[at], text[at - 1]
    if before == "\u200d" or char in "\u200d\ufe0e\ufe0f\u20e3" or "\U0001f3fb" <= char <= "\U0001f3ff" or unicodedata.combining(char):
        return True
    if unicodedata.category(char) in ("Mn", "Mc", "Me"):
        return True
    if "\udc00" <= char <= "\udfff" and "\ud800" <= before <= "\udbff":
        return True
    if "\u1160" <= char <= "\u11ff" and "\u1100" <= before <= "\u11ff":
        return True
    if "\U000e0020" <= char <= "\U000e007f":
        return True
    if _regional(char) and _regional(before):
        flags = 0
        while at - 1 - flags >= start and _regional(text[at - 1 - flags]):
            flags += 1
        return flags % 2 == 1
    return False


def _regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
