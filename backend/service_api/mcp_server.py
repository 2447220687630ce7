"""The MCP side of apps: the official SDK's server, stateless, so that any web process can answer any request.

Imported when the first MCP request comes: the SDK takes about 25 MB.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import mcp_types as types
import orjson
from django.conf import settings
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from backend.core.errors import OUTAGES, AppError
from backend.core.redis import REDIS_AWAY, async_client
from backend.runs import stream
from backend.runs.models import Source
from backend.runs.services import run_stop
from backend.service_api.bodies import MAX_QUERY, RunBody, text_param, uuid_param
from backend.service_api.callers import Caller
from backend.service_api.errors import WireError, invalid_param, to_wire_error
from backend.service_api.frames import RunHead
from backend.service_api.http import in_thread
from backend.service_api.mcp_door import CALL, MAX_BODY_BYTES, Call, cancel_key
from backend.service_api.mcp_tool import CONVERSATION, QUERY, input_schema, parts_of, result, tool_name
from backend.service_api.openai_parts import store_parts
from backend.service_api.run_replies import PING_S
from backend.service_api.starting import start_run
from workers.engine.errors import InvalidInput
from workers.engine.events import TERMINAL

logger = logging.getLogger(__name__)

CANCELLABLE_S = 3_600
TOLD = frozenset({"node_started", "node_finished"})
_stopping: set[asyncio.Task[None]] = set()


def _call(context: Any) -> Call:
    found: Call = context.request.scope[CALL]
    return found


async def _list_tools(context: Any, params: Any) -> types.ListToolsResult:
    app = _call(context).app
    description = app.description or f"Runs the app {app.name!r}."
    tool = types.Tool(name=tool_name(app), title=app.name, description=description, input_schema=input_schema(app))
    return types.ListToolsResult(tools=[tool])


async def _call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
    call = _call(context)
    if params.name != tool_name(call.app):
        raise MCPError(types.INVALID_PARAMS, f"There is no tool {params.name[:100]!r} here; there is {tool_name(call.app)!r}.")
    try:
        head = await _started(call, params.arguments or {})
        event = await _followed(context, call, head)
        text, structured = result(call.app, event, str(head.conversation_id or ""))
    except (WireError, AppError, InvalidInput, *OUTAGES) as error:
        told = to_wire_error(error)
        details = {"code": told.code, "message": told.message, **(told.details or {})}
        content: list[types.ContentBlock] = [types.TextContent(type="text", text=told.message)]
        return types.CallToolResult(content=content, structured_content={"error": details}, is_error=True)
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=structured)


async def _started(call: Call, arguments: Mapping[str, Any]) -> RunHead:
    app, caller = call.app, Caller("mcp", source=Source.MCP.value)
    unknown = arguments.keys() - input_schema(app)["properties"].keys()
    if unknown:
        raise invalid_param(min(unknown), f"Unknown argument {min(unknown)!r}.")
    inputs = dict(arguments)
    for name, parts in parts_of(app, arguments).items():
        posted = await in_thread(store_parts, app, caller, parts)
        inputs[name] = posted if len(posted) > 1 or isinstance(arguments[name], list) else posted[0]
    query, conversation_id = "", None
    if app.is_chat:
        query = text_param(arguments, QUERY, MAX_QUERY, required=True)
        named = arguments.get(CONVERSATION)
        conversation_id = uuid_param(named, CONVERSATION) if named else None
    body = RunBody(inputs=inputs, caller=caller, response_mode="blocking", files=[], query=query, conversation_id=conversation_id)
    return await start_run(call.request, app, body)


async def _followed(context: Any, call: Call, head: RunHead) -> dict[str, Any]:
    """Wait for the end of a run, telling of its steps; a caller who cancels stops it."""
    key = cancel_key(call, context.request_id)
    if key is not None:
        try:
            await async_client().set(key, str(head.run_id), ex=CANCELLABLE_S)
        except REDIS_AWAY as failure:
            logger.warning("run %s cannot be cancelled by its MCP client: %s", head.run_id, failure)
    last, steps = b"", 0
    try:
        async for entry in stream.follow(head.run_id, idle_s=PING_S):
            if entry is not None and entry.type in TERMINAL:
                last = entry.data
            elif entry is not None and entry.type in TOLD:
                steps += 1
                step = orjson.loads(entry.data)
                await context.session.report_progress(steps, None, _progress(step))
    except asyncio.CancelledError:
        # To close the answer is to cancel since the version of 2026; before, it only meant that the line was lost.
        if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
            stopping = asyncio.get_running_loop().create_task(run_stop(head.run_id))
            _stopping.add(stopping)  # whoever cancelled this task would cancel what it waits for, too
            stopping.add_done_callback(_stopping.discard)
        raise
    if not last:
        raise WireError("internal_server_error", "The run did not come to an end.", 500)
    found: dict[str, Any] = orjson.loads(last)
    return found


def _progress(step: Mapping[str, Any]) -> str:
    title = step["title"] or step["node_id"]
    return f"{title} …" if step["type"] == "node_started" else f"{title}: {step['status']}"


class McpServer:
    """The SDK's server on the running loop."""

    def __init__(self) -> None:
        server: Server[Any] = Server("tidemill", version=settings.VERSION, on_list_tools=_list_tools, on_call_tool=_call_tool)
        self._manager = StreamableHTTPSessionManager(server, stateless=True, max_request_body_size=MAX_BODY_BYTES)
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.get_running_loop().create_task(self._live(), name="mcp")

    async def _live(self) -> None:
        """Hold the SDK's task group open for as long as the process lives."""
        async with self._manager.run():
            self._ready.set_result(None)
            await asyncio.Event().wait()

    async def serve(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request that the door has let in."""
        await asyncio.shield(self._ready)
        await self._manager.handle_request(scope, receive, send)
