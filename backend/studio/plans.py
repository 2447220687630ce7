"""Compiled flows: plans of versions, kept in memory, and the checklist of a draft."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from backend.core.errors import AppError
from backend.llm.selectors import model_resolve
from backend.studio.documents import flow_size
from backend.studio.missing import missing_problems
from backend.studio.models import FLOW_MODES
from backend.studio.simple import simple_flow
from workers.engine import plan as engine
from workers.engine.errors import NodeError
from workers.engine.plan import Cut, Plan
from workers.engine.ports import ModelRef
from workers.engine.problems import Problem

KEPT = 256

_lock = threading.Lock()
_plans: OrderedDict[tuple[uuid.UUID, Cut | None], Plan] = OrderedDict()


def plan_for(version_id: uuid.UUID, document: Mapping[str, Any], mode: str, cut: Cut | None = None) -> Plan:
    """Return the plan of a version, or of a part of it. Versions never change, so it is compiled once per process."""
    key = (version_id, cut)
    with _lock:
        found = _plans.get(key)
        if found is not None:
            _plans.move_to_end(key)
            return found
    made, _ = _compiled(document, mode, cut)
    with _lock:
        _plans[key] = made
        while len(_plans) > KEPT:
            _plans.popitem(last=False)
    return made


def flow_document(document: Mapping[str, Any], mode: str) -> Mapping[str, Any]:
    """Return what the engine runs: the document of a drawn app, the compiled settings of a simple one."""
    return document if mode in FLOW_MODES else simple_flow(document, mode).document


def flow_problems(workspace_id: uuid.UUID, document: Mapping[str, Any], mode: str, *, strict: bool = False) -> list[Problem]:
    """List what is wrong with a checked document.

    A model that the workspace has no access to is a warning while drawing; with `strict`, which
    publishing asks for, it is an error.
    """
    plan, place = _compiled(document, mode)
    problems = list(plan.problems)
    for node_id, field, model in plan.models:
        if model.provider and model.name:
            problems += map(place, _model_problems(workspace_id, node_id, field, model, strict))
    return problems + missing_problems(workspace_id, document, mode)


def demand_startable(document: Mapping[str, Any], mode: str, cut: Cut | None = None) -> None:
    """Raise AppError flow_has_errors when no run of the document can begin; other errors stop a run where it meets them."""
    problems = list(_compiled(document, mode, cut)[0].problems)
    _refuse(problems, [problem for problem in problems if problem.stops])


def demand_sound(workspace_id: uuid.UUID, document: Mapping[str, Any], mode: str) -> list[Problem]:
    """Return the warnings of a document. Raises AppError flow_has_errors when there is more than that."""
    problems = flow_problems(workspace_id, document, mode, strict=True)
    _refuse(problems, [problem for problem in problems if problem.severity == "error"])
    return problems


def _refuse(problems: list[Problem], errors: list[Problem]) -> None:
    if errors:
        first = f" First: {errors[0].message}"
        message = f"The flow has {len(errors)} problem{'s' if len(errors) > 1 else ''} to solve.{first}"
        raise AppError("flow_has_errors", message, 422, {"problems": problems_json(problems)})


def problems_json(problems: list[Problem]) -> list[dict[str, Any]]:
    """Shape problems for an answer."""
    return [asdict(problem) for problem in problems]


def _compiled(document: Mapping[str, Any], mode: str, cut: Cut | None = None) -> tuple[Plan, Callable[[Problem], Problem]]:
    """Compile a document, and tell how a problem of its flow becomes one of what people see."""
    if mode in FLOW_MODES:
        return engine.compile(document, mode, cut, flow_size()), lambda problem: problem
    made = simple_flow(document, mode)
    if not made.document["graph"]["nodes"]:
        return Plan(mode, made.problems), made.placed
    plan = engine.compile(made.document, mode, cut, flow_size())
    return replace(plan, problems=(*made.problems, *map(made.placed, plan.problems))), made.placed


def _model_problems(workspace_id: uuid.UUID, node_id: str, field: str, model: ModelRef, strict: bool) -> list[Problem]:
    try:
        model_resolve(workspace_id, model.provider, model.name)
    except (AppError, NodeError) as error:
        problem = Problem(
            code="model_not_configured",
            message=f"The workspace has no access to the model {model.name} of {model.provider}: {error.message}",
            severity="error" if strict else "warning",
            node_id=node_id,
            field=field,
            params={"provider": model.provider, "model": model.name},
        )
        return [problem]
    return []
