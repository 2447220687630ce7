"""Compiled flows: plans of versions, kept in memory, and the checklist of a draft."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from backend.core.errors import AppError
from backend.llm.selectors import model_resolve
from backend.studio.documents import nodes_of
from workers.engine import plan as engine
from workers.engine.errors import NodeError
from workers.engine.plan import Plan
from workers.engine.problems import Problem

KEPT = 256

_lock = threading.Lock()
_plans: OrderedDict[uuid.UUID, Plan] = OrderedDict()


def plan_for(version_id: uuid.UUID, document: Mapping[str, Any], mode: str) -> Plan:
    """Return the plan of a version. Versions never change, so it is compiled once per process."""
    with _lock:
        found = _plans.get(version_id)
        if found is not None:
            _plans.move_to_end(version_id)
            return found
    made = engine.compile(document, mode)
    with _lock:
        _plans[version_id] = made
        while len(_plans) > KEPT:
            _plans.popitem(last=False)
    return made


def flow_problems(workspace_id: uuid.UUID, document: Mapping[str, Any], mode: str, *, strict: bool = False) -> list[Problem]:
    """List what is wrong with a checked document.

    A model that the workspace has no access to is a warning while drawing; with `strict`, which
    publishing and running ask for, it is an error.
    """
    problems = list(engine.compile(document, mode).problems)
    known = {(problem.node_id, problem.field) for problem in problems}
    for node in nodes_of(document):
        problem = _model_problem(workspace_id, node, strict)
        if problem is not None and (problem.node_id, problem.field) not in known:
            problems.append(problem)
    return problems


def demand_runnable(workspace_id: uuid.UUID, document: Mapping[str, Any], mode: str) -> list[Problem]:
    """Return the warnings of a document. Raises AppError flow_has_errors when there is more than that."""
    problems = flow_problems(workspace_id, document, mode, strict=True)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        first = f" First: {errors[0].message}"
        message = f"The flow has {len(errors)} problem{'s' if len(errors) > 1 else ''} to solve.{first}"
        raise AppError("flow_has_errors", message, 422, {"problems": problems_json(problems)})
    return problems


def problems_json(problems: list[Problem]) -> list[dict[str, Any]]:
    """Shape problems for an answer."""
    return [asdict(problem) for problem in problems]


def _model_problem(workspace_id: uuid.UUID, node: Mapping[str, Any], strict: bool) -> Problem | None:
    model = node["data"].get("model")
    if not isinstance(model, dict) or not model.get("provider") or not model.get("name"):
        return None
    provider, name = str(model["provider"]), str(model["name"])
    try:
        model_resolve(workspace_id, provider, name)
    except (AppError, NodeError) as error:
        return Problem(
            code="model_not_configured",
            message=f"The workspace has no access to the model {name} of {provider}: {error.message}",
            severity="error" if strict else "warning",
            node_id=node["id"],
            field="model",
            params={"provider": provider, "model": name},
        )
    return None
