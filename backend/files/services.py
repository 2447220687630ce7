"""Store and delete files. The bytes are written first: a row never points to nothing."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.utils import timezone

from backend.core.errors import AppError
from backend.core.ids import uuid7
from backend.files.content import sniff
from backend.files.models import StoredFile

if TYPE_CHECKING:
    from backend.accounts.models import User

logger = logging.getLogger(__name__)

MB = 1024 * 1024
MAX_NAME = 200
_CHUNK = 256 * 1024


def limit_mb(kind: str) -> int:
    """Return the largest upload of a kind (image, audio, video, document, custom), in MB."""
    env = settings.ENV
    return int({"image": env.upload_image_mb, "audio": env.upload_audio_mb, "video": env.upload_video_mb}.get(kind, env.upload_max_mb))


def file_create(
    workspace_id: UUID,
    *,
    content: BinaryIO | bytes,
    name: str,
    purpose: str,
    created_by: User | None = None,
    app_id: UUID | None = None,
    end_user_id: UUID | None = None,
    limited: bool = True,
) -> StoredFile:
    """Store a file of any kind; its type is told by its content.

    `limited` False is for what the platform itself makes. Raises AppError: filename_not_exists_error 400,
    file_too_large 413, storage_full 413, rate_limit_error 429 (uploads of a day).
    """
    name = _clean_name(name)
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    kind = sniff(stream, name)
    size, digest = _measure(stream)
    if limited:
        _demand_size(name, size, limit_mb(kind.kind))
        _demand_room(workspace_id, size)
        _demand_rate(workspace_id, created_by, end_user_id)
    file_id = uuid7()
    key = default_storage.save(f"{workspace_id}/{file_id.hex[-2:]}/{file_id}", File(stream))
    try:
        return StoredFile.unscoped.create(
            id=file_id,
            workspace_id=workspace_id,
            name=name,
            mime_type=kind.mime_type,
            extension=kind.extension[:40],
            kind=kind.kind,
            size_bytes=size,
            sha256=digest,
            key=key,
            purpose=purpose,
            app_id=app_id,
            end_user_id=end_user_id,
            created_by=created_by,
        )
    except DatabaseError:
        default_storage.delete(key)
        raise


def file_delete(file: StoredFile) -> None:
    """Delete a file's row; its bytes go once that is committed."""
    key = file.key
    file.delete()
    transaction.on_commit(lambda: _forget(key))


def _forget(key: str) -> None:
    try:
        default_storage.delete(key)
    except OSError as failure:
        logger.warning("the bytes of a deleted file stay behind at %s: %s", key, failure)


def _clean_name(name: str) -> str:
    """Keep the last part of a path, without control characters. Raises AppError for a name with nothing in it."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    base = "".join(letter for letter in base if unicodedata.category(letter) not in ("Cc", "Cs")).strip(" .")
    if not base:
        raise AppError("filename_not_exists_error", "The specified filename does not exist.", 400)
    if len(base) <= MAX_NAME:
        return base
    stem, extension = os.path.splitext(base)
    return stem[: MAX_NAME - len(extension[:40])] + extension[:40]


def _measure(stream: BinaryIO) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    return size, digest.hexdigest()


def _demand_size(name: str, size: int, allowed_mb: int) -> None:
    if size > allowed_mb * MB:
        message = f"The file {name!r} has {size / MB:.1f} MB; at most {allowed_mb} MB are accepted for its kind."
        raise AppError("file_too_large", message, 413, {"current": size, "allowed": allowed_mb * MB})


def _demand_room(workspace_id: UUID, size: int) -> None:
    allowed = settings.ENV.storage_max_gb * 1024 * MB
    used = StoredFile.scoped(workspace_id).aggregate(total=Sum("size_bytes"))["total"] or 0
    if used + size > allowed:
        message = f"The workspace's files take {used / MB:,.0f} MB of {allowed / MB:,.0f} MB; delete some before adding more."
        raise AppError("storage_full", message, 413, {"current": used, "allowed": allowed})


def _demand_rate(workspace_id: UUID, created_by: User | None, end_user_id: UUID | None) -> None:
    if end_user_id is None:
        return
    allowed = settings.ENV.uploads_per_day
    since = timezone.now() - timedelta(days=1)
    done = StoredFile.scoped(workspace_id).filter(created_at__gte=since, end_user_id=end_user_id).count()
    if done >= allowed:
        message = f"This user has sent {done} files within a day; {allowed} are accepted."
        raise AppError("rate_limit_error", message, 429, {"current": done, "allowed": allowed})
