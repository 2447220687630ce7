"""Words that must not be said: read from a flow's features, looked for in what comes in and in what leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workers.engine.problems import Problem

KEYWORDS = "keywords"
MAX_WORDS = 1_000
MAX_WORD = 200
_PLACE = "features.sensitive_word_avoidance"


@dataclass(frozen=True, slots=True)
class Moderation:
    """The rules of one flow. `words` are case-folded; a reply is None where that side is not looked at."""

    words: tuple[str, ...]
    input_reply: str | None = None
    output_reply: str | None = None

    def refusal(self, inputs: Mapping[str, Any], query: str) -> str | None:
        """Return what to say instead of running, None when nothing given holds a word of the list."""
        if self.input_reply is None:
            return None
        said = "\n".join((query, *_texts(inputs))).casefold()
        return self.input_reply if any(word in said for word in self.words) else None

    def screen(self) -> Screen | None:
        """Make the filter for one answer."""
        return None if self.output_reply is None else Screen(self.words, self.output_reply)


class Screen:
    """One streamed answer: holds back what may be the beginning of a word, so that no word of the list ever leaves.

    Once a word was found (`tripped`) nothing more leaves; `reply` stands for the whole answer.
    """

    def __init__(self, words: Iterable[str], reply: str) -> None:
        self.reply = reply
        self.tripped = False
        self._words = tuple(words)
        self._beginnings = frozenset(word[:length] for word in self._words for length in range(1, len(word)))
        self._longest = max((len(word) for word in self._words), default=0)
        self._held = ""

    def feed(self, text: str) -> str:
        """Take in the next piece; return what is safe to let go."""
        if self.tripped:
            return ""
        held = self._held + text
        folded = held.casefold()
        if any(word in folded for word in self._words):
            self.tripped, self._held = True, ""
            return ""
        keep = self._risky(held)
        cut = len(held) - keep
        self._held = held[cut:]
        return held[:cut]

    def restart(self, text: str) -> str:
        """The answer begins anew with `text`; return what of it is safe to show."""
        self.tripped, self._held = False, ""
        return self.feed(text)

    def rest(self) -> str:
        """Nothing more comes: return what was held back."""
        held, self._held = self._held, ""
        return held

    def _risky(self, text: str) -> int:
        """Count the characters at the end that a word of the list may begin with."""
        for length in range(min(len(text), self._longest - 1), 0, -1):
            if text[-length:].casefold() in self._beginnings:
                return length
        return 0


def moderation_of(features: Mapping[str, Any], mode: str) -> tuple[Moderation | None, list[Problem]]:
    """Read the rules of a flow, and what is wrong with them."""
    settings = features.get("sensitive_word_avoidance")
    if not isinstance(settings, Mapping) or not settings.get("enabled"):
        return None, []
    kind = str(settings.get("type") or KEYWORDS)
    if mode == "workflow":
        message = "Sensitive words are looked for in chats and completions only; a workflow runs without."
        return None, [Problem("moderation_not_applied", message, "warning", field=_PLACE)]
    if kind != KEYWORDS:
        message = f"Moderation of the type {kind!r} does not exist here: use a list of keywords, or switch moderation off."
        return None, [Problem("moderation_unavailable", message, field=f"{_PLACE}.type", params={"type": kind})]
    config = next((found for name in ("config", "configs") if isinstance(found := settings.get(name), Mapping)), {})
    words = tuple(dict.fromkeys(folded for line in _lines(config.get("keywords")) if (folded := line.strip().casefold())))
    problems = list(_word_problems(words))
    replies = {side: _reply(config.get(f"{side}_config")) for side in ("inputs", "outputs")}
    if all(reply is None for reply in replies.values()):
        message = "Say whether sensitive words are looked for in questions, in answers or in both."
        problems.append(Problem("moderation_without_side", message, "warning", field=f"{_PLACE}.config"))
    for side, reply in replies.items():
        if reply == "":
            place = f"{_PLACE}.config.{side}_config.preset_response"
            problems.append(Problem("moderation_reply_missing", "Write what is said instead.", "warning", field=place))
    if not words:
        return None, problems
    return Moderation(words, replies["inputs"], replies["outputs"]), problems


def _word_problems(words: tuple[str, ...]) -> Iterable[Problem]:
    place = f"{_PLACE}.config.keywords"
    if not words:
        yield Problem("moderation_words_missing", "List the sensitive words, one a line.", field=place)
    if len(words) > MAX_WORDS:
        message = f"The list has {len(words)} sensitive words; {MAX_WORDS} are allowed."
        yield Problem("moderation_too_many_words", message, field=place, params={"current": len(words), "allowed": MAX_WORDS})
    longest = max((len(word) for word in words), default=0)
    if longest > MAX_WORD:
        message = f"A sensitive word has {longest} characters; {MAX_WORD} are allowed."
        yield Problem("moderation_word_too_long", message, field=place, params={"current": longest, "allowed": MAX_WORD})


def _lines(keywords: Any) -> list[str]:
    if isinstance(keywords, list):
        return [str(word) for word in keywords]
    return str(keywords or "").splitlines()


def _reply(side: Any) -> str | None:
    if not isinstance(side, Mapping) or not side.get("enabled"):
        return None
    return str(side.get("preset_response") or "")


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)
