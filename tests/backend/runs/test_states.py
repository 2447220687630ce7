"""The names of states that the studio shows are those that runs have."""

from __future__ import annotations

from backend.runs.models import State
from backend.studio.last_runs import RUN_STATES


def test_the_studio_names_every_state_of_a_run() -> None:
    assert list(RUN_STATES) == State.values
