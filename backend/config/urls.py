"""The console's routes. `/v1` has its own table in `backend.service_api.urls`."""

from __future__ import annotations

from django.urls import include, path, re_path

from backend.core import pages
from backend.files.views import signed_file
from backend.service_api import page_urls

handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.server_error

urlpatterns = [
    path("_allauth/", include("allauth.headless.urls")),
    path("api/", include("backend.accounts.urls")),
    path("api/", include("backend.files.urls")),
    path("api/", include("backend.llm.urls")),
    path("api/", include("backend.knowledge.urls")),
    path("api/", include("backend.studio.urls")),
    path("api/", include("backend.runs.urls")),
    path("api/", include("backend.evals.urls")),
    path("api/", include("backend.insights.urls")),
    path("api/", include(page_urls.api_patterns)),
    path("api/", include("backend.core.urls")),
    path("files/<uuid:file>/<str:name>", signed_file),
    path("livez", pages.livez),
    path("readyz", pages.readyz),
    *page_urls.urlpatterns,
    re_path(r"^(?!api/|_allauth/|v1/|openai/|mcp/|files/|static/|assets/|\.well-known/).*$", pages.studio),
]
