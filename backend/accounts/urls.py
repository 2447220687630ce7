"""Routes of this room, under /api/."""

from __future__ import annotations

from django.urls import path

from backend.accounts import api

urlpatterns = [
    path("setup", api.SetupApi.as_view()),
    path("me", api.MeApi.as_view()),
    path("me/tokens", api.TokenListApi.as_view()),
    path("me/tokens/<uuid:token>", api.TokenApi.as_view()),
    path("workspaces/<uuid:ws>", api.WorkspaceApi.as_view()),
    path("workspaces/<uuid:ws>/members", api.MemberListApi.as_view()),
    path("workspaces/<uuid:ws>/roles", api.RoleListApi.as_view()),
]
