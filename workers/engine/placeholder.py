"""Stands in a plan for a node that cannot run: the run goes up to it and fails there with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from workers.engine.errors import NodeError
from workers.engine.node import FAIL_BRANCH, SOURCE, Node, NodeConfig, NodeContext, NodeOutputs
from workers.engine.problems import Problem

_SHARED = ("title", "desc", "error_strategy", "default_value", "retry_config")


class Placeholder(Node[NodeConfig]):
    """Fails with its problem when it is reached; a fail branch or default values that were drawn for it apply.

    Edges may leave from any handle: which ones there would be is not known.
    """

    def __init__(self, node_id: str, data: Mapping[str, Any], problem: Problem) -> None:
        super().__init__(node_id, _config(data))
        self.type = str(data.get("type") or "")  # type: ignore[misc]  # each stands for another type
        self.reason = problem

    def output_names(self) -> frozenset[str] | None:
        """Anything may come out."""
        return None

    def exits(self) -> tuple[str, ...]:
        """Two, so that nothing behind it counts as certain."""
        return (SOURCE, FAIL_BRANCH)

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Raises NodeError with the code and the sentence of the problem."""
        raise NodeError(self.reason.code, self.reason.message, details=dict(self.reason.params))


def _config(data: Mapping[str, Any]) -> NodeConfig:
    """Read what all types share, as far as it can be read."""
    kind = {"type": str(data.get("type") or "")}
    try:
        return NodeConfig.model_validate(kind | {key: data[key] for key in _SHARED if key in data})
    except ValidationError:
        return NodeConfig.model_validate(kind | {"title": str(data.get("title") or "")})
