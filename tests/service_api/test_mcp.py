"""Apps as MCP tools, called with the official client in both generations of the protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from mcp.client.client import Client as McpClient
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from tests.fakes.provider import FakeProvider, Reply
from tests.processes import wait_until
from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import CHAT_MODEL, FLOW_MODEL

pytestmark = pytest.mark.processes

MODES = ("legacy", "auto")
START = {"jsonrpc": "2.0", "id": 1, "method": "initialize"}
START["params"] = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}  # type: ignore[assignment]
ACCEPT = {"Accept": "application/json, text/event-stream"}


@asynccontextmanager
async def speaking(client: Client, app_id: str, mode: str) -> AsyncIterator[McpClient]:
    headers = {"Authorization": f"Bearer {client.key}"}
    async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
        transport = streamable_http_client(f"{client.url}/mcp/{app_id}", http_client=http)
        async with McpClient(transport, mode=mode) as found:
            yield found


@pytest.mark.parametrize("mode", MODES)
async def test_a_workflow_is_a_tool_with_a_schema(flow: Client, flow_app_id: str, mode: str) -> None:
    async with speaking(flow, flow_app_id, mode) as client:
        [tool] = (await client.list_tools()).tools
    assert (tool.name, tool.title) == ("flow", "Flow")
    schema = tool.input_schema
    assert (schema["type"], schema["required"], schema["additionalProperties"]) == ("object", ["topic"], False)
    properties = schema["properties"]
    assert properties["topic"] == {"title": "Topic", "type": "string", "maxLength": 20}
    assert properties["style"] == {"title": "Style", "type": "string", "enum": ["short", "long"]}
    assert properties["count"] == {"title": "Count", "type": "number", "default": 3}
    assert (properties["loud"]["type"], properties["extra"]["type"], properties["photo"]["type"]) == ("boolean", "object", "string")


@pytest.mark.parametrize("mode", MODES)
async def test_a_call_tells_its_progress_and_its_outputs(
    service: Service, flow: Client, flow_app_id: str, provider: FakeProvider, mode: str
) -> None:
    provider.script(FLOW_MODEL, Reply(text="Leaves in water"))
    told: list[tuple[float, str | None]] = []

    async def told_of(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message))

    async with speaking(flow, flow_app_id, mode) as client:
        result: Any = await client.call_tool("flow", {"topic": f"tea {mode}", "count": 2}, progress_callback=told_of)
    assert not result.is_error
    assert result.content[0].text == "<Leaves in water>"
    assert result.structured_content == {"text": "<Leaves in water>"}
    assert {"Writer …", "Writer: succeeded"} <= {message for _, message in told}
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    source = "SELECT source, user_ref FROM runs_run WHERE inputs LIKE ?"
    assert service.installation.rows(source, f'%"tea {mode}"%') == [("mcp", "mcp")]


async def test_a_chat_goes_on_by_its_conversation(chat: Client, chat_app_id: str, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "Hello Ann.", "You are Ann.")
    async with speaking(chat, chat_app_id, "auto") as client:
        [tool] = (await client.list_tools()).tools
        assert tool.input_schema["required"] == ["query"]
        first: Any = await client.call_tool(tool.name, {"query": "I am Ann."})
        named = first.structured_content["conversation_id"]
        second: Any = await client.call_tool(tool.name, {"query": "Who am I?", "conversation_id": named})
    assert (first.content[0].text, second.structured_content) == ("Hello Ann.", {"answer": "You are Ann.", "conversation_id": named})
    assert [line["content"] for line in provider.requests[-1].body["messages"]][1:] == ["I am Ann.", "Hello Ann.", "Who am I?"]


async def test_what_goes_wrong_is_said_in_the_result(flow: Client, flow_app_id: str, provider: FakeProvider) -> None:
    provider.script(FLOW_MODEL, Reply(status=401))
    async with speaking(flow, flow_app_id, "auto") as client:
        for arguments, word in (({}, "topic is required"), ({"topic": "x", "graph": {}}, "graph"), ({"topic": "tea"}, "Writer")):
            result: Any = await client.call_tool("flow", arguments)
            assert result.is_error
            assert word in result.content[0].text
            assert result.structured_content["error"]["code"]
        with pytest.raises(MCPError, match="There is no tool"):
            await client.call_tool("other", {})


@pytest.mark.parametrize("mode", MODES)
async def test_to_cancel_a_call_stops_its_run(service: Service, flow: Client, flow_app_id: str, provider: FakeProvider, mode: str) -> None:
    provider.script(FLOW_MODEL, Reply(text="never", first_delay_s=0.9, hang_after=0))
    topic = f"cancel {mode}"
    state = "SELECT state FROM runs_run WHERE inputs LIKE ?"
    async with speaking(flow, flow_app_id, mode) as client, anyio.create_task_group() as group:
        group.start_soon(client.call_tool, "flow", {"topic": topic})
        with anyio.fail_after(20):
            while service.installation.rows(state, f'%"{topic}"%') != [("running",)]:
                await anyio.sleep(0.05)
        group.cancel_scope.cancel()
    provider.release()
    wait_until(lambda: service.installation.rows(state, f'%"{topic}"%') == [("stopped",)], "the run to be stopped")


def test_keys_and_apps_must_fit(chat: Client, flow: Client, flow_app_id: str) -> None:
    refused(chat.call("POST", f"/mcp/{flow_app_id}", json=START, headers=ACCEPT), 404, "not_found")
    refused(chat.call("POST", "/mcp/guide", json=START, headers=ACCEPT), 404, "not_found")
    stranger = Client(flow.url, "app-nobody").call("POST", f"/mcp/{flow_app_id}", json=START, headers=ACCEPT)
    refused(stranger, 401, "unauthorized")
    assert stranger.headers["www-authenticate"].startswith("Bearer")
    assert httpx.get(f"{flow.url}/.well-known/oauth-protected-resource").status_code == 404
    refused(flow.call("GET", f"/mcp/{flow_app_id}", headers=ACCEPT), 405, "method_not_allowed")


def test_other_origins_and_hosts_are_refused(flow: Client, flow_app_id: str) -> None:
    path = f"/mcp/{flow_app_id}"
    refused(flow.call("POST", path, json=START, headers={**ACCEPT, "Origin": "https://evil.example"}), 403, "forbidden")
    refused(flow.call("POST", path, json=START, headers={**ACCEPT, "Host": "evil.example"}), 421, "misdirected_request")
    own = flow.call("POST", path, json=START, headers={**ACCEPT, "Origin": "http://localhost:6274"})
    assert (own.status_code, own.headers["access-control-allow-origin"]) == (200, "http://localhost:6274")
    assert own.headers["mcp-session-id"]
    wanted = {"Origin": "http://localhost:6274", "Access-Control-Request-Headers": "authorization"}
    asked = httpx.options(f"{flow.url}{path}", headers=wanted)
    assert (asked.status_code, asked.headers["access-control-allow-headers"]) == (204, "authorization")
