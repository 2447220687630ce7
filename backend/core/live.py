"""Tell the open studio tabs of a workspace that something changed."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from backend.core.redis import REDIS_AWAY

logger = logging.getLogger(__name__)


def group_name(workspace_id: uuid.UUID | str) -> str:
    """Name the channels group of a workspace."""
    return f"workspace.{workspace_id}"


def notify(workspace_id: uuid.UUID | str, change: dict[str, Any]) -> None:
    """Send a change such as `{"kind": "draft_saved", "id": …}` to everybody who watches the workspace.

    For plain threads. A lost notice only delays what a tab shows, so a Redis that is away is logged and forgotten.
    """
    try:
        async_to_sync(_send)(workspace_id, change)
    except REDIS_AWAY as failure:
        logger.warning("change %s of workspace %s was not announced: %s", change.get("kind"), workspace_id, failure)


async def _send(workspace_id: uuid.UUID | str, change: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        message = {"type": "workspace.change", "stream": f"workspace:{workspace_id}", "change": change}
        await layer.group_send(group_name(workspace_id), message)
