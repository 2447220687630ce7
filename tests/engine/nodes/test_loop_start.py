from __future__ import annotations

from tests.engine.builders import Bench, document, end, start
from tests.engine.containers import around, body, loop, template
from workers.engine.registry import node_class


async def test_each_round_begins_here_with_nothing() -> None:
    nodes = loop([template("t", "x")], "box", loop_count=1)
    flow = document([start(), *nodes, end()], [*around("box", "end"), *body("box", "t")])
    ran = await Bench(mode="workflow", system={"files": [1]}).run(flow)
    assert ran.started == ["start", "box", "boxstart", "t", "end"]
    assert ran.node("boxstart").outputs == {}
    assert ran.node("boxstart").path == "box:0"


def test_it_comes_with_its_container() -> None:
    kind = node_class("loop-start")
    assert kind is not None
    assert not kind.addable
