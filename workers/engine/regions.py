"""The parts of a plan that one scheduler runs: the top level, and the inside of each container."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workers.engine.checks import Sketch, exits
from workers.engine.node import Node
from workers.engine.scheduler import Edge
from workers.engine.streaming import Segment
from workers.engine.variables import Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Nodes that are scheduled together, begun at `start_id`; edges never leave a region.

    `responses` are the nodes that show text, as segments; `certain` tells which of them will run for sure once a
    node does; `streamed` the variables they show that a node here writes piece by piece.
    """

    in_degree: Mapping[str, int] = field(default_factory=dict)
    start_id: str = ""
    other_roots: tuple[str, ...] = ()
    responses: Mapping[str, tuple[Segment, ...]] = field(default_factory=dict)
    certain: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    streamed: frozenset[Selector] = frozenset()


class Regions:
    """Cuts a sketch that has an order into regions. `successors` are the edges between built nodes, by source."""

    def __init__(self, sketch: Sketch) -> None:
        self._sketch = sketch
        self._built = sketch.built
        edges = [edge for edge in sketch.edges if edge.source in self._built and edge.target in self._built]
        self.successors: dict[str, tuple[Edge, ...]] = {}
        self._in_degree = dict.fromkeys(self._built, 0)
        for edge in edges:
            self.successors[edge.source] = (*self.successors.get(edge.source, ()), edge)
            self._in_degree[edge.target] += 1
        self._writers: dict[Selector, list[str]] = {}
        for node_id, node in self._built.items():
            for selector in node.writes():
                self._writers.setdefault(selector[:2], []).append(node_id)
        speakers = [node_id for node_id, node in self._built.items() if node.response() is not None]
        self._speaking = {around for node_id in speakers for around in sketch.around(node_id)}

    def top(self) -> Mapping[str, Any]:
        """The fields of the top level's region."""
        return self._fields(None, self._sketch.starts[0])

    def bodies(self) -> dict[str, Region]:
        """The inside of each container."""
        return {
            container: Region(**self._fields(container, entry))
            for container, entry in self._sketch.entries.items()
            if container in self._built and entry in self._built
        }

    def _fields(self, container: str | None, start_id: str) -> dict[str, Any]:
        nodes = {node_id: node for node_id, node in self._built.items() if self._sketch.parents.get(node_id) == container}
        in_degree = {node_id: self._in_degree[node_id] for node_id in nodes}
        responses = dict(self._responses(nodes))
        shown = {segment.selector for segments in responses.values() for segment in segments if len(segment.selector) == 2}
        return {
            "in_degree": in_degree,
            "start_id": start_id,
            "other_roots": tuple(node_id for node_id, count in in_degree.items() if count == 0 and node_id != start_id),
            "responses": responses,
            "certain": self._certain(nodes, responses),
            "streamed": frozenset(selector for selector in shown if selector[0] in nodes and selector[1] in nodes[selector[0]].streams),
        }

    def _responses(self, nodes: Mapping[str, Node[Any]]) -> Iterator[tuple[str, tuple[Segment, ...]]]:
        for node_id, node in nodes.items():
            response = node.response()
            if response is None:
                continue
            segments = []
            for part in response.parts:
                if isinstance(part, str):
                    segments.append(Segment(text=part))
                    continue
                source = self._built.get(part[0]) if part else None
                if response.streamed_only and (source is None or len(part) != 2 or part[1] not in source.streams):
                    continue
                segments.append(Segment(selector=part, awaits=self._awaits(node_id, part), separator=response.separator))
            if segments:
                yield node_id, tuple(segments)

    def _awaits(self, node_id: str, selector: Selector) -> tuple[str, ...]:
        """Name the nodes that must have ended before a response reads a variable: its own, or those that write it."""
        around = self._sketch.around(node_id)
        if selector and selector[0] in self._built and selector[0] not in around:
            return (selector[0],)
        seen_from = {self._sketch.parents.get(one) for one in (node_id, *around)}
        awaited: dict[str, None] = {}
        for writer in self._writers.get(selector[:2], ()):
            # A writer deeper inside counts as the container that the response sees.
            place = next(one for one in (writer, *self._sketch.around(writer)) if self._sketch.parents.get(one) in seen_from)
            if place not in around:
                awaited[place] = None
        return tuple(awaited)

    def _certain(self, nodes: Mapping[str, Node[Any]], responses: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """For each node: the responses that are bound to run when it does, because no branch lies between.

        What stands behind a container that speaks itself is not yet certain: its rounds speak first.
        """
        order = [node_id for node_id in self._sketch.order or () if node_id in nodes]
        position = {node_id: index for index, node_id in enumerate(order)}
        showing = set(responses)
        bound: dict[str, set[str]] = {}
        for node_id in reversed(order):
            own = {node_id} if node_id in showing else set()
            if len(exits(nodes[node_id])) == 1 and node_id not in self._speaking:
                for edge in self.successors.get(node_id, ()):
                    own |= bound[edge.target]
            bound[node_id] = own
        return {node_id: tuple(sorted(own, key=position.__getitem__)) for node_id, own in bound.items()}
