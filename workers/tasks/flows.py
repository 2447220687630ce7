"""The flows this process executes, loaded once per version."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async

from backend.studio.environment import environment_values
from backend.studio.models import Version
from backend.studio.plans import plan_for
from workers.engine.errors import NodeError
from workers.engine.plan import Cut, Plan

KEPT = 256


@dataclass(frozen=True, slots=True)
class Flow:
    """A version, ready to run. `conversation` holds the defaults of the conversation variables."""

    plan: Plan
    environment: Mapping[str, Any]
    conversation: Mapping[str, Any]
    remembers: bool


_flows: OrderedDict[tuple[uuid.UUID, Cut | None], Flow] = OrderedDict()


async def flow_of(workspace_id: uuid.UUID, version_id: uuid.UUID, mode: str, cut: Cut | None = None) -> Flow:
    """Return a version's flow, or a part of it. Raises NodeError: version_missing, flow_has_errors."""
    key = (version_id, cut)
    found = _flows.get(key)
    if found is None:
        found = _flows[key] = await database_sync_to_async(_load, thread_sensitive=False)(workspace_id, version_id, mode, cut)
        while len(_flows) > KEPT:
            _flows.popitem(last=False)
    else:
        _flows.move_to_end(key)
    return found


def _load(workspace_id: uuid.UUID, version_id: uuid.UUID, mode: str, cut: Cut | None) -> Flow:
    version = Version.scoped(workspace_id).filter(pk=version_id).first()
    if version is None:
        raise NodeError("version_missing", "The version of the flow that this run belongs to no longer exists.")
    document = version.document
    plan = plan_for(version_id, document, mode, cut)
    if not plan.runnable:
        first = next(problem for problem in plan.problems if problem.severity == "error")
        raise NodeError("flow_has_errors", f"The flow cannot run: {first.message}", details={"code": first.code, "node_id": first.node_id})
    return Flow(
        plan=plan,
        environment=environment_values(workspace_id, version.app_id, document),
        conversation={row["name"]: row.get("value") for row in document.get("conversation_variables") or [] if row.get("name")},
        remembers=any(getattr(node.node.config, "memory", None) is not None for node in plan.nodes.values()),
    )
