"""A column for flow documents."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class DocumentField(models.TextField):  # type: ignore[type-arg]
    """JSON kept as text, so that the order of keys survives.

    PostgreSQL's `jsonb` sorts keys; the order of a JSON schema's properties is what a model is told to fill in,
    and the order of a file is what its diff shows.
    """

    # What django-stubs takes a column's Python types from.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    _pyi_lookup_exact_type: Any

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValidationError("This is not JSON.") from None

    def get_prep_value(self, value: Any) -> Any:
        # Look-ups such as `icontains` hand in the text they search for.
        return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))
