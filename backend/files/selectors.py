"""Find and read stored files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import BinaryIO, cast
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage

from backend.core.errors import AppError
from backend.files.models import StoredFile

_CHUNK = 256 * 1024


def missing() -> AppError:
    """The error for a file that does not exist, or not for this caller."""
    return AppError("file_not_found", "The file does not exist, or it was deleted.", 404)


def file_get(workspace_id: UUID, file_id: UUID | str) -> StoredFile:
    """Return a file of a workspace. Raises AppError file_not_found."""
    try:
        key = file_id if isinstance(file_id, UUID) else UUID(str(file_id))
    except ValueError:
        raise missing() from None
    found = StoredFile.scoped(workspace_id).filter(id=key).first()
    if found is None:
        raise missing()
    return found


def files_get(workspace_id: UUID, file_ids: Iterable[UUID]) -> dict[UUID, StoredFile]:
    """Return those of these files that exist in a workspace."""
    return {file.id: file for file in StoredFile.scoped(workspace_id).filter(id__in=list(file_ids))}


def file_open(file: StoredFile) -> BinaryIO:
    """Open a file's bytes. Raises AppError file_not_found when the storage lost them."""
    try:
        return cast(BinaryIO, default_storage.open(file.key, "rb"))
    except FileNotFoundError:
        raise missing() from None


def file_read(file: StoredFile) -> bytes:
    """Return all bytes of a file. Raises AppError file_not_found."""
    with file_open(file) as stream:
        return stream.read()


async def file_chunks(stream: BinaryIO) -> AsyncIterator[bytes]:
    """Hand out an open file piece by piece without holding the loop, and close it."""
    try:
        while chunk := await sync_to_async(stream.read, thread_sensitive=False)(_CHUNK):
            yield chunk
    finally:
        await sync_to_async(stream.close, thread_sensitive=False)()
