"""How a run is answered: stream, wait, or leave. All three read the same log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson

from backend.runs import stream
from backend.service_api.errors import WireError, run_error
from backend.service_api.frames import PING, Frames, RunHead
from backend.service_api.http import JsonReply, Reply, Request, StreamReply
from backend.service_api.simple_frames import frames_of
from backend.service_api.speech_frames import spoken

PING_S = 10.0


def wants_ids(request: Request) -> bool:
    """Whether the client asked for SSE ids; clients that split on blank lines expect `data:` alone."""
    return request.query.get("event_ids") == "1" or b"last-event-id" in request.headers


async def _frames(head: RunHead, after: str, *, ids: bool, through_pauses: bool) -> AsyncIterator[bytes]:
    frames, answer = frames_of(head), ""
    yield PING
    async for entry in stream.follow(head.run_id, after, idle_s=PING_S, through_pauses=through_pauses):
        if entry is None:
            yield PING
            continue
        event = orjson.loads(entry.data)
        if text := frames.encode(event, entry.cursor if ids else None):
            yield text
        if entry.type == "run_finished" and event["status"] in ("succeeded", "partial_succeeded"):
            answer = event["answer"]
    if head.speech is not None and answer.strip():
        async for text in spoken(head.speech, answer, head.envelope(), PING, PING_S):
            yield text


def stream_reply(request: Request, head: RunHead, after: str = "0-0", *, through_pauses: bool = False) -> StreamReply:
    """Answer with the run's frames from a cursor on, to its end or to a pause in which it waits."""
    return StreamReply(_frames(head, after, ids=wants_ids(request), through_pauses=through_pauses))


def paused_reply(request: Request, head: RunHead, pause: dict[str, Any], *, through_pauses: bool) -> StreamReply:
    """Answer with what a run waits for and, with `through_pauses`, with what comes after that."""
    frames, event, cursor = Frames(head), pause["event"], pause["cursor"]

    async def waits() -> AsyncIterator[bytes]:
        yield PING
        for one in (*event["reasons"], event):
            yield frames.encode(one, cursor if wants_ids(request) and one is event else None)
        if through_pauses:
            async for text in _frames(head, cursor, ids=wants_ids(request), through_pauses=True):
                yield text

    return StreamReply(waits())


async def finished(head: RunHead) -> tuple[Frames, dict[str, Any]]:
    """Wait until the run ends or waits for people; return its last event, and frames that know what came before it."""
    frames = frames_of(head)
    paused: dict[str, Any] | None = None
    async for entry in stream.follow(head.run_id):
        if entry is None:
            continue
        if entry.type == "node_finished" and head.answers:
            frames.note_reasoning(orjson.loads(entry.data))
        if entry.type == "run_finished":
            return frames, orjson.loads(entry.data)
        paused = orjson.loads(entry.data) if entry.type == "run_paused" else None
    if paused is not None:
        return frames, paused
    raise WireError("internal_server_error", "The run did not come to an end.", 500)


async def reply_to_run(request: Request, head: RunHead, response_mode: str) -> Reply:
    """Answer in the mode that the body asked for; visitors of an app's page always get a stream."""
    if response_mode == "streaming" or head.visited:
        return stream_reply(request, head)
    if response_mode == "async":
        return JsonReply(_accepted(head), 202)
    frames, event = await finished(head)
    return JsonReply(_chat_body(frames, event) if head.answers else _workflow_body(frames, event))


def _accepted(head: RunHead) -> dict[str, Any]:
    body = {"task_id": str(head.run_id), "workflow_run_id": str(head.run_id), "status": "scheduled", "created_at": head.created_at}
    return body | head.envelope()


def _chat_body(frames: Frames, event: dict[str, Any]) -> dict[str, Any]:
    """The blocking answer of a chat app. Raises WireError when the run failed."""
    head = frames.head
    paused = event["type"] == "run_paused"
    if not paused and event["status"] == "failed":
        raise run_error(event["error"])
    message = {"event": "workflow_paused" if paused else "message", **head.envelope(), "id": str(head.message_id), "mode": head.mode}
    waiting = {"workflow_run_id": str(head.run_id), "data": frames.paused_data(event)} if paused else {}
    return {**message, "answer": event["answer"], "metadata": frames.metadata(event), **waiting}


def _workflow_body(frames: Frames, event: dict[str, Any]) -> dict[str, Any]:
    """The blocking answer of a workflow; also one that failed or waits for people is a 200 that says so."""
    head = frames.head
    run_id = str(head.run_id)
    if event["type"] == "run_paused":
        waiting = {"id": run_id, "workflow_id": str(head.version_id), "error": None, "finished_at": None, **frames.paused_data(event)}
        return {"task_id": run_id, "workflow_run_id": run_id, "data": waiting}
    return {"task_id": run_id, "workflow_run_id": run_id, "data": frames.finished_data(event)}
