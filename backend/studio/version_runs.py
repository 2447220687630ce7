"""Whether a version was ever run, asked of the room that keeps runs.

Runs stand above the studio, so they install the answer when Django starts; without it no version was.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

HasRuns = Callable[[uuid.UUID, uuid.UUID], bool]

_source: HasRuns = lambda workspace_id, version_id: False  # noqa: E731  (replaced at start-up)


def install(source: HasRuns) -> None:
    """Set the one source; it gets a workspace's id and a version's."""
    global _source
    _source = source


def version_has_runs(workspace_id: uuid.UUID, version_id: uuid.UUID) -> bool:
    """Tell whether a run of the version is kept."""
    return _source(workspace_id, version_id)
