"""Start a run for a client program: check its inputs, accept it, know what its frames repeat."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from backend.core.ids import uuid7
from backend.files.values import PostedFiles
from backend.runs.admission import admit
from backend.runs.models import Conversation, Run
from backend.runs.services import RunSpec, run_start
from backend.service_api.bodies import RunBody
from backend.service_api.callers import VISITOR_KINDS, Caller
from backend.service_api.errors import WireError, invalid_param, not_found
from backend.service_api.frames import RunHead
from backend.service_api.http import Request, in_thread
from backend.service_api.limits import run_allowances
from backend.service_api.published import PublishedApp, in_version
from backend.service_api.speech_frames import speech_of
from backend.studio.models import Mode
from workers.engine.inputs import validated

MAX_IDEMPOTENCY_KEY = 255
MAX_NAME = 60
PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


async def start_run(request: Request, app: PublishedApp, body: RunBody) -> RunHead:
    """Accept a run. Raises WireError (bad body, unknown version, flow that cannot run), InvalidInput, AppError 429."""
    if body.workflow_id is not None and request.visitor is not None:
        raise WireError("workflow_version_execution_not_allowed", "Visitors of the page get its published version.", 403)
    app = await in_version(app, body.workflow_id)
    if not app.plan.runnable:
        problem = next(p for p in app.plan.problems if p.severity == "error")
        raise WireError("app_unavailable", f"The published flow cannot run: {problem.message}", 400)
    posted = PostedFiles(app.workspace_id, app_id=app.id)
    if posted.needs_look_up(body.inputs, body.files):
        await in_thread(posted.look_up, body.inputs, body.files)
    kept = await _kept_inputs(app, body)
    inputs = {**validated((row for row in app.plan.start_variables if row.variable not in kept), body.inputs, posted.value), **kept}
    body = replace(body, files=posted.values("files", body.files))
    key = request.headers.get(b"idempotency-key", b"").decode("latin-1") or None
    if key and len(key) > MAX_IDEMPOTENCY_KEY:
        raise invalid_param("Idempotency-Key", f"Idempotency-Key has {len(key)} characters; at most {MAX_IDEMPOTENCY_KEY} are accepted.")
    run_id = uuid7()
    await admit(run_id, run_allowances(request, app))
    accepted = await run_start(
        RunSpec(
            workspace_id=app.workspace_id,
            app_id=app.id,
            version_id=app.version_id,
            mode=app.mode,
            source=body.caller.source,
            inputs=inputs,
            query=body.query,
            files=tuple(body.files),
            end_user_session=body.caller.session_id,
            end_user_kind=body.caller.kind,
            conversation_id=body.conversation_id,
            conversation_name=_name(body),
            introduction=_introduction(app, inputs),
            idempotency_key=key,
            history=body.history,
            run_id=run_id,
        )
    )
    if accepted.replayed:
        return await in_thread(_replayed, app, body, inputs, accepted.run_id)
    return _head(app, body, inputs, accepted)


async def _kept_inputs(app: PublishedApp, body: RunBody) -> dict[str, Any]:
    """The inputs with which the conversation began, as far as a later question leaves them out."""
    missing = [row.variable for row in app.plan.start_variables if row.variable not in body.inputs]
    if body.conversation_id is None or not missing:
        return {}
    stored = await in_thread(_conversation_inputs, app, body.caller, body.conversation_id)
    return {name: stored[name] for name in missing if name in stored}


def _conversation_inputs(app: PublishedApp, caller: Caller, conversation_id: UUID) -> dict[str, Any]:
    own = Conversation.scoped(app.workspace_id).filter(app_id=app.id, deleted_at=None, **caller.owns())
    return own.filter(id=conversation_id).values_list("inputs", flat=True).first() or {}


def _name(body: RunBody) -> str:
    """A new conversation is called by its first question."""
    line = " ".join(body.query.split()) if body.auto_generate_name else ""
    return (line if len(line) <= MAX_NAME else line[: MAX_NAME - 1] + "…") or "New conversation"


def _introduction(app: PublishedApp, inputs: dict[str, Any]) -> str:
    """The opening statement with the inputs in their places."""
    text = str((app.document.get("features") or {}).get("opening_statement") or "")
    return PLACE.sub(lambda found: str(inputs[found[1]]) if found[1] in inputs else found[0], text)


def _lasting(value: Any) -> Any:
    """A value without the addresses of stored files, which are signed anew each time."""
    if isinstance(value, dict):
        passing = "url" if value.get("transfer_method") == "local_file" else None
        return {key: _lasting(item) for key, item in value.items() if key != passing}
    return [_lasting(item) for item in value] if isinstance(value, list) else value


def _replayed(app: PublishedApp, body: RunBody, inputs: dict[str, Any], run_id: UUID) -> RunHead:
    """The run that an idempotency key already stands for. Raises WireError when the key comes with another request."""
    row = Run.scoped(app.workspace_id).select_related("end_user").get(id=run_id)
    if (row.user_ref, row.query, _lasting(row.inputs)) != (body.caller.session_id, body.query, _lasting(inputs)):
        raise invalid_param("Idempotency-Key", "This Idempotency-Key was used before, for a request with another user, query or inputs.")
    return head_of(app, row)


def _head(app: PublishedApp, body: RunBody, inputs: dict[str, Any], accepted: Any) -> RunHead:
    return RunHead(
        run_id=accepted.run_id,
        version_id=app.version_id,
        app_id=app.id,
        mode=app.mode,
        created_at=int(accepted.created_at.timestamp()),
        inputs=inputs,
        user=body.caller.session_id,
        user_kind=body.caller.kind,
        end_user_id=accepted.end_user_id,
        conversation_id=accepted.conversation_id,
        message_id=accepted.message_id,
        query=body.query,
        files=tuple(body.files),
        speech=speech_of(app.workspace_id, app.document) if app.mode != Mode.WORKFLOW and body.caller.kind not in VISITOR_KINDS else None,
    )


def head_of(app: PublishedApp, row: Run) -> RunHead:
    """What the frames of a stored run repeat. Raises WireError for a run that no end user started."""
    if row.end_user is None:
        raise not_found("Workflow run")
    return RunHead(
        run_id=row.id,
        version_id=row.version_id,
        app_id=app.id,
        mode=app.mode,
        created_at=int(row.created_at.timestamp()),
        inputs=row.inputs,
        user=row.end_user.session_id,
        user_kind=row.end_user.kind,
        end_user_id=row.end_user_id,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        query=row.query,
        files=tuple(row.files),
    )
