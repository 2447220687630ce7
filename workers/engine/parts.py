"""What a new run may take over from an earlier one: its nodes, but for those that differ now and what is behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from workers.engine.containers import CONTAINER_TYPES
from workers.engine.document import DocumentError, FlowDocument, GraphNode, parse
from workers.engine.events import NodeFinished, NodeKept, Usage
from workers.engine.plan import Plan, PlannedNode
from workers.engine.regions import Region
from workers.engine.scheduler import Scheduler
from workers.engine.state import node_key
from workers.engine.variables import Selector

Reason = Literal["chosen", "failed", "changed", "new", "edited_input", "after"]
_LOOKS = frozenset({"title", "desc", "selected", "width", "height", "isInIteration", "isInLoop"})
_VARIABLES = {"env": "environment_variables", "conversation": "conversation_variables"}


@dataclass(frozen=True, slots=True)
class Stale:
    """What must run again, by node id: `whole` from scratch, `inside` containers that keep rounds of theirs.

    Of `first_round` ones, which are loops, only the first round may be kept: later ones build on what changed.
    """

    whole: Mapping[str, Reason]
    inside: Mapping[str, Reason]
    first_round: frozenset[str] = frozenset()

    def reason(self, node_id: str) -> Reason | None:
        """Tell why a node must run again; None when it need not."""
        return self.whole.get(node_id) or self.inside.get(node_id)


@dataclass(frozen=True, slots=True)
class Takeover:
    """`nodes` to keep, by `state.node_key`; `counts` and `usage` (what they cost) by node id, rounds of kept containers included."""

    nodes: Mapping[str, NodeKept]
    counts: Mapping[str, int] = field(default_factory=dict)
    usage: Mapping[str, Usage] = field(default_factory=dict)


def differences(before: Mapping[str, Any], after: Mapping[str, Any], plan: Plan) -> dict[str, Reason]:
    """Name the nodes of `plan` (compiled from `after`) that `before` has not, or not so: settings, place, incoming edges.

    Titles and positions do not count. A node that uses a variable of the flow whose value differs has changed, too.
    """
    try:
        old, new = parse(before), parse(after)
    except DocumentError:
        return dict.fromkeys(plan.nodes, "changed")
    then, now = _facts(old), _facts(new)
    found: dict[str, Reason] = {}
    for node_id in plan.nodes:
        if node_id not in then:
            found[node_id] = "new"
        elif then[node_id] != now[node_id]:
            found[node_id] = "changed"
    variables = {
        (namespace, name) for namespace, place in _VARIABLES.items() for name in _unequal(getattr(old, place), getattr(new, place))
    }
    for node_id in uses(plan, variables):
        found.setdefault(node_id, "changed")
    return found


def uses(plan: Plan, variables: Iterable[Selector]) -> list[str]:
    """Name the nodes that use one of these variables."""
    wanted = set(variables)
    return [
        node_id
        for node_id, planned in plan.nodes.items()
        if wanted and any(reference.selector[:2] in wanted for reference in planned.node.references())
    ]


def stale(plan: Plan, changed: Mapping[str, Reason]) -> Stale:
    """Find what must run again when these nodes do: what is behind them, the containers around, the nodes in them."""
    parents = {node_id: container for container, body in plan.bodies.items() for node_id in body.in_degree}
    whole: dict[str, Reason] = {}
    inside: dict[str, Reason] = {}
    first_round: set[str] = set()
    pending = [(node_id, reason, True) for node_id, reason in changed.items() if node_id in plan.nodes]
    while pending:
        node_id, reason, scratch = pending.pop(0)
        seen = whole if scratch else inside
        if node_id in whole or node_id in seen:
            continue
        seen[node_id] = reason
        pending += [(edge.target, "after", True) for edge in plan.successors.get(node_id, ())]
        if scratch and node_id in plan.bodies:
            pending += [(inner, "after", True) for inner in plan.bodies[node_id].in_degree]
        container = parents.get(node_id)
        if container is not None:
            pending.append((container, "after", False))
            if plan.nodes[container].type == "loop":
                first_round.add(container)
    return Stale(whole, {node_id: reason for node_id, reason in inside.items() if node_id not in whole}, frozenset(first_round))


def take_over(
    plan: Plan, finished: Sequence[NodeFinished], run_id: str, again: Stale, edited: Mapping[str, Mapping[str, Any]] | None = None
) -> Takeover:
    """Choose what to keep of the run `run_id`, whose nodes ended as `finished`; `edited` are outputs to lay over, by node id.

    A container that is kept whole and says nothing stands for its rounds; one that answers goes through them once more.
    """
    speaking = {container for container, body in plan.bodies.items() if _speaks(plan, body)}
    good = {node_key(event.path, event.node_id) for event in finished if event.status != "failed" and event.node_id not in again.inside}
    chosen = {node_key(event.path, event.node_id): event for event in finished if _keeps(plan, event, again, good)}
    counts: Counter[str] = Counter()
    usage: dict[str, Usage] = {}
    kept: dict[str, NodeKept] = {}
    spent: dict[str, Usage] = {}
    found: dict[str, list[Any]] = {}
    whole = {key for key, event in chosen.items() if event.node_type in CONTAINER_TYPES and event.node_id not in speaking}
    for key, event in chosen.items():
        counts[event.node_id] += 1
        if event.usage is not None:
            usage[event.node_id] = usage.get(event.node_id, Usage()) + event.usage
        around = next((one for one in _containers(event.path) if one in whole), None)
        if around is not None:  # that container stands for it
            spent[around] = spent.get(around, Usage()) + (event.usage or Usage())
            found.setdefault(around, []).extend(event.process.get("retriever_resources") or ())
        elif event.node_id not in speaking:
            kept[key] = _as_kept(event, run_id, None if event.path else (edited or {}).get(event.node_id))
    for key, total in spent.items():
        process = {**kept[key].process, "retriever_resources": found[key]} if found[key] else kept[key].process
        kept[key] = replace(kept[key], usage=total, process=process)
    return Takeover(kept, dict(counts), usage)


def ahead(plan: Plan, nodes: Mapping[str, NodeKept]) -> set[str]:
    """Name the top-level nodes that may still run once the kept ones are taken over, and all that is behind them."""
    scheduler = Scheduler(plan.in_degree, plan.successors)
    pending = [*scheduler.begin(plan.start_id, plan.other_roots).ready]
    found: set[str] = set()
    while pending:
        node_id = pending.pop()
        if node_id in nodes:
            pending += scheduler.finish(node_id, nodes[node_id].handle or "").ready
        else:
            found.add(node_id)
    pending = [*found]
    while pending:
        for edge in plan.successors.get(pending.pop(), ()):
            if edge.target not in found:
                found.add(edge.target)
                pending.append(edge.target)
    return found


def _facts(document: FlowDocument) -> dict[str, Any]:
    """What makes each node what it is."""
    incoming: dict[str, set[tuple[str, str]]] = {}
    for edge in document.graph.edges:
        incoming.setdefault(edge.target, set()).add((edge.source, edge.source_handle))
    return {node.id: (node.parent_id, _settings(node), incoming.get(node.id)) for node in document.graph.nodes}


def _settings(node: GraphNode) -> dict[str, Any]:
    return {key: value for key, value in node.data.items() if key not in _LOOKS and not key.startswith("_")}


def _unequal(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> set[str]:
    then, now = ({str(row.get("name")): row.get("value") for row in rows} for rows in (old, new))
    return {name for name in then.keys() | now.keys() if then.get(name) != now.get(name)}


def _speaks(plan: Plan, body: Region) -> bool:
    return bool(body.responses) or any(_speaks(plan, plan.bodies[inner]) for inner in body.in_degree if inner in plan.bodies)


def _containers(path: str) -> list[str]:
    """List the keys of the containers around a path, the outermost first."""
    parts = path.split("/") if path else []
    return ["/".join([*parts[:depth], part.rpartition(":")[0]]) for depth, part in enumerate(parts)]


def _keeps(plan: Plan, event: NodeFinished, again: Stale, good: set[str]) -> bool:
    planned = plan.nodes.get(event.node_id)
    if planned is None or planned.type != event.node_type or event.node_id in again.whole:
        return False
    around = [part.rpartition(":") for part in event.path.split("/")] if event.path else []
    for (container, _, number), inner in zip(around, [*(one[0] for one in around), event.node_id][1:], strict=True):
        body = plan.bodies.get(container)
        if body is None or inner not in body.in_degree or container in again.whole:
            return False
        if container in again.first_round and number != "0":
            return False
    if event.status != "failed":
        return event.node_id not in again.inside
    if not around or (event.error is not None and event.error.code.startswith("limit_")):
        return False
    return _containers(event.path)[-1] in good or _goes_on(plan.nodes[around[-1][0]])


def _goes_on(container: PlannedNode) -> bool:
    """Tell whether a container takes it that one of its rounds fails."""
    return getattr(container.node.config, "error_handle_mode", "") not in {"", "terminated"}


def _as_kept(event: NodeFinished, run_id: str, edited: Mapping[str, Any] | None) -> NodeKept:
    values = {spec.name: getattr(event, spec.name) for spec in fields(NodeFinished)}
    source, by_hand = (event.run_id, event.edited) if isinstance(event, NodeKept) else (run_id, False)
    if edited is not None:
        values["outputs"], by_hand = {**event.outputs, **edited}, True
    return NodeKept(**values, run_id=source, edited=by_hand)
