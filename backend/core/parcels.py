"""Bytes that one process leaves for another for a few minutes, too large or too fleeting for a job's payload or a stored file."""

from __future__ import annotations

import logging
import uuid
from typing import cast

from backend.core.errors import ServiceAway
from backend.core.redis import REDIS_AWAY, sync_client

logger = logging.getLogger(__name__)

KEPT_S = 300


def parcel_leave(content: bytes) -> str:
    """Keep bytes for KEPT_S; returns the name by which they are taken. Raises ServiceAway."""
    name = str(uuid.uuid4())
    try:
        sync_client().set(f"parcel:{name}", content, ex=KEPT_S)
    except REDIS_AWAY as failure:
        logger.warning("a parcel could not be left: %s", failure)
        raise ServiceAway from None
    return name


def parcel_take(name: str) -> bytes | None:
    """Return the bytes and keep them no longer; None when they were taken, or their time is over. Raises ServiceAway."""
    try:
        return cast("bytes | None", sync_client().getdel(f"parcel:{name}"))
    except REDIS_AWAY as failure:
        logger.warning("a parcel could not be taken: %s", failure)
        raise ServiceAway from None
