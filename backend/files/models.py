"""Stored files: uploads, inputs, outputs too large for a row."""

from __future__ import annotations

from django.db import models

from backend.core.models import WorkspaceOwned


class StoredFile(WorkspaceOwned):
    """One file. `key` is its name in the storage back end, made from id and digest, never from the upload's name."""

    name = models.CharField(max_length=255)
    mime_type = models.CharField(max_length=127)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200, unique=True)
    purpose = models.CharField(max_length=20)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
