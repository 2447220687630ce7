"""Files of a workspace, for the studio."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import WorkspaceView, get_or_404
from backend.core.errors import AppError
from backend.files.links import signed_url
from backend.files.models import StoredFile
from backend.files.services import file_create


class FileOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    mime_type = serializers.CharField()
    extension = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(["image", "audio", "video", "document", "custom"])
    size_bytes = serializers.IntegerField()
    url = serializers.CharField(help_text="An address that opens the file for a while.")
    created_at = serializers.DateTimeField()


def present(file: StoredFile) -> dict[str, Any]:
    """Return a file as the console API shows it."""
    shown = ("id", "name", "mime_type", "extension", "kind", "size_bytes", "created_at")
    return {**{name: getattr(file, name) for name in shown}, "url": signed_url(file)}


class FileListApi(WorkspaceView):
    """The files of a workspace."""

    required = {"post": "run.execute"}
    parser_classes = (MultiPartParser,)  # type: ignore[assignment]
    max_body_bytes = settings.BODY_MAX_BYTES

    class Input(serializers.Serializer[Any]):
        file = serializers.FileField()
        purpose = serializers.ChoiceField(["run", "knowledge"], default="run")

    @extend_schema(request={"multipart/form-data": Input}, responses={201: FileOutput})
    def post(self, request: Request, ws: uuid.UUID) -> Response:
        """Upload one file, multipart/form-data field `file`. 413 `file_too_large`, `storage_full`."""
        posted = request.FILES.getlist("file")
        if len(posted) != 1:
            code, message = ("too_many_files", "Only one file is allowed.") if posted else ("no_file_uploaded", "Please upload your file.")
            raise AppError(code, message, 400)
        purpose = request.POST.get("purpose", "run")
        if purpose not in ("run", "knowledge"):
            details = {"fields": {"purpose": ["Must be run or knowledge."]}}
            raise AppError("invalid_input", "purpose must be run or knowledge.", 400, details)
        made = file_create(self.ctx.workspace.pk, content=posted[0], name=posted[0].name or "", purpose=purpose, created_by=self.ctx.user)
        return Response(present(made), status=status.HTTP_201_CREATED)


class FileApi(WorkspaceView):
    """A file."""

    required = {"get": "run.read"}

    @extend_schema(responses=FileOutput)
    def get(self, request: Request, ws: uuid.UUID, file: uuid.UUID) -> Response:
        """Return a file's facts and an address that opens it."""
        return Response(present(get_or_404(StoredFile.scoped(self.ctx.workspace), file)))
