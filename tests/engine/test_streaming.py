from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.engine.streaming import AnswerStream, Lane, Piece, Segment
from workers.engine.variables import Scope, Selector

A, B = ("a", "text"), ("b", "text")


def var(selector: Selector, separator: str = "") -> Segment:
    return Segment(selector=selector, awaits=(selector[0],), separator=separator)


class Script:
    """Plays steps against a stream and writes down what leaves; `=` marks a replacement."""

    def __init__(self, responses: dict[str, tuple[Segment, ...]]) -> None:
        self.scope = Scope()
        self.stream = AnswerStream(responses, frozenset({A, B}), self.scope)
        self.out: list[str] = []

    def note(self, pieces: list[Piece]) -> None:
        self.out += [f"={piece.text}" if piece.replaces else piece.text for piece in pieces]

    def play(self, *steps: tuple[Any, ...]) -> list[str]:
        """Steps: ("certain", id…) ("push", selector, text) ("done", id, outputs) ("skip", id) ("reset", id)."""
        for name, *rest in steps:
            if name == "certain":
                self.note(self.stream.certain(rest))
            elif name == "push":
                self.note(self.stream.push(rest[0], rest[1]))
            elif name == "done":
                self.scope.put(rest[0], rest[1])
                self.note(self.stream.resolve(rest[0]))
            elif name == "skip":
                self.scope.absent.add(rest[0])
                self.note(self.stream.resolve(rest[0]))
            else:
                self.note(self.stream.reset(rest[0]))
        return self.out


TWO = {"r": (Segment("1:"), var(A), Segment(" 2:"), var(B), Segment("."))}


@pytest.mark.parametrize(
    ("responses", "steps", "out"),
    [
        pytest.param(TWO, [("certain", "r")], ["1:"], id="literal text leaves at once"),
        pytest.param(
            TWO,
            [
                ("certain", "r"),
                ("push", A, "x"),
                ("push", A, "y"),
                ("done", "a", {"text": "xy"}),
                ("push", B, "z"),
                ("done", "b", {"text": "z"}),
            ],
            ["1:", "x", "y", " 2:", "z", "."],
            id="in order and live",
        ),
        pytest.param(
            TWO,
            [("certain", "r"), ("push", B, "z"), ("push", B, "w"), ("push", A, "x"), ("done", "a", {"text": "x"}), ("push", B, "!")],
            ["1:", "x", " 2:", "zw", "!"],
            id="what is not next in order is held back, then leaves and goes on live",
        ),
        pytest.param(
            TWO,
            [("certain", "r"), ("push", B, "z"), ("done", "b", {"text": "z"}), ("push", A, "x"), ("done", "a", {"text": "x"})],
            ["1:", "x", " 2:", "z", "."],
            id="a node that ended out of order",
        ),
        pytest.param(
            TWO,
            [("push", A, "x"), ("push", A, "y"), ("certain", "r"), ("push", A, "z")],
            ["1:", "xy", "z"],
            id="held until the branch is decided",
        ),
        pytest.param(TWO, [("push", A, "x"), ("done", "a", {"text": "x"})], [], id="nothing of an answer that may not run"),
        pytest.param(
            TWO,
            [("certain", "r"), ("skip", "a"), ("push", B, "z"), ("done", "b", {"text": "z"})],
            ["1:", " 2:", "z", "."],
            id="a skipped node",
        ),
        pytest.param(
            TWO,
            [("certain", "r"), ("push", A, "x"), ("reset", "a"), ("push", A, "new"), ("done", "a", {"text": "new"})],
            ["1:", "x", "=1:", "new", " 2:"],
            id="a repeated node replaces what it wrote",
        ),
        pytest.param(
            TWO,
            [("certain", "r"), ("push", B, "old"), ("reset", "b"), ("push", B, "new"), ("push", A, "x"), ("done", "a", {"text": "x"})],
            ["1:", "x", " 2:", "new"],
            id="a repeated node that was held back leaves no trace",
        ),
        pytest.param(
            TWO,
            [("certain", "r"), ("push", A, "x"), ("done", "a", {"text": "other"})],
            ["1:", "x", "=1:other", " 2:"],
            id="the output counts, not what was streamed",
        ),
        pytest.param(
            TWO,
            [("certain", "r"), ("push", A, "x"), ("done", "a", {"text": "xyz"})],
            ["1:", "x", "yz", " 2:"],
            id="what the output has more than the stream",
        ),
        pytest.param(
            {"r": (Segment(selector=A, awaits=("a",)), Segment(selector=A, awaits=("a",)))},
            [("certain", "r"), ("push", A, "x"), ("done", "a", {"text": "x"})],
            ["x", "x"],
            id="a variable twice",
        ),
        pytest.param(
            {"r": (var(A),), "s": (var(B),)},
            [("certain", "r", "s"), ("push", B, "z"), ("done", "b", {"text": "z"}), ("push", A, "x"), ("done", "a", {"text": "x"})],
            ["x", "z"],
            id="answers one after the other",
        ),
        pytest.param(
            {"r": (var(A),), "s": (var(B),)},
            [("certain", "s"), ("certain", "r"), ("push", A, "x"), ("push", B, "z"), ("done", "b", {"text": "z"})],
            ["z", "x"],
            id="the first certain answer goes first",
        ),
        pytest.param(
            {"r": (var(A),)},
            [("certain", "r"), ("certain", "r"), ("done", "a", {"text": "x"})],
            ["x"],
            id="certain twice counts once",
        ),
        pytest.param(
            {"r": (var(A, "\n"), var(B, "\n"))},
            [("certain", "r"), ("skip", "a"), ("push", B, "z"), ("push", B, "w"), ("done", "b", {"text": "zw"})],
            ["z", "w"],
            id="no separator before the first text",
        ),
        pytest.param(
            {"r": (var(A, "\n"), var(B, "\n"))},
            [("certain", "r"), ("done", "a", {"text": "x"}), ("push", B, "z"), ("push", B, "w"), ("done", "b", {"text": "zw"})],
            ["x", "\nz", "w"],
            id="a separator between texts",
        ),
        pytest.param(
            {"r": (Segment("<"), var(A), Segment(">"))},
            [("certain", "r"), ("done", "r", {}), ("done", "a", {"text": "late"})],
            ["<", "a.text", ">"],
            id="an answer that ran does not wait for a node that is not before it",
        ),
        pytest.param(
            {"r": (var(A),), "s": (Segment("s:"), Segment(selector=("conversation", "x"), awaits=("w",)))},
            [
                ("certain", "r", "s"),
                ("done", "w", {}),
                ("done", "s", {}),
                ("done", "conversation", {"x": "later"}),
                ("done", "a", {"text": "x"}),
            ],
            ["x", "s:", "conversation.x"],
            id="an answer keeps the values it saw when it ran",
        ),
    ],
)
def test_order(responses: dict[str, tuple[Segment, ...]], steps: list[tuple[Any, ...]], out: list[str]) -> None:
    assert Script(responses).play(*steps) == out


@given(st.randoms(use_true_random=False))
def test_any_interleaving_gives_the_same_text(chance: random.Random) -> None:
    script = Script(TWO)
    lanes: list[list[tuple[Any, ...]]] = [
        [("certain", "r")],
        [("push", A, "x"), ("reset", "a"), ("push", A, "p"), ("push", A, "q"), ("done", "a", {"text": "pq"})],
        [("push", B, "y"), ("push", B, "z"), ("done", "b", {"text": "yz"})],
    ]
    while any(lanes):
        script.play(chance.choice([lane for lane in lanes if lane]).pop(0))
    text = ""
    for said in script.out:
        text = said[1:] if said.startswith("=") else text + said
    assert text == "1:pq 2:yz." == script.stream.text


def rounds(count: int) -> tuple[AnswerStream, list[Lane]]:
    """A stream with rounds of a container that answers with the text of a node in it."""
    scope = Scope({"outer": {"x": "o"}})
    stream = AnswerStream({}, frozenset(), scope)
    stream.resolve("outer")
    body = {"r": (Segment("["), var(A), Segment("]"))}
    return stream, [Lane(body, frozenset({A}), Scope({}, scope), stream.top) for _ in range(count)]


def test_rounds_leave_one_after_the_other_in_the_order_in_which_they_became_certain() -> None:
    stream, (first, second) = rounds(2)
    out = [*stream.certain(["r"], first), *stream.certain(["r"], second)]
    out += [*stream.push(A, "2", second), *stream.push(A, "1", first)]
    for lane, text in ((second, "2"), (first, "1")):
        lane.scope.put("a", {"text": text})
        out += stream.resolve("a", lane)
    assert [piece.text for piece in out] == ["[", "1", "]", "[", "2", "]"]
    assert stream.text == "[1][2]"


def test_a_round_that_is_dropped_leaves_what_had_left_but_for_a_piece_that_was_being_written() -> None:
    stream, (first, second, third) = rounds(3)
    for lane in (first, second, third):
        stream.certain(["r"], lane)
    stream.push(A, "half", first)
    stream.push(A, "held", third)
    assert stream.text == "[half"
    assert stream.drop([first, second]) == [Piece("[", replaces=True), Piece("["), Piece("held", A)]
    assert stream.text == "[[held"


def test_a_round_knows_what_ended_around_it() -> None:
    stream, (lane,) = rounds(1)
    assert lane.ended("outer")
    assert not stream.top.ended("a")
    stream.resolve("a", lane)
    assert lane.ended("a")
    assert not stream.top.ended("a")
