"""Start a run for a client program: check its inputs, accept it, know what its frames repeat."""

from __future__ import annotations

from typing import Any

from backend.core.ids import uuid7
from backend.runs.models import Source
from backend.runs.services import RunSpec, run_start
from backend.service_api.bodies import RunBody
from backend.service_api.errors import WireError, invalid_param
from backend.service_api.frames import RunHead
from backend.service_api.http import Request
from backend.service_api.published import PublishedApp
from workers.engine.plan import validate_inputs

MAX_IDEMPOTENCY_KEY = 255


async def start_run(request: Request, app: PublishedApp, body: RunBody) -> RunHead:
    """Accept a run. Raises WireError (bad body, flow that cannot run) and InvalidInput."""
    if not app.plan.runnable:
        problem = next(p for p in app.plan.problems if p.severity == "error")
        raise WireError("app_unavailable", f"The published flow cannot run: {problem.message}", 400)
    inputs = validate_inputs(app.plan, body.inputs)
    key = request.headers.get(b"idempotency-key", b"").decode("latin-1") or None
    if key and len(key) > MAX_IDEMPOTENCY_KEY:
        raise invalid_param("Idempotency-Key", f"Idempotency-Key has {len(key)} characters; at most {MAX_IDEMPOTENCY_KEY} are accepted.")
    accepted = await run_start(
        RunSpec(
            workspace_id=app.workspace_id,
            app_id=app.id,
            version_id=app.version_id,
            mode=app.mode,
            source=Source.API,
            inputs=inputs,
            query=body.query,
            files=tuple(body.files),
            end_user_session=body.user,
            conversation_id=body.conversation_id,
            idempotency_key=key,
            run_id=uuid7(),
        )
    )
    return _head(app, body, inputs, accepted)


def _head(app: PublishedApp, body: RunBody, inputs: dict[str, Any], accepted: Any) -> RunHead:
    return RunHead(
        run_id=accepted.run_id,
        version_id=app.version_id,
        app_id=app.id,
        chat=app.is_chat,
        created_at=int(accepted.created_at.timestamp()),
        inputs=inputs,
        user=body.user,
        end_user_id=accepted.end_user_id,
        conversation_id=accepted.conversation_id,
        message_id=accepted.message_id,
        query=body.query,
        files=tuple(body.files),
    )
