from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, ask, chain, document, edge, end, if_else, llm, node, start, when
from tests.fakes.scripted_model import ScriptedModel


def branches(aggregator: dict[str, Any], **outputs: str) -> dict[str, Any]:
    return document(
        [start(ask("q")), if_else("if", ("yes", [when("start.q", "is", "x")])), llm("a"), llm("b"), aggregator, end(**outputs)],
        [
            *chain("start", "if"),
            edge("if", "a", "yes"),
            edge("if", "b", "false"),
            edge("a", "agg"),
            edge("b", "agg"),
            *chain("agg", "end"),
        ],
    )


@pytest.mark.parametrize("kind", ["variable-aggregator", "variable-assigner"])
@pytest.mark.parametrize(("q", "expected"), [("x", "from a"), ("y", "from b")])
async def test_the_branch_that_ran_is_taken(kind: str, q: str, expected: str) -> None:
    model = ScriptedModel(by_model={"a": ["from a"], "b": ["from b"]})
    flow = branches(node("agg", kind, output_type="string", variables=[["a", "text"], ["b", "text"]]), out="agg.output")
    ran = await Bench(model=model, mode="workflow").run(flow, {"q": q})
    assert ran.finished.outputs == {"out": expected}
    assert len(model.requests) == 1


async def test_null_counts_as_no_value_but_empty_text_does() -> None:
    flow = document(
        [
            start(ask("n", "number"), ask("t")),
            node("agg", "variable-aggregator", variables=[["start", "n"], ["start", "t"]]),
            end(o="agg.output"),
        ],
        chain("start", "agg", "end"),
    )
    assert (await Bench(mode="workflow").run(flow, {"t": ""})).finished.outputs == {"o": ""}
    assert (await Bench(mode="workflow").run(flow, {"n": 0, "t": ""})).finished.outputs == {"o": 0}


async def test_groups_have_an_output_each() -> None:
    groups = [
        {"groupId": "1", "group_name": "G1", "output_type": "string", "variables": [["a", "text"], ["b", "text"]]},
        {"groupId": "2", "group_name": "G2", "output_type": "object", "variables": [["a", "usage"]]},
    ]
    aggregator = node("agg", "variable-aggregator", variables=[], advanced_settings={"group_enabled": True, "groups": groups})
    ran = await Bench(model=ScriptedModel("from b"), mode="workflow").run(
        branches(aggregator, one="agg.G1.output", two="agg.G2.output"), {"q": "y"}
    )
    assert ran.finished.outputs == {"one": "from b", "two": None}
