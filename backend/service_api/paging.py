"""The two ways in which lists of the published API are cut: by the last row seen, and by number."""

from __future__ import annotations

import re
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from backend.service_api.bodies import uuid_param
from backend.service_api.errors import invalid_param
from backend.service_api.http import Request

MAX_LIMIT = 100
MAX_PAGE = 99_999
M = TypeVar("M", bound=Model)


def limit_of(request: Request, most: int = MAX_LIMIT) -> int:
    """Return how many rows are asked for, 20 unless said. Raises WireError."""
    return _number(request, "limit", 20, most)


def page_of(request: Request) -> int:
    """Return the number of the page that is asked for, the first is 1. Raises WireError."""
    return _number(request, "page", 1, MAX_PAGE)


def cursor_of(request: Request, name: str) -> UUID | None:
    """Return the id of the row behind which to go on. Raises WireError."""
    given = request.query.get(name)
    return uuid_param(given, name) if given else None


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise invalid_param(name, f"{name} must be a number from 1 to {most}, not {text[:20]!r}.")
    return int(text)


def behind(field: str, value: Any, row_id: UUID, *, falling: bool) -> Q:
    """Rows after one in the order of `field`; the id decides between those that were written together."""
    side = "lt" if falling else "gt"
    return Q(**{f"{field}__{side}": value}) | Q(**{field: value, f"id__{side}": row_id})


def numbered(rows: QuerySet[M], page: int, limit: int) -> tuple[list[M], dict[str, Any]]:
    """Return one page of ordered rows and what the answer says about the place of the page."""
    total, start = rows.count(), (page - 1) * limit
    return list(rows[start : start + limit]), {"page": page, "limit": limit, "total": total, "has_more": start + limit < total}
