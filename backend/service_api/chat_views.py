"""Chats of client programs: send, stop."""

from __future__ import annotations

from backend.service_api.bodies import caller_of, parse_run_body
from backend.service_api.errors import invalid_param
from backend.service_api.http import JsonReply, Reply, Request
from backend.service_api.published import published_app, require_chat
from backend.service_api.run_replies import reply_to_run
from backend.service_api.starting import start_run
from backend.service_api.stopping import stop_run
from backend.studio.models import Mode

SORTS = ("created_at", "-created_at", "updated_at", "-updated_at")
MAX_LIMIT = 100


async def send(request: Request) -> Reply:
    """`POST /v1/chat-messages`."""
    app = await published_app(request)
    require_chat(app)
    body = parse_run_body(request, "chat")
    if app.mode == Mode.AGENT and body.response_mode == "blocking":
        raise invalid_param("response_mode", "Agent Chat App does not support blocking mode")
    head = await start_run(request, app, body)
    return await reply_to_run(request, head, body.response_mode)


async def stop(request: Request) -> JsonReply:
    """`POST /v1/chat-messages/{task_id}/stop`: success whether or not the task exists."""
    app = await published_app(request)
    require_chat(app)
    await stop_run(app, request.path["task_id"], caller_of(request, request.json(), required=True))
    return JsonReply({"result": "success"})
