"""Plain text, Markdown, source code, subtitles."""

from __future__ import annotations

import re
from collections.abc import Callable

from workers.ingestion.parsed import Block, BlockKind, Parsed
from workers.ingestion.parsers.source import Source

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^`]*$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_LIST = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s+\S")
_TABLE_RULE = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CUE_TIME = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s*-->")
_CUE_SPEAKER = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")
_CUE_TAG = re.compile(r"</?[^<>]*>|\{\\[^}]*\}")
# Cues are joined until a sentence ends, and at the latest here.
_CUE_CHARS = 500


def read_text(source: Source) -> Parsed:
    """Read text as one block: its empty lines are the author's."""
    text, encoding, warnings = source.text()
    return Parsed((Block("text", text.strip("\n")),), encoding=encoding, warnings=warnings)


def read_code(source: Source) -> Parsed:
    """Read source code."""
    text, encoding, warnings = source.text()
    return Parsed((Block("code", text.strip("\n"), info=source.extension),), encoding=encoding, warnings=warnings)


def read_markdown(source: Source) -> Parsed:
    """Read Markdown."""
    text, encoding, warnings = source.text()
    title, blocks = markdown_blocks(text)
    return Parsed(tuple(blocks), title=title, encoding=encoding, warnings=warnings)


def read_subtitles(source: Source) -> Parsed:
    """Read WebVTT or SubRip: what is said, without times, a speaker's name before it."""
    text, encoding, warnings = source.text()
    paragraphs: list[str] = []
    current, speaker = "", ""
    for cue in re.split(r"\n\s*\n", text):
        lines = cue.strip("\n").split("\n")
        at = next((number for number, line in enumerate(lines) if _CUE_TIME.match(line)), None)
        if at is None:
            continue
        said = " ".join(lines[at + 1 :])
        named = _CUE_SPEAKER.search(said)
        words = _CUE_TAG.sub("", said).strip()
        if not words or current.endswith(words):
            continue
        changed = named is not None and named[1].strip() != speaker
        if changed or (current and (current[-1] in ".!?。！？…" or len(current) > _CUE_CHARS)):
            paragraphs.append(current)
            current = ""
        if changed and named is not None:
            speaker = named[1].strip()
            current = f"{speaker}:"
        current = f"{current} {words}".strip()
    paragraphs.append(current)
    return Parsed((Block("text", "\n".join(line for line in paragraphs if line)),), encoding=encoding, warnings=warnings)


def markdown_blocks(text: str) -> tuple[str, list[Block]]:
    """Return title and blocks. Reads line by line in one pass: the blocks' text is the author's."""
    lines = text.split("\n")
    title, at = _front_matter(lines)
    blocks: list[Block] = []
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        fence = _FENCE.match(line)
        heading = _HEADING.match(line)
        if fence:
            at, block = _fenced(lines, at, fence)
        elif heading:
            at, block = at + 1, Block("heading", (heading[2] or "").strip(), level=len(heading[1]))
        elif _table_begins(lines, at):
            at, block = _table(lines, at)
        else:
            at, block = _paragraph(lines, at)
        if block.text:
            blocks.append(block)
    if not title:
        title = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), "")
    return title, blocks


def _front_matter(lines: list[str]) -> tuple[str, int]:
    if not lines or lines[0].strip() != "---":
        return "", 0
    for number, line in enumerate(lines[1:200], start=1):
        if line.strip() == "---":
            # Not read as YAML: a title is all that is wanted.
            named = next((found for found in lines[1:number] if found.startswith("title:")), "")
            return named.removeprefix("title:").strip().strip("\"'"), number + 1
        if line.strip() and not re.match(r"^[\w.-]+\s*:|^\s+\S|^- |^#", line):
            break
    return "", 0


def _fenced(lines: list[str], at: int, fence: re.Match[str]) -> tuple[int, Block]:
    mark, start = fence[1], at + 1
    at = start
    while at < len(lines):
        line = lines[at].strip()
        if line.startswith(mark) and not line.strip(mark[0]):
            break
        at += 1
    return at + 1, Block("code", "\n".join(lines[start:at]).strip("\n"), info=fence[2])


def _table_begins(lines: list[str], at: int) -> bool:
    return "|" in lines[at] and at + 1 < len(lines) and "|" in lines[at + 1] and _TABLE_RULE.match(lines[at + 1]) is not None


def _table(lines: list[str], at: int) -> tuple[int, Block]:
    start = at
    at += 2
    while at < len(lines) and "|" in lines[at] and lines[at].strip():
        at += 1
    return at, Block("table", "\n".join(line.strip() for line in lines[start:at]))


def _paragraph(lines: list[str], at: int) -> tuple[int, Block]:
    kind: BlockKind = "list" if _LIST.match(lines[at]) else "text"
    start = at
    at += 1
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            following = lines[at + 1] if at + 1 < len(lines) else ""
            # A list goes on over an empty line when an item or an indented paragraph follows.
            if kind != "list" or not (_LIST.match(following) or following.startswith(("  ", "\t"))):
                break
        elif _FENCE.match(line) or (_HEADING.match(line) and kind == "text") or (_HEADING.match(line) and not line.startswith(" ")):
            break
        elif kind == "text" and _UNDERLINE.match(line) and at == start + 1:
            return at + 1, Block("heading", lines[start].strip(), level=1 if "=" in line else 2)
        elif (kind == "text" and _LIST.match(line)) or _table_begins(lines, at):
            break
        at += 1
    return at, Block(kind, "\n".join(lines[start:at]).strip("\n"))


READERS: dict[str, Callable[[Source], Parsed]] = {
    "text": read_text,
    "code": read_code,
    "markdown": read_markdown,
    "subtitles": read_subtitles,
}
