"""The default answer of the API. Its own module, because DRF loads it while its views are being imported."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class DenyAll(BasePermission):
    """A view that does not derive from one of the bases in `backend.core.api` answers nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False
