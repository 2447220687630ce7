from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.engine.scheduler import Edge, Scheduler


def scheduler(*edges: str) -> Scheduler:
    """Edges as "a>b" or "a:handle>b"."""
    parsed = []
    for written in edges:
        left, target = written.split(">")
        source, _, handle = left.partition(":")
        parsed.append(Edge(source, target, handle or "source"))
    nodes = {end for edge in parsed for end in (edge.source, edge.target)}
    degree = Counter(edge.target for edge in parsed)
    return Scheduler(
        {node: degree[node] for node in nodes}, {node: tuple(edge for edge in parsed if edge.source == node) for node in nodes}
    )


def play(plan: Scheduler, handles: dict[str, str], root: str = "a", others: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    """Finish nodes in the order they become ready; return what ran and what was skipped."""
    step = plan.begin(root, others)
    queue, ran, skipped = list(step.ready), [], list(step.skipped)
    while queue:
        node = queue.pop(0)
        ran.append(node)
        step = plan.finish(node, handles.get(node, "source"))
        queue += step.ready
        skipped += step.skipped
    return ran, skipped


@pytest.mark.parametrize(
    ("edges", "handles", "ran", "skipped"),
    [
        (["a>b", "b>c"], {}, ["a", "b", "c"], []),
        (["a>b", "a>c", "b>d", "c>d"], {}, ["a", "b", "c", "d"], []),
        (["a:yes>b", "a:no>c", "b>d", "c>d"], {"a": "yes"}, ["a", "b", "d"], ["c"]),
        (["a:yes>b", "a:no>c", "c>d", "d>e"], {"a": "yes"}, ["a", "b"], ["c", "d", "e"]),
        (["a:yes>b", "a:no>c", "c>d", "b>d", "d>e"], {"a": "no"}, ["a", "c", "d", "e"], ["b"]),
        (["a:yes>b", "a:yes>c"], {"a": "other"}, ["a"], ["b", "c"]),
        (["a:yes>b", "a:no>b"], {"a": "no"}, ["a", "b"], []),
    ],
)
def test_what_runs_and_what_is_skipped(edges: list[str], handles: dict[str, str], ran: list[str], skipped: list[str]) -> None:
    assert play(scheduler(*edges), handles) == (ran, skipped)


def test_other_roots_are_skipped_and_do_not_hold_up_a_join() -> None:
    assert play(scheduler("a>c", "b>c"), {}, others=("b",)) == (["a", "c"], ["b"])


def test_a_join_waits_for_the_slowest_branch() -> None:
    plan = scheduler("a>b", "a>c", "b>d", "c>d")
    plan.begin("a")
    assert plan.finish("a", "source").ready == ["b", "c"]
    assert plan.finish("c", "source").ready == []
    assert plan.finish("b", "source").ready == ["d"]


@given(st.integers(2, 12), st.randoms(use_true_random=False))
def test_every_node_of_any_graph_either_runs_or_is_skipped_once(size: int, chance: random.Random) -> None:
    edges = [
        f"n{target - 1 if chance.random() < 0.4 else chance.randrange(target)}:{chance.choice(['source', 'x', 'y'])}>n{target}"
        for target in range(1, size)
        for _ in range(chance.randint(1, 3))
    ]
    handles = {f"n{index}": chance.choice(["source", "x", "y"]) for index in range(size)}
    ran, skipped = play(scheduler(*edges), handles, root="n0")
    assert sorted(ran + skipped) == sorted({f"n{index}" for index in range(size)})
    order = {node: rank for rank, node in enumerate(ran)}
    for written in edges:
        source, target = written.split(":")[0], written.split(">")[1]
        if source in order and target in order:
            assert order[source] < order[target]
