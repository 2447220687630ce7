"""One failure out of a group of tasks that failed together."""

from __future__ import annotations

from typing import Any

from backend.knowledge.claims import ClaimLost


def first_failure(failures: BaseExceptionGroup[Any]) -> BaseException:
    """Return what went wrong; a lost claim counts more than what followed from it."""
    leaves: list[BaseException] = []
    todo: list[BaseException] = [failures]
    while todo:
        found = todo.pop()
        if isinstance(found, BaseExceptionGroup):
            todo.extend(found.exceptions)
        else:
            leaves.append(found)
    return next((leaf for leaf in leaves if isinstance(leaf, ClaimLost)), leaves[0])
