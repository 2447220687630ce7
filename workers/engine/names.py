"""Names that builders give to variables."""

from __future__ import annotations

import re

from workers.engine.problems import Problem

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


def name_problem(node_id: str, field: str, name: str, repeated: bool) -> Problem | None:
    """Check a variable's name: an ASCII identifier, used once in its list."""
    if not NAME.fullmatch(name):
        message = f"{name!r} cannot be the name of a variable: use letters, digits and underscores, and begin with a letter."
        if not name:
            message = "Give the variable a name: letters, digits and underscores, beginning with a letter."
        return Problem("variable_name_invalid", message, node_id=node_id, field=field, params={"name": name})
    if repeated:
        message = f"The name {name!r} is used twice in this list: rename one of them."
        return Problem("variable_name_duplicate", message, node_id=node_id, field=field, params={"name": name})
    return None
