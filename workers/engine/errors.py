"""What can go wrong in a flow, as types."""

from __future__ import annotations

from typing import Any


class NodeError(Exception):
    """A node could not do its work. Raised by nodes and ports, caught only by the runner.

    `code` is a stable snake_case name (`provider_rate_limited`), `message` a sentence for the
    builder that says what to do next, `retryable` whether the same call may succeed later.
    `inputs`, `process` and `usage` are what the node can tell of the try that failed (see `NodeOutputs`).
    """

    def __init__(self, code: str, message: str, *, retryable: bool = False, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.details = details or {}
        self.inputs: dict[str, Any] = {}
        self.process: dict[str, Any] = {}
        self.usage: Any = None


_MEASURES = {
    "steps": "steps",
    "rounds": "rounds of one container",
    "wall_clock_s": "seconds",
    "depth": "containers in one another",
    "output_bytes": "bytes of results of one step",
    "output_depth": "objects and lists in one another in the results of a step",
    "prompt_bytes": "bytes of one prompt",
    "cost_usd": "USD for models",
}


class LimitExceeded(Exception):
    """A limit of the run was reached: the run fails, no retry and no error branch applies."""

    def __init__(self, limit: str, allowed: float, current: float) -> None:
        self.code = f"limit_{limit}"
        self.message = f"The run reached its limit of {_written(allowed)} {_MEASURES.get(limit, limit)}: it came to {_written(current)}."
        self.details = {"limit": limit, "allowed": allowed, "current": current}
        super().__init__(self.message)


def _written(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.6g}"


class InvalidInput(Exception):
    """An input of the run does not fit the start node. `field` names the variable."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
