"""Forms and pauses in the words of the published API. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.runs.forms import form_token
from backend.runs.models import FormStatus, HumanForm
from workers.engine.form_answers import outputs
from workers.engine.forms import FormAnswer

Json = dict[str, Any]


def required(form: Mapping[str, Any]) -> Json:
    """What people are asked. The token is only for those whom the flow lets answer where they follow the run."""
    return {
        "form_id": form["form_id"],
        "node_id": form["node_id"],
        "node_title": form["title"],
        "form_content": form["form_content"],
        "inputs": form["inputs"],
        "actions": form["actions"],
        "display_in_ui": form["display_in_ui"],
        "form_token": form_token(form["form_id"]) if form["display_in_ui"] else None,
        "approval_channels": form["channels"],
        "resolved_default_values": form["defaults"],
        "expiration_time": int(form["expires_at"]),
    }


def filled(event: Mapping[str, Any]) -> Json:
    """What was answered."""
    named = {name: event[name] for name in ("node_id", "rendered_content", "action_id", "action_text")}
    return {**named, "node_title": event["title"], "submitted_data": event["data"]}


def timed_out(event: Mapping[str, Any]) -> Json:
    """That nobody answered."""
    return {"node_id": event["node_id"], "node_title": event["title"], "expiration_time": int(event["expires_at"])}


def paused(run_id: str, created_at: int, event: Mapping[str, Any]) -> Json:
    """The `data` of `workflow_paused`."""
    return {
        "workflow_run_id": run_id,
        "paused_nodes": list(dict.fromkeys(reason["node_id"] for reason in event["reasons"])),
        "outputs": {},
        "reasons": [{"TYPE": "human_input_required", **required(reason)} for reason in event["reasons"] if "form_id" in reason],
        "status": "paused",
        "created_at": created_at,
        "elapsed_time": round(event["elapsed_s"], 6),
        "total_tokens": event["usage"]["total_tokens"],
        "total_steps": event["steps"],
    }


def extra_content(form: HumanForm) -> Json:
    """A form as part of the message in whose run it was asked."""
    event = form.event
    content: Json = {
        "workflow_run_id": str(form.run_id),
        "submitted": form.status == FormStatus.SUBMITTED,
        "type": "human_input",
        "form_definition": required(event),
    }
    if form.status == FormStatus.SUBMITTED:
        values = outputs(event, FormAnswer(form.action, form.data)).values
        content["form_submission_data"] = {
            "node_id": form.node_id,
            "node_title": event["title"],
            "rendered_content": values["__rendered_content"],
            "action_id": form.action,
            "action_text": values["__action_value"],
        }
    return content
