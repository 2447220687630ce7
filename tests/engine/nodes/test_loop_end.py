from __future__ import annotations

from tests.engine.builders import Bench, document, edge, end, node, start
from tests.engine.containers import around, body, loop, template


async def test_the_round_that_reaches_it_is_the_last() -> None:
    nodes = loop([node("out", "loop-end"), template("t", "x")])
    flow = document([start(), *nodes, end(r="loop.loop_round")], [*around("loop", "end"), *body("loop", "out"), *body("loop", "t")])
    ran = await Bench(mode="workflow").run(flow)
    assert ran.finished.outputs == {"r": 1}
    assert ran.node("t").status == "succeeded"
    assert ran.node("loop").process["completed_reason"] == "loop_break"


async def test_outside_of_a_loop_it_does_nothing() -> None:
    flow = document([start(), node("out", "loop-end"), end(x="sys.user_id")], [edge("start", "out"), edge("start", "end")])
    ran = await Bench(mode="workflow", system={"user_id": "u"}).run(flow)
    assert ran.finished.outputs == {"x": "u"}
