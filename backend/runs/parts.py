"""Runs of a part of a flow, and runs that take over what an earlier run did.

`Run.part` says all of it, so that any worker can take the run up: `kind`, `node_id`, `run_id` (the earlier run), `kept_nodes`,
`kept_tokens` and `kept_cost_usd` for people; `values` (variables given by hand), `changed`, `dropped` and `edited` (see
`takeover`), and `talk`: the conversation as the earlier run saw it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from backend.core.errors import AppError
from backend.runs.models import FINAL_STATES, Message, NodeRun, Run, State
from backend.runs.selectors import stored_nodes
from backend.studio.models import Version
from backend.studio.plans import flow_document, plan_for
from workers.engine import parts as engine
from workers.engine.errors import InvalidInput
from workers.engine.events import NodeFinished, Usage
from workers.engine.inputs import FileResolver
from workers.engine.plan import Cut, Plan, validate_inputs

KINDS = ("node", "to", "from", "restart", "fork")
CUTS = frozenset({"node", "to"})


@dataclass(frozen=True, slots=True)
class PartSpec:
    """What somebody asks for. `inputs`, `query` and `files` lie over those of the `parent`; None leaves them.

    `values` are by namespace: variables of a node that runs alone, otherwise edited outputs of nodes.
    """

    kind: str
    node_id: str
    version: Version
    mode: str
    parent: Run | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    query: str | None = None
    files: Sequence[Mapping[str, Any]] | None = None
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    resolver: FileResolver | None = None

    @property
    def cut(self) -> Cut | None:
        """The part of the flow that is compiled; None for all of it."""
        return cut_of({"kind": self.kind, "node_id": self.node_id})


@dataclass(frozen=True, slots=True)
class PartPlan:
    """A checked part, ready to be accepted; `kept` and `again` tell people what will be done."""

    part: dict[str, Any]
    inputs: dict[str, Any]
    query: str
    files: list[Mapping[str, Any]]
    kept: list[dict[str, Any]] = field(default_factory=list)
    again: list[dict[str, Any]] = field(default_factory=list)


def cut_of(part: Mapping[str, Any] | None) -> Cut | None:
    """Tell which part of the flow a run is compiled from; None for all of it."""
    return Cut(part["kind"], part["node_id"]) if part is not None and part["kind"] in CUTS else None


def takeover(part: Mapping[str, Any], plan: Plan) -> engine.Takeover:
    """Gather from the rows of the earlier run what a run keeps; the same each time, because ended runs do not change.

    `changed` nodes run again with all that is behind them, `dropped` ones alone; `edited` outputs are laid over.
    """
    if part["kind"] in CUTS or not part.get("run_id"):
        return engine.Takeover({})
    finished = [event for event in stored_nodes(uuid.UUID(part["run_id"])) if event.node_id not in part["dropped"]]
    return engine.take_over(plan, finished, part["run_id"], engine.stale(plan, part["changed"]), part["edited"])


def newest_run(workspace_id: uuid.UUID, app_id: uuid.UUID) -> Run | None:
    """Return an app's newest whole run that has ended."""
    ended = Run.scoped(workspace_id).filter(app_id=app_id, part__isnull=True, state__in=FINAL_STATES)
    return ended.select_related("version").order_by("-created_at", "-id").first()


def plan_part(spec: PartSpec) -> PartPlan:
    """Check what is asked for and find out what it keeps.

    Raises AppError: invalid_input (with fields), node_not_reached, run_not_ended, run_not_failed.
    """
    plan = plan_for(spec.version.pk, spec.version.document, spec.mode, spec.cut)
    if spec.kind == "node":
        return _alone(spec, plan)
    if spec.kind == "to":
        part = {"kind": "to", "node_id": spec.node_id, "run_id": None, **_NOTHING_KEPT}
        return PartPlan(part, _inputs(spec, plan, {}), _query(spec, spec.query or ""), list(spec.files or ()))
    return _with_takeover(spec, plan, _ended(spec))


_NOTHING_KEPT: dict[str, Any] = {"kept_nodes": 0, "kept_tokens": 0, "kept_cost_usd": 0.0}


def _ended(spec: PartSpec) -> Run:
    parent = spec.parent
    if parent is None:
        raise invalid("run_id", "Say which run to start from.")
    if parent.state not in FINAL_STATES:
        raise AppError("run_not_ended", "That run still goes on: wait for its end or stop it.", 409, {"state": parent.state})
    if spec.kind == "restart" and parent.state not in (State.FAILED, State.STOPPED):
        raise AppError("run_not_failed", "That run did not fail, so there is nothing to restart.", 409, {"state": parent.state})
    if cut_of(parent.part) is not None:
        raise invalid("run_id", "That run was of a part of the flow only: choose a whole one.")
    return parent


def _inputs(spec: PartSpec, plan: Plan, known: Mapping[str, Any]) -> dict[str, Any]:
    """Check the inputs; those of the earlier run hold values of files already."""

    def resolve(name: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
        return spec.resolver(name, value) if spec.resolver is not None and name in spec.inputs else value

    try:
        return validate_inputs(plan, {**known, **spec.inputs}, resolve)
    except InvalidInput as error:
        raise invalid(error.field, error.message) from None


def _query(spec: PartSpec, query: str) -> str:
    if spec.mode == "workflow":
        return ""
    if not query.strip():
        raise invalid("query", "Write a message first.")
    return query


def _alone(spec: PartSpec, plan: Plan) -> PartPlan:
    """One node, with all variables that it uses given."""
    shown = values_of(spec.parent, flow_document(spec.version.document, spec.mode)) if spec.parent is not None else {}
    values: dict[str, dict[str, Any]] = {}
    missing: dict[str, list[str]] = {}
    for namespace, name in needed(plan, spec.node_id):
        found = next((known[namespace] for known in (spec.values, shown) if name in known.get(namespace, {})), None)
        if found is None:
            missing[f"values.{namespace}.{name}"] = [f"Give {namespace}.{name} a value."]
        else:
            values.setdefault(namespace, {})[name] = found[name]
    if missing:
        raise AppError("invalid_input", next(iter(missing.values()))[0], 400, {"fields": missing})
    run_id = str(spec.parent.pk) if spec.parent is not None else None
    part = {"kind": "node", "node_id": spec.node_id, "run_id": run_id, **_NOTHING_KEPT, "values": values}
    return PartPlan(part, {}, "", [])


def _with_takeover(spec: PartSpec, plan: Plan, parent: Run) -> PartPlan:
    inputs = _inputs(spec, plan, parent.inputs)
    query = _query(spec, parent.query if spec.query is None else spec.query)
    files = list(parent.files if spec.files is None else spec.files)
    changed: dict[str, engine.Reason] = {}
    dropped: list[str] = []
    if spec.version.pk != parent.version_id:
        then, now = (flow_document(one.document, spec.mode) for one in (parent.version, spec.version))
        changed |= engine.differences(then, now, plan)
    if spec.kind == "from":
        changed[spec.node_id] = "chosen"
    edited_inputs = [name for name, value in inputs.items() if parent.inputs.get(name) != value]
    if edited_inputs or query != parent.query or files != list(parent.files):
        dropped.append(plan.start_id)
    for node_id in engine.uses(plan, [(plan.start_id, name) for name in edited_inputs]):
        changed.setdefault(node_id, "edited_input")
    if query != parent.query or files != list(parent.files):
        changed |= {edge.target: "edited_input" for edge in plan.successors.get(plan.start_id, ()) if edge.target not in changed}
    for node_id in spec.values:
        changed |= {edge.target: "after" for edge in plan.successors.get(node_id, ()) if edge.target not in changed}
    part: dict[str, Any] = {
        **{"kind": spec.kind, "node_id": spec.node_id or None, "run_id": str(parent.pk)},
        **{"changed": changed, "dropped": dropped, "edited": spec.values, "talk": _talk(parent)},
    }
    taken = takeover({**part, "edited": {}}, plan)
    _check_edits(spec, plan, taken)
    _check_reached(spec, plan, taken)
    total = sum(taken.usage.values(), Usage())
    part |= {"kept_nodes": sum(taken.counts.values()), "kept_tokens": total.total_tokens, "kept_cost_usd": total.cost_usd}
    return PartPlan(part, inputs, query, files, _kept(plan, taken, spec.values), _again(plan, taken, parent, changed))


def _check_edits(spec: PartSpec, plan: Plan, taken: engine.Takeover) -> None:
    for node_id, outputs in spec.values.items():
        place, kept = f"values.{node_id}", taken.nodes.get(node_id)
        if kept is None:
            if node_id in taken.counts:
                raise invalid(place, "This container answers by itself, so its result cannot be edited: edit a step behind it.")
            raise invalid(place, "This step has no result in that run that could be edited.")
        unknown = [name for name in outputs if name not in kept.outputs]
        if unknown:
            raise invalid(f"{place}.{unknown[0]}", f"That run has no output {unknown[0]!r} of this step.")


def _check_reached(spec: PartSpec, plan: Plan, taken: engine.Takeover) -> None:
    if spec.kind != "from":
        return
    around = {inner: container for container, body in plan.bodies.items() for inner in body.in_degree}
    here = spec.node_id
    while here in around:
        here = around[here]
    if here not in engine.ahead(plan, taken.nodes):
        title = plan.nodes[spec.node_id].title
        raise AppError("node_not_reached", f"That run never came to {title!r}: run the flow to it instead.", 422, {"node_id": spec.node_id})


def _kept(plan: Plan, taken: engine.Takeover, edited: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for node_id, count in taken.counts.items():
        usage = taken.usage.get(node_id, Usage())
        kept = taken.nodes.get(node_id)
        spent = {"total_tokens": usage.total_tokens, "cost_usd": usage.cost_usd}
        rows.append({**_named(plan, node_id), "count": count, **spent, "edited": node_id in edited or (kept is not None and kept.edited)})
    return rows


def _again(plan: Plan, taken: engine.Takeover, parent: Run, changed: Mapping[str, engine.Reason]) -> list[dict[str, Any]]:
    """Tell which nodes that had run (or are new) will run again."""
    had = dict(NodeRun.objects.filter(run_id=parent.pk).order_by("-status").values_list("node_id", "status"))
    again = engine.stale(plan, changed)
    rows = []
    for node_id in plan.nodes:
        reason = again.reason(node_id)
        if node_id in had and had[node_id] == "failed" and node_id not in taken.counts:
            reason = reason if reason not in (None, "after") else "failed"
        if reason is not None and (node_id in had or reason == "new"):
            rows.append({**_named(plan, node_id), "reason": reason})
    return rows


def _named(plan: Plan, node_id: str) -> dict[str, Any]:
    planned = plan.nodes[node_id]
    return {"node_id": node_id, "title": planned.title, "type": planned.type}


def needed(plan: Plan, node_id: str) -> list[tuple[str, str]]:
    """List the variables (namespace, name) that a node and the nodes in it take from outside, each once; not `env`."""
    inside = plan.nodes.keys()
    found: dict[tuple[str, str], None] = {}
    for planned in plan.nodes.values():
        for reference in planned.node.references():
            if len(reference.selector) >= 2 and reference.selector[0] != "env" and reference.selector[0] not in inside:
                found[(reference.selector[0], reference.selector[1])] = None
    return list(found)


def values_of(run: Run, document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what the variables of a flow were in a run, by namespace; of containers those of the first round."""
    values: dict[str, dict[str, Any]] = {"sys": {"query": run.query, "files": run.files}, "conversation": {}}
    rows = document.get("conversation_variables") or []
    values["conversation"] = {str(row.get("name")): row.get("value") for row in rows} | _talk(run).get("variables", {})
    for event in stored_nodes(run.pk):
        values["conversation"] |= event.conversation
        values[event.node_id] = {**_first_round(event), **event.outputs, **values.get(event.node_id, {})}
    return values


def _first_round(event: NodeFinished) -> dict[str, Any]:
    if event.node_type == "iteration":
        items = event.inputs.get("iterator_selector")
        return {"item": items[0], "index": 0} if isinstance(items, list) and items else {}
    return {name: value for name, value in event.inputs.items() if name != "loop_count"} if event.node_type == "loop" else {}


def _talk(run: Run) -> dict[str, Any]:
    """Tell how the conversation stood when a run began; {} without one."""
    if run.part is not None:
        known: dict[str, Any] = run.part.get("talk") or {}
        return known
    user = {"user": run.user_ref}
    if run.conversation_id is None:
        return user
    earlier = {"run__conversation_id": run.conversation_id, "run__created_at__lt": run.created_at}
    variables: dict[str, Any] = {}
    for changes in NodeRun.objects.filter(**earlier).order_by("run__created_at", "seq").values_list("event__conversation", flat=True):
        variables |= changes or {}
    turns = Message.unscoped.filter(conversation_id=run.conversation_id, created_at__lte=run.created_at).aggregate(count=Count("id"))
    about = {"conversation_id": str(run.conversation_id), "turn": turns["count"], "before": run.created_at.isoformat()}
    return {**user, **about, "variables": variables}


def invalid(place: str, message: str) -> AppError:
    """Make the error of one wrong field."""
    return AppError("invalid_input", message, 400, {"field": place, "fields": {place: [message]}})
