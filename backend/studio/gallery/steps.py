"""Words for the steps that do more than ask a model: programs, rounds, lists, people, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.studio.gallery.build import Node, node

INNER_COLUMN = 300
INNER_ROW = 220
INNER_LEFT = 130
INNER_TOP = 80
_DEMO = {"provider": "demo", "name": "demo-chat", "mode": "chat", "completion_params": {"temperature": 0.1}}


def code(
    id: str,
    title: str,
    at: tuple[float, float],
    program: str,
    outputs: Mapping[str, str],
    language: str = "python3",
    **variables: Sequence[str],
) -> Node:
    """A program; `outputs` are the types of what `main` returns."""
    rows = [{"variable": name, "value_selector": list(selector)} for name, selector in variables.items()]
    declared = {name: {"type": kind, "children": None} for name, kind in outputs.items()}
    return node(id, "code", title, at, code_language=language, code=program, variables=rows, outputs=declared)


def classifier(
    id: str, title: str, at: tuple[float, float], selector: Sequence[str], classes: Mapping[str, str], instruction: str = ""
) -> Node:
    """A model chooses among topics; the keys name the exits."""
    topics = [{"id": name, "name": text} for name, text in classes.items()]
    return node(
        id,
        "question-classifier",
        title,
        at,
        query_variable_selector=list(selector),
        model=dict(_DEMO),
        classes=topics,
        instruction=instruction,
    )


def extractor(
    id: str, title: str, at: tuple[float, float], selector: Sequence[str], parameters: Sequence[Mapping[str, Any]], instruction: str = ""
) -> Node:
    """A model takes values out of a text."""
    return node(
        id,
        "parameter-extractor",
        title,
        at,
        query=list(selector),
        model=dict(_DEMO),
        parameters=[dict(one) for one in parameters],
        instruction=instruction,
        reasoning_mode="prompt",
    )


def parameter(name: str, description: str, kind: str = "string", *, required: bool = False) -> dict[str, Any]:
    """A value that an extractor looks for."""
    return {"name": name, "type": kind, "description": description, "required": required}


def _container(item: Node, type: str, children: Sequence[Node], size: tuple[int, int]) -> list[Node]:
    """Put nodes, placed on the inner grid, into a container with a start of its own."""
    within = {"isInIteration": type == "iteration", "isInLoop": type == "loop", f"{type}_id": item["id"]}
    columns, rows = size
    measures = {"width": INNER_LEFT + columns * INNER_COLUMN, "height": INNER_TOP + rows * INNER_ROW}
    begin = {
        "id": f"{item['id']}start",
        "type": f"custom-{type}-start",
        "parentId": item["id"],
        "position": {"x": 24, "y": 100},
        "draggable": False,
        "selectable": False,
        "zIndex": 1002,
        "data": {"type": f"{type}-start", "title": "", "desc": "", **within},
    }
    inner = [{**child, "parentId": item["id"], "zIndex": 1002, "data": {**child["data"], **within}} for child in children]
    outer = {**item, **measures, "zIndex": 1, "data": {**item["data"], **measures, "start_node_id": begin["id"]}}
    return [outer, begin, *inner]


def inside(item: Node, column: float, row: float = 0) -> Node:
    """Place a node on the grid of the container that holds it."""
    return {**item, "position": {"x": round(INNER_LEFT + column * INNER_COLUMN), "y": round(INNER_TOP + row * INNER_ROW)}}


def each(
    id: str,
    title: str,
    at: tuple[float, float],
    items: Sequence[str],
    result: Sequence[str],
    children: Sequence[Node],
    *,
    at_once: int = 1,
    columns: int = 1,
    kind: str = "array[string]",
) -> list[Node]:
    """Do the same with every item of a list, `at_once` of them side by side."""
    settings = {
        "iterator_selector": list(items),
        "output_selector": list(result),
        "output_type": kind,
        "is_parallel": at_once > 1,
        "parallel_nums": at_once,
        "error_handle_mode": "terminated",
        "flatten_output": True,
    }
    return _container(node(id, "iteration", title, at, **settings), "iteration", children, (columns, 1))


def repeat(
    id: str,
    title: str,
    at: tuple[float, float],
    variables: Sequence[Mapping[str, Any]],
    until: Sequence[Mapping[str, Any]],
    children: Sequence[Node],
    *,
    rounds: int,
    columns: int,
) -> list[Node]:
    """Do something again and again until a condition holds, at most `rounds` times."""
    settings = {"loop_variables": list(variables), "break_conditions": list(until), "logical_operator": "and", "loop_count": rounds}
    return _container(node(id, "loop", title, at, **settings), "loop", children, (columns, 1))


def loop_variable(name: str, kind: str, value: Any, *, selector: bool = False) -> dict[str, Any]:
    """A value that one round hands to the next."""
    return {"id": name, "label": name, "var_type": kind, "value_type": "variable" if selector else "constant", "value": value}


def condition(id: str, selector: Sequence[str], operator: str, value: str, kind: str = "string") -> dict[str, Any]:
    """A comparison of a variable with a value."""
    return {"id": id, "varType": kind, "variable_selector": list(selector), "comparison_operator": operator, "value": value}


def assign(id: str, title: str, at: tuple[float, float], *changes: tuple[Sequence[str], str, Any]) -> Node:
    """Change variables: (variable, operation, value); a list is the place of the value, anything else the value itself."""
    items = [
        {
            "variable_selector": list(target),
            "operation": operation,
            "input_type": "variable" if isinstance(value, list) else "constant",
            "value": value,
        }
        for target, operation, value in changes
    ]
    return node(id, "assigner", title, at, version="2", items=items)


def remembered(name: str, kind: str, value: Any, description: str) -> dict[str, Any]:
    """A variable that lasts as long as its conversation."""
    return {
        "id": f"conversation-{name}",
        "name": name,
        "value_type": kind,
        "value": value,
        "description": description,
        "selector": ["conversation", name],
    }
