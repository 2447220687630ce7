"""How a run is answered: stream, wait, or leave. All three read the same log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson

from backend.runs import stream
from backend.service_api.errors import WireError, run_error
from backend.service_api.frames import PING, Frames, RunHead
from backend.service_api.http import JsonReply, Reply, Request, StreamReply

PING_S = 10.0


def wants_ids(request: Request) -> bool:
    """Whether the client asked for SSE ids; clients that split on blank lines expect `data:` alone."""
    return request.query.get("event_ids") == "1" or b"last-event-id" in request.headers


async def _frames(head: RunHead, after: str, *, ids: bool) -> AsyncIterator[bytes]:
    frames = Frames(head)
    yield PING
    async for entry in stream.follow(head.run_id, after, idle_s=PING_S):
        if entry is None:
            yield PING
        elif text := frames.encode(orjson.loads(entry.data), entry.cursor if ids else None):
            yield text


def stream_reply(request: Request, head: RunHead, after: str = "0-0") -> StreamReply:
    """Answer with the run's frames from a cursor on."""
    return StreamReply(_frames(head, after, ids=wants_ids(request)))


async def finished(head: RunHead) -> tuple[Frames, dict[str, Any]]:
    """Wait for the run's end and return its `run_finished` event, and frames that know what came before it."""
    frames = Frames(head)
    async for entry in stream.follow(head.run_id):
        if entry is None:
            continue
        if entry.type == "node_finished" and head.chat:
            frames.note_reasoning(orjson.loads(entry.data))
        if entry.type == "run_finished":
            return frames, orjson.loads(entry.data)
    raise WireError("internal_server_error", "The run did not come to an end.", 500)


async def reply_to_run(request: Request, head: RunHead, response_mode: str) -> Reply:
    """Answer in the mode that the body asked for."""
    if response_mode == "streaming":
        return stream_reply(request, head)
    if response_mode == "async":
        return JsonReply(_accepted(head), 202)
    frames, event = await finished(head)
    return JsonReply(_chat_body(frames, event) if head.chat else _workflow_body(frames, event))


def _accepted(head: RunHead) -> dict[str, Any]:
    body = {"task_id": str(head.run_id), "workflow_run_id": str(head.run_id), "status": "scheduled", "created_at": head.created_at}
    if head.chat:
        body |= {"conversation_id": str(head.conversation_id), "message_id": str(head.message_id)}
    return body


def _chat_body(frames: Frames, event: dict[str, Any]) -> dict[str, Any]:
    """The blocking answer of a chat app. Raises WireError when the run failed."""
    head = frames.head
    if event["status"] == "failed":
        raise run_error(event["error"])
    return {
        "event": "message",
        "task_id": str(head.run_id),
        "id": str(head.message_id),
        "message_id": str(head.message_id),
        "conversation_id": str(head.conversation_id),
        "mode": "advanced-chat",
        "answer": event["answer"],
        "metadata": frames.metadata(event),
        "created_at": head.created_at,
    }


def _workflow_body(frames: Frames, event: dict[str, Any]) -> dict[str, Any]:
    """The blocking answer of a workflow; also a failed one is a 200 that says so."""
    run_id = str(frames.head.run_id)
    return {"task_id": run_id, "workflow_run_id": run_id, "data": frames.finished_data(event)}
