"""How console views appear in the OpenAPI file: names from their classes, one error shape for all.

Views are named `<Entity><Verb>Api` and nest their `Input` and `Output`; so `AppCreateApi.Input` becomes the component
`AppCreateInput`, and its `post` the operation `app_create_post`.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class ErrorBody(serializers.Serializer[Any]):
    """What every failed request answers; `code` is stable, `message` says what to do next."""

    code = serializers.CharField()
    message = serializers.CharField()
    status = serializers.IntegerField()
    details = serializers.DictField()


class HouseSchema(AutoSchema):
    """drf-spectacular's schema with this house's names."""

    def get_operation_id(self) -> str:
        name = type(self.view).__name__.removesuffix("Api")
        return f"{_WORD.sub('_', name).lower()}_{self.method.lower()}"

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.split(".")[1]]

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        serializer = serializer.child if isinstance(serializer, serializers.ListSerializer) else serializer
        kind = serializer if isinstance(serializer, type) else type(serializer)
        outer, _, own = kind.__qualname__.rpartition(".")
        if not outer or "<locals>" in outer:
            return name
        prefix = "".join(part.removesuffix("Api") for part in outer.split("."))
        own = own.removesuffix("Serializer")
        return name.replace(own, prefix + own, 1)

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        if direction == "response":
            bodies["default"] = self._get_response_for_code(ErrorBody, "default", direction=direction)
        return bodies
