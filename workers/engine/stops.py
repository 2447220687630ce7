"""Where a test run stands still: before nodes that people marked, or before each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from workers.engine.plan import PlannedNode
from workers.engine.rounds import Due
from workers.engine.variables import MISSING

HELD = "breakpoint"
SHOWN_BYTES = 20_000
# They do no work that somebody could want to see beforehand.
_UNSEEN = frozenset({"start", "iteration-start", "loop-start"})


@dataclass(frozen=True, slots=True)
class Stops:
    """Before which nodes a run stands still: those of `nodes`, before all with `every`.

    `released` are the nodes, by `state.node_key`, that were let go since: they are not held a second time, also where a
    worker was lost between their release and their start.
    """

    nodes: frozenset[str]
    every: bool = False
    released: frozenset[str] = frozenset()

    def holds(self, planned: PlannedNode, key: str) -> bool:
        """Tell whether a node that is about to begin for the first time has to wait."""
        marked = planned.id in self.nodes or (self.every and planned.type not in _UNSEEN)
        return marked and key not in self.released


def reason(planned: PlannedNode, due: Due) -> dict[str, Any]:
    """Tell of a node that is held: where it is, and the variables that it is about to read. Those of `env` may be secret."""
    return {
        "type": HELD,
        "node_id": planned.id,
        "node_type": planned.type,
        "title": planned.title,
        "path": due.frame.path,
        "variables": list(_variables(planned, due)),
    }


def released(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the keys of the nodes that a pause held, and of the containers around them, which have begun."""
    keys: set[str] = set()
    for one in reasons:
        if one.get("type") != HELD:
            continue
        steps = str(one["path"]).split("/") if one["path"] else []
        keys.add("/".join([*steps, one["node_id"]]))
        keys.update("/".join([*steps[:depth], steps[depth].rpartition(":")[0]]) for depth in range(len(steps)))
    return sorted(keys)


def _variables(planned: PlannedNode, due: Due) -> Iterable[dict[str, Any]]:
    seen: set[tuple[str, ...]] = set()
    for reference in planned.node.references():
        selector = tuple(reference.selector)
        if selector in seen or selector[0] == "env" or reference.inside:
            continue
        seen.add(selector)
        value = due.frame.scope.get(selector)
        if value is MISSING:
            yield {"selector": list(selector), "state": "missing", "value": None}
        elif len(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)) > SHOWN_BYTES:
            yield {"selector": list(selector), "state": "omitted", "value": None}
        else:
            yield {"selector": list(selector), "state": "known", "value": value}
