"""The bundled embedding model (multilingual-e5-small, 384 dimensions), in a child process so that the worker's loop keeps answering."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from backend.llm import local_child
from backend.llm.resolved import Purpose
from workers.engine.errors import NodeError

DIMENSIONS = 384

_lock = threading.Lock()
_pool: ProcessPoolExecutor | None = None


def _executor() -> ProcessPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            context = multiprocessing.get_context("spawn")
            _pool = ProcessPoolExecutor(1, mp_context=context, initializer=local_child.end_with_parent, initargs=(os.getpid(),))
        return _pool


def shut_down() -> None:
    """End the child process; the next call starts a new one."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is not None:
        pool.shutdown(wait=True, cancel_futures=True)


async def embed(texts: list[str], purpose: Purpose = "document") -> list[list[float]]:
    """Return vectors of shape (len(texts), 384), each of length 1."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_executor(), local_child.compute, texts, purpose)
    except BrokenProcessPool:
        shut_down()
        raise NodeError(
            "provider_unavailable", "The local embedding model ended unexpectedly; it starts again with the next call.", retryable=True
        ) from None
