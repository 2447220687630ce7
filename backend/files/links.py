"""Addresses of files that anybody may open for a while: the signature is the permission."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core import signing

from backend.files.models import StoredFile

_SALT = "files.links"


def signed_path(file: StoredFile, *, attachment: bool = False) -> str:
    """Return the path of a file, good for FILE_LINK_HOURS."""
    path = f"/files/{file.id}/{quote(file.name, safe='')}?sign={_signer().sign(str(file.id))}"
    return f"{path}&as_attachment=true" if attachment else path


def signed_url(file: StoredFile, *, attachment: bool = False) -> str:
    """Return the whole address of a file."""
    return settings.PUBLIC_URL.rstrip("/") + signed_path(file, attachment=attachment)


def is_signed(file_id: UUID, signature: str) -> bool:
    """Tell whether a signature opens this file now."""
    try:
        return bool(_signer().unsign(signature, max_age=settings.ENV.file_link_hours * 3600) == str(file_id))
    except signing.BadSignature:
        return False


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT)
