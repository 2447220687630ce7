"""What may be stored as a flow, and when two flows are the same."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from backend.core.errors import AppError
from backend.studio.documents import document_check, document_digest, flow_size
from backend.studio.plans import plan_for
from tests.backend.studio.flows import document


def _with(path: str, value: Any) -> Any:
    made: Any = document()
    at = made
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        at = at[step]
    at[last] = value
    return made


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (None, "document"),
        ([], "document"),
        ("text", "document"),
        ({}, "document.graph"),
        ({"graph": []}, "document.graph"),
        ({"graph": {}}, "document.graph.nodes"),
        ({"graph": {"nodes": {}, "edges": []}}, "document.graph.nodes"),
        ({"graph": {"nodes": [1], "edges": []}}, "document.graph.nodes.0"),
        (_with("graph.nodes.1.id", 5), "document.graph.nodes.1.id"),
        (_with("graph.nodes.1.id", ""), "document.graph.nodes.1.id"),
        (_with("graph.nodes.1.id", "x" * 101), "document.graph.nodes.1.id"),
        (_with("graph.nodes.1.data", None), "document.graph.nodes.1.data"),
        (_with("graph.nodes.1.data.type", 7), "document.graph.nodes.1.data.type"),
        (_with("graph.nodes.1.position", {"x": "0", "y": 1}), "document.graph.nodes.1.position"),
        (_with("graph.nodes.1.position", {"x": True, "y": 1}), "document.graph.nodes.1.position"),
        (_with("graph.nodes.1.parentId", {}), "document.graph.nodes.1.parentId"),
        (_with("graph.edges.0.source", None), "document.graph.edges.0.source"),
        (_with("graph.edges.0.sourceHandle", 3), "document.graph.edges.0.sourceHandle"),
        (_with("features", []), "document.features"),
        (_with("environment_variables", {}), "document.environment_variables"),
        (_with("conversation_variables", [1]), "document.conversation_variables"),
    ],
)
def test_wrong_types_are_refused_by_field(raw: Any, field: str) -> None:
    with pytest.raises(AppError) as caught:
        document_check(raw)
    assert (caught.value.code, caught.value.http_status, caught.value.details["field"]) == ("invalid_document", 400, field)


def test_limits_name_themselves() -> None:
    many = document()
    many["graph"]["nodes"] = [{"id": f"n{i}", "data": {}} for i in range(flow_size().nodes + 1)]
    deep: Any = "x"
    for _ in range(70):
        deep = [deep]
    cases = [
        (many, "nodes"),
        (document(deep=deep), "depth"),
        (document(wide=[0] * 200_001), "values"),
        (document(big="x" * 5_000_001), "bytes"),
    ]
    for raw, limit in cases:
        with pytest.raises(AppError) as caught:
            document_check(raw)
        assert caught.value.code == "document_too_large"
        assert caught.value.details["limit"] == limit
        assert caught.value.details["current"] > caught.value.details["allowed"]


def test_a_number_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(AppError) as caught:
        document_check(document(number=float("nan")))
    assert caught.value.code == "invalid_document"


def test_checking_changes_nothing() -> None:
    raw = document(extra={"deep": [{"a": None}]})
    before = json.dumps(raw)
    assert document_check(raw) is raw
    assert json.dumps(raw) == before


def test_the_digest_sees_what_counts() -> None:
    same, base = document(), document_digest(document())
    same["graph"]["viewport"] = {"x": 9, "y": 9, "zoom": 2}
    same["graph"]["nodes"][0] |= {"selected": True, "dragging": False, "measured": {"width": 1}}
    same["graph"]["nodes"][0]["data"]["selected"] = True
    reordered = dict(reversed(list(same.items())))
    assert document_digest(same) == base
    assert document_digest(reordered) == base
    assert document_digest(document("other")) != base
    assert document_digest(document(top_unknown=None)) != base
    moved = document()
    moved["graph"]["nodes"][0]["position"]["x"] = 5
    assert document_digest(moved) != base


def test_how_much_a_flow_may_hold_is_the_operators_choice(settings: Any) -> None:
    flow = {"graph": {"nodes": [{"id": f"n{number}", "data": {}} for number in range(3)], "edges": []}}
    assert document_check(flow) == flow
    settings.ENV = settings.ENV.model_copy(update={"flow_limits": "flow_nodes=2"})
    with pytest.raises(AppError) as refused:
        document_check(flow)
    assert refused.value.details == {"limit": "nodes", "allowed": 2, "current": 3}
    assert [problem.code for problem in plan_for(uuid4(), flow, "workflow").problems][:1] == ["too_many_nodes"]
