"""Places on the canvas for nodes that have none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

COLUMN = 320
ROW = 160


def lay_out(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> list[str]:
    """Give nodes without a usable `position` one, column by column along the edges; returns their ids.

    Children of containers are counted from their container's corner, as the canvas does.
    """
    missing = [node for node in nodes if not _placed(node)]
    columns = _columns([str(node.get("id")) for node in nodes], edges)
    rows: dict[tuple[Any, int], int] = defaultdict(int)
    for node in missing:
        column, parent = columns[str(node.get("id"))], node.get("parentId")
        row = rows[parent, column]
        rows[parent, column] += 1
        node["position"] = {"x": column * COLUMN, "y": row * ROW}
    return [str(node.get("id")) for node in missing]


def _placed(node: Mapping[str, Any]) -> bool:
    position = node.get("position")
    return isinstance(position, dict) and all(isinstance(position.get(axis), int | float) for axis in "xy")


def _columns(ids: list[str], edges: list[dict[str, Any]]) -> dict[str, int]:
    """Return each node's longest distance from a start; nodes on a circle stay where the search gave up."""
    columns = dict.fromkeys(ids, 0)
    for _ in range(len(ids)):
        changed = False
        for edge in edges:
            source, target = edge.get("source"), edge.get("target")
            if source in columns and target in columns and columns[target] <= columns[source] < len(ids):
                columns[target] = columns[source] + 1
                changed = True
        if not changed:
            break
    return columns
