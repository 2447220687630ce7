"""YAML from anywhere: read without surprise, written without loss."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.studio import yaml_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\nb: -2\nc: 0\nd: 1.5\ne: 1.0e+3\nf: .5", {"a": 1, "b": -2, "c": 0, "d": 1.5, "e": 1000.0, "f": 0.5}),
        ("[true, False, null, ~, ]", [True, False, None, None]),
        ("[on, off, yes, no, y, N]", ["on", "off", "yes", "no", "y", "N"]),
        ("[12:30, 2024-01-01, =, <<, 010, 1_000, 0x1F, 1e3, .inf, .nan, ., +]", None),
        ("'true': '1'\n\"b\": \"2\"", {"true": "1", "b": "2"}),
        ("a: !!str 12\nb: ! 12\nc: !!int '12'", {"a": "12", "b": "12", "c": 12}),
        ("1: a\ntrue: b\n~: c", {"1": "a", "true": "b", "null": "c"}),
        ("a: &x {k: [1]}\nb: *x", {"a": {"k": [1]}, "b": {"k": [1]}}),
        ("a: 1\na: 2", {"a": 2}),
        ("a: |\n  one\n  two\nb: >-\n  one\n  two\n", {"a": "one\ntwo\n", "b": "one two"}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ("a:\nb: ''", {"a": None, "b": ""}),
        ("big: 99999999999999999999999", {"big": "99999999999999999999999"}),
        ("中文: 你好 🌊", {"中文": "你好 🌊"}),
        ("text", "text"),
    ],
)
def test_reads(text: str, value: Any) -> None:
    if value is None:
        assert all(isinstance(item, str) for item in yaml_text.load(text))
    else:
        assert yaml_text.load(text) == value


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 0, 0),
        ("# nothing", 0, 0),
        ("a: [", 2, 1),
        ("a: 1\nb: c: d", 2, 5),
        ("a: 1\n---\nb: 2", 2, 1),
        ("a: *nobody", 1, 4),
        ("a: &a [*a]", 1, 8),
        ("x: !!python/object/apply:os.system ['true']", 1, 4),
        ("x: !!binary aGk=", 1, 4),
        ("x: !!timestamp 2020-01-01", 1, 4),
        ("x: !thing 1", 1, 4),
        ("{[1]: 2}", 1, 4),
        ('a: "\\0"', 1, 4),
        ("a: \x01", 0, 0),
        ("a: " + "[" * 100_000, 1, 67),
        ("- " * 100_000, 1, 129),
        ("a:\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1, 2000)), 65, 65),
    ],
)
def test_refuses_and_says_where(text: str, line: int, column: int) -> None:
    with pytest.raises(yaml_text.YamlError) as caught:
        yaml_text.load(text)
    assert (caught.value.line, caught.value.column) == (line, column), caught.value.message
    assert "\n" not in caught.value.message


def test_aliases_that_multiply_are_stopped() -> None:
    bomb = "a: &a [1,1,1,1,1,1,1,1,1]\n"
    for name, before in zip("bcdefghij", "abcdefghi", strict=True):
        bomb += f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
    with pytest.raises(yaml_text.YamlError, match="more than 200000 values"):
        yaml_text.load(bomb)


_texts = st.text(max_size=30) | st.sampled_from(
    [
        "on",
        "12:30",
        "=",
        "1e3",
        "0o14",
        "~",
        "08",
        " lead",
        "trail ",
        "a\nb",
        "a\n b \n",
        "\n",
        "- x",
        "x: y",
        "#c",
        "🌊\nsea",
        "\u2028",
        "a\r\nb",
        "<<",
    ]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


def _storable(value: Any) -> bool:
    """Texts that YAML can hold: no NUL, no lone surrogates."""
    if isinstance(value, dict):
        return all(_storable(key) and _storable(item) for key, item in value.items())
    if isinstance(value, list):
        return all(_storable(item) for item in value)
    return not isinstance(value, str) or ("\x00" not in value and not any("\ud800" <= char <= "\udfff" for char in value))


@pytest.mark.parametrize("limit", [0, 10**9], ids=["fast writer", "readable writer"])
@settings(max_examples=150, deadline=None, database=None)
@given(value=_values.filter(_storable))
def test_what_is_written_reads_the_same(limit: int, value: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_text, "READABLE_CHARS", limit)
        text = yaml_text.dump({"value": value})
    assert yaml_text.load(text) == {"value": value}
    assert yaml.safe_load(text) == {"value": value}, "others read it too"


def test_long_texts_and_emoji_stay_readable() -> None:
    text = yaml_text.dump({"z": "first line\nsecond 🌊 line\n", "a": "你好"})
    assert text == "z: |\n  first line\n  second 🌊 line\na: 你好\n"
