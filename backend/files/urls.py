"""Routes of this room, under /api/."""

from __future__ import annotations

from django.urls import path

from backend.files import api

urlpatterns = [
    path("workspaces/<uuid:ws>/files", api.FileListApi.as_view()),
    path("workspaces/<uuid:ws>/files/<uuid:file>", api.FileApi.as_view()),
]
