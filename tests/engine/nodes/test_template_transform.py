from __future__ import annotations

from tests.engine.builders import Bench, ask, chain, document, end, node, start
from workers.engine.nodes import template_transform


def flow(template: str) -> dict[str, object]:
    variables = [
        {"variable": "rows", "value_selector": ["start", "o", "rows"]},
        {"variable": "gone", "value_selector": ["start", "o", "none"]},
    ]
    return document(
        [start(ask("o", "json_object")), node("t", "template-transform", template=template, variables=variables), end(out="t.output")],
        chain("start", "t", "end"),
    )


async def test_values_keep_their_types_and_missing_ones_are_null() -> None:
    bench = Bench(mode="workflow")
    ran = await bench.run(flow("{% for r in rows %}{{ r.n + 1 }};{% endfor %}{{ gone is none }}"), {"o": {"rows": [{"n": 1}, {"n": 2}]}})
    assert ran.finished.outputs == {"out": "2;3;True"}
    assert ran.node("t").inputs == {"rows": [{"n": 1}, {"n": 2}], "gone": None}


async def test_the_renderers_error_is_the_nodes_error() -> None:
    ran = await Bench(mode="workflow").run(flow("{% for %}"), {"o": {}})
    assert ran.finished.error is not None
    assert (ran.finished.error.code, ran.finished.error.node_id) == ("template_syntax", "t")
    assert ran.finished.error.details == {"line": 1}


async def test_a_result_that_is_too_long_is_refused() -> None:
    ran = await Bench(mode="workflow").run(flow(f"{{{{ 'x' * {template_transform.MAX_CHARACTERS + 1} }}}}"), {"o": {}})
    assert ran.finished.error is not None
    assert ran.finished.error.code == "output_too_long"
    assert ran.finished.error.details["allowed"] == template_transform.MAX_CHARACTERS
