"""Writes of this room: the first owner, workspaces, profiles, keys."""

from __future__ import annotations

from backend.accounts.keys import KeyContext, key_aresolve, key_create, key_resolve, key_revoke

__all__ = ["KeyContext", "key_aresolve", "key_create", "key_resolve", "key_revoke"]
