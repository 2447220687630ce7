"""Who has an app open in the studio, and which of its steps: told to the workspace, kept for as long as a tab says so."""

from __future__ import annotations

import time
import uuid
from typing import Any

import orjson
from channels.layers import get_channel_layer

from backend.core.live import group_name
from backend.core.redis import async_client

# A tab says it is there every twenty seconds.
GONE_AFTER_S = 50
MAX_PEOPLE = 50
MAX_NODE = 100


async def presence_set(workspace_id: uuid.UUID, app_id: uuid.UUID, tab: str, person: dict[str, Any]) -> None:
    """Note that a tab shows an app; who watches the workspace is told when that is new. `person`: {id, name, node}."""
    client, key = async_client(), _key(app_id)
    before: Any = await client.hget(key, tab)  # type: ignore[misc]
    known: dict[str, Any] = orjson.loads(before) if before else {"at": 0}
    fresh = known["at"] > time.time() - GONE_AFTER_S
    await client.hset(key, tab, orjson.dumps({**person, "at": time.time()}))  # type: ignore[misc]
    await client.expire(key, GONE_AFTER_S)
    if not fresh or {**known, "at": 0} != {**person, "at": 0}:
        await _announce(workspace_id, app_id)


async def presence_drop(workspace_id: uuid.UUID, app_id: uuid.UUID, tab: str) -> None:
    """Note that a tab no longer shows an app."""
    if await async_client().hdel(_key(app_id), tab):  # type: ignore[misc]
        await _announce(workspace_id, app_id)


async def _announce(workspace_id: uuid.UUID, app_id: uuid.UUID) -> None:
    rows: Any = await async_client().hgetall(_key(app_id))  # type: ignore[misc]
    now = time.time()
    people = [{"tab": tab.decode(), **orjson.loads(row)} for tab, row in rows.items()]
    here = sorted((one for one in people if one["at"] > now - GONE_AFTER_S), key=lambda one: one["tab"])[:MAX_PEOPLE]
    change = {"kind": "presence", "id": str(app_id), "people": [{name: one[name] for name in ("id", "name", "node")} for one in here]}
    layer = get_channel_layer()
    if layer is not None:
        message = {"type": "workspace.change", "stream": f"workspace:{workspace_id}", "change": change}
        await layer.group_send(group_name(workspace_id), message)


def _key(app_id: uuid.UUID) -> str:
    return f"presence:{app_id}"
