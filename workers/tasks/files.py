"""The files of runs: stored ones of the run's workspace, and those at public addresses."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from channels.db import database_sync_to_async

from backend.core.errors import AppError
from backend.files.models import StoredFile
from backend.files.selectors import file_get, file_read
from backend.files.services import file_create
from backend.files.values import file_value
from workers.engine.errors import NodeError
from workers.engine.ports import HttpRequest
from workers.tasks.http import GuardedHttp

MAX_FETCHED_BYTES = 15_000_000
MAX_KEPT_BYTES = 50_000_000
_ADDRESSES = ("http://", "https://", "data:")


class RunFiles:
    """FileStore of the runs of one workspace."""

    def __init__(self, workspace_id: uuid.UUID) -> None:
        self._workspace_id = workspace_id

    async def data_url(self, file: Mapping[str, Any]) -> str:
        """Return an address that a model's vendor can read: the public one, or the bytes themselves. Raises NodeError file_not_found."""
        stored = await self._stored(file)
        if stored is not None:
            content = await _in_thread(file_read, stored)
            return f"data:{stored.mime_type};base64,{base64.b64encode(content).decode()}"
        return self._address(file)

    async def read(self, file: Mapping[str, Any]) -> bytes:
        """Return a file's bytes. Raises NodeError file_not_found, file_too_large and those of the HTTP port."""
        stored = await self._stored(file)
        if stored is not None:
            return await _in_thread(file_read, stored)
        url = self._address(file)
        if url.startswith("data:"):
            head, _, body = url.partition(",")
            try:
                return base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
            except ValueError:
                raise NodeError("file_not_found", "The file cannot be read: its data are damaged.") from None
        response = await GuardedHttp().send(HttpRequest("GET", url, max_bytes=MAX_FETCHED_BYTES))
        if response.status != 200:
            raise NodeError("file_not_found", f"The file cannot be read: its server answered with the status {response.status}.")
        return response.body

    async def keep(self, content: bytes, name: str, mime_type: str) -> dict[str, Any]:
        """Store a file that a node made and return its value. Raises NodeError file_too_large, storage_full."""
        if len(content) > MAX_KEPT_BYTES:
            message = f"The file {name!r} has {len(content):,} bytes; a flow can hand on {MAX_KEPT_BYTES:,}."
            raise NodeError("file_too_large", message, details={"current": len(content), "allowed": MAX_KEPT_BYTES})
        return await _in_thread(self._keep, content, name, mime_type)

    def _keep(self, content: bytes, name: str, mime_type: str) -> dict[str, Any]:
        made = file_create(self._workspace_id, content=content, name=name or "file", purpose="run", limited=False)
        return {**file_value(made, method="tool_file"), "mime_type": mime_type or made.mime_type}

    async def _stored(self, file: Mapping[str, Any]) -> StoredFile | None:
        key = file.get("related_id") or file.get("upload_file_id")
        return await _in_thread(file_get, self._workspace_id, str(key)) if key else None

    @staticmethod
    def _address(file: Mapping[str, Any]) -> str:
        url = file.get("url") or file.get("remote_url")
        if isinstance(url, str) and url.startswith(_ADDRESSES):
            return url
        name = file.get("filename") or file.get("id") or ""
        raise NodeError("file_not_found", f"The file {name!r} cannot be read: it is not stored here and has no public address.")


async def _in_thread(function: Any, *args: Any) -> Any:
    try:
        return await database_sync_to_async(function, thread_sensitive=False)(*args)
    except AppError as failure:
        raise NodeError(failure.code, failure.message, details=failure.details) from None
