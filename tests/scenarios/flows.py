"""App files for scenarios."""

from __future__ import annotations

import itertools
from typing import Any


def node(node_id: str, kind: str, **data: Any) -> dict[str, Any]:
    """A node as drawn."""
    return {"id": node_id, "type": "custom", "position": {"x": 0, "y": 0}, "data": {"type": kind, "title": node_id.title(), **data}}


def llm(node_id: str, model: str, prompt: str, **data: Any) -> dict[str, Any]:
    """An LLM node that asks a model of the scripted provider."""
    given = {
        "model": {"provider": "openai-compatible", "name": model, "mode": "chat", "completion_params": {}},
        "prompt_template": [{"role": "user", "text": prompt}],
        "context": {"enabled": False, "variable_selector": []},
        "vision": {"enabled": False},
    }
    return node(node_id, "llm", **{**given, **data})


def template(node_id: str, text: str, /, **variables: list[str]) -> dict[str, Any]:
    """A template node; variables are name=[node, output]."""
    rows = [{"variable": name, "value_selector": selector} for name, selector in variables.items()]
    return node(node_id, "template-transform", template=text, variables=rows)


def chatflow(*nodes: dict[str, Any], **workflow: Any) -> dict[str, Any]:
    """An app file of a chatflow whose nodes follow one another."""
    return _file("advanced-chat", nodes, workflow)


def _file(mode: str, nodes: tuple[dict[str, Any], ...], workflow: dict[str, Any]) -> dict[str, Any]:
    ids = [drawn["id"] for drawn in nodes]
    edges = [{"id": f"{a}-{b}", "source": a, "target": b, "sourceHandle": "source"} for a, b in itertools.pairwise(ids)]
    body = {"graph": {"nodes": list(nodes), "edges": edges}, "features": {}, "environment_variables": [], "conversation_variables": []}
    app = {"name": "Scenario", "mode": mode, "icon": "🌊", "icon_background": "#fff", "description": ""}
    return {"kind": "app", "version": "0.4.0", "app": app, "workflow": {**body, **workflow}}


def two_models() -> dict[str, Any]:
    """Six nodes, two of them models, the answer made of both replies."""
    return chatflow(
        node("start", "start", variables=[]),
        llm("first", "first", "{{#sys.query#}}"),
        template("between", "Say more about: {{ text }}", text=["first", "text"]),
        llm("second", "second", "{{#between.output#}}"),
        template("after", "{{ text }}!", text=["second", "text"]),
        node("answer", "answer", answer="{{#first.text#}} / {{#second.text#}} / {{#after.output#}}"),
    )
