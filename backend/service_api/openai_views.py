"""Apps as models of OpenAI's protocol: `/openai/v1`. The key names the app, so any model name is accepted with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson

from backend.runs import stream
from backend.runs.models import Source
from backend.runs.stream import LogEntry
from backend.service_api.bodies import RunBody
from backend.service_api.callers import Caller
from backend.service_api.errors import WireError
from backend.service_api.frames import RunHead
from backend.service_api.http import SSE_HEADERS, JsonReply, Reply, Request, StreamReply, View, in_thread
from backend.service_api.openai_bodies import Completion, filled, parse_completion
from backend.service_api.openai_frames import PING, SHOWN, Chunks
from backend.service_api.openai_parts import store_parts
from backend.service_api.published import PublishedApp, published_app
from backend.service_api.run_replies import PING_S
from backend.service_api.starting import start_run
from backend.studio.models import Mode
from workers.engine.events import TERMINAL

_MODEL = re.compile(r"/openai/v1/models/(?P<model>.+)\Z")


def resolve(method: str, path: str) -> tuple[View, Mapping[str, str]]:
    """Find the view of a request. Raises WireError 404 or 405."""
    path = path.rstrip("/")
    found, allowed, groups = _FIXED.get(path), "GET", {}
    if found is None and (match := _MODEL.match(path)):
        found, groups = ("GET", model), match.groupdict()
    if found is None:
        raise WireError("unknown_url", f"Unknown request URL: {method} {path}. Apps answer to models and chat/completions.", 404)
    allowed, view = found
    if method != allowed:
        raise WireError("method_not_allowed", f"Not allowed to {method} on {path}.", 405, headers=((b"allow", allowed.encode()),))
    return view, groups


def model_id(app: PublishedApp) -> str:
    """The name under which an app is listed: its own, in small letters and without blanks."""
    text = unicodedata.normalize("NFKC", app.name).lower()
    return re.sub(r"[^\w.]+", "-", text).strip("-") or str(app.id)


def _model(app: PublishedApp) -> dict[str, Any]:
    created = int(app.version_id.hex[:12], 16) // 1000  # a UUID 7 begins with milliseconds
    return {"id": model_id(app), "object": "model", "created": created, "owned_by": "tidemill", "name": app.name}


async def models(request: Request) -> JsonReply:
    """`GET /openai/v1/models`: the app of the key."""
    return JsonReply({"object": "list", "data": [_model(await published_app(request))]})


async def model(request: Request) -> JsonReply:
    """`GET /openai/v1/models/{id}`, by name or by the app's id."""
    app = await published_app(request)
    if request.path["model"] not in (model_id(app), str(app.id)):
        message = f"The model {request.path['model'][:100]!r} does not exist or this key does not open it."
        raise WireError("model_not_found", message, 404, params="model")
    return JsonReply(_model(app))


async def completions(request: Request) -> Reply:
    """`POST /openai/v1/chat/completions`."""
    app = await published_app(request)
    body = parse_completion(request.json())
    head = await _start(request, app, body)
    extra = {"conversation_id": str(head.conversation_id or "")} if body.in_conversation else {}
    chunks = Chunks(
        head,
        model_id(app),
        f"fp_{app.version_id.hex[:12]}",
        include_usage=body.include_usage,
        streams=_has_one_output(app),
        extra=extra,
    )
    told = ((b"x-request-id", str(head.run_id).encode()),)
    if body.stream:
        return StreamReply(_stream(head, chunks), (*SSE_HEADERS, *told, (b"access-control-expose-headers", b"x-request-id")))
    return JsonReply(await _whole(head, chunks), headers=told)


async def _start(request: Request, app: PublishedApp, body: Completion) -> RunHead:
    caller = Caller(body.user, source=Source.OPENAI.value)
    files = await in_thread(store_parts, app, caller, body.parts) if body.parts else []
    inputs, query = filled(app.plan.start_variables, app.mode, body, files)
    run = RunBody(
        inputs=inputs,
        caller=caller,
        response_mode="streaming" if body.stream else "blocking",
        files=files,
        query=query,
        conversation_id=body.conversation_id,
        history=None if body.conversation_id else body.history,
    )
    return await start_run(request, app, run)


def _has_one_output(app: PublishedApp) -> bool:
    """Whether a workflow ends at one place with one result, which can be shown while it is made."""
    if app.mode != Mode.WORKFLOW:
        return False
    ends = [node["data"] for node in app.document["graph"]["nodes"] if (node.get("data") or {}).get("type") == "end"]
    return len(ends) == 1 and len(ends[0].get("outputs") or ()) == 1


async def _stream(head: RunHead, chunks: Chunks) -> AsyncIterator[bytes]:
    yield chunks.start()
    last: LogEntry | None = None
    async for entry in stream.follow(head.run_id, idle_s=PING_S):
        if entry is None:
            yield PING
        elif entry.type in SHOWN:
            if text := chunks.of(orjson.loads(entry.data)):
                yield text
        elif entry.type in TERMINAL:
            last = entry
    yield chunks.end(orjson.loads(_demanded(last)))


async def _whole(head: RunHead, chunks: Chunks) -> dict[str, Any]:
    reasoning, last = "", None
    async for entry in stream.follow(head.run_id):
        if entry is None:
            continue
        if entry.type == "reasoning_delta":
            reasoning += orjson.loads(entry.data)["text"]
        elif entry.type in TERMINAL:
            last = entry
    return chunks.whole(orjson.loads(_demanded(last)), reasoning)


def _demanded(last: LogEntry | None) -> bytes:
    if last is None:
        raise WireError("internal_server_error", "The run did not come to an end.", 500)
    return last.data


_FIXED: Mapping[str, tuple[str, View]] = {
    "/openai/v1/models": ("GET", models),
    "/openai/v1/chat/completions": ("POST", completions),
}
