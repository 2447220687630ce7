"""What can be wrong with a drawn flow as a whole: shape of the graph, connections, references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workers.engine.containers import ContainerNode
from workers.engine.document import FlowDocument, FlowSize, GraphNode
from workers.engine.forms import TIMEOUT
from workers.engine.node import FAIL_BRANCH, SOURCE, Node, Reference
from workers.engine.placeholder import Placeholder
from workers.engine.problems import Problem, Severity
from workers.engine.scheduler import Edge
from workers.engine.variables import Selector

SYSTEM_VARIABLES = frozenset(
    {"files", "user_id", "app_id", "workflow_id", "workflow_run_id", "timestamp", "query", "conversation_id", "dialogue_count"}
)
_CHAT_ONLY = frozenset({"query", "conversation_id", "dialogue_count"})
_OTHER_SPELLINGS = {"success-branch": SOURCE, f"{TIMEOUT}__": TIMEOUT}
ERROR_OUTPUTS = frozenset({"error_message", "error_type"})


@dataclass(slots=True)
class Sketch:
    """A document while it is compiled: drawn nodes by id, those that could be built, edges, what is reachable from the start.

    `parents` names the container of each node in one, `entries` the first node in each container. `order` is a
    topological order in which containers come before what is in them, None when there is a cycle.
    """

    document: FlowDocument
    mode: str
    drawn: dict[str, GraphNode]
    built: dict[str, Node[Any]] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)
    reachable: set[str] = field(default_factory=set)
    order: list[str] | None = None
    parents: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)

    def around(self, node_id: str) -> list[str]:
        """Name the containers around a node, the innermost first."""
        found: list[str] = []
        above = self.parents.get(node_id)
        while above is not None:
            found.append(above)
            above = self.parents.get(above)
        return found

    def steps(self) -> Iterable[tuple[str, str]]:
        """List what comes right before what: along edges, and from a container to its first node."""
        yield from ((edge.source, edge.target) for edge in self.edges)
        yield from self.entries.items()

    def title(self, node_id: str) -> str:
        """Name a node for people."""
        return str(self.drawn[node_id].data.get("title") or node_id)


def size_problems(document: FlowDocument, size: FlowSize) -> Iterable[Problem]:
    """Refuse documents that are too large to draw or run."""
    nodes, edges = len(document.graph.nodes), len(document.graph.edges)
    if nodes > size.nodes:
        message = f"The flow has {nodes} nodes; {size.nodes} are allowed. Split it into several apps."
        yield Problem("too_many_nodes", message, params={"current": nodes, "allowed": size.nodes})
    if edges > size.edges:
        message = f"The flow has {edges} connections; {size.edges} are allowed. Split it into several apps."
        yield Problem("too_many_edges", message, params={"current": edges, "allowed": size.edges})


def duplicate_problems(document: FlowDocument) -> Iterable[Problem]:
    """Refuse two nodes with one id."""
    for node_id, count in Counter(node.id for node in document.graph.nodes).items():
        if count > 1:
            message = f"{count} nodes have the id {node_id!r}: delete one of them and draw it again."
            yield Problem("duplicate_node_id", message, node_id=node_id, params={"id": node_id, "count": count})


def connect(sketch: Sketch) -> Iterable[Problem]:
    """Read the edges into the sketch, each once; leave out those that lead nowhere or leave from no exit."""
    ignored = {node.id for node in sketch.document.graph.nodes} - sketch.drawn.keys()
    seen: set[Edge] = set()
    for drawn in sketch.document.graph.edges:
        lost = [end for end in (drawn.source, drawn.target) if end not in sketch.drawn and end not in ignored]
        if lost:
            known = drawn.source if drawn.source in sketch.drawn else drawn.target if drawn.target in sketch.drawn else None
            message = f"A connection leads to the node {lost[0]!r}, which does not exist: delete the connection."
            severity: Severity = "error" if known else "warning"
            yield Problem("edge_to_nowhere", message, severity, known, None, {"edge": drawn.id, "id": lost[0]})
            continue
        if drawn.source in ignored or drawn.target in ignored:
            continue
        handle = _OTHER_SPELLINGS.get(drawn.source_handle, drawn.source_handle)
        node = sketch.built.get(drawn.source)
        if node is not None and not isinstance(node, Placeholder) and handle not in exits(node):
            message = (
                f"A connection from {sketch.title(drawn.source)!r} leaves from the exit {handle!r}, which does not exist: "
                "it is never followed. Delete it or draw it again."
            )
            params: dict[str, Any] = {"edge": drawn.id, "handle": handle, "target": sketch.title(drawn.target)}
            yield Problem("handle_unknown", message, "warning", drawn.source, None, params)
            continue
        edge = Edge(drawn.source, drawn.target, handle)
        if edge not in seen:
            seen.add(edge)
            sketch.edges.append(edge)


def _handle(written: str, node: Node[Any] | None) -> str:
    """Read the name of an exit; a node with one exit leaves by it whatever a connection calls it."""
    single = node is not None and exits(node) == (SOURCE,) and written != FAIL_BRANCH
    return SOURCE if single or written == "success-branch" else written


def exits(node: Node[Any]) -> tuple[str, ...]:
    """Name all handles of a node."""
    handles = node.exits()
    return (*handles, FAIL_BRANCH) if node.config.error_strategy == FAIL_BRANCH else handles


def graph_problems(sketch: Sketch) -> Iterable[Problem]:
    """Order the graph, find what the start reaches, and tell what is missing or circular."""
    kinds = {node_id: node.data.get("type") for node_id, node in sketch.drawn.items()}
    sketch.starts = _roots(sketch, kinds)
    if not sketch.starts:
        yield Problem("no_start", "The flow has no start: add a start node.")
    for extra in (one for one in sketch.starts[1:] if kinds[one] == "start"):
        yield Problem("several_starts", "A flow begins at one start node: delete the others.", node_id=extra)
    final, code, message = (
        ("end", "no_end", "The workflow has no result: add an output node and connect it.")
        if sketch.mode == "workflow"
        else ("answer", "no_answer", "The chat never answers: add an answer node and connect it.")
    )
    if final not in kinds.values():
        yield Problem(code, message, "warning")
    circle = _arrange(sketch)
    if circle:
        names = ", ".join(sketch.title(node_id) for node_id in circle)
        message = f"These nodes go round in a circle: {names}. Delete one of the connections between them."
        yield Problem("cycle", message, node_id=circle[0], params={"nodes": names})
    yield from _loose_ends(sketch)


def _roots(sketch: Sketch, kinds: Mapping[str, Any]) -> list[str]:
    """Name the start nodes; in a flow without one, what begins it in their place."""
    top = [node_id for node_id in kinds if node_id not in sketch.parents]
    starts = [node_id for node_id in top if kinds[node_id] == "start"]
    return starts or [node_id for node_id in top if str(kinds[node_id]).startswith("trigger-") or kinds[node_id] == "datasource"]


def _arrange(sketch: Sketch) -> list[str]:
    """Set `reachable` and `order`; return the nodes that are on circles, if any."""
    after: dict[str, list[str]] = {node_id: [] for node_id in sketch.drawn}
    before: dict[str, list[str]] = {node_id: [] for node_id in sketch.drawn}
    for source, target in sketch.steps():
        after[source].append(target)
        before[target].append(source)
    pending = sketch.starts[:1]
    while pending:
        node_id = pending.pop()
        if node_id not in sketch.reachable:
            sketch.reachable.add(node_id)
            pending += after[node_id]
    order = peel(after, before)
    if len(order) == len(sketch.drawn):
        sketch.order = order
        return []
    # What is left is on a circle or between circles once both ends are peeled off.
    trailing = set(peel(before, after)) | set(order)
    return [node_id for node_id in sketch.drawn if node_id not in trailing]


def peel(after: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> list[str]:
    """Put nodes in an order in which each comes after those before it; those on circles are left out."""
    waiting = {node_id: len(sources) for node_id, sources in before.items()}
    order = [node_id for node_id, count in waiting.items() if count == 0]
    for node_id in order:
        for target in after[node_id]:
            waiting[target] -= 1
            if waiting[target] == 0:
                order.append(target)
    return order


def _loose_ends(sketch: Sketch) -> Iterable[Problem]:
    targets = {target for _, target in sketch.steps()}
    for node_id in sketch.drawn:
        if node_id in sketch.starts:
            continue
        if node_id not in targets:
            message = f"Nothing leads to {sketch.title(node_id)!r}, so it never runs: connect it or delete it."
            yield Problem("not_connected", message, "warning", node_id)
        elif sketch.starts and node_id not in sketch.reachable:
            message = f"{sketch.title(node_id)!r} cannot be reached from the start, so it never runs: connect it or delete it."
            yield Problem("unreachable_node", message, "warning", node_id)


class References:
    """Checks the uses of variables in a sketch whose graph is arranged."""

    def __init__(self, sketch: Sketch) -> None:
        self._sketch = sketch
        self._names = {
            "sys": SYSTEM_VARIABLES - _CHAT_ONLY if sketch.mode == "workflow" else SYSTEM_VARIABLES,
            "env": frozenset(row.get("name") for row in sketch.document.environment_variables),
            "conversation": frozenset(row.get("name") for row in sketch.document.conversation_variables),
        }
        self._upstream = _ancestors(sketch)

    def problems(self, node: Node[Any]) -> Iterable[Problem]:
        """Tell which references of a node lead nowhere."""
        for reference in node.references():
            problem = self._problem(node.id, reference)
            if problem is not None:
                yield problem

    def _problem(self, node_id: str, reference: Reference) -> Problem | None:
        selector = reference.selector
        if len(selector) < 2:
            return Problem("selector_missing", "Choose a variable.", node_id=node_id, field=reference.field)
        source, name = selector[0], selector[1]
        written = ".".join((self._sketch.title(source), *selector[1:]) if source in self._sketch.drawn else selector)
        severity: Severity = "error" if reference.required else "warning"
        around = self._sketch.around(node_id)
        if source in self._names:
            exists = name in self._names[source]
        elif source not in self._sketch.drawn:
            exists = False
        elif source in around or (reference.inside and source == node_id):
            exists = self._has_inner(source, name)
        elif reference.inside and self._sketch.parents.get(source) == node_id:
            exists = self._has_output(source, name)
        else:
            exists = self._has_output(source, self._system_name(selector))
            if exists and self._upstream is not None and source not in self._upstream[node_id]:
                title = self._sketch.title(source)
                message = f"{title!r} does not run before this node, so {written} has no value here: connect it before or choose another."
                params: dict[str, Any] = {"reference": written, "source": title}
                return Problem("reference_not_upstream", message, severity, node_id, reference.field, params)
        if exists:
            return None
        message = f"The variable {written} does not exist: choose another one."
        return Problem("reference_missing", message, severity, node_id, reference.field, {"reference": written})

    def _system_name(self, selector: Selector) -> str:
        """Name a variable as the start node has it: `sys.query` for what a text writes as `start.sys.query`."""
        node = self._sketch.built.get(selector[0])
        joined = node is not None and node.type == "start" and selector[1] == "sys" and len(selector) > 2
        return f"sys.{selector[2]}" if joined else selector[1]

    def _has_inner(self, source: str, name: str) -> bool:
        node = self._sketch.built.get(source)
        return not isinstance(node, ContainerNode) or name in node.inner_names()

    def _has_output(self, source: str, name: str) -> bool:
        node = self._sketch.built.get(source)
        names = node.output_names() if node is not None else None
        if node is None or names is None or name in names:
            return True
        if node.type == "start" and name in {f"sys.{variable}" for variable in self._names["sys"]}:
            return True
        return name in ERROR_OUTPUTS and node.config.error_strategy in {FAIL_BRANCH, "default-value"}


def _ancestors(sketch: Sketch) -> dict[str, set[str]] | None:
    """Collect the nodes before each node; None when there is a cycle."""
    if sketch.order is None:
        return None
    ancestors: dict[str, set[str]] = {node_id: set() for node_id in sketch.drawn}
    outgoing: dict[str, list[str]] = {node_id: [] for node_id in sketch.drawn}
    for source, target in sketch.steps():
        outgoing[source].append(target)
    for node_id in sketch.order:
        for target in outgoing[node_id]:
            ancestors[target] |= ancestors[node_id] | {node_id}
    return ancestors
