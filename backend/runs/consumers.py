"""The studio's one WebSocket per tab: run logs and workspace changes, each subscription authorised on its own."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import Any

import orjson
from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from backend.core import access
from backend.core.errors import AppError, NotFound, to_app_error
from backend.core.live import group_name
from backend.core.redis import REDIS_AWAY
from backend.runs import presence
from backend.runs.models import Run
from backend.runs.stream import LogEntry, follow
from backend.studio.models import App

logger = logging.getLogger(__name__)

RUN_CAPABILITY, WORKSPACE_CAPABILITY = "run.read", "app.read"
RECHECK_S = 30.0
BATCH_S = 0.03
MAX_STREAMS = 64
UNAUTHORIZED_CLOSE = 4401


class LiveConsumer(AsyncWebsocketConsumer):
    """Speaks LiveFrame: `{action, stream, after?}` in, `{stream, events | change | error}` out.

    `{action: "here", stream: "app:<id>", node?}` tells the others of the workspace what this tab shows; the change `presence` lists
    all who do.
    """

    async def connect(self) -> None:
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._workspaces: set[uuid.UUID] = set()
        self._places: dict[uuid.UUID, uuid.UUID] = {}
        self._recheck: asyncio.Task[None] | None = None
        await self.accept()
        if not self.scope["user"].is_authenticated:
            await self.close(code=UNAUTHORIZED_CLOSE)
            return
        self._recheck = asyncio.create_task(self._check_again())

    async def disconnect(self, code: int) -> None:
        for task in (*self._readers.values(), *([self._recheck] if self._recheck else [])):
            task.cancel()
        for app_id in list(self._places):
            await self._leave(app_id)
        for workspace_id in self._workspaces:
            await self.channel_layer.group_discard(group_name(workspace_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        stream = ""
        try:
            frame = orjson.loads(text_data or bytes_data or b"")
            stream, action = str(frame["stream"]), frame["action"]
            if action == "subscribe":
                await self._subscribe(stream, str(frame.get("after") or "0-0"))
            elif action == "unsubscribe":
                await self._unsubscribe(stream)
            elif action == "here":
                await self._here(stream, frame.get("node"))
            else:
                raise AppError("invalid_frame", f"The action {action!r} is not known; send subscribe, unsubscribe or here.", 400)
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            await self._fail(stream, AppError("invalid_frame", 'Send {"action": "subscribe", "stream": "run:<id>", "after": "0-0"}.', 400))
        except AppError as error:
            await self._fail(stream, error)

    async def workspace_change(self, message: dict[str, Any]) -> None:
        """Pass on what `backend.core.live.notify` sent."""
        await self._send({"stream": message["stream"], "change": message["change"]})

    async def _subscribe(self, stream: str, after: str) -> None:
        kind, target = _named(stream)
        await self._authorise(kind, target)
        if kind == "workspace":
            self._workspaces.add(target)
            await self.channel_layer.group_add(group_name(target), self.channel_name)
            return
        if len(self._readers) >= MAX_STREAMS and stream not in self._readers:
            raise AppError("too_many_streams", f"One connection reads at most {MAX_STREAMS} runs.", 429, {"limit": MAX_STREAMS})
        await self._unsubscribe(stream)
        self._readers[stream] = asyncio.create_task(self._relay(stream, target, after))

    async def _here(self, stream: str, node: Any) -> None:
        """Note that this tab shows `app:<id>`, and which of its steps is open."""
        kind, app_id = _named(stream)
        if len(self._places) >= MAX_STREAMS and app_id not in self._places:
            raise AppError("too_many_streams", f"One tab shows at most {MAX_STREAMS} apps.", 429, {"limit": MAX_STREAMS})
        workspace_id = await database_sync_to_async(_authorise_place, thread_sensitive=False)(self.scope["user"], kind, app_id)
        user = self.scope["user"]
        person = {"id": str(user.pk), "name": user.name or user.email, "node": str(node)[: presence.MAX_NODE] if node else None}
        self._places[app_id] = workspace_id
        try:
            await presence.presence_set(workspace_id, app_id, self.channel_name, person)
        except REDIS_AWAY as failure:
            logger.warning("app %s: that a tab shows it was not told: %s", app_id, failure)

    async def _leave(self, app_id: uuid.UUID) -> None:
        workspace_id = self._places.pop(app_id, None)
        if workspace_id is not None:
            try:
                await presence.presence_drop(workspace_id, app_id, self.channel_name)
            except REDIS_AWAY as failure:
                logger.warning("app %s: that a tab left it was not told: %s", app_id, failure)

    async def _unsubscribe(self, stream: str) -> None:
        if stream.startswith("app:"):
            await self._leave(_named(stream)[1])
            return
        task = self._readers.pop(stream, None)
        if task is not None:
            task.cancel()
        kind, _, name = stream.partition(":")
        found = next((known for known in self._workspaces if kind == "workspace" and str(known) == name), None)
        if found is not None:
            self._workspaces.discard(found)
            await self.channel_layer.group_discard(group_name(found), self.channel_name)

    async def _authorise(self, kind: str, target: uuid.UUID) -> None:
        await database_sync_to_async(_authorise, thread_sensitive=False)(self.scope["user"], kind, target)

    async def _relay(self, stream: str, run_id: uuid.UUID, after: str) -> None:
        """Send a run's events; those that come close together share a frame."""
        pending: list[LogEntry] = []
        sender: asyncio.Task[None] | None = None

        async def flush(delay_s: float) -> None:
            await asyncio.sleep(delay_s)
            entries, pending[:] = list(pending), []
            if entries:
                await self.send(text_data=_frame(stream, entries))

        try:
            async for entry in follow(run_id, after, through_pauses=True):
                if entry is None:
                    continue
                pending.append(entry)
                if sender is None or sender.done():
                    sender = asyncio.create_task(flush(BATCH_S))
            if sender is not None:
                await sender
            await flush(0)
        except ValueError as error:
            await self._fail(stream, AppError("invalid_cursor", str(error), 400))
        except Exception as error:  # the edge of the socket: the tab is told, the connection lives on
            logger.exception("run %s: its stream to a tab broke", run_id)
            await self._fail(stream, to_app_error(error))
        finally:
            if self._readers.get(stream) is asyncio.current_task():
                del self._readers[stream]

    async def _check_again(self) -> None:
        """Drop the streams that the user may no longer read."""
        while True:
            await asyncio.sleep(RECHECK_S)
            for stream in [*self._readers, *(f"workspace:{known}" for known in self._workspaces)]:
                kind, _, name = stream.partition(":")
                try:
                    await self._authorise(kind, uuid.UUID(name))
                except AppError as error:
                    await self._unsubscribe(stream)
                    await self._fail(stream, error)

    async def _fail(self, stream: str, error: AppError) -> None:
        await self._send({"stream": stream, "error": error.body()})

    async def _send(self, frame: dict[str, Any]) -> None:
        await self.send(text_data=orjson.dumps(frame, default=str).decode())


def _frame(stream: str, entries: list[LogEntry]) -> str:
    events = ",".join(f'{{"cursor":"{entry.cursor}","event":{entry.data.decode()}}}' for entry in entries)
    return f'{{"stream":"{stream}","events":[{events}]}}'


def _named(stream: str) -> tuple[str, uuid.UUID]:
    kind, _, name = stream.partition(":")
    try:
        return kind, uuid.UUID(name)
    except ValueError:
        raise NotFound from None


def _authorise(user: Any, kind: str, target: uuid.UUID) -> None:
    """Raises NotFound for what does not exist or is foreign, AppError permission_denied where the role is too low."""
    user.refresh_from_db(fields=["is_active"])
    if not user.is_active:
        raise NotFound
    if kind == "workspace":
        access.demand(access.resolve(user, None, target), WORKSPACE_CAPABILITY)
    elif kind == "run":
        workspace_id = Run.unscoped.filter(pk=target).values_list("workspace_id", flat=True).first()
        if workspace_id is None:
            raise NotFound
        access.demand(access.resolve(user, None, workspace_id), RUN_CAPABILITY)
    else:
        raise NotFound(f"There is no stream of kind {kind!r}; subscribe to run:<id> or workspace:<id>.")


def _authorise_place(user: Any, kind: str, app_id: uuid.UUID) -> uuid.UUID:
    """Return the workspace of an app that the user may see. Raises as `_authorise`."""
    workspace_id = App.unscoped.filter(pk=app_id, deleted_at=None).values_list("workspace_id", flat=True).first()
    if kind != "app" or workspace_id is None:
        raise NotFound
    _authorise(user, "workspace", workspace_id)
    return workspace_id


live_application = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("ws", LiveConsumer.as_asgi())])))
