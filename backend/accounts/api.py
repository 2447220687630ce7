"""Set-up, the signed-in user, their tokens, a workspace and its members."""

from __future__ import annotations

import uuid
from typing import Any, get_args

from django.conf import settings
from django.contrib.auth import login
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts import selectors, services
from backend.accounts.capabilities import CAPABILITIES, capabilities_of
from backend.accounts.models import LANGUAGES, ApiKey, Membership, Role, User
from backend.core import health
from backend.core.api import AccountView, PublicView, WorkspaceView, get_or_404

THEMES = ("light", "dark", "auto")
DAY_LIMIT = 3650


class Me(serializers.Serializer[Any]):
    """The signed-in user and what they may do where."""

    class Place(serializers.Serializer[Any]):
        id = serializers.UUIDField(source="workspace.id")
        name = serializers.CharField(source="workspace.name")
        role = serializers.ChoiceField(Role.choices)
        capabilities = serializers.SerializerMethodField()

        @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(sorted(CAPABILITIES))))
        def get_capabilities(self, membership: Membership) -> list[str]:
            return sorted(capabilities_of(membership.role))

    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.ChoiceField(LANGUAGES)
    theme = serializers.ChoiceField(THEMES)
    workspaces = serializers.SerializerMethodField()

    @extend_schema_field(Place(many=True))
    def get_workspaces(self, user: User) -> list[dict[str, Any]]:
        memberships = selectors.memberships_of(user)
        key = self.context.get("key")
        if key is not None:
            memberships = memberships.filter(workspace_id=key.workspace_id)
        return list(Me.Place(memberships, many=True).data)


class SetupApi(PublicView):
    """The install page: open while there is no user, since nobody could sign in yet."""

    class Output(serializers.Serializer[Any]):
        class Check(serializers.Serializer[Any]):
            name = serializers.ChoiceField(get_args(health.Part))
            ok = serializers.BooleanField()
            detail = serializers.CharField()
            fix = serializers.CharField()

        installed = serializers.BooleanField()
        version = serializers.CharField()
        health = Check(many=True)

    class Input(serializers.Serializer[Any]):
        email = serializers.EmailField()
        name = serializers.CharField(max_length=150)
        password = serializers.CharField(max_length=128, trim_whitespace=False)
        workspace_name = serializers.CharField(max_length=100)
        language = serializers.ChoiceField(LANGUAGES, default="en")

    @extend_schema(responses=Output)
    def get(self, request: Request) -> Response:
        """Say whether the platform is installed and healthy; sets the CSRF cookie.

        Once it is installed, the health list is for people who are signed in.
        """
        get_token(request._request)
        installed = User.objects.exists()
        told = health.report() if request.user.is_authenticated or not installed else []
        return Response({"installed": installed, "version": settings.VERSION, "health": told})

    @extend_schema(request=Input, responses={201: Me})
    def post(self, request: Request) -> Response:
        """Create the owner and the first workspace, and sign in. 409 `already_installed` when there is a user."""
        user, _ = services.installation_create(**self.read(self.Input))
        login(request._request, user)
        return Response(Me(user).data, status=status.HTTP_201_CREATED)


class MeApi(AccountView):
    """The signed-in user."""

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=150, required=False)
        language = serializers.ChoiceField(LANGUAGES, required=False)
        theme = serializers.ChoiceField(THEMES, required=False)

    @extend_schema(responses=Me)
    def get(self, request: Request) -> Response:
        """Say who is signed in, and their workspaces; a token sees its own workspace only."""
        return Response(Me(self.user, context={"key": self.key}).data)

    @extend_schema(request=Input, responses=Me)
    def patch(self, request: Request) -> Response:
        """Change name, language or theme."""
        user = services.profile_update(user=self.user, **self.read(self.Input))
        return Response(Me(user, context={"key": self.key}).data)


class KeyOutput(serializers.Serializer[Any]):
    """A key without its secret."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(ApiKey.Kind.choices)
    name = serializers.CharField()
    last4 = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewKeyOutput(KeyOutput):
    """A key with its secret, which is shown this one time."""

    key = serializers.CharField()


class TokenListApi(AccountView):
    """The user's personal access tokens."""

    session_only = True

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100)
        workspace_id = serializers.UUIDField()
        expires_days = serializers.IntegerField(min_value=1, max_value=DAY_LIMIT, allow_null=True, default=365)

    @extend_schema(responses=KeyOutput(many=True))
    def get(self, request: Request) -> Response:
        """List the user's tokens, newest first."""
        return Response(KeyOutput(selectors.tokens_of(self.user), many=True).data)

    @extend_schema(request=Input, responses={201: NewKeyOutput})
    def post(self, request: Request) -> Response:
        """Make a token for one of the user's workspaces; `key` is shown this one time."""
        data = self.read(self.Input)
        workspace = get_or_404(self.user.workspaces.all(), data.pop("workspace_id"))
        key, plain = services.token_create(user=self.user, workspace=workspace, **data)
        return Response({**KeyOutput(key).data, "key": plain}, status=status.HTTP_201_CREATED)


class TokenApi(AccountView):
    """One personal access token of the user."""

    session_only = True

    @extend_schema(responses={204: None})
    def delete(self, request: Request, token: uuid.UUID) -> Response:
        """Revoke a token; it stops working within five seconds."""
        services.key_revoke(get_or_404(selectors.tokens_of(self.user), token))
        return Response(status=status.HTTP_204_NO_CONTENT)


class WorkspaceApi(WorkspaceView):
    """A workspace."""

    required = {"get": "workspace.read", "patch": "workspace.edit"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100)

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        name = serializers.CharField()

    @extend_schema(responses=Output)
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """Return the workspace's name."""
        return Response(self.Output(self.ctx.workspace).data)

    @extend_schema(request=Input, responses=Output)
    def patch(self, request: Request, ws: uuid.UUID) -> Response:
        """Rename the workspace."""
        return Response(self.Output(services.workspace_rename(workspace=self.ctx.workspace, **self.read(self.Input))).data)


class RoleListApi(WorkspaceView):
    """The roles."""

    required = {"get": "member.read"}

    class Output(serializers.Serializer[Any]):
        role = serializers.ChoiceField(Role.choices)
        capabilities = serializers.ListField(child=serializers.CharField())

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """Tell what each role may do, strongest first."""
        return Response([{"role": role.value, "capabilities": sorted(capabilities_of(role))} for role in Role])


class MemberListApi(WorkspaceView):
    """The people of a workspace."""

    required = {"get": "member.read"}

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        user_id = serializers.UUIDField()
        name = serializers.CharField(source="user.name")
        email = serializers.EmailField(source="user.email")
        role = serializers.ChoiceField(Role.choices)
        created_at = serializers.DateTimeField()
        last_login = serializers.DateTimeField(source="user.last_login", allow_null=True)

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request, ws: uuid.UUID) -> Response:
        """List the members, oldest first."""
        return Response(self.Output(selectors.members_of(self.ctx.workspace), many=True).data)
