"""Take out of a text what harms looking things up in it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from workers.ingestion.parsed import Block, Parsed
from workers.ingestion.rules import CleaningRules

# Control characters, soft hyphens, marks of width zero (not the joiners, which words and emoji need), surrogates, non-characters.
_STRANGE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\u0085")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]{2,}")
_TRAILING = re.compile(r"[ \t\u00a0\u3000]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")
_INDENT = re.compile(r"^[ \t]*")
_FENCED = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{1,2000}(?:\s+\"[^\"\n]{0,300}\")?\)")
_URL = re.compile(r"<?(?<![A-Za-z0-9])(?:https?|ftp)://[^\s<>\"'`|，。；：！？、）】》」』\u3000]+>?", re.IGNORECASE)
_URL_END = ".,;:!?)]}"
_EMAIL = re.compile(r"<?(?:mailto:)?(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b>?")
_DIGITS = re.compile(r"\d+")
# A line that this many pages in a row of pages open or close with is theirs, not the text's.
_REPEATED_PAGES = 3
_REPEATED_SHARE = 0.5


def clean(text: str, rules: CleaningRules) -> str:
    """Clean one text. Cleaning it again changes nothing; fenced code keeps its spaces."""
    text = _STRANGE.sub("", _LINE_ENDS.sub("\n", text))
    parts, at = [], 0
    for fenced in _FENCED.finditer(text):
        parts += [_prose(text[at : fenced.start()], rules), fenced[0]]
        at = fenced.end()
    return "".join([*parts, _prose(text[at:], rules)])


def clean_parsed(parsed: Parsed, rules: CleaningRules) -> Parsed:
    """Clean each block after its kind; blocks that become empty go. The offsets of pieces are those of this document's text."""
    blocks = _without_repeated(parsed.blocks) if rules.repeated_lines and parsed.pages else parsed.blocks
    cleaned = []
    for block in blocks:
        if block.kind == "code":
            text = _STRANGE.sub("", _LINE_ENDS.sub("\n", block.text)).strip("\n")
        elif block.kind == "table":
            text = "\n".join(clean(line, rules).strip() for line in block.text.split("\n"))
        elif block.kind == "heading":
            text = " ".join(clean(block.text, rules).split())
        else:
            text = clean(block.text, rules).strip("\n")
        if text.strip():
            cleaned.append(replace(block, text=text))
    return replace(parsed, blocks=tuple(cleaned))


def _prose(text: str, rules: CleaningRules) -> str:
    if rules.urls_emails:
        text = _LINK.sub(r"\1", text)
        text = _URL.sub(_kept_end, text)
        text = _EMAIL.sub("", text)
    if rules.extra_spaces:
        text = "\n".join(_squeezed(line) for line in _TRAILING.sub("", text).split("\n"))
        text = _EMPTY_LINES.sub("\n\n", text)
    return text


def _kept_end(found: re.Match[str]) -> str:
    """Keep the sentence's punctuation that stands right behind an address."""
    url = found[0]
    return "" if url.startswith("<") else url[len(url.rstrip(_URL_END)) :]


def _squeezed(line: str) -> str:
    indent = _INDENT.match(line)
    width = indent.end() if indent else 0
    return line[:width] + _SPACES.sub(" ", line[width:])


def _without_repeated(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Take out running headers and footers: first or last lines that, numbers aside, half of the pages share."""
    by_page: dict[int, list[int]] = {}
    for number, block in enumerate(blocks):
        if block.page is not None and block.kind == "text":
            by_page.setdefault(block.page, []).append(number)
    tops = Counter(_key(blocks[numbers[0]].text.split("\n")[0]) for numbers in by_page.values())
    bottoms = Counter(_key(blocks[numbers[-1]].text.split("\n")[-1]) for numbers in by_page.values())
    needed = max(_REPEATED_PAGES, len(by_page) * _REPEATED_SHARE)
    changed = list(blocks)
    for numbers in by_page.values():
        first, last = numbers[0], numbers[-1]
        lines = changed[first].text.split("\n")
        if tops[_key(lines[0])] >= needed and len(lines) > 1:
            changed[first] = replace(changed[first], text="\n".join(lines[1:]))
        lines = changed[last].text.split("\n")
        if bottoms[_key(lines[-1])] >= needed and len(lines) > 1:
            changed[last] = replace(changed[last], text="\n".join(lines[:-1]))
    return tuple(changed)


def _key(line: str) -> str:
    return _DIGITS.sub("#", " ".join(line.split())) if len(line) <= 150 else line
