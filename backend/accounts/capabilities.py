"""The one table of rights: which role may do what. What is not in it is refused."""

from __future__ import annotations

from backend.accounts.models import Role

_EVERYBODY = frozenset(Role)
_OPERATORS = frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR, Role.OPERATOR})
_EDITORS = frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR})
_ADMINS = frozenset({Role.OWNER, Role.ADMIN})

CAPABILITIES: dict[str, frozenset[Role]] = {
    "app.read": _EVERYBODY,
    "app.edit": _EDITORS,
    "app.delete": _EDITORS,
    "app.publish": _EDITORS,
    "run.read": _EVERYBODY,
    "run.execute": _OPERATORS,
    "insights.read": _EVERYBODY,
    "insights.edit": _OPERATORS,
    "knowledge.read": _EVERYBODY,
    "knowledge.edit": _EDITORS,
    "model.read": _EVERYBODY,
    "credential.manage": _ADMINS,
    "member.read": _EVERYBODY,
    "member.manage": _ADMINS,
    "key.manage": _EDITORS,
    "workspace.read": _EVERYBODY,
    "workspace.edit": _ADMINS,
}


def capabilities_of(role: str) -> frozenset[str]:
    """Return what a role may do; an unknown role may do nothing."""
    return frozenset(name for name, roles in CAPABILITIES.items() if role in roles)


def roles_with(capability: str) -> list[str]:
    """Return the roles that have a capability, strongest first."""
    return [role.value for role in Role if role in CAPABILITIES.get(capability, frozenset())]
