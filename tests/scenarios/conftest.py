"""Installations for scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes import Installation


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    """Make installations that end with the test."""
    made: list[Installation] = []

    def make(like: Path | None = None, **env: str) -> Installation:
        made.append(Installation(tmp_path / f"installation{len(made)}", like=like, **env))
        return made[-1]

    yield make
    for installation in made:
        installation.stop()
