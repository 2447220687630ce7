"""Who is asking, and for which workspace: the answer that every console view starts from.

This room knows neither users nor roles. `backend.accounts` installs the one policy at start-up; until
then every question is refused.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from backend.core.errors import AppError, NotFound

if TYPE_CHECKING:
    from backend.accounts.models import ApiKey, User, Workspace


@dataclass(frozen=True, slots=True)
class Context:
    """One caller in one workspace. `key` is the personal access token it came with; None: a session."""

    workspace: Workspace
    user: User
    role: str
    capabilities: frozenset[str]
    key: ApiKey | None


class Policy(Protocol):
    """What `backend.accounts` answers."""

    def resolve(self, user: User, key: ApiKey | None, workspace_id: uuid.UUID) -> Context:
        """Raises NotFound when the user does not belong to the workspace or the key to another one."""
        ...

    def refusal(self, context: Context, capability: str) -> AppError:
        """Return the error that names the missing capability and who can grant it."""
        ...


class _Closed:
    """The policy before one is installed."""

    def resolve(self, user: User, key: ApiKey | None, workspace_id: uuid.UUID) -> Context:
        raise AppError("not_ready", "No access policy is installed.", 503)

    def refusal(self, context: Context, capability: str) -> AppError:
        return AppError("not_ready", "No access policy is installed.", 503)


_policy: Policy = _Closed()


def install(policy: Policy) -> None:
    """Set the one policy; called by `backend.accounts` when Django starts."""
    global _policy
    _policy = policy


def resolve(user: User, key: ApiKey | None, workspace_id: uuid.UUID | str) -> Context:
    """Return the caller's context in a workspace (one query). Raises NotFound for a foreign or malformed id."""
    try:
        found = workspace_id if isinstance(workspace_id, uuid.UUID) else uuid.UUID(workspace_id)
    except ValueError:
        raise NotFound from None
    return _policy.resolve(user, key, found)


def demand(context: Context, capability: str | None) -> None:
    """Raise the 403 when the context lacks the capability; None (nothing declared) is always refused."""
    if capability is None:
        raise AppError("permission_denied", "This operation is not open to anybody.", 403)
    if capability not in context.capabilities:
        raise _policy.refusal(context, capability)
