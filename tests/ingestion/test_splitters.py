"""Cutting: nothing lost, nothing too long, in order, at good places."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.ingestion import tokens
from workers.ingestion.clean import clean_parsed
from workers.ingestion.parsed import Block, Parsed
from workers.ingestion.parsers import parse
from workers.ingestion.pieces import Piece
from workers.ingestion.rules import ChunkingRule, CleaningRules
from workers.ingestion.splitters import split

ENGLISH = (
    "Dr. Smith left at 5 p.m. for Washington, D.C. because of rain. He came back, tired but glad! Did Mrs. Jones ask why? Nobody knows. "
)
CHINESE = "他说：“今天下雨。”然后走了。真的吗？我们不知道！天气预报说，明天会好一些；后天更好。"
JAPANESE = "今日は雨が降っています。彼は「行きたくない。」と言いました。本当ですか？誰も知りません！"
POLISH = "Pan dr Kowalski mieszka przy ul. Długiej 5, np. w Krakowie. Czy to prawda? Nikt nie wie, m.in. dlatego że pada. "
ENDS = (".", "!", "?", "。", "！", "？", "”", "」", '"')


def rule(**changes: object) -> ChunkingRule:
    return ChunkingRule(**{"max_tokens": 60, "overlap": 0, "merge": True, **changes})  # type: ignore[arg-type]


def document(text: str, name: str = "a.md") -> Parsed:
    return parse(text.encode(), name)


def covered(parsed: Parsed, pieces: list[Piece], cleaning: CleaningRules) -> list[str]:
    """Return what lies in no piece, white space aside."""
    text = clean_parsed(parsed, cleaning).text
    gaps, at = [], 0
    for piece in pieces:
        gaps.append(text[at : max(at, piece.start)])
        at = max(at, piece.end)
    gaps.append(text[at:])
    return [gap.strip() for gap in gaps if gap.strip()]


blocks = st.one_of(
    st.builds(Block, st.just("text"), st.text(min_size=1, max_size=600)),
    st.builds(
        Block,
        st.just("text"),
        st.lists(st.sampled_from([ENGLISH, CHINESE, JAPANESE, POLISH, "\n", "\n\n", "👩‍👩‍👧 ", "e\u0301" * 9]), max_size=12).map("".join),
    ),
    st.builds(
        Block,
        st.just("list"),
        st.lists(st.sampled_from(["- one thing", "  - another, within", "2. " + ENGLISH]), min_size=1, max_size=9).map("\n".join),
    ),
    st.builds(
        Block,
        st.just("code"),
        st.lists(st.sampled_from(["x = 1", "    y = [2, 3]", "", "# " + "z" * 90]), min_size=1, max_size=30).map("\n".join),
    ),
    st.builds(Block, st.just("heading"), st.sampled_from(["Alpha", "Beta gamma", "第一章"]), st.integers(1, 6)),
    st.integers(1, 30).map(
        lambda rows: Block("table", "\n".join(["| a | b |", "| --- | --- |", *[f"| {row} | value {row} |" for row in range(rows)]]))
    ),
)
rules = st.builds(
    ChunkingRule,
    mode=st.sampled_from(["general", "parent_child"]),
    separator=st.sampled_from(["\n\n", "\n", "。", "##", " "]),
    max_tokens=st.integers(20, 200),
    overlap=st.integers(0, 19),
    parent_mode=st.sampled_from(["paragraph", "full_doc"]),
    child_separator=st.sampled_from(["\n", "."]),
    child_max_tokens=st.integers(20, 80),
    cleaning=st.builds(CleaningRules, extra_spaces=st.booleans(), urls_emails=st.booleans()),
    merge=st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(blocks, max_size=8).map(tuple), rules)
def test_nothing_is_lost_and_nothing_is_too_long(content: tuple[Block, ...], cut: ChunkingRule) -> None:
    parsed = Parsed(content)
    pieces = split(parsed, cut)
    text = clean_parsed(parsed, cut.cleaning).text
    lost = covered(parsed, pieces, cut.cleaning)
    separators = {cut.separator.strip(), ""} if (not cut.merge and cut.parent_mode == "paragraph") or cut.mode == "general" else {""}
    assert all(set(gap.replace(cut.separator, "").split()) <= separators for gap in lost)
    assert [piece.start for piece in pieces] == sorted(piece.start for piece in pieces)
    limit = 10_000 if cut.mode == "parent_child" and cut.parent_mode == "full_doc" else cut.max_tokens
    for piece in pieces:
        assert piece.content.strip()
        assert piece.tokens == tokens.count(piece.content) <= limit
        assert text[piece.start : piece.end] in piece.content
        for child in piece.children:
            assert child.tokens <= cut.child_max_tokens
            assert piece.start <= child.start < child.end <= piece.end
            assert text[child.start : child.end] in child.content
    assert split(parsed, cut) == pieces


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["👩‍👩‍👧‍👦", "🇵🇱", "🇯🇵", "👍🏽", "e\u0301\u0323", "한", "ก็", "字", "नि", "1️⃣"]), min_size=1, max_size=200),
    st.integers(20, 40),
)
def test_characters_stay_whole(characters: list[str], max_tokens: int) -> None:
    text = "".join(characters)
    pieces = split(Parsed((Block("text", text),)), rule(max_tokens=max_tokens))
    assert "".join(piece.content for piece in pieces) == text
    starts, at = set(), 0
    for character in characters:
        starts.add(at)
        at += len(character)
    assert {piece.start for piece in pieces} <= starts


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, JAPANESE, POLISH])
def test_pieces_end_with_sentences(text: str) -> None:
    pieces = split(document(text * 20, "a.txt"), rule())
    assert len(pieces) > 5
    for piece in pieces:
        assert piece.content.endswith(ENDS)
        assert not piece.content.endswith(("Dr.", "Mrs.", "D.C.", "p.m.", "ul.", "np.", "m.in."))
        assert not unicodedata.category(piece.content[0]).startswith("Pe")


def test_a_custom_separator_always_cuts() -> None:
    found = split(document("one\n\ntwo\n\n\nthree", "a.txt"), rule(merge=False))
    assert [piece.content for piece in found] == ["one", "two", "three"]
    found = split(document("a ### b\nc ### d", "a.txt"), rule(merge=False, separator="###"))
    assert [piece.content for piece in found] == ["a", "b\nc", "d"]


def test_merged_paragraphs_fill_a_piece() -> None:
    found = split(document("one\n\ntwo\n\nthree", "a.txt"), rule())
    assert [piece.content for piece in found] == ["one\n\ntwo\n\nthree"]


def test_headings_are_the_context_of_what_follows() -> None:
    text = f"# Guide\n\nIntro.\n\n## Leave\n\n{ENGLISH * 4}\n\n### Days\n\n{ENGLISH * 4}"
    found = split(document(text), rule(max_tokens=100))
    assert found[0].headings == ()
    assert found[-1].headings == ("Guide", "Leave", "Days")
    days = next(piece for piece in found if piece.content.startswith("### Days"))
    assert days.headings == ("Guide", "Leave")
    assert not any(piece.content.split("\n")[-1].startswith("#") for piece in found)


def test_a_heading_stays_with_its_paragraph_when_a_separator_cuts() -> None:
    found = split(document("# A\n\n## B\n\ntext\n\nmore"), rule(merge=False))
    assert [piece.content for piece in found] == ["# A\n\n## B\n\ntext", "more"]


def test_rows_stay_whole_and_the_header_is_repeated() -> None:
    rows = [f"| {number} | value of {number} |" for number in range(60)]
    found = split(document("\n".join(["| No | Value |", "| --- | --- |", *rows])), rule(merge=False, separator="\n"))
    assert len(found) > 3
    assert all(piece.content.startswith("| No | Value |\n| --- | --- |\n| ") for piece in found)
    assert [line for piece in found for line in piece.content.split("\n")[2:]] == rows


def test_code_is_cut_between_lines_and_keeps_its_fences() -> None:
    code = "\n".join(f"    line_{number} = {number}" for number in range(60))
    found = split(document(f"Look:\n\n```python\n{code}\n```\n\nDone."), rule())
    inside = [piece for piece in found if "line_" in piece.content]
    assert len(inside) > 3
    assert all(piece.content.count("```") == 2 and piece.content.count("```python\n") == 1 for piece in inside)
    assert "\n".join(line for piece in inside for line in piece.content.split("\n") if "line_" in line) == code


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_overlap_repeats_the_end_of_the_piece_before(text: str) -> None:
    found = split(document(text * 20, "a.txt"), rule(overlap=25))
    for before, after in pairwise(found):
        assert before.start < after.start < before.end
        repeated = before.content[after.start - before.start :]
        assert after.content.startswith(repeated)
        assert 0 < tokens.count(repeated) <= 26


def test_overlap_falls_back_to_words() -> None:
    text = " ".join(f"word{number}" for number in range(400)) + "."
    found = split(document(text, "a.txt"), rule(overlap=10))
    assert all(after.start < before.end for before, after in pairwise(found))
    assert all(piece.content.startswith("word") for piece in found)


def test_parents_hold_their_children() -> None:
    text = "\n\n".join(f"Paragraph {number}.\n{ENGLISH}" for number in range(5))
    found = split(document(text, "a.txt"), rule(mode="parent_child", merge=False, child_max_tokens=20))
    assert len(found) == 5
    assert [piece.children[0].content for piece in found] == [f"Paragraph {number}." for number in range(5)]
    whole = split(document(text, "a.txt"), rule(mode="parent_child", parent_mode="full_doc", child_max_tokens=20))
    assert len(whole) == 1
    assert whole[0].content.split() == text.split()
    assert len(whole[0].children) > 10


def test_pages_are_known() -> None:
    parsed = Parsed((Block("text", ENGLISH, page=1), Block("text", ENGLISH, page=2)), pages=2)
    assert [piece.page for piece in split(parsed, rule(max_tokens=45))] == [1, 2]


def test_wrapped_lines_are_no_ends() -> None:
    lines = [
        "The committee met in the town of",
        "Warsaw on a Monday and decided to",
        "Extend the term of its members by",
        "two years. Nobody spoke of it.",
    ]
    found = split(document("\n".join(line.ljust(41, "x") for line in lines[:3]) + "\n" + lines[3], "a.txt"), rule(max_tokens=34))
    assert found[0].content.endswith("two years.")


def test_a_line_without_an_end_is_cut_at_last() -> None:
    found = split(Parsed((Block("text", "x" * 5_000),)), rule(max_tokens=20))
    assert "".join(piece.content for piece in found) == "x" * 5_000
    assert max(piece.tokens for piece in found) <= 20
