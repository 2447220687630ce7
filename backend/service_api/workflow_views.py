"""Workflows of client programs: run, look, follow, stop."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import orjson

from backend.runs.models import FINAL_STATES, Run, State
from backend.service_api.bodies import caller_of, parse_run_body, uuid_param
from backend.service_api.errors import WireError, invalid_param, not_found, run_error
from backend.service_api.frames import Frames, wire_status
from backend.service_api.http import JsonReply, Reply, Request, StreamReply, in_thread
from backend.service_api.published import PublishedApp, published_app, require_workflow
from backend.service_api.run_replies import finished, paused_reply, reply_to_run, stream_reply
from backend.service_api.starting import head_of, start_run
from backend.service_api.stopping import stop_run
from backend.service_api.visitor_frames import seen


async def run(request: Request) -> Reply:
    """`POST /v1/workflows/run`."""
    app = await published_app(request)
    require_workflow(app)
    body = parse_run_body(request, "workflow")
    head = await start_run(request, app, body)
    return await reply_to_run(request, head, body.response_mode)


async def run_version(request: Request) -> Reply:
    """`POST /v1/workflows/{workflow_id}/run`: one of the published versions, which need not be the latest."""
    app = await published_app(request)
    require_workflow(app)
    try:
        version_id = UUID(request.path["workflow_id"])
    except ValueError:
        raise WireError("bad_request", "Invalid workflow_id format. Must be the id of a published version.", 400) from None
    body = replace(parse_run_body(request, "workflow"), workflow_id=version_id)
    head = await start_run(request, app, body)
    return await reply_to_run(request, head, body.response_mode)


async def stop(request: Request) -> JsonReply:
    """`POST /v1/workflows/tasks/{task_id}/stop`: success whether or not the task exists."""
    app = await published_app(request)
    require_workflow(app)
    await stop_run(app, request.path["task_id"], caller_of(request, request.json(), required=True))
    return JsonReply({"result": "success"})


async def detail(request: Request) -> JsonReply:
    """`GET /v1/workflows/run/{id}`: `inputs` as JSON text, `outputs` as an object."""
    app = await published_app(request)
    require_workflow(app)
    row = await in_thread(_run_of, app, uuid_param(request.path["run_id"], "workflow_run_id"))
    status = {State.QUEUED: "scheduled"}.get(State(row.state), wire_status(row.state))
    error = run_error(row.error) if row.error else None
    body = {
        "id": str(row.id),
        "workflow_id": str(row.version_id),
        "status": status,
        "inputs": orjson.dumps(row.inputs).decode(),
        "outputs": row.outputs,
        "error": error.message if error else None,
        **({"error_details": error.details} if error else {}),
        "total_steps": row.steps,
        "total_tokens": row.total_tokens,
        "created_at": int(row.created_at.timestamp()),
        "finished_at": int(row.finished_at.timestamp()) if row.finished_at else None,
        "elapsed_time": row.elapsed_s,
    }
    return JsonReply(body)


def _run_of(app: PublishedApp, run_id: UUID) -> Run:
    row = Run.scoped(app.workspace_id).filter(app_id=app.id, id=run_id).select_related("end_user").first()
    if row is None:
        raise not_found("Workflow run")
    return row


async def events(request: Request) -> Reply:
    """`GET /v1/workflow/{id}/events`: re-attach to a run; only for the end user who started it.

    A finished run answers with its `workflow_finished` alone, unless `Last-Event-ID` asks for what was missed. One that
    waits for people tells what for; the stream then ends, unless `continue_on_pause`. One that waited before is told from
    its latest pause on. `include_state_snapshot` asks for everything from the beginning.
    """
    app = await published_app(request)
    caller = caller_of(request, request.query, required=True)
    row = await in_thread(_run_of, app, uuid_param(request.path["run_id"], "workflow_run_id"))
    head = head_of(app, row)
    if (head.user, head.user_kind) != (caller.session_id, caller.kind):
        raise not_found("Workflow run")
    if not app.is_chat and not head.simple:
        require_workflow(app)
    after = request.headers.get(b"last-event-id", b"").decode("latin-1")
    if row.state in FINAL_STATES and not after and not head.simple:
        _, event = await finished(head)
        frame: dict[str, object] = {
            "event": "workflow_finished",
            "workflow_run_id": str(row.id),
            "task_id": str(row.id),
            "data": Frames(head).finished_data(event),
        }
        return StreamReply(_single(seen(frame) if head.visited else frame))
    if after and not _is_cursor(after):
        raise invalid_param("Last-Event-ID", "Last-Event-ID is not an id of this stream.")
    through, snapshot = (_flag(request, name) for name in ("continue_on_pause", "include_state_snapshot"))
    if row.pause is None or snapshot or after:
        return stream_reply(request, head, after or "0-0", through_pauses=through)
    if row.state == State.PAUSED:
        return paused_reply(request, head, row.pause, through_pauses=through)
    return stream_reply(request, head, row.pause["cursor"], through_pauses=through)


def _flag(request: Request, name: str) -> bool:
    text = request.query.get(name, "").lower()
    if text not in ("", "0", "1", "false", "true"):
        raise invalid_param(name, f"{name} must be true or false.")
    return text in ("1", "true")


async def _single(frame: dict[str, object]) -> AsyncIterator[bytes]:
    yield b"data: " + orjson.dumps(frame) + b"\n\n"


def _is_cursor(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,19}-[0-9]{1,19}", text) is not None
