"""Base models. Tenant data can only be read through `Model.scoped(workspace)`."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models

from backend.core.ids import uuid7


class UnscopedAccess(RuntimeError):
    """Tenant data was asked for without saying of which workspace."""


class _ForbiddenManager(models.Manager[Any]):
    """Stands at `Model.objects` so that nobody reads across workspaces by habit."""

    def get_queryset(self) -> models.QuerySet[Any]:
        raise UnscopedAccess(f"{self.model.__name__}.objects is closed; use {self.model.__name__}.scoped(workspace)")


class Row(models.Model):
    """A row with a time-ordered UUID and its time of creation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class WorkspaceOwned(Row):
    """A row that belongs to one workspace.

    `unscoped` is for code that has its own proof of ownership (a claimed run, a resolved key, a
    system job); an architecture test lists the modules that may use it.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")

    unscoped = models.Manager[Self]()
    objects = _ForbiddenManager()

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
        default_manager_name = "unscoped"

    @classmethod
    def scoped(cls, workspace: models.Model | uuid.UUID | str) -> models.QuerySet[Self]:
        """Return the rows of one workspace (a Workspace or its id)."""
        key = workspace.pk if isinstance(workspace, models.Model) else workspace
        return cls.unscoped.filter(workspace_id=key)
