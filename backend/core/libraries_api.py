"""The libraries of others that the platform is made of, with their licences."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import distributions
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import AccountView

LONGEST = 60


@lru_cache(maxsize=1)
def libraries() -> list[dict[str, str]]:
    """List the installed Python distributions by name; `licence` is what each says of itself."""
    found: dict[str, dict[str, str]] = {}
    for one in distributions():
        name = one.metadata["Name"]
        if name:
            found[name.casefold()] = {"name": name, "version": one.version, "licence": _licence(one.metadata)}
    return [found[key] for key in sorted(found)]


def _licence(metadata: Any) -> str:
    told = metadata.get("License-Expression") or ""
    if not told:
        classifiers = [text.rpartition("::")[2].strip() for text in metadata.get_all("Classifier") or [] if text.startswith("License ::")]
        told = ", ".join(text for text in classifiers if text != "OSI Approved")
    # Some put the whole text of the licence there.
    return told or next(iter((metadata.get("License") or "").splitlines()), "")[:LONGEST]


class LibraryListApi(AccountView):
    """The server's libraries."""

    class Output(serializers.Serializer[Any]):
        name = serializers.CharField()
        version = serializers.CharField()
        licence = serializers.CharField(allow_blank=True)

    @extend_schema(responses=Output(many=True))
    def get(self, request: Request) -> Response:
        """List the Python libraries that are installed, by name."""
        return Response(libraries())
