"""Files of client programs: send one, look at one."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from backend.files.links import signed_url
from backend.files.models import StoredFile
from backend.files.selectors import file_chunks, file_get, file_open
from backend.files.services import file_create
from backend.files.uploads import Form
from backend.files.views import content_headers
from backend.runs.models import EndUser
from backend.runs.services import end_user_ensure
from backend.service_api.bodies import caller_of, uuid_param
from backend.service_api.callers import Caller
from backend.service_api.errors import WireError
from backend.service_api.http import JsonReply, Reply, Request, StreamReply, in_thread, takes_upload
from backend.service_api.published import PublishedApp, published_app

INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/", "application/pdf", "text/plain")


@takes_upload
async def upload(request: Request) -> JsonReply:
    """`POST /v1/files/upload`: one file for the messages or inputs of one end user."""
    app = await published_app(request)
    form = await request.form()
    caller = caller_of(request, form.fields, required=False)
    file, end_user_id = await in_thread(_store, app, caller, form)
    return JsonReply(present(file, end_user_id), 201)


def _store(app: PublishedApp, caller: Caller, form: Form) -> tuple[StoredFile, str]:
    posted = form.only_file()
    end_user_id = end_user_ensure(app.workspace_id, app.id, caller.session_id, caller.kind)
    made = file_create(
        app.workspace_id, content=cast(BinaryIO, posted.file), name=posted.name or "", purpose="run", app_id=app.id, end_user_id=end_user_id
    )
    return made, str(end_user_id)


def present(file: StoredFile, user_id: str) -> dict[str, Any]:
    """Return an uploaded file as the published API shows it."""
    url = signed_url(file)
    return {
        "id": str(file.id),
        "reference": str(file.id),
        "name": file.name,
        "size": file.size_bytes,
        "extension": file.extension.removeprefix("."),
        "mime_type": file.mime_type,
        "created_by": user_id,
        "created_at": int(file.created_at.timestamp()),
        "preview_url": url if file.kind == "image" else None,
        "source_url": url,
        "original_url": None,
        "user_id": user_id,
        "tenant_id": str(file.workspace_id),
        "conversation_id": None,
        "file_key": file.key,
    }


async def preview(request: Request) -> Reply:
    """`GET /v1/files/{file_id}/preview`: the bytes, of files that came through this app alone."""
    app = await published_app(request)
    named = request.visitor is not None or bool(request.query.get("user"))
    caller = caller_of(request, request.query, required=True) if named else None
    file = await in_thread(_readable, app, uuid_param(request.path["file_id"], "file_id"), caller)
    stream = await in_thread(file_open, file)
    attachment = request.query.get("as_attachment", "").lower() in ("true", "1") or not file.mime_type.startswith(INLINE)
    headers = content_headers(file, attachment=attachment) | {"Access-Control-Allow-Origin": "*"}
    return StreamReply(file_chunks(stream), tuple((name.lower().encode(), value.encode()) for name, value in headers.items()))


def _readable(app: PublishedApp, file_id: UUID, caller: Caller | None) -> StoredFile:
    file = file_get(app.workspace_id, file_id)
    if file.app_id != app.id or (caller is not None and not _sent(app, file, caller)):
        raise WireError("file_access_denied", "Access to the requested file is denied.", 403)
    return file


def _sent(app: PublishedApp, file: StoredFile, caller: Caller) -> bool:
    sender = EndUser.scoped(app.workspace_id).filter(app_id=app.id, kind=caller.kind, session_id=caller.session_id).first()
    return sender is not None and file.end_user_id == sender.pk
