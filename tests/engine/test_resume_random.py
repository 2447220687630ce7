"""Flows drawn by chance, with containers in containers: cut anywhere, they end as if they had not been."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, document, edge, llm, start
from tests.engine.containers import iteration, loop, template
from tests.engine.test_resume_containers import Parrot
from workers.engine.state import RunState, fold

CUTS = 8


class Artist:
    """Draws a flow; the same one for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = 0
        self.edges: list[dict[str, Any]] = []

    def flow(self) -> dict[str, Any]:
        """A chat whose last node is an answer."""
        nodes, last = self.line("start", 0)
        self.edges.append(edge(last, "answer"))
        return document([start(ask("items")), *nodes, answer("end", "answer")], self.edges)

    def line(self, before: str, depth: int) -> tuple[list[dict[str, Any]], str]:
        """One to three nodes in a row, some with a model beside them."""
        nodes: list[dict[str, Any]] = []
        for _ in range(self.chance.randint(1, 3)):
            drawn = self.node(before, depth)
            nodes += drawn
            self.edges.append(edge(before, drawn[0]["id"]))
            if self.chance.random() < 0.25:
                nodes.append(self.model())
                self.edges.append(edge(before, nodes[-1]["id"]))
            before = drawn[0]["id"]
        return nodes, before

    def node(self, before: str, depth: int) -> list[dict[str, Any]]:
        """A node, or a container with what is in it."""
        kind = self.chance.random()
        if kind < 0.3 and depth < 2:
            return self.container(depth)
        if kind < 0.55:
            return [self.model()]
        self.count += 1
        if kind < 0.75:
            return [template(f"t{self.count}", "x")]
        shown = f"{{{{#{before}.text#}}}}" if before.startswith("m") else ""
        return [answer(f"<{self.count}>{shown}", f"a{self.count}")]

    def model(self) -> dict[str, Any]:
        """A model that may fail, with or without a way to go on."""
        self.count += 1
        strategy = self.chance.choice(["", "fail-branch", "default-value"])
        default = [{"key": "text", "type": "string", "value": "D"}]
        prompt = self.chance.choice(["bad", "fine", "{{#start.items#}}", "good"])
        return llm(f"m{self.count}", prompt, error_strategy=strategy, default_value=default)

    def container(self, depth: int) -> list[dict[str, Any]]:
        """An iteration or a loop."""
        self.count += 1
        name = f"c{self.count}"
        inside, last = self.line(f"{name}start", depth + 1)
        mode = self.chance.choice(["terminated", "continue-on-error", "remove-abnormal-output"])
        if self.chance.random() < 0.5:
            return loop(inside, name, loop_count=self.chance.randint(1, 3), error_handle_mode=mode)
        parallel = self.chance.random() < 0.5
        output = f"{last}.output" if last.startswith("t") else ""
        return iteration(inside, name, output=output, is_parallel=parallel, parallel_nums=2, error_handle_mode=mode)


async def go(flow: dict[str, Any], state: RunState | None = None) -> Ran:
    bench = Bench(mode="advanced-chat")
    bench.model = Parrot()  # type: ignore[assignment]
    return await bench.run(flow, {"items": ["p", "q", "s"]}, state=state)


@pytest.mark.parametrize("seed", range(40))
async def test_cut_anywhere(seed: int) -> None:
    flow = Artist(seed).flow()
    whole = await go(flow)
    possible = range(1, len(whole.events))
    for cut in sorted(random.Random(seed).sample(possible, min(CUTS, len(possible)))):
        ran = await go(flow, fold(whole.events[:cut]))
        assert ran.finished.status == whole.finished.status
        if whole.finished.status != "failed":  # which of several nodes fails first may differ
            facts = ("outputs", "answer", "steps", "usage", "exceptions_count")
            assert [getattr(ran.finished, fact) for fact in facts] == [getattr(whole.finished, fact) for fact in facts]
        assert fold([*whole.events[:cut], *ran.events]).snapshot() == ran.state.snapshot()
