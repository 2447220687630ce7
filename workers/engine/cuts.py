"""Parts of a flow that can be run by themselves: one node, or a node with all that comes before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from workers.engine.checks import Sketch, peel
from workers.engine.problems import Problem

_OF_REFERENCES = frozenset({"reference_missing", "reference_not_upstream"})
_OF_ENDS = frozenset({"no_end", "no_answer"})
_OF_PLACE = frozenset({"not_connected", "unreachable_node", "node_misplaced"})


@dataclass(frozen=True, slots=True)
class Cut:
    """What to run: `node` alone, with variables given by hand, or everything up `to` it."""

    kind: Literal["node", "to"]
    node_id: str


def cut_out(sketch: Sketch, cut: Cut, problems: Iterable[Problem]) -> list[Problem]:
    """Leave in a sketch whose graph is arranged only what a part needs; return the problems that concern it."""
    if cut.node_id not in sketch.drawn:
        return [Problem("node_missing", f"The flow has no node {cut.node_id!r}.", params={"id": cut.node_id})]
    kept = _alone(sketch, cut.node_id) if cut.kind == "node" else _up_to(sketch, cut.node_id)
    ignored = _OF_ENDS | (_OF_PLACE | _OF_REFERENCES | {"no_start", "several_starts"} if cut.kind == "node" else frozenset())
    found = [problem for problem in problems if problem.code not in ignored and (problem.node_id is None or problem.node_id in kept)]
    if cut.kind == "node":
        sketch.parents.pop(cut.node_id, None)
        sketch.starts = [cut.node_id]
    elif sketch.starts and sketch.starts[0] not in kept:
        message = f"{sketch.title(cut.node_id)!r} cannot be reached from the start, so the flow cannot be run to it: connect it."
        found.append(Problem("part_unreachable", message, node_id=cut.node_id))
    _leave(sketch, kept)
    return [problem for problem in found if problem.code != "cycle" or sketch.order is None]


def _alone(sketch: Sketch, node_id: str) -> set[str]:
    return {node_id, *(one for one in sketch.drawn if node_id in sketch.around(one))}


def _up_to(sketch: Sketch, node_id: str) -> set[str]:
    """Collect what leads to a node. Of a loop around it all is left, because the end of a round may look at any of its nodes."""
    kept = _alone(sketch, node_id)
    here: str | None = node_id
    while here is not None:
        kept |= _before(sketch, here)
        here = sketch.parents.get(here)
        if here is not None:
            kept |= _alone(sketch, here) if sketch.drawn[here].data.get("type") == "loop" else {here}
    return kept


def _before(sketch: Sketch, node_id: str) -> set[str]:
    found: set[str] = set()
    pending = [node_id]
    while pending:
        target = pending.pop()
        for edge in sketch.edges:
            if edge.target == target and edge.source not in found:
                found |= _alone(sketch, edge.source)
                pending.append(edge.source)
    return found


def _leave(sketch: Sketch, kept: set[str]) -> None:
    sketch.drawn = {node_id: node for node_id, node in sketch.drawn.items() if node_id in kept}
    sketch.built = {node_id: node for node_id, node in sketch.built.items() if node_id in kept}
    sketch.edges = [edge for edge in sketch.edges if edge.source in kept and edge.target in kept]
    sketch.starts = [node_id for node_id in sketch.starts if node_id in kept]
    sketch.parents = {node_id: parent for node_id, parent in sketch.parents.items() if node_id in kept}
    sketch.entries = {container: entry for container, entry in sketch.entries.items() if container in kept and entry in kept}
    after: dict[str, list[str]] = {node_id: [] for node_id in sketch.drawn}
    before: dict[str, list[str]] = {node_id: [] for node_id in sketch.drawn}
    for source, target in sketch.steps():
        after[source].append(target)
        before[target].append(source)
    order = peel(after, before)
    sketch.order = order if len(order) == len(sketch.drawn) else None
