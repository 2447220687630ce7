"""Reads of this room that join or search."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from backend.accounts.models import ApiKey, Membership, User, Workspace
from backend.core.errors import AppError, NotFound


def memberships_of(user: User) -> QuerySet[Membership]:
    """A user's memberships with their workspaces, oldest first."""
    return Membership.objects.filter(user=user).select_related("workspace").order_by("created_at")


def members_of(workspace: Workspace) -> QuerySet[Membership]:
    """The people of a workspace, oldest first."""
    return Membership.objects.filter(workspace=workspace).select_related("user").order_by("created_at")


def tokens_of(user: User) -> QuerySet[ApiKey]:
    """A user's own personal access tokens over all workspaces, newest first."""
    return ApiKey.unscoped.filter(user=user, kind=ApiKey.Kind.PAT).order_by("-created_at")


def workspace_find(text: str) -> Workspace:
    """Find a workspace by id or by name, for the command line.

    Raises NotFound, or AppError `ambiguous` listing the ids when several have the name.
    """
    try:
        found = list(Workspace.objects.filter(id=uuid.UUID(text)))
    except ValueError:
        found = list(Workspace.objects.filter(name=text).order_by("created_at"))
    if not found:
        raise NotFound(f"There is no workspace {text!r}.")
    if len(found) > 1:
        ids = ", ".join(str(workspace.id) for workspace in found)
        raise AppError("ambiguous", f"Several workspaces are called {text!r}; give the id: {ids}.", 409)
    return found[0]
