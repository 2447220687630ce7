"""Stored files over HTTP by signed address. Whatever a file says it is, no browser runs it on our origin."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse

from backend.core.errors import AppError
from backend.files.links import is_signed
from backend.files.models import StoredFile
from backend.files.selectors import file_chunks, file_open, missing


def content_headers(file: StoredFile, *, attachment: bool = True) -> dict[str, str]:
    """Return the headers that a stored file is sent with (security: attachment, no sniffing, sandbox)."""
    side = "attachment" if attachment else "inline"
    plain = "".join(letter if letter.isascii() and letter.isprintable() and letter not in '"\\' else "_" for letter in file.name)
    return {
        "Content-Type": file.mime_type,
        "Content-Length": str(file.size_bytes),
        "Content-Disposition": f"{side}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "private, max-age=300",
        "Referrer-Policy": "no-referrer",
    }


async def signed_file(request: HttpRequest, file: UUID, name: str) -> HttpResponse | StreamingHttpResponse:
    """Send a file to whoever has its signed address."""
    try:
        if not is_signed(file, request.GET.get("sign", "")):
            raise AppError("file_access_denied", "This address of a file is not valid, or no longer; ask for a new one.", 403)
        found = await sync_to_async(StoredFile.unscoped.filter(id=file).first)()
        if found is None:
            raise missing()
        stream = await sync_to_async(file_open)(found)
    except AppError as error:
        return JsonResponse(error.body(), status=error.http_status)
    return StreamingHttpResponse(file_chunks(stream), headers=content_headers(found))
