"""Flows of any size with cards of the types people use, which can be drawn and run."""

from __future__ import annotations

from typing import Any

from tests.scenarios.flows import llm, node, template

LANES = 10
PROMPT = "You answer letters for the harbour office. Be brief, keep names and numbers, and sign with the office.\n\n{{#start.topic#}}"
# What the branch that no run takes has, in turn: these need things that a bench does not set up.
_ASIDE = ("question-classifier", "http-request", "parameter-extractor", "knowledge-retrieval", "code")


def _if_else(node_id: str) -> dict[str, Any]:
    condition = {"id": "1", "variable_selector": ["start", "topic"], "comparison_operator": "not empty", "value": ""}
    return node(node_id, "if-else", cases=[{"case_id": "true", "id": "true", "logical_operator": "and", "conditions": [condition]}])


def _aside(node_id: str, kind: str) -> dict[str, Any]:
    model = {"provider": "openai-compatible", "name": "mock", "mode": "chat", "completion_params": {}}
    given: dict[str, dict[str, Any]] = {
        "question-classifier": {
            "model": model,
            "query_variable_selector": ["start", "topic"],
            "classes": [{"id": "1", "name": "about ships"}, {"id": "2", "name": "about trains"}],
            "vision": {"enabled": False},
        },
        "http-request": {
            "method": "get",
            "url": "https://weather.example.com/{{#start.topic#}}",
            "authorization": {"type": "no-auth", "config": None},
            "headers": "",
            "params": "",
            "body": {"type": "none", "data": []},
            "timeout": {},
        },
        "parameter-extractor": {
            "model": model,
            "query": ["start", "topic"],
            "parameters": [{"name": "ship", "type": "string", "description": "its name", "required": True}],
            "reasoning_mode": "prompt",
            "vision": {"enabled": False},
        },
        "knowledge-retrieval": {"query_variable_selector": ["start", "topic"], "dataset_ids": [], "retrieval_mode": "multiple"},
        "code": {
            "code_language": "python3",
            "code": "def main(topic):\n    return {'result': topic}\n",
            "variables": [{"variable": "topic", "value_selector": ["start", "topic"]}],
            "outputs": {"result": {"type": "string", "children": None}},
        },
    }
    return node(node_id, kind, **given[kind])


def _segment(at: int, model: str) -> tuple[list[dict[str, Any]], list[tuple[str, str, str]]]:
    """Five steps: a branch, a model and a template on one side, something else on the other, and where both meet."""
    ask, write, shape, aside, meet = (f"{name}{at}" for name in ("ask", "write", "shape", "aside", "meet"))
    kind = _ASIDE[at % len(_ASIDE)]
    nodes = [
        _if_else(ask),
        llm(write, model, PROMPT),
        template(shape, "{{ text }} ({{ topic }})", text=[write, "text"], topic=["start", "topic"]),
        _aside(aside, kind),
        node(meet, "variable-aggregator", output_type="string", variables=[[shape, "output"], [write, "text"]]),
    ]
    edges = [(ask, "true", write), (write, "source", shape), (shape, "source", meet), (ask, "false", aside)]
    edges += [(aside, "1", meet), (aside, "2", meet)] if kind == "question-classifier" else [(aside, "source", meet)]
    return nodes, edges


def big_flow(size: int, model: str = "mock") -> dict[str, Any]:
    """An app file of `size` steps in lanes, 1.4 times as many connections, laid out as tidying would."""
    nodes: list[dict[str, Any]] = [
        node("start", "start", variables=[{"variable": "topic", "label": "Topic", "type": "text-input", "required": True}])
    ]
    edges: list[tuple[str, str, str]] = []
    count = max(1, (size - 2) // 5)
    lanes = min(LANES, count)
    ends = ["start"] * lanes
    for at in range(count):
        lane, row = at % lanes, at // lanes
        more, drawn = _segment(at, model)
        left, top = 340 + row * 1300, lane * 460
        places = [(0, 80), (320, 0), (640, 0), (320, 220), (960, 80)]
        for one, (x, y) in zip(more, places, strict=True):
            one["position"] = {"x": left + x, "y": top + y}
        nodes += more
        edges += [*drawn, (ends[lane], "source", f"ask{at}")]
        if row:
            edges.append((ends[lane], "source", f"write{at}"))
        ends[lane] = f"meet{at}"
    nodes += [
        node(f"extra{at}", "template-transform", template="", variables=[], position={"x": at * 320, "y": -300})
        for at in range(size - len(nodes) - 1)
    ]
    for one in nodes:
        one["position"] = one["data"].pop("position", one["position"])
    last = node("end", "end", outputs=[{"variable": "letter", "value_selector": [ends[0], "output"]}])
    last["position"] = {"x": 340 + (count // lanes + 1) * 1300, "y": 200}
    edges += [(end, "source", "end") for end in ends]
    workflow = {
        "graph": {
            "nodes": [*nodes, last],
            "edges": [{"id": f"{a}-{h}-{b}", "source": a, "sourceHandle": h, "target": b} for a, h, b in edges],
        },
        "features": {},
        "environment_variables": [],
        "conversation_variables": [],
    }
    app = {"name": f"Bench {size}", "mode": "workflow", "icon": "🌊", "icon_background": "#D9ECF0", "description": ""}
    return {"kind": "app", "version": "0.4.0", "app": app, "workflow": workflow}
