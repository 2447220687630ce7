"""Writes of this room: the first owner, users and their workspaces, profiles, keys."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.accounts.keys import KeyContext, key_aresolve, key_create, key_resolve, key_revoke
from backend.accounts.models import ApiKey, Installation, Membership, Role, User, Workspace
from backend.core.errors import AppError

__all__ = [
    "KeyContext",
    "installation_create",
    "key_aresolve",
    "key_create",
    "key_resolve",
    "key_revoke",
    "owner_ensure",
    "profile_update",
    "token_create",
    "workspace_create",
    "workspace_rename",
]


def installation_create(*, email: str, name: str, password: str, workspace_name: str, language: str = "en") -> tuple[User, Workspace]:
    """Make the first user, who owns the first workspace.

    Raises AppError `already_installed` (409) when there is a user, also when two callers try at once; `invalid_input`
    when the password is refused.
    """
    try:
        with transaction.atomic():
            if User.objects.exists():
                raise _already_installed()
            Installation.objects.create(id=1)
            user = user_create(email=email, name=name, password=password, language=language)
            return user, workspace_create(owner=user, name=workspace_name)
    except IntegrityError:
        raise _already_installed() from None


def _already_installed() -> AppError:
    return AppError("already_installed", "This platform already has an owner; sign in instead.", 409)


def user_create(*, email: str, name: str, password: str, language: str = "en") -> User:
    """Make a user. Raises AppError `invalid_input` with the reasons when the password is too weak."""
    password_check(password, User(email=email, name=name))
    return User.objects.create_user(email, password, name=name, language=language)


def password_check(password: str, user: User) -> None:
    """Raises AppError `invalid_input` with the reasons when the password is too weak."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AppError("invalid_input", "Some fields are not right.", 400, {"fields": {"password": list(error.messages)}}) from None


def workspace_create(*, owner: User, name: str) -> Workspace:
    """Make a workspace that belongs to `owner`."""
    with transaction.atomic():
        workspace = Workspace.objects.create(name=name)
        Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    return workspace


def workspace_rename(*, workspace: Workspace, name: str) -> Workspace:
    """Change a workspace's name."""
    workspace.name = name
    workspace.save(update_fields=["name"])
    return workspace


def owner_ensure(*, email: str, password: str, workspace_name: str, name: str = "") -> tuple[User, Workspace]:
    """Make a user and a workspace of theirs, or find both; for the command line.

    An existing user is only reused when the password is theirs. Raises AppError `wrong_password` or `invalid_input`.
    """
    email = email.strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None and not User.objects.exists():
        return installation_create(email=email, name=name, password=password, workspace_name=workspace_name)
    if user is None:
        with transaction.atomic():
            user = user_create(email=email, name=name, password=password)
            return user, workspace_create(owner=user, name=workspace_name)
    if not user.check_password(password):
        raise AppError("wrong_password", f"{email} exists already, with another password.", 403)
    owned = Membership.objects.filter(user=user, role=Role.OWNER, workspace__name=workspace_name).select_related("workspace")
    found = owned.order_by("created_at").first()
    return user, found.workspace if found else workspace_create(owner=user, name=workspace_name)


def profile_update(*, user: User, **changes: str) -> User:
    """Change a user's name, language or theme."""
    for field, value in changes.items():
        setattr(user, field, value)
    user.save(update_fields=list(changes))
    return user


def token_create(*, user: User, workspace: Workspace, name: str, expires_days: int | None) -> tuple[ApiKey, str]:
    """Make a personal access token for a workspace that the user belongs to; returns the row and the text."""
    expires_at = None if expires_days is None else timezone.now() + dt.timedelta(days=expires_days)
    return key_create(workspace=workspace, kind=ApiKey.Kind.PAT, user=user, created_by=user, name=name, expires_at=expires_at)
