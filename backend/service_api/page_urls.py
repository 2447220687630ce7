"""Routes of the pages of apps: their sessions under /api/, their HTML at the root."""

from __future__ import annotations

from django.urls import path

from backend.service_api import openapi_api, page_views

api_patterns = [
    path("pages/<str:token>/session", page_views.PageSessionApi.as_view()),
    path("workspaces/<uuid:ws>/apps/<uuid:app>/openapi.json", openapi_api.AppOpenApi.as_view()),
]
urlpatterns = [
    path("chat/<str:token>", page_views.page),
    path("completion/<str:token>", page_views.page),
    path("workflow/<str:token>", page_views.page),
    path("embed/<str:token>", page_views.embedded_page),
    path("api-docs/<uuid:ws>/<uuid:app>", openapi_api.page),
]
