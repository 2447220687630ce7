"""Send what webhooks are to be told. Every worker looks for deliveries that are due; a row says who has taken which."""

from __future__ import annotations

import asyncio
import logging

from channels.db import database_sync_to_async
from django.db import Error as DatabaseFailure
from django.utils import timezone

from backend.runs.webhooks import Outgoing, deliveries_take, delivery_record
from workers.engine.errors import NodeError
from workers.engine.ports import HttpRequest
from workers.tasks.http import send_once

logger = logging.getLogger(__name__)

AT_ONCE = 50
ANSWER_S = 15.0
CLOSE_S = 3.0
MAX_ANSWER_BYTES = 1_000_000
GONE = 410


class Deliveries:
    """The deliveries that this process sends just now. Lives on the worker's loop."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._tasks: set[asyncio.Task[None]] = set()

    async def look(self) -> None:
        """Take what is due, as far as there is room, and begin to send it."""
        room = self._at_once - len(self._tasks)
        if room <= 0:
            return
        try:
            taken = await database_sync_to_async(deliveries_take, thread_sensitive=False)(room)
        except DatabaseFailure as failure:
            logger.warning("deliveries could not be looked for: %s", failure)
            return
        for one in taken:
            task = asyncio.get_running_loop().create_task(self._deliver(one), name=f"delivery {one.id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Wait a little for what is being sent; the rest is sent again, by whoever finds it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_S)
        for task in list(self._tasks):
            task.cancel()

    async def _deliver(self, one: Outgoing) -> None:
        status, error, final = (None, one.problem, True) if one.problem else await sent(one)
        try:
            await database_sync_to_async(delivery_record, thread_sensitive=False)(one, status, error, final=final)
        except DatabaseFailure as failure:
            logger.warning("delivery %s was sent but not noted, it will be sent again: %s", one.id, failure)


async def sent(one: Outgoing) -> tuple[int | None, str, bool]:
    """Make one attempt; returns the status, what went wrong ("" for nothing), and whether trying again is of no use."""
    headers = tuple(one.headers(timezone.now()).items())
    request = HttpRequest("POST", one.url, headers, one.body, ANSWER_S, ANSWER_S, ANSWER_S, MAX_ANSWER_BYTES)
    try:
        async with asyncio.timeout(ANSWER_S):
            response = await send_once(request)
    except NodeError as error:
        return None, error.message, not error.retryable
    except TimeoutError:
        return None, f"The receiver did not answer within {ANSWER_S:.0f} s.", False
    if 200 <= response.status < 300:
        return response.status, "", True
    return response.status, f"The receiver answered {response.status}.", response.status == GONE
