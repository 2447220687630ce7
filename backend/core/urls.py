"""Routes of the base room. The last one answers for every address that nobody serves."""

from __future__ import annotations

from django.urls import re_path

from backend.core import pages

urlpatterns = [
    re_path(r"^(?P<rest>.*)$", pages.unknown_api),
]
