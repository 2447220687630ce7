"""Turn a flow document into something that runs, and tell what is wrong with it.

A plan holds nothing of a run: it is compiled once per version and shared by all its runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import ValidationError

from workers.engine.checks import References, Sketch, connect, duplicate_problems, exits, graph_problems, size_problems
from workers.engine.document import DocumentError, GraphNode, parse
from workers.engine.inputs import FileResolver, validated
from workers.engine.node import FAIL_BRANCH, Node, NodeConfig
from workers.engine.nodes.start import StartNode, StartVariable
from workers.engine.ports import ModelRef
from workers.engine.problems import Problem
from workers.engine.registry import node_class
from workers.engine.scheduler import Edge
from workers.engine.streaming import Segment
from workers.engine.variables import Selector

__all__ = ["Plan", "PlannedNode", "Problem", "compile", "validate_inputs"]


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A node ready to run. `fallback` are the outputs that stand in for a failure, None unless that is its strategy."""

    id: str
    type: str
    title: str
    node: Node[Any]
    fail_branch: bool = False
    fallback: Mapping[str, Any] | None = None
    retries: int = 0
    retry_delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled flow.

    `responses` are the nodes that show text, as segments; `certain` tells which of them will run for sure once a
    node does; `streamed` the variables they show that a node writes piece by piece. `models` lists (node id, field, model).
    """

    mode: str
    problems: tuple[Problem, ...] = ()
    nodes: Mapping[str, PlannedNode] = field(default_factory=dict)
    successors: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)
    in_degree: Mapping[str, int] = field(default_factory=dict)
    start_id: str = ""
    other_roots: tuple[str, ...] = ()
    responses: Mapping[str, tuple[Segment, ...]] = field(default_factory=dict)
    certain: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    streamed: frozenset[Selector] = frozenset()
    models: tuple[tuple[str, str, ModelRef], ...] = ()

    @property
    def runnable(self) -> bool:
        """True without errors; warnings do not count."""
        return not any(problem.severity == "error" for problem in self.problems)

    @property
    def start_variables(self) -> list[StartVariable]:
        """What the flow asks of the caller."""
        start = self.nodes.get(self.start_id)
        return list(start.node.config.variables) if start is not None and isinstance(start.node, StartNode) else []


def compile(document: Mapping[str, Any], mode: str) -> Plan:
    """Compile a document for a mode. Never raises for a bad document: `problems` tell."""
    try:
        parsed = parse(document)
    except DocumentError as error:
        return Plan(mode, tuple(error.problems))
    too_big = [*size_problems(parsed), *duplicate_problems(parsed)]
    if too_big:
        return Plan(mode, tuple(too_big))
    sketch = Sketch(parsed, mode, {node.id: node for node in parsed.graph.nodes if not node.drawn_only})
    per_node: dict[str, list[Problem]] = {node_id: list(_build(sketch, node)) for node_id, node in sketch.drawn.items()}
    for_flow = [*connect(sketch), *graph_problems(sketch)]
    references = References(sketch)
    for node_id, node in sketch.built.items():
        per_node[node_id] += [*node.problems(), *references.problems(node)]
    problems = [problem for problem in for_flow if problem.node_id is None]
    for node_id in sketch.drawn:
        # A node that is never reached does not stop the others from running.
        harmless = bool(sketch.starts) and node_id not in sketch.reachable
        problems += [problem.as_warning() if harmless else problem for problem in per_node[node_id]]
        problems += [problem for problem in for_flow if problem.node_id == node_id]
    if sketch.order is None or not sketch.starts or any(problem.severity == "error" for problem in problems):
        return Plan(mode, tuple(problems), start_id=next(iter(sketch.starts), ""), nodes=_planned(sketch), models=_models(sketch))
    return _assemble(sketch, tuple(problems))


def validate_inputs(plan: Plan, inputs: Mapping[str, Any], files: FileResolver | None = None) -> dict[str, Any]:
    """Check inputs against the start node and fill in defaults. `files` turns posted files into file values.

    Raises InvalidInput(field, message).
    """
    return validated(plan.start_variables, inputs, files)


def _build(sketch: Sketch, drawn: GraphNode) -> Iterable[Problem]:
    """Make the node of a drawn one and put it into the sketch, or tell why that cannot be done."""
    kind = str(drawn.data.get("type"))
    cls = node_class(kind)
    if cls is None:
        message = f"This version cannot run nodes of the type {kind!r}: replace the node or delete it."
        yield Problem("unknown_node_type", message, node_id=drawn.id, params={"type": kind})
        return
    if "." in drawn.id:
        yield Problem("node_invalid", "A node's id must not hold a dot.", node_id=drawn.id, params={"reason": "dot in id"})
        return
    try:
        config = cls.Config.model_validate(drawn.data)
    except ValidationError as error:
        for line in error.errors()[:20]:
            place = _place(line["loc"], drawn.data)
            message = f"The setting {place} is not right: {line['msg']}. Correct it."
            yield Problem("node_invalid", message, node_id=drawn.id, field=place, params={"field": place, "reason": line["msg"]})
        return
    sketch.built[drawn.id] = cls(drawn.id, config)
    for index, row in enumerate(config.default_value if config.error_strategy == "default-value" else ()):
        try:
            _default(row.type, row.value)
        except ValueError:
            place = f"default_value.{index}.value"
            message = f"The default of {row.key!r} is not a {row.type}: correct it."
            yield Problem("node_invalid", message, node_id=drawn.id, field=place, params={"field": place, "reason": f"not a {row.type}"})


def _place(loc: tuple[int | str, ...], data: Any) -> str:
    """Write pydantic's location as a path in `data`; leaves out the names of union members."""
    parts: list[str] = []
    here = data
    for position, part in enumerate(loc):
        if isinstance(here, Mapping) and (part in here or position == len(loc) - 1):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            continue
        parts.append(str(part))
    return ".".join(parts)


def _default(kind: str, value: Any) -> Any:
    """Read a default value of a declared type. Raises ValueError."""
    if kind == "string":
        return value if isinstance(value, str) else "" if value is None else orjson.dumps(value).decode()
    if isinstance(value, str):
        value = orjson.loads(value) if value.strip() else None
    fits: tuple[type, ...] = {"number": (int, float), "object": (dict,), "boolean": (bool,)}.get(kind, (list,))
    if value is not None and (not isinstance(value, fits) or (kind == "number" and isinstance(value, bool))):
        raise ValueError(kind)
    return value


def _planned(sketch: Sketch) -> dict[str, PlannedNode]:
    return {node_id: _with_strategy(node, sketch.title(node_id)) for node_id, node in sketch.built.items()}


def _with_strategy(node: Node[Any], title: str) -> PlannedNode:
    config: NodeConfig = node.config
    fallback = None
    if config.error_strategy == "default-value":
        fallback = {}
        for row in config.default_value:
            try:
                fallback[row.key] = _default(row.type, row.value)
            except ValueError:
                continue  # a problem of the plan, which then does not run
    retry = config.retry_config
    return PlannedNode(
        id=node.id,
        type=node.type,
        title=title,
        node=node,
        fail_branch=config.error_strategy == FAIL_BRANCH,
        fallback=fallback,
        retries=retry.max_retries if retry.retry_enabled else 0,
        retry_delay_s=retry.retry_interval / 1000,
    )


def _models(sketch: Sketch) -> tuple[tuple[str, str, ModelRef], ...]:
    return tuple((node_id, place, model) for node_id, node in sketch.built.items() for place, model in node.models())


def _assemble(sketch: Sketch, problems: tuple[Problem, ...]) -> Plan:
    """Put the parts together. The sketch has an order and every node that can be reached is built."""
    nodes = _planned(sketch)
    edges = [edge for edge in sketch.edges if edge.source in nodes and edge.target in nodes]
    successors: dict[str, list[Edge]] = {}
    in_degree = dict.fromkeys(nodes, 0)
    for edge in edges:
        successors.setdefault(edge.source, []).append(edge)
        in_degree[edge.target] += 1
    start_id = sketch.starts[0]
    responses = _responses(sketch, nodes)
    shown = {segment.selector for segments in responses.values() for segment in segments if len(segment.selector) == 2}
    return Plan(
        mode=sketch.mode,
        problems=problems,
        nodes=nodes,
        successors={node_id: tuple(leaving) for node_id, leaving in successors.items()},
        in_degree=in_degree,
        start_id=start_id,
        other_roots=tuple(node_id for node_id, count in in_degree.items() if count == 0 and node_id != start_id),
        responses=responses,
        certain=_certain(sketch, nodes, successors, responses),
        streamed=frozenset(selector for selector in shown if selector[0] in nodes and selector[1] in nodes[selector[0]].node.streams),
        models=_models(sketch),
    )


def _responses(sketch: Sketch, nodes: Mapping[str, PlannedNode]) -> dict[str, tuple[Segment, ...]]:
    writers: dict[Selector, tuple[str, ...]] = {}
    for node_id, planned in nodes.items():
        for selector in planned.node.writes():
            writers[selector] = (*writers.get(selector, ()), node_id)
    responses = {}
    for node_id, planned in nodes.items():
        response = planned.node.response()
        if response is None:
            continue
        segments = []
        for part in response.parts:
            if isinstance(part, str):
                segments.append(Segment(text=part))
                continue
            source = nodes.get(part[0]) if part else None
            if response.streamed_only and (source is None or len(part) != 2 or part[1] not in source.node.streams):
                continue
            awaits = (part[0],) if source is not None else writers.get(part[:2], ())
            segments.append(Segment(selector=part, awaits=awaits, separator=response.separator))
        if segments:
            responses[node_id] = tuple(segments)
    return responses


def _certain(
    sketch: Sketch, nodes: Mapping[str, PlannedNode], successors: Mapping[str, list[Edge]], responses: Mapping[str, tuple[Segment, ...]]
) -> dict[str, tuple[str, ...]]:
    """For each node: the responses that are bound to run when it does, because no branch lies between."""
    assert sketch.order is not None
    position = {node_id: index for index, node_id in enumerate(sketch.order)}
    bound: dict[str, set[str]] = {}
    for node_id in reversed(sketch.order):
        if node_id not in nodes:
            continue
        own = {node_id} if node_id in responses else set()
        if len(exits(nodes[node_id].node)) == 1:
            for edge in successors.get(node_id, ()):
                own |= bound[edge.target]
        bound[node_id] = own
    return {node_id: tuple(sorted(own, key=position.__getitem__)) for node_id, own in bound.items()}
