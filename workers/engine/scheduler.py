"""Which node may run next. Pure: no clock, no I/O.

A node is ready when every incoming edge is resolved (taken or skipped) and at least one was taken.
A node all of whose incoming edges were skipped is skipped, and so are its outgoing edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Edge:
    """A connection; `handle` is the exit of `source` it leaves from."""

    source: str
    target: str
    handle: str = "source"


@dataclass(slots=True)
class Step:
    """What one resolution brought: nodes that may run now, nodes that never will, in order."""

    ready: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


class Scheduler:
    """The edges of one run. `in_degree` counts incoming edges per node, `successors` lists outgoing ones."""

    __slots__ = ("_reached", "_successors", "_waiting")

    def __init__(self, in_degree: Mapping[str, int], successors: Mapping[str, tuple[Edge, ...]]) -> None:
        self._waiting = dict(in_degree)
        self._successors = successors
        self._reached: set[str] = set()

    def begin(self, root: str, other_roots: Iterable[str] = ()) -> Step:
        """Start at `root`; every other node without incoming edges is skipped."""
        step = Step(ready=[root], taken=[root])
        for node_id in other_roots:
            self._skip(node_id, step)
        return step

    def finish(self, node_id: str, handle: str) -> Step:
        """Resolve the outgoing edges of a finished node: those at `handle` are taken, the others skipped."""
        step = Step()
        for edge in self._successors.get(node_id, ()):
            if edge.handle == handle:
                step.taken.append(edge.target)
                self._resolve(edge.target, True, step)
            else:
                self._resolve(edge.target, False, step)
        return step

    def _resolve(self, node_id: str, taken: bool, step: Step) -> None:
        self._waiting[node_id] -= 1
        if taken:
            self._reached.add(node_id)
        if self._waiting[node_id] == 0:
            if node_id in self._reached:
                step.ready.append(node_id)
            else:
                self._skip(node_id, step)

    def _skip(self, node_id: str, step: Step) -> None:
        pending = [node_id]
        while pending:
            current = pending.pop()
            step.skipped.append(current)
            for edge in self._successors.get(current, ()):
                self._waiting[edge.target] -= 1
                if self._waiting[edge.target] == 0:
                    if edge.target in self._reached:
                        step.ready.append(edge.target)
                    else:
                        pending.append(edge.target)
