"""The bundled embedding model (multilingual-e5-small, 384 dimensions), in child processes so that the worker's loop keeps answering.

Questions have a child of their own: they do not wait behind the documents that are being indexed.
"""

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
_pools: dict[Purpose, ProcessPoolExecutor] = {}


def _executor(purpose: Purpose) -> ProcessPoolExecutor:
    with _lock:
        if purpose not in _pools:
            context = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(1, mp_context=context, initializer=local_child.end_with_parent, initargs=(os.getpid(),))
            _pools[purpose] = pool
        return _pools[purpose]


def shut_down() -> None:
    """End the child processes; the next call starts a new one."""
    with _lock:
        pools = list(_pools.values())
        _pools.clear()
    for pool in pools:
        pool.shutdown(wait=True, cancel_futures=True)


async def embed(texts: list[str], purpose: Purpose = "document") -> list[list[float]]:
    """Return vectors of shape (len(texts), 384), each of length 1."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_executor(purpose), local_child.compute, texts, purpose)
    except BrokenProcessPool:
        shut_down()
        raise NodeError(
            "provider_unavailable", "The local embedding model ended unexpectedly; it starts again with the next call.", retryable=True
        ) from None
