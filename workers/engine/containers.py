"""What a container is: a node that runs the nodes drawn in it, round by round.

The runner goes through the rounds; the container says with which values each begins and what becomes of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, TypeVar

from pydantic import Field

from workers.engine.events import (
    ContainerFinished,
    ContainerStarted,
    ErrorInfo,
    IterationFinished,
    IterationNext,
    IterationStarted,
    LoopFinished,
    LoopNext,
    LoopStarted,
    RoundStarted,
)
from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs, form
from workers.engine.variables import Scope

STARTED: dict[str, type[ContainerStarted]] = {"iteration": IterationStarted, "loop": LoopStarted}
NEXT: dict[str, type[RoundStarted]] = {"iteration": IterationNext, "loop": LoopNext}
FINISHED: dict[str, type[ContainerFinished]] = {"iteration": IterationFinished, "loop": LoopFinished}
CONTAINER_TYPES = frozenset(STARTED)


class ContainerConfig(NodeConfig):
    """Settings that all containers share. `start_node_id` is the node in it that each round begins with."""

    start_node_id: str = Field("", title="First node", json_schema_extra=form("起始节点", "hidden"))


class Rounds(ABC):
    """One execution of a container. `width`: rounds at a time. `length`: how many there will be at most.

    `inputs` are for the history.
    """

    width: int = 1
    length: int = 0
    inputs: dict[str, Any]

    @abstractmethod
    def scope(self, number: int) -> Scope | None:
        """Return the variables that a round begins with, None when there is no such round. Asked in order.

        Raises LimitExceeded.
        """

    @abstractmethod
    def finished(self, number: int, scope: Scope, *, broke: bool) -> None:
        """Take in a round that ended; `broke` when it reached a node that ends the container. Raises NodeError."""

    @abstractmethod
    def failed(self, number: int, error: ErrorInfo) -> bool:
        """Take in a round that failed; True when the container fails with it."""

    @abstractmethod
    def assign(self, values: dict[str, Any]) -> None:
        """Set variables of the container."""

    @abstractmethod
    def outputs(self) -> NodeOutputs:
        """Return the result when no round is left."""


K = TypeVar("K", bound=ContainerConfig)


class ContainerNode(Node[K]):
    """Base of iteration and loop. `start_type` is the type of the node that marks the beginning of a round."""

    start_type: ClassVar[str]
    group = "logic"

    def inner_names(self) -> frozenset[str]:
        """Name the variables of this container that nodes in it see."""
        return frozenset()

    def begin(self, ctx: NodeContext) -> Rounds:
        """Prepare to run. Raises NodeError, LimitExceeded."""
        raise NotImplementedError

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Containers are run by the runner."""
        raise NotImplementedError
