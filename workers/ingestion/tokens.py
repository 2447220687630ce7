"""Count tokens on this machine, as the common vendors' models would nearly count them."""

from __future__ import annotations

import base64
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import tiktoken

# cl100k_base as tiktoken would download it; LiteLLM ships the file under the digest of its address.
_RANKS = "litellm_core_utils/tokenizers/9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
_PATTERN = r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"""
# Encoding in slices bounds the memory of one call.
_SLICE = 1_000_000


def count(text: str) -> int:
    """Return the number of tokens of a text in cl100k_base."""
    if len(text) <= _SLICE:
        return len(_encode(text))
    return sum(len(_encode(text[at : at + _SLICE])) for at in range(0, len(text), _SLICE))


def prefix(text: str, tokens: int) -> int:
    """Return how many characters the first `tokens` tokens of a text cover; all of them if it has no more."""
    encoded = _encode(text)
    if len(encoded) <= tokens:
        return len(text)
    # A token may end in the middle of a character; that one is left out.
    return len(_encoding().decode_bytes(encoded[:tokens]).decode("utf-8", "ignore"))


def suffix(text: str, tokens: int) -> int:
    """Return how many characters the last `tokens` tokens of a text cover; all of them if it has no more."""
    encoded = _encode(text)
    if len(encoded) <= tokens:
        return len(text)
    return len(_encoding().decode_bytes(encoded[-tokens:]).decode("utf-8", "ignore")) if tokens else 0


def _encode(text: str) -> list[int]:
    try:
        return _encoding().encode_ordinary(text)
    except UnicodeEncodeError:
        return _encoding().encode_ordinary(text.encode("utf-8", "replace").decode())


@cache
def _encoding() -> tiktoken.Encoding:
    # Found without importing: the package is heavy and only its file is wanted.
    found = find_spec("litellm")
    if found is None or found.origin is None:
        raise RuntimeError("The package litellm is not installed: its tokenizer file is needed to count tokens.")
    lines = (Path(found.origin).parent / _RANKS).read_bytes().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}
    return tiktoken.Encoding("cl100k_base", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={})
