"""Personal access tokens: `Authorization: Bearer pat-…`, for command lines and automation."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from backend.accounts.models import ApiKey, Membership, User
from backend.accounts.services import key_resolve


class TokenAuthentication(BaseAuthentication):
    """Signs in the token's user. `request.auth` is the key, which binds the request to its workspace."""

    keyword = "bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Return None when the header is absent. Raises AuthenticationFailed for any header that proves nothing."""
        scheme, _, plain = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        plain = plain.strip()
        if scheme.lower() != self.keyword or not plain:
            raise AuthenticationFailed("The Authorization header must be `Bearer pat-…`.")
        if plain.startswith(("app-", "dataset-")):
            raise AuthenticationFailed("This is a key of the published API (/v1); here a personal access token (pat-…) is needed.")
        context = key_resolve(plain)
        if context is None or context.kind != ApiKey.Kind.PAT or context.user_id is None:
            raise AuthenticationFailed("The access token is unknown, expired or revoked.")
        membership = (
            Membership.objects.filter(workspace_id=context.workspace_id, user_id=context.user_id, user__is_active=True)
            .select_related("user")
            .first()
        )
        key = ApiKey.scoped(context.workspace_id).filter(id=context.id).first()
        if membership is None or key is None:
            raise AuthenticationFailed("The access token's user no longer belongs to its workspace.")
        return membership.user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
