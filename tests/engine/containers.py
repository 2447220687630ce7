"""Words for containers in flow documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.engine.builders import chain, edge, node


def inside(container: str, nodes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Draw nodes in a container; those that are in one already stay there."""
    return [row if "parentId" in row else {**row, "parentId": container} for row in nodes]


def iteration(
    nodes: Iterable[dict[str, Any]], node_id: str = "it", items: str = "start.items", output: str = "", **data: Any
) -> list[dict[str, Any]]:
    """An iteration with its start and the nodes in it."""
    settings = {
        "start_node_id": f"{node_id}start",
        "iterator_selector": items.split("."),
        "output_selector": output.split(".") if output else [],
        **data,
    }
    body = [node(f"{node_id}start", "iteration-start"), *nodes]
    return [node(node_id, "iteration", **settings), *inside(node_id, body)]


def loop(
    nodes: Iterable[dict[str, Any]], node_id: str = "loop", variables: Iterable[dict[str, Any]] = (), **data: Any
) -> list[dict[str, Any]]:
    """A loop with its start and the nodes in it."""
    body = [node(f"{node_id}start", "loop-start"), *nodes]
    settings = {"start_node_id": f"{node_id}start", "loop_variables": list(variables), "loop_count": 5, **data}
    return [node(node_id, "loop", **settings), *inside(node_id, body)]


def variable(label: str, value: Any, kind: str = "number") -> dict[str, Any]:
    """A loop variable; a list of two texts is a selector."""
    from_variable = isinstance(value, str) and "." in value
    return {
        "id": label,
        "label": label,
        "var_type": kind,
        "value_type": "variable" if from_variable else "constant",
        "value": value.split(".") if from_variable else value,
    }


def template(node_id: str, text: str, **values: str) -> dict[str, Any]:
    """A template node: name="node.variable"."""
    rows = [{"variable": name, "value_selector": path.split(".")} for name, path in values.items()]
    return node(node_id, "template-transform", template=text, variables=rows)


def assign(node_id: str, target: str, operation: str, value: Any, *, constant: bool = True) -> dict[str, Any]:
    """An assigner with one line."""
    row = {
        "variable_selector": target.split("."),
        "operation": operation,
        "input_type": "constant" if constant else "variable",
        "value": value if constant else value.split("."),
    }
    return node(node_id, "assigner", version="2", items=[row])


def body(container: str, *ids: str) -> list[dict[str, Any]]:
    """Connections along a line in a container, from its start."""
    return chain(f"{container}start", *ids)


def around(container: str, last: str) -> list[dict[str, Any]]:
    """Start, container, last node."""
    return [edge("start", container), edge(container, last)]
