"""The answer to "who is this in that workspace?", installed into `backend.core.access` at start-up."""

from __future__ import annotations

import uuid

from backend.accounts.capabilities import capabilities_of, roles_with
from backend.accounts.models import ApiKey, Membership, User
from backend.core.access import Context
from backend.core.errors import AppError, NotFound

GRANTORS_SHOWN = 5


class MembershipPolicy:
    """Rights come from the membership row, read anew for every request."""

    def resolve(self, user: User, key: ApiKey | None, workspace_id: uuid.UUID) -> Context:
        """Raises NotFound when the user does not belong to the workspace or the key to another one."""
        if key is not None and key.workspace_id != workspace_id:
            raise NotFound
        membership = Membership.objects.filter(workspace_id=workspace_id, user=user).select_related("workspace").first()
        if membership is None:
            raise NotFound
        return Context(membership.workspace, user, membership.role, capabilities_of(membership.role), key)

    def refusal(self, context: Context, capability: str) -> AppError:
        """Return the error that names the missing capability and who can grant it."""
        managers = Membership.objects.filter(workspace=context.workspace, role__in=roles_with("member.manage"))
        names = [
            member.user.name or member.user.email for member in managers.select_related("user").order_by("created_at")[:GRANTORS_SHOWN]
        ]
        message = f"Your role ({context.role}) does not include {capability}. Ask {' or '.join(names)} for a role that does."
        details = {"capability": capability, "role": context.role, "roles": roles_with(capability), "granted_by": names}
        return AppError("permission_denied", message, 403, details)
