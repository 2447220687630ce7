"""The studio's WebSocket: who may listen to what, and what is heard."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
import pytest
import pytest_asyncio
from asgiref.testing import ApplicationCommunicator

from backend.accounts.models import Membership, User
from backend.core.live import notify
from backend.core.redis import async_client
from backend.runs import consumers
from backend.runs.log import fields, log_key
from backend.runs.services import run_start
from tests.backend.runs.conftest import Ground
from tests.factories import client
from workers.engine.events import AnswerDelta, Event, RunFinished, RunStarted, dumps

Connect = Callable[..., Any]


class Socket(ApplicationCommunicator):
    """A browser's end of the WebSocket."""

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {"type": "websocket", "path": "/ws", "query_string": b"", "headers": headers, "subprotocols": []}
        super().__init__(consumers.live_application, scope)

    async def connect(self) -> bool:
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(5))["type"] == "websocket.accept"

    async def send(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})


@pytest_asyncio.fixture
async def connect(ground: Ground) -> AsyncIterator[Connect]:
    opened: list[Socket] = []

    async def make(who: User | None, origin: str = "http://localhost") -> Socket:
        headers = [(b"origin", origin.encode()), (b"host", b"localhost")]
        if who is not None:
            signed_in = await asyncio.to_thread(client, who)
            headers.append((b"cookie", "; ".join(f"{name}={cookie.value}" for name, cookie in signed_in.cookies.items()).encode()))
        socket = Socket(headers)
        opened.append(socket)
        return socket

    yield make
    for socket in opened:
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(5)


async def say(socket: Socket, action: str, stream: str, **more: Any) -> None:
    await socket.send(orjson.dumps({"action": action, "stream": stream, **more}).decode())


async def hear(socket: Socket) -> dict[str, Any]:
    frame: dict[str, Any] = orjson.loads((await socket.receive_output(10))["text"])
    return frame


async def add(run_id: uuid.UUID, *events: Event) -> None:
    for event in events:
        await async_client().execute_command("XADD", log_key(run_id), f"1-{event.seq}", *fields(event.type, dumps(event)))


async def test_a_run_is_followed_to_its_end(ground: Ground, connect: Connect) -> None:
    run_id = (await run_start(ground.spec())).run_id
    socket = await connect(ground.world.bob)
    assert await socket.connect()
    await add(run_id, RunStarted(seq=1, at=1.0, inputs={}))
    await say(socket, "subscribe", f"run:{run_id}")
    frames = [await hear(socket)]
    await add(run_id, AnswerDelta(seq=2, at=1.0, text="a", selector=[]), RunFinished(seq=4, at=1.0, status="succeeded"))
    while frames[-1]["events"][-1]["event"]["type"] != "run_finished":
        frames.append(await hear(socket))
    assert {frame["stream"] for frame in frames} == {f"run:{run_id}"}
    heard = [(item["cursor"], item["event"]["seq"]) for frame in frames for item in frame["events"]]
    assert heard == [("1-1", 1), ("1-2", 2), ("1-4", 4)]
    await say(socket, "subscribe", f"run:{run_id}", after="1-2")
    assert [item["cursor"] for item in (await hear(socket))["events"]] == ["1-4"]


async def test_changes_of_a_workspace_are_heard_by_its_members(ground: Ground, connect: Connect) -> None:
    stream = f"workspace:{ground.world.workspace.pk}"
    socket = await connect(ground.world.alice)
    await socket.connect()
    await say(socket, "subscribe", stream)
    await say(socket, "subscribe", "run:nothing")  # its refusal tells that the first frame was handled
    assert (await hear(socket))["error"]["code"] == "not_found"
    await asyncio.to_thread(notify, ground.world.workspace.pk, {"kind": "draft_saved", "id": "x", "revision": 3})
    assert await hear(socket) == {"stream": stream, "change": {"kind": "draft_saved", "id": "x", "revision": 3}}


async def test_strangers_hear_nothing(ground: Ground, connect: Connect) -> None:
    run_id = (await run_start(ground.spec())).run_id
    socket = await connect(ground.world.charlie)
    await socket.connect()
    for stream in (f"run:{run_id}", f"workspace:{ground.world.workspace.pk}", f"run:{uuid.uuid4()}", f"planet:{run_id}", "run:*"):
        await say(socket, "subscribe", stream)
        frame = await hear(socket)
        assert (frame["stream"], frame["error"]["code"], frame["error"]["status"]) == (stream, "not_found", 404)
    assert await socket.receive_nothing(0.1)


async def test_nobody_signed_in_is_turned_away(connect: Connect) -> None:
    socket = await connect(None)
    await socket.connect()
    assert await socket.receive_output(5) == {"type": "websocket.close", "code": consumers.UNAUTHORIZED_CLOSE}


async def test_other_sites_are_turned_away(ground: Ground, connect: Connect) -> None:
    socket = await connect(ground.world.alice, "https://evil.example")
    assert not await socket.connect()


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "{}", '{"stream": "run:1"}', '{"stream": "run:1", "action": "sing"}'])
async def test_bad_frames_are_answered(ground: Ground, connect: Connect, text: str) -> None:
    socket = await connect(ground.world.alice)
    await socket.connect()
    await socket.send(text)
    assert (await hear(socket))["error"]["code"] == "invalid_frame"
    await say(socket, "subscribe", f"run:{(await run_start(ground.spec())).run_id}", after="soon")
    assert (await hear(socket))["error"]["code"] == "invalid_cursor"


async def test_access_is_checked_again(ground: Ground, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "RECHECK_S", 0.2)
    run_id = (await run_start(ground.spec())).run_id
    socket = await connect(ground.world.bob)
    await socket.connect()
    await say(socket, "subscribe", f"run:{run_id}")
    await add(run_id, RunStarted(seq=1, at=1.0, inputs={}))
    await hear(socket)
    await Membership.objects.filter(user=ground.world.bob).adelete()
    assert (await hear(socket))["error"]["code"] == "not_found"
    await add(run_id, RunFinished(seq=2, at=1.0, status="succeeded"))
    assert await socket.receive_nothing(0.2)


async def presence_heard(socket: Socket) -> list[tuple[str, str | None]]:
    change = (await hear(socket))["change"]
    assert change["kind"] == "presence"
    return sorted((one["name"], one["node"]) for one in change["people"])


async def test_who_has_an_app_open_is_told_until_they_leave(ground: Ground, connect: Connect) -> None:
    app, workspace = f"app:{ground.app.pk}", f"workspace:{ground.world.workspace.pk}"
    alice, bob = await connect(ground.world.alice), await connect(ground.world.bob)
    for socket in (alice, bob):
        await socket.connect()
    await say(alice, "subscribe", workspace)
    await say(alice, "here", app)
    assert await presence_heard(alice) == [("Alice", None)]
    await say(bob, "here", app, node="llm-1")
    assert await presence_heard(alice) == [("Alice", None), ("Bob", "llm-1")]
    await say(bob, "here", app, node="llm-1")  # nothing new: nobody is told
    await say(bob, "here", app, node=None)
    assert await presence_heard(alice) == [("Alice", None), ("Bob", None)]
    await say(bob, "unsubscribe", app)
    assert await presence_heard(alice) == [("Alice", None)]


async def test_strangers_cannot_say_that_they_are_there(ground: Ground, connect: Connect) -> None:
    socket = await connect(ground.world.charlie)
    await socket.connect()
    for stream in (f"app:{ground.app.pk}", f"app:{uuid.uuid4()}", "app:x", f"run:{ground.app.pk}"):
        await say(socket, "here", stream)
        assert (await hear(socket))["error"]["code"] == "not_found"
