"""Which node is drawn in which container, where the rounds of each begin, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workers.engine.checks import Sketch
from workers.engine.containers import CONTAINER_TYPES
from workers.engine.document import GraphNode
from workers.engine.problems import Problem
from workers.engine.scheduler import Edge

_START_TYPES = frozenset({"iteration-start", "loop-start"})
_PLACES = {"iteration-start": "iteration", "loop-start": "loop", "loop-end": "loop"}
_PATH_CHARACTERS = 240


def nest(sketch: Sketch) -> Iterable[Problem]:
    """Set `parents` and `entries` of a sketch whose edges are read, and leave out edges that cross a boundary."""
    containers = [node_id for node_id, node in sketch.drawn.items() if _kind(node) in CONTAINER_TYPES]
    for node_id, node in sketch.drawn.items():
        parent = next((one for one in _named(node) if one in sketch.drawn and _kind(sketch.drawn[one]) in CONTAINER_TYPES), None)
        if parent is not None:
            sketch.parents[node_id] = parent
    for node_id in containers:
        if _circular(sketch, node_id):
            del sketch.parents[node_id]
            yield Problem("node_invalid", "A container cannot be inside itself.", node_id=node_id, params={"reason": "inside itself"})
    for container in containers:
        _adopt(sketch, container)
    _join(sketch)
    yield from _boundaries(sketch)
    for container in containers:
        yield from _beginning(sketch, container)
    yield from _misplaced(sketch)


def _kind(node: GraphNode) -> str:
    return str(node.data.get("type"))


def _named(node: GraphNode) -> Iterable[str]:
    """List the containers a node names; files have the drawing's parent, a flag in its settings, or both."""
    return (str(one) for one in (node.parent_id, node.data.get("iteration_id"), node.data.get("loop_id")) if one)


def _circular(sketch: Sketch, node_id: str) -> bool:
    seen: set[str] = set()
    above = sketch.parents.get(node_id)
    while above is not None and above not in seen:
        if above == node_id:
            return True
        seen.add(above)
        above = sketch.parents.get(above)
    return False


def _adopt(sketch: Sketch, container: str) -> None:
    """Where the container's first node does not name it, take that one and what follows it."""
    first = str(sketch.drawn[container].data.get("start_node_id") or "")
    if first not in sketch.drawn or first in sketch.parents or first == container:
        return
    led_to = {edge.target for edge in sketch.edges if edge.source == first}
    inside = {node_id for node_id, parent in sketch.parents.items() if parent == container}
    if inside and not inside & led_to:
        return
    pending = [first]
    while pending:
        node_id = pending.pop()
        if node_id not in sketch.parents and node_id != container:
            sketch.parents[node_id] = container
            pending += [edge.target for edge in sketch.edges if edge.source == node_id]


def _join(sketch: Sketch) -> None:
    """Take nodes that say they are in a container, but not in which, into that of the node before them."""
    lost = {
        node_id
        for node_id, node in sketch.drawn.items()
        if node_id not in sketch.parents and (node.data.get("isInIteration") or node.data.get("isInLoop"))
    }
    found = True
    while lost and found:
        found = False
        for edge in sketch.edges:
            if edge.target in lost and edge.source in sketch.parents:
                sketch.parents[edge.target] = sketch.parents[edge.source]
                lost.discard(edge.target)
                found = True


def _boundaries(sketch: Sketch) -> Iterable[Problem]:
    within: list[Edge] = []
    for edge in sketch.edges:
        if sketch.parents.get(edge.source) == sketch.parents.get(edge.target):
            within.append(edge)
            continue
        source, target = sketch.title(edge.source), sketch.title(edge.target)
        message = f"The connection from {source!r} to {target!r} crosses the edge of a container: delete it, and connect the container."
        params: dict[str, Any] = {"source": source, "target": target}
        # A container that points at its own content says nothing new.
        harmless = sketch.parents.get(edge.target) == edge.source
        yield Problem("edge_crosses_container", message, "warning" if harmless else "error", edge.source, None, params)
    sketch.edges[:] = within


def _beginning(sketch: Sketch, container: str) -> Iterable[Problem]:
    inside = [node_id for node_id, parent in sketch.parents.items() if parent == container]
    title = sketch.title(container)
    if not inside:
        message = f"There is nothing in {title!r}: add a node to it."
        yield Problem("container_empty", message, node_id=container)
        return
    targets = {edge.target for edge in sketch.edges}
    first = str(sketch.drawn[container].data.get("start_node_id") or "")
    marked = [node_id for node_id in inside if _kind(sketch.drawn[node_id]) in _START_TYPES]
    loose = [node_id for node_id in inside if node_id not in targets]
    if first in inside:
        sketch.entries[container] = first
    elif marked:
        sketch.entries[container] = marked[0]
    elif len(loose) == 1:
        sketch.entries[container] = loose[0]
    else:
        message = f"{title!r} does not know which of its nodes is the first one: connect them to its start."
        yield Problem("container_without_start", message, node_id=container)
    length = sum(len(node_id) + 8 for node_id in (container, *sketch.around(container)))
    if length > _PATH_CHARACTERS:
        yield Problem("node_invalid", "The ids of these containers are too long.", node_id=container, params={"reason": "ids too long"})


def _misplaced(sketch: Sketch) -> Iterable[Problem]:
    for node_id, node in sketch.drawn.items():
        kind, parent = _kind(node), sketch.parents.get(node_id)
        if kind == "start" and parent is not None:
            message = "A start node belongs to the flow itself, not into a container: delete it."
            yield Problem("node_misplaced", message, node_id=node_id, params={"type": kind})
        elif kind == "end" and parent is not None:
            message = "An output node in a container adds nothing to the results of the run: put it behind the container."
            yield Problem("node_misplaced", message, "warning", node_id, None, {"type": kind})
        elif kind in _PLACES and (parent is None or _kind(sketch.drawn[parent]) != _PLACES[kind]):
            message = f"This node works only directly in a container of the type {_PLACES[kind]!r}: move it or delete it."
            yield Problem("node_misplaced", message, "warning", node_id, None, {"type": kind})
