"""Completions of client programs: send, stop."""

from __future__ import annotations

from backend.service_api.bodies import caller_of, parse_run_body
from backend.service_api.http import JsonReply, Reply, Request
from backend.service_api.published import published_app, require_completion
from backend.service_api.run_replies import reply_to_run
from backend.service_api.starting import start_run
from backend.service_api.stopping import stop_run


async def send(request: Request) -> Reply:
    """`POST /v1/completion-messages`."""
    app = await published_app(request)
    require_completion(app)
    body = parse_run_body(request, "completion")
    head = await start_run(request, app, body)
    return await reply_to_run(request, head, body.response_mode)


async def stop(request: Request) -> JsonReply:
    """`POST /v1/completion-messages/{task_id}/stop`: success whether or not the task exists."""
    app = await published_app(request)
    require_completion(app)
    await stop_run(app, request.path["task_id"], caller_of(request, request.json(), required=True))
    return JsonReply({"result": "success"})
