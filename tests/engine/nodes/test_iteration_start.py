from __future__ import annotations

from tests.engine.builders import Bench, document, end, start
from tests.engine.containers import around, body, iteration, template
from workers.engine.registry import node_class


async def test_each_round_begins_here_with_nothing() -> None:
    nodes = iteration([template("t", "x")], "box", items="sys.files")
    flow = document([start(), *nodes, end()], [*around("box", "end"), *body("box", "t")])
    ran = await Bench(mode="workflow", system={"files": [1]}).run(flow)
    assert ran.started == ["start", "box", "boxstart", "t", "end"]
    assert ran.node("boxstart").outputs == {}
    assert ran.node("boxstart").path == "box:0"


def test_it_comes_with_its_container() -> None:
    kind = node_class("iteration-start")
    assert kind is not None
    assert not kind.addable
