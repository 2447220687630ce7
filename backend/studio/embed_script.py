"""Where other sites get the script that puts the page of an app into theirs."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from backend.studio.models import Site


def addresses(site: Site) -> dict[str, str | None]:
    """Return the script's address, the one of exactly this build with its digest (None: not built), and that of the frame."""
    name, integrity = _built(Path(settings.STUDIO_DIST))
    base = settings.PUBLIC_URL
    pinned = f"{base}/{name}" if name else None
    return {"url": f"{base}/embed.js", "pinned_url": pinned, "integrity": integrity, "frame_url": f"{base}/embed/{site.token}"}


@lru_cache(maxsize=1)
def _built(folder: Path) -> tuple[str | None, str | None]:
    try:
        content = (folder / "embed.js").read_bytes()
    except FileNotFoundError:
        return None, None
    digest = hashlib.sha384(content).digest()
    return f"embed-{digest.hex()[:12]}.js", f"sha384-{base64.b64encode(digest).decode()}"
