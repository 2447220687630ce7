"""What is wrong with a flow document, as data that the checklist shows."""

from __future__ import annotations

import dataclasses
from typing import Literal

Severity = Literal["error", "warning"]

STOPPING = frozenset(
    {
        "document_invalid",
        "too_many_nodes",
        "too_many_edges",
        "duplicate_node_id",
        "no_start",
        "cycle",
        "node_missing",
        "config_invalid",
        "moderation_unavailable",
        "part_unreachable",
    }
)
"""Errors with which no run can begin. With any other a run goes up to the node that has it, and fails there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One line of the checklist.

    `field` is a dotted path inside the node's `data` ("cases.0.conditions.1.value"); `node_id` None means the
    whole flow. `message` is an English sentence that says what to do; screens word it from `code` and `params`.
    """

    code: str
    message: str
    severity: Severity = "error"
    node_id: str | None = None
    field: str | None = None
    params: dict[str, str | int | float] = dataclasses.field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """True when no run can begin because of this."""
        return self.severity == "error" and self.code in STOPPING

    def as_warning(self) -> Problem:
        """Return the same problem as one that does not stop a run."""
        return self if self.severity == "warning" else dataclasses.replace(self, severity="warning")
