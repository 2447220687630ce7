"""The newest run of each app, asked of the room that keeps runs.

Runs stand above the studio, so they install the answer when Django starts; without it apps show none.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import TypedDict

# The names that the room above gives its states; one of its tests keeps this list the same.
RUN_STATES = ("queued", "running", "paused", "succeeded", "partial_succeeded", "failed", "stopped")


class LastRun(TypedDict):
    """What an app's card shows; `state` is one of RUN_STATES, `created_at` an ISO time."""

    id: str
    state: str
    created_at: str


LastRuns = Callable[[uuid.UUID, Sequence[uuid.UUID]], dict[uuid.UUID, LastRun]]

_source: LastRuns = lambda workspace_id, app_ids: {}  # noqa: E731  (replaced at start-up)


def install(source: LastRuns) -> None:
    """Set the one source; it gets a workspace's id and ids of its apps."""
    global _source
    _source = source


def last_runs(workspace_id: uuid.UUID, app_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, LastRun]:
    """Return the newest run of each app that has one."""
    return _source(workspace_id, app_ids) if app_ids else {}
