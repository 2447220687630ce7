"""The flow in an app file, brought into the shapes that the canvas and the compiler expect; unknown keys stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.studio.dsl.report import Changes
from backend.studio.dsl.texts import invalid
from backend.studio.layout import lay_out
from workers.engine import registry
from workers.engine.document import NOTE_TYPES
from workers.engine.node import FAIL_BRANCH, SOURCE

_EXITS = (SOURCE, FAIL_BRANCH, "success-branch")
_ENTRANCE = "target"
_JOINED = "Connections that name an end which does not exist were joined to the one there is."
_IDS = ("case_id", "iteration_id", "loop_id", "start_node_id")


def flow_adapt(workflow: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """Return the flow with what it needs to be drawn; every change is noted. Raises AppError invalid_file."""
    document = dict(workflow)
    for name in ("environment_variables", "conversation_variables"):
        document[name] = document.get(name) or []
    document["conversation_variables"] = _named(document["conversation_variables"], changes)
    document["environment_variables"] = _text_secrets(document["environment_variables"])
    document["features"] = document.get("features") or {}
    graph = dict(document["graph"])
    graph["nodes"] = [_adapt_node(node, changes) for node in _list(graph, "nodes")]
    graph["edges"] = [_adapt_edge(edge, changes) for edge in _list(graph, "edges")]
    _join_handles(graph, changes)
    document["graph"] = graph
    for node_id in lay_out(graph["nodes"], graph["edges"]):
        changes.add(node_id, "position_missing", "It had no place on the canvas and was given one.")
    return document


def _list(graph: Mapping[str, Any], name: str) -> list[Any]:
    items = [] if graph.get(name) is None else graph[name]
    if not isinstance(items, list):
        raise invalid(f"workflow.graph.{name}", "must be a list")
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise invalid(f"workflow.graph.{name}.{index}", "must be a mapping")
    return items


def _adapt_node(raw: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    node = dict(raw)
    node_id = node["id"] = _text_id(node.get("id"))
    if node_id != raw.get("id"):
        changes.add(str(node_id), "id_not_text", "Its id was not text.")
    if node.get("parentId") is not None:
        node["parentId"] = _text_id(node["parentId"])
    if not node.get("type"):
        node["type"] = "custom"
    if node.get("data") is None and node["type"] in NOTE_TYPES:
        node["data"] = {}
    data = node.get("data")
    if isinstance(data, dict):
        adapted = _text_selectors(data)
        if adapted != data:
            changes.add(str(node_id), "references_not_text", "References to nodes were not text.")
        node["data"] = adapted
        for name in ("type", "title"):
            if name in data and not isinstance(data[name], str | dict | list):
                adapted[name] = "" if data[name] is None else str(data[name])
    return node


def _adapt_edge(raw: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    edge = dict(raw)
    for name in ("source", "target", "sourceHandle", "targetHandle", "id"):
        if edge.get(name) is not None:
            edge[name] = _text_id(edge[name])
    edge["sourceHandle"] = edge.get("sourceHandle") or "source"
    edge["targetHandle"] = edge.get("targetHandle") or "target"
    edge["type"] = edge.get("type") or "custom"
    if not edge.get("id"):
        edge["id"] = f"{edge.get('source')}-{edge['sourceHandle']}-{edge.get('target')}-{edge['targetHandle']}"[:100]
        changes.add("", "edge_id_missing", "Connections without an id were given one.")
    return edge


def _join_handles(graph: Mapping[str, Any], changes: Changes) -> None:
    """Join connections that name an end the node does not have to the one that it has."""
    kinds = {str(node.get("id")): node["data"] for node in graph["nodes"] if isinstance(node.get("data"), dict)}
    for edge in graph["edges"]:
        data = kinds.get(str(edge.get("source")), {})
        kind = registry.node_class(str(data.get("type")))
        if kind is not None and kind.handles == "single" and edge["sourceHandle"] not in _EXITS:
            edge["sourceHandle"] = SOURCE
            changes.add("", "handle_renamed", _JOINED)
        if str(edge.get("target")) in kinds and edge["targetHandle"] != _ENTRANCE:
            edge["targetHandle"] = _ENTRANCE
            changes.add("", "handle_renamed", _JOINED)


def _text_selectors(value: Any, key: str = "") -> Any:
    """Turn unquoted numbers and booleans that name nodes, variables or branches into text."""
    if isinstance(value, dict):
        return {name: _text_selectors(item, name) for name, item in value.items()}
    if isinstance(value, list):
        if key.endswith("selector") and not any(isinstance(item, dict | list) for item in value):
            return [_text_id(item) for item in value]
        # The aggregator's `variables` is a list of selectors.
        return [_text_selectors(item, "selector" if key == "variables" and isinstance(item, list) else key) for item in value]
    return _text_id(value) if key in _IDS else value


def _named(variables: Any, changes: Changes) -> Any:
    """Give variables that carry their name under another key a name."""
    if not isinstance(variables, list):
        return variables
    named = [
        {**one, "name": one["variable"]} if isinstance(one, dict) and not one.get("name") and isinstance(one.get("variable"), str) else one
        for one in variables
    ]
    if named != variables:
        changes.add("", "variable_named", "Variables that had no name were given one.")
    return named


def _text_secrets(variables: Any) -> Any:
    """Turn values of secrets that were written without quotes into text."""
    if not isinstance(variables, list):
        return variables
    return [
        {**one, "value": str(one["value"])}
        if isinstance(one, dict) and one.get("value_type") == "secret" and isinstance(one.get("value"), int | float)
        else one
        for one in variables
    ]


def _text_id(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value
