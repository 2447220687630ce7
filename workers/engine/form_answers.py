"""What people write into forms: checked against the form, and as the outputs of its node. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workers.engine.errors import InvalidInput
from workers.engine.forms import TIMEOUT, FormAnswer
from workers.engine.inputs import FileResolver, validated
from workers.engine.node import NodeOutputs
from workers.engine.nodes.start import StartVariable
from workers.engine.variables import as_markdown

OUTPUT_FIELD = re.compile(r"\{\{#\$output\.([A-Za-z_][A-Za-z0-9_]*)#\}\}")
_TEXTS = frozenset({"paragraph", "text-input"})


def checked_answer(form: Mapping[str, Any], action: Any, data: Any, files: FileResolver | None = None) -> FormAnswer:
    """Check an answer against a form (the fields of `human_input_required`). Raises InvalidInput.

    A field that is missing gets its default; keys that no field asks for are dropped.
    """
    actions = [row["id"] for row in form["actions"]]
    if not isinstance(action, str) or action not in actions:
        raise InvalidInput("action", f"action must be one of: {', '.join(actions)}.")
    if not isinstance(data, Mapping):
        raise InvalidInput("inputs", "inputs must be an object with a value per field of the form.")
    given = {**form["defaults"], **data}
    fields = [_as_variable(row) for row in form["inputs"]]
    for row in fields:
        if row.variable not in given:
            raise InvalidInput(row.variable, f"{row.variable} is missing.")
    return FormAnswer(action, validated(fields, given, files))


def _as_variable(row: Mapping[str, Any]) -> StartVariable:
    """See a field of a form as an input of a start node, so that both obey the same rules."""
    kind = row["type"]
    options = (row.get("option_source") or {}).get("value") or ()
    given = {"variable": row["output_variable_name"], "type": kind, "required": kind not in _TEXTS, "options": tuple(options)}
    for name in ("allowed_file_types", "allowed_file_extensions", "allowed_file_upload_methods", "number_limits"):
        given[name] = row.get(name)
    return StartVariable.model_validate(given)


def unanswered(inputs: Sequence[Mapping[str, Any]], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields of a form are when nobody answers."""
    return {row["output_variable_name"]: defaults.get(row["output_variable_name"], _as_variable(row).neutral) for row in inputs}


def filled_in(content: str, data: Mapping[str, Any]) -> str:
    """Write the answers into the text of a form."""
    return OUTPUT_FIELD.sub(lambda found: as_markdown(data.get(found[1])) if found[1] in data else "", content)


def outputs(form: Mapping[str, Any], answer: FormAnswer) -> NodeOutputs:
    """Make the outputs of the node whose form was answered, or which nobody answered in time."""
    data = unanswered(form["inputs"], form["defaults"]) if answer.timed_out else dict(answer.data)
    title = next((str(row.get("title") or row["id"]) for row in form["actions"] if row["id"] == answer.action_id), "")
    own = {"__action_id": answer.action_id, "__action_value": title, "__rendered_content": filled_in(form["form_content"], data)}
    process = {"answered_by": answer.by} if answer.by else {}
    return NodeOutputs({**data, **own}, process=process, handle=answer.action_id or TIMEOUT)
