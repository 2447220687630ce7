"""Questions to ask next, for client programs. A model writes them in a worker, when they are asked for."""

from __future__ import annotations

from uuid import UUID

from backend.core.jobs import job_result_wait, job_start
from backend.runs.models import Message
from backend.service_api.bodies import caller_of, uuid_param
from backend.service_api.callers import Caller
from backend.service_api.errors import WireError, not_found, run_error
from backend.service_api.http import JsonReply, Request, in_thread
from backend.service_api.limits import demand_model_call
from backend.service_api.published import PublishedApp, published_app, require_chat

WAIT_S = 60.0
FEATURE = "suggested_questions_after_answer"


async def suggested(request: Request) -> JsonReply:
    """`GET /v1/messages/{id}/suggested`."""
    app = await published_app(request)
    require_chat(app)
    caller = caller_of(request, request.query, required=True)
    message_id = uuid_param(request.path["message_id"], "message_id")
    await demand_model_call(request, app)
    job_id = await in_thread(_ask, app, caller, message_id)
    job = await job_result_wait(app.workspace_id, job_id, WAIT_S)
    if job.state == "failed":
        raise run_error(job.error)
    if job.state != "succeeded":
        raise WireError("completion_request_error", f"The model did not answer within {WAIT_S:.0f} seconds.", 400)
    return JsonReply({"result": "success", "data": job.result})


def _ask(app: PublishedApp, caller: Caller, message_id: UUID) -> str:
    own = Message.scoped(app.workspace_id).filter(app_id=app.id, conversation__deleted_at=None, **caller.owns("conversation__end_user"))
    if not own.filter(pk=message_id).exists():
        raise not_found("Message")
    settings = (app.document.get("features") or {}).get(FEATURE)
    if not isinstance(settings, dict) or not settings.get("enabled"):
        raise WireError("bad_request", "Suggested Questions Is Disabled.", 400)
    payload = {
        "workspace_id": str(app.workspace_id),
        "message_id": str(message_id),
        "version_id": str(app.version_id),
        "mode": app.mode,
    }
    return job_start("chat.suggest_questions", payload, app.workspace_id)
