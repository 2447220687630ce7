"""Turn a flow document into something that runs, and tell what is wrong with it.

A plan holds nothing of a run: it is compiled once per version and shared by all its runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import ValidationError

from workers.engine.bypass import Bypass, disabled, pinned
from workers.engine.checks import References, Sketch, connect, duplicate_problems, graph_problems, size_problems
from workers.engine.containers import ContainerNode
from workers.engine.cuts import Cut, cut_out
from workers.engine.document import DocumentError, FlowSize, GraphNode, parse
from workers.engine.inputs import FileResolver, validated
from workers.engine.moderation import Moderation, moderation_of
from workers.engine.nesting import nest
from workers.engine.node import FAIL_BRANCH, Node, NodeConfig
from workers.engine.nodes.start import StartNode, StartVariable
from workers.engine.placeholder import Placeholder
from workers.engine.ports import ModelRef
from workers.engine.problems import Problem
from workers.engine.regions import Region, Regions
from workers.engine.registry import node_class
from workers.engine.scheduler import Edge

__all__ = ["Cut", "Plan", "PlannedNode", "Problem", "compile", "validate_inputs"]

_USUAL = FlowSize()


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
class Plan(Region):
    """A compiled flow: the region of its top level, with the nodes and edges of all regions.

    `bodies` are the insides of containers by id. `models` lists (node id, field, model). `target` is the node that a part
    of a flow is run for, "" of a whole flow. `citations`: the answer names the knowledge it rests on.
    """

    mode: str
    problems: tuple[Problem, ...] = ()
    nodes: Mapping[str, PlannedNode] = field(default_factory=dict)
    successors: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)
    bodies: Mapping[str, Region] = field(default_factory=dict)
    models: tuple[tuple[str, str, ModelRef], ...] = ()
    target: str = ""
    moderation: Moderation | None = None
    citations: bool = False

    @property
    def runnable(self) -> bool:
        """True when a run can begin; it fails at the first node it reaches that has an error."""
        return not any(problem.stops for problem in self.problems)

    @property
    def start_variables(self) -> list[StartVariable]:
        """What the flow asks of the caller."""
        start = self.nodes.get(self.start_id)
        return list(start.node.config.variables) if start is not None and isinstance(start.node, StartNode) else []


def compile(document: Mapping[str, Any], mode: str, cut: Cut | None = None, size: FlowSize = _USUAL) -> Plan:
    """Compile a document for a mode, or a part of it. Never raises for a bad document: `problems` tell."""
    try:
        parsed = parse(document)
    except DocumentError as error:
        return Plan(mode, tuple(error.problems))
    too_big = [*size_problems(parsed, size), *duplicate_problems(parsed)]
    if too_big:
        return Plan(mode, tuple(too_big))
    sketch = Sketch(parsed, mode, {node.id: node for node in parsed.graph.nodes if not node.drawn_only})
    per_node: dict[str, list[Problem]] = {node_id: list(_build(sketch, node)) for node_id, node in sketch.drawn.items()}
    for_flow = [*connect(sketch)]
    for problem in nest(sketch):
        per_node[problem.node_id or ""].append(problem)
    for_flow += graph_problems(sketch)
    references = References(sketch)
    for node_id, node in sketch.built.items():
        per_node[node_id] += [*node.problems(), *references.problems(node)]
    _hush(sketch, per_node)
    if cut is not None:
        found = cut_out(sketch, cut, [*for_flow, *(problem for some in per_node.values() for problem in some)])
        return _finish(sketch, found, cut.node_id)
    moderation, told = moderation_of(parsed.features, mode)
    problems = [*told, *(problem for problem in for_flow if problem.node_id is None)]
    for node_id in sketch.drawn:
        # A node that is never reached does not stop the others from running.
        harmless = bool(sketch.starts) and node_id not in sketch.reachable
        problems += [problem.as_warning() if harmless else problem for problem in per_node[node_id]]
        problems += [problem for problem in for_flow if problem.node_id == node_id]
    return _finish(sketch, problems, moderation=moderation)


def validate_inputs(plan: Plan, inputs: Mapping[str, Any], files: FileResolver | None = None) -> dict[str, Any]:
    """Check inputs against the start node and fill in defaults. `files` turns posted files into file values.

    Raises InvalidInput(field, message).
    """
    return validated(plan.start_variables, inputs, files)


def _build(sketch: Sketch, drawn: GraphNode) -> Iterable[Problem]:
    """Make the node of a drawn one and put it into the sketch; where that cannot be done, a placeholder, and tell why."""
    cls = node_class(str(drawn.data.get("type")))
    try:
        faults = list(_unusable(sketch, drawn, cls))
        config = cls.Config.model_validate(drawn.data) if cls is not None and not faults else None
    except ValidationError as error:
        faults, config = list(_misfits(drawn, error)), None
    if "." not in drawn.id and (disabled(drawn) or pinned(drawn) is not None):
        original = cls(drawn.id, config) if cls is not None and config is not None else None
        handles = [edge.source_handle for edge in sketch.document.graph.edges if edge.source == drawn.id]
        sketch.built[drawn.id] = Bypass(drawn, original, handles)
        return
    if cls is None or config is None:
        yield from faults
        if "." not in drawn.id:
            sketch.built[drawn.id] = Placeholder(drawn.id, drawn.data, faults[0])
        return
    sketch.built[drawn.id] = cls(drawn.id, config)
    for index, row in enumerate(config.default_value if config.error_strategy == "default-value" else ()):
        try:
            _default(row.type, row.value)
        except ValueError:
            place = f"default_value.{index}.value"
            message = f"The default of {row.key!r} is not a {row.type}: correct it."
            yield Problem("node_invalid", message, node_id=drawn.id, field=place, params={"field": place, "reason": f"not a {row.type}"})


def _hush(sketch: Sketch, per_node: dict[str, list[Problem]]) -> None:
    """Nodes that are passed by, and what is in them, cannot do anything wrong; a pinned output is worth a word."""
    for node_id in sketch.drawn:
        if any(isinstance(sketch.built.get(one), Bypass) for one in (node_id, *sketch.around(node_id))):
            per_node[node_id] = []
        if not disabled(sketch.drawn[node_id]) and isinstance(sketch.built.get(node_id), Bypass):
            message = f"{sketch.title(node_id)!r} gives its pinned output instead of doing its work: unpin it to run it."
            per_node[node_id] = [Problem("output_pinned", message, "warning", node_id)]


def _unusable(sketch: Sketch, drawn: GraphNode, cls: type[Node[Any]] | None) -> Iterable[Problem]:
    if cls is None:
        kind, title = str(drawn.data.get("type")), sketch.title(drawn.id)
        message = f"Nodes of the type {kind!r} do not run here: replace {title!r} or delete it."
        yield Problem("unknown_node_type", message, node_id=drawn.id, params={"type": kind, "title": title})
    elif "." in drawn.id:
        yield Problem("node_invalid", "A node's id must not hold a dot.", node_id=drawn.id, params={"reason": "dot in id"})


def _misfits(drawn: GraphNode, error: ValidationError) -> Iterable[Problem]:
    for line in error.errors()[:20]:
        place = _place(line["loc"], drawn.data)
        message = f"The setting {place} is not right: {line['msg']}. Correct it."
        yield Problem("node_invalid", message, node_id=drawn.id, field=place, params={"field": place, "reason": line["msg"]})


def _stand_in_for_containers(sketch: Sketch, problems: list[Problem]) -> None:
    """Replace containers whose rounds cannot begin."""
    for node_id, node in sketch.built.items():
        if isinstance(node, ContainerNode) and node_id not in sketch.entries:
            fault = next(problem for problem in problems if problem.node_id == node_id and problem.code.startswith("container_"))
            sketch.built[node_id] = Placeholder(node_id, sketch.drawn[node_id].data, fault)


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


def _cites(features: Mapping[str, Any]) -> bool:
    settings = features.get("retriever_resource")
    return isinstance(settings, Mapping) and bool(settings.get("enabled"))


def _finish(sketch: Sketch, problems: list[Problem], target: str = "", *, moderation: Moderation | None = None) -> Plan:
    """Put the parts together, if the sketch has an order; what cannot run has a placeholder."""
    _stand_in_for_containers(sketch, problems)
    told: dict[str, Any] = {"mode": sketch.mode, "problems": tuple(problems), "target": target}
    told |= {"nodes": _planned(sketch), "models": _models(sketch)}
    told |= {"moderation": moderation, "citations": _cites(sketch.document.features)}
    if sketch.order is None or not sketch.starts or any(problem.stops for problem in problems):
        return Plan(**told, start_id=next(iter(sketch.starts), ""))
    regions = Regions(sketch)
    return Plan(**told, successors=regions.successors, bodies=regions.bodies(), **regions.top())
