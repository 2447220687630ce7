"""Flow documents as data: what may be stored, when two are the same, how an empty one looks."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from backend.core.errors import AppError
from backend.studio.models import FLOW_MODES, Mode
from workers.engine.document import FlowSize

MAX_BYTES = 5_000_000
MAX_VALUES = 200_000
_LISTS = ("environment_variables", "conversation_variables")
_TRANSIENT = frozenset({"selected", "dragging", "measured", "resizing"})


def document_check(raw: Any, mode: str = Mode.WORKFLOW) -> dict[str, Any]:
    """Return the document if it can be stored and drawn; what it means is the compiler's business.

    The document of a simple app is `{"model_config": …}`.

    Raises AppError: invalid_document (details name the field), document_too_large (details name the limit).
    """
    if not isinstance(raw, dict):
        raise _invalid("document", "must be an object")
    check_bounds(raw)
    if mode not in FLOW_MODES:
        if not isinstance(raw.get("model_config"), dict):
            raise _invalid("document.model_config", "must be an object: the settings of the app")
        return raw
    graph = raw.get("graph")
    if not isinstance(graph, dict):
        raise _invalid("document.graph", "must be an object with nodes and edges")
    _check_items(graph, "nodes", flow_size().nodes, _check_node)
    _check_items(graph, "edges", flow_size().edges, _check_edge)
    if not isinstance(raw.get("features", {}), dict):
        raise _invalid("document.features", "must be an object")
    for name in _LISTS:
        variables = raw.get(name, [])
        if not isinstance(variables, list) or not all(isinstance(item, dict) for item in variables):
            raise _invalid(f"document.{name}", "must be a list of objects")
    return raw


def flow_size() -> FlowSize:
    """Return how much a flow may hold here."""
    bounds = settings.ENV.bounds
    return FlowSize(nodes=bounds.flow_nodes, edges=bounds.flow_edges)


def check_bounds(raw: Any) -> None:
    """Raise AppError when a JSON value is too deep, too large, or holds what JSON cannot."""
    level, depth, count = [raw], 0, 0
    allowed = settings.ENV.bounds.json_depth
    while level:
        count += len(level)
        if depth > allowed:
            raise _too_large("depth", allowed, depth)
        if count > MAX_VALUES:
            raise _too_large("values", MAX_VALUES, count)
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, float) and not math.isfinite(value):
                raise _invalid("document", "holds a number that is not finite")
        level, depth = below, depth + 1
    size = len(json.dumps(raw, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise _too_large("bytes", MAX_BYTES, size)


def document_digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what counts: not the order of keys, not where the canvas was scrolled or what was selected."""
    graph = document.get("graph") or {}
    pruned = {
        **document,
        "graph": {
            **{key: value for key, value in graph.items() if key != "viewport"},
            "nodes": [_lasting(node) for node in graph.get("nodes", [])],
            "edges": [_lasting(edge) for edge in graph.get("edges", [])],
        },
    }
    return hashlib.sha256(json.dumps(pruned, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _lasting(item: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in item.items() if key not in _TRANSIENT}
    if isinstance(kept.get("data"), dict):
        kept["data"] = {key: value for key, value in kept["data"].items() if key != "selected"}
    return kept


def _check_items(graph: dict[str, Any], name: str, limit: int, check: Any) -> None:
    items = graph.get(name)
    if not isinstance(items, list):
        raise _invalid(f"document.graph.{name}", "must be a list")
    if len(items) > limit:
        raise _too_large(name, limit, len(items))
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise _invalid(f"document.graph.{name}.{index}", "must be an object")
        check(item, f"document.graph.{name}.{index}")


def _check_node(node: dict[str, Any], path: str) -> None:
    _check_id(node, "id", path)
    data = node.get("data")
    if not isinstance(data, dict):
        raise _invalid(f"{path}.data", "must be an object")
    for name in ("type", "title"):
        if not isinstance(data.get(name, ""), str):
            raise _invalid(f"{path}.data.{name}", "must be text")
    position = node.get("position", {"x": 0, "y": 0})
    if not isinstance(position, dict) or not all(_is_number(position.get(axis)) for axis in "xy"):
        raise _invalid(f"{path}.position", "must have the numbers x and y")
    if not isinstance(node.get("parentId", ""), str | None):
        raise _invalid(f"{path}.parentId", "must be text")


def _check_edge(edge: dict[str, Any], path: str) -> None:
    for name in ("source", "target"):
        _check_id(edge, name, path)
    for name in ("id", "sourceHandle", "targetHandle"):
        if not isinstance(edge.get(name, ""), str | None):
            raise _invalid(f"{path}.{name}", "must be text")


def _check_id(item: dict[str, Any], name: str, path: str) -> None:
    value = item.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 100:
        raise _invalid(f"{path}.{name}", "must be text of 1 to 100 characters")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _invalid(field: str, message: str) -> AppError:
    return AppError("invalid_document", f"{field} {message}.", 400, {"field": field, "reason": message})


def _too_large(limit: str, allowed: int, current: int) -> AppError:
    message = f"The flow is too large: {current} {limit}, {allowed} are allowed."
    return AppError("document_too_large", message, 400, {"limit": limit, "allowed": allowed, "current": current})
