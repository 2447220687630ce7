"""Cleaning: what goes, what stays, and that doing it twice changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.ingestion.clean import clean, clean_parsed
from workers.ingestion.parsed import Block, Parsed
from workers.ingestion.rules import CleaningRules

ALL = CleaningRules(extra_spaces=True, urls_emails=True)
NONE = CleaningRules(extra_spaces=False, urls_emails=False, repeated_lines=False)


@pytest.mark.parametrize(
    ("text", "rules", "left"),
    [
        ("a  b\u3000\u3000c \n\n\n\nd", ALL, "a b c\n\nd"),
        ("- a\n    - b   c", ALL, "- a\n    - b c"),
        ("a  b\n\n\n\nc", NONE, "a  b\n\n\n\nc"),
        ("soft\u00adhyphen\u200b\x00\ufeff\r\nnew\ud800", NONE, "softhyphen\nnew"),
        ("👩‍👩‍👧 می‌خواهم", NONE, "👩‍👩‍👧 می‌خواهم"),
        ("See https://a.example/x?y=1, or write to ann.b@mail.example.com.", ALL, "See , or write to ."),
        ("看https://a.example/路径，然后", ALL, "看，然后"),
        ('[the page](https://a.example/x) and ![a mill](https://a.example/m.png "t")', ALL, "the page and a mill"),
        ("<https://a.example> <a@b.example>", ALL, ""),
        ("5 @ 3, user@, @user, a.b", ALL, "5 @ 3, user@, @user, a.b"),
        ("a  b\n```\nx  =  1\n\n\n\ny\n```\nc  d", ALL, "a b\n```\nx  =  1\n\n\n\ny\n```\nc d"),
    ],
)
def test_rules(text: str, rules: CleaningRules, left: str) -> None:
    assert clean(text, rules).strip(" ") == left.strip(" ")


@given(st.text(), st.builds(CleaningRules, extra_spaces=st.booleans(), urls_emails=st.booleans()))
def test_twice_is_once(text: str, rules: CleaningRules) -> None:
    once = clean_parsed(Parsed((Block("text", text), Block("code", text), Block("table", text))), rules)
    assert clean_parsed(once, rules) == once


def test_code_keeps_its_layout_and_tables_their_rows() -> None:
    table = "| a | b |\n| --- | --- |\n| x   y | z |"
    parsed = clean_parsed(Parsed((Block("code", "if x:\n    y  =  1"), Block("table", table))), ALL)
    assert [block.text for block in parsed.blocks] == ["if x:\n    y  =  1", "| a | b |\n| --- | --- |\n| x y | z |"]


def test_running_headers_and_footers_go() -> None:
    pages = tuple(Block("text", f"Annual report 2026\nWhat page {number} says.\nPage {number} of 5", page=number) for number in range(1, 6))
    cleaned = clean_parsed(Parsed(pages, pages=5), CleaningRules())
    assert [block.text for block in cleaned.blocks] == [f"What page {number} says." for number in range(1, 6)]
    assert clean_parsed(Parsed(pages, pages=5), NONE).blocks == pages
