"""Routes of this room, under /api/."""

from __future__ import annotations

from django.urls import path

from backend.llm import api

urlpatterns = [
    path("workspaces/<uuid:ws>/providers", api.ProviderListApi.as_view()),
    path("workspaces/<uuid:ws>/credentials", api.CredentialListApi.as_view()),
    path("workspaces/<uuid:ws>/credentials/test", api.CredentialTestApi.as_view()),
    path("workspaces/<uuid:ws>/credentials/<uuid:credential>", api.CredentialApi.as_view()),
    path("workspaces/<uuid:ws>/models", api.ModelListApi.as_view()),
    path("workspaces/<uuid:ws>/models/<uuid:model>", api.ModelApi.as_view()),
    path("workspaces/<uuid:ws>/default-models", api.DefaultModelListApi.as_view()),
]
