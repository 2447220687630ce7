"""Forms that people fill in while a run waits: what a form asks, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TIMEOUT = "__timeout"


@dataclass(frozen=True, slots=True)
class FormDraft:
    """A form as a node wants it asked: variables filled in, the fields of `content` still marked `{{#$output.name#}}`."""

    content: str
    inputs: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    defaults: dict[str, Any]
    expires_after_s: float
    channels: list[str]

    @property
    def display_in_ui(self) -> bool:
        """Whether those who follow the run may answer; if not, only those who are sent the form."""
        return not self.channels or "webapp" in self.channels


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """What became of a form. No `action_id`: nobody answered in time. `by` names who answered."""

    action_id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""

    @property
    def timed_out(self) -> bool:
        return not self.action_id


class FormNeeded(Exception):
    """A node cannot go on until people have answered. Caught only by the runner."""

    def __init__(self, draft: FormDraft) -> None:
        super().__init__("people are to be asked")
        self.draft = draft
