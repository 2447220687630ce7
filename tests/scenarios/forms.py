"""App files with forms that people fill in."""

from __future__ import annotations

from typing import Any

from tests.scenarios.flows import node, template

BUTTONS = [{"id": "approve", "title": "Approve", "button_style": "primary"}, {"id": "reject", "title": "Reject", "button_style": "default"}]


def human(node_id: str = "human", content: str = "Say it: {{#$output.note#}}", **data: Any) -> dict[str, Any]:
    """A form with one text and two buttons."""
    fields = [{"type": "paragraph", "output_variable_name": "note"}]
    return node(node_id, "human-input", **{"form_content": content, "inputs": fields, "user_actions": BUTTONS, **data})


def _file(mode: str, nodes: list[dict[str, Any]], edges: list[tuple[str, str, str]]) -> dict[str, Any]:
    drawn = [
        {"id": f"{source}-{handle}-{target}", "source": source, "target": target, "sourceHandle": handle}
        for source, target, handle in edges
    ]
    graph = {"graph": {"nodes": nodes, "edges": drawn}, "features": {}, "environment_variables": [], "conversation_variables": []}
    app = {"name": "Forms", "mode": mode, "icon": "🌊", "icon_background": "#fff", "description": ""}
    return {"kind": "app", "version": "0.4.0", "app": app, "workflow": graph}


def _end(node_id: str, **outputs: list[str]) -> dict[str, Any]:
    rows = [{"variable": name, "value_selector": selector} for name, selector in outputs.items()]
    return node(node_id, "end", outputs=rows)


def approval(**data: Any) -> dict[str, Any]:
    """A workflow: a form, and an end per exit."""
    nodes = [
        node("start", "start", variables=[{"variable": "topic", "label": "topic", "type": "text-input", "required": False}]),
        human(**data),
        _end("yes", said=["human", "note"]),
        template("refused", "refused"),
        _end("no", said=["refused", "output"]),
        template("late", "late"),
        _end("silence", said=["late", "output"]),
    ]
    edges = [
        ("start", "human", "source"),
        ("human", "yes", "approve"),
        ("human", "refused", "reject"),
        ("refused", "no", "source"),
        ("human", "late", "__timeout"),
        ("late", "silence", "source"),
    ]
    return _file("workflow", nodes, edges)


def two_forms() -> dict[str, Any]:
    """A workflow in which two forms wait beside a branch that needs nobody."""
    nodes = [
        node("start", "start", variables=[]),
        human("a", "A"),
        human("b", "B"),
        template("alone", "alone"),
        _end("end", a=["a", "note"], b=["b", "note"], alone=["alone", "output"]),
    ]
    edges = [*(("start", name, "source") for name in ("a", "b", "alone")), *((name, "end", "approve") for name in ("a", "b"))]
    return _file("workflow", nodes, [*edges, ("alone", "end", "source")])


def each_item() -> dict[str, Any]:
    """A workflow that asks once per item of a list, after a step that must not run twice."""
    inner = {"iteration_id": "each", "isInIteration": True}
    items = {"variable": "items", "label": "items", "type": "json_object", "required": True}
    nodes = [
        node("start", "start", variables=[items]),
        node("each", "iteration", iterator_selector=["start", "items", "list"], output_selector=["human", "note"], start_node_id="begin"),
        node("begin", "iteration-start", **inner),
        {**template("before", "{{ it }}", it=["each", "item"])},
        human("human", "For {{#before.output#}}", **inner),
        _end("end", all=["each", "output"]),
    ]
    nodes[3]["data"] |= inner
    edges = [("start", "each", "source"), ("each", "end", "source"), ("begin", "before", "source"), ("before", "human", "source")]
    return _file("workflow", nodes, edges)


def chat_approval() -> dict[str, Any]:
    """A chatflow that says something, asks, and goes on."""
    nodes = [
        node("start", "start", variables=[]),
        node("before", "answer", answer="Wait. "),
        human(),
        node("after", "answer", answer="You said {{#human.note#}}."),
    ]
    edges = [("start", "before", "source"), ("before", "human", "source"), ("human", "after", "approve")]
    return _file("advanced-chat", nodes, edges)
