"""The process's Redis clients: one per event loop, one for plain threads."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

TIMEOUT_S = 10.0
CONNECT_TIMEOUT_S = 2.0
REDIS_AWAY = (redis.RedisError, OSError, asyncio.TimeoutError)

_per_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, redis.asyncio.Redis] = WeakKeyDictionary()


def async_client() -> redis.asyncio.Redis:
    """Return the client of the running loop. Replies are bytes; a blocking command must return within TIMEOUT_S."""
    loop = asyncio.get_running_loop()
    client = _per_loop.get(loop)
    if client is None:
        client = _per_loop[loop] = async_connect()
    return client


def async_connect(*, retries: int = 1) -> redis.asyncio.Redis:
    """Open a client of its own on the running loop, for a caller that needs to see each lost connection."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        protocol=2,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        retry=redis.asyncio.retry.Retry(redis.backoff.NoBackoff(), retries),
    )


@lru_cache(maxsize=1)
def sync_client() -> redis.Redis:
    """Return the client for plain threads."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        protocol=2,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        retry=redis.retry.Retry(redis.backoff.NoBackoff(), 1),
    )
