"""Stored files: uploads, inputs, outputs too large for a row."""

from __future__ import annotations

from django.db import models

from backend.core.models import WorkspaceOwned


class StoredFile(WorkspaceOwned):
    """One file. `key` is its name in the storage back end, made from ids, never from the upload's name.

    `purpose` says what it is for: `run` (an input or an output of runs), `knowledge` (the source of a document).
    `app_id` and `end_user_id` tell whose it is when it came or went through a published app.
    """

    name = models.CharField(max_length=255)
    mime_type = models.CharField(max_length=127)
    extension = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, default="document")
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200, unique=True)
    purpose = models.CharField(max_length=20)
    app_id = models.UUIDField(null=True)
    end_user_id = models.UUIDField(null=True)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["workspace", "created_at"], name="file_by_workspace"),)
