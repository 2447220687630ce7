"""Words of a text for the sparse index, in any script.

Writing without spaces (Chinese, Japanese, Korean, Thai, …) is taken in overlapping pairs of signs. A dictionary would cut the same
word differently in a Japanese sentence and in a query of kanji alone, and then not find it.
"""

from __future__ import annotations

import re
import unicodedata

_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7af"  # Hangul
)
_RUN = re.compile(f"[{_UNSPACED}]+")


def _pairs(run: str) -> list[str]:
    return [run[n : n + 2] for n in range(len(run) - 1)]


def document_words(text: str) -> str:
    """Rewrite a text so that a tokenizer that cuts at spaces finds its words; signs also stand alone, for queries of one sign."""
    return _RUN.sub(lambda found: " " + " ".join((*_pairs(found[0]), *found[0])) + " ", unicodedata.normalize("NFKC", text))


def query_words(text: str) -> str:
    """Rewrite a question: pairs of signs, a sign alone only where it has no neighbour."""
    return _RUN.sub(lambda found: " " + " ".join(_pairs(found[0]) or found[0]) + " ", unicodedata.normalize("NFKC", text))
