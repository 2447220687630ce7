"""Routes of the base room, under /api/. The last one answers for every address that nobody serves."""

from __future__ import annotations

from django.urls import path, re_path

from backend.core import pages
from backend.core.job_api import JobApi
from backend.core.libraries_api import LibraryListApi

urlpatterns = [
    path("workspaces/<uuid:ws>/jobs/<uuid:job>", JobApi.as_view()),
    path("libraries", LibraryListApi.as_view()),
    re_path(r"^(?P<rest>.*)$", pages.unknown_api),
]
