"""The flow document: a graph with its features and variables, as saved and as exchanged in files.

Only what the engine reads is typed; every other key is kept as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from workers.engine.problems import Problem

NOTE_TYPES = frozenset({"custom-note"})
CANVAS_ONLY = frozenset({"", "start-placeholder", "datasource-empty"})


@dataclass(frozen=True, slots=True)
class FlowSize:
    """How much a flow may hold."""

    nodes: int = 300
    edges: int = 1000


class DocumentError(Exception):
    """The document has not the shape of a flow. `problems` name the places."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class _Kept(BaseModel):
    model_config = ConfigDict(extra="allow", populate_by_name=True, coerce_numbers_to_str=True)


class GraphNode(_Kept):
    """A node as drawn. `data` is typed by the node's type, `parent_id` names its container."""

    id: str = Field(min_length=1, max_length=100)
    type: str = "custom"
    data: dict[str, Any]
    parent_id: str | None = Field(None, alias="parentId")

    @field_validator("type", mode="before")
    @classmethod
    def _plain_type(cls, value: Any) -> Any:
        return "custom" if value is None else value

    @property
    def drawn_only(self) -> bool:
        """True for notes and placeholders of the canvas, which the engine ignores."""
        return self.type in NOTE_TYPES or self.data.get("type", "") in CANVAS_ONLY


class GraphEdge(_Kept):
    """A connection from an exit (`source_handle`) of one node to another node."""

    id: str = ""
    source: str
    target: str
    source_handle: str = Field("source", alias="sourceHandle")

    @field_validator("source_handle", mode="before")
    @classmethod
    def _default_handle(cls, value: Any) -> Any:
        if isinstance(value, bool):  # YAML reads an unquoted true as a boolean
            return "true" if value else "false"
        return value or "source"


class Graph(_Kept):
    """Nodes and edges."""

    nodes: list[GraphNode] = Field(default_factory=list)
    edges: list[GraphEdge] = Field(default_factory=list)


class FlowDocument(_Kept):
    """A whole flow."""

    graph: Graph
    features: dict[str, Any] = Field(default_factory=dict)
    environment_variables: list[dict[str, Any]] = Field(default_factory=list)
    conversation_variables: list[dict[str, Any]] = Field(default_factory=list)

    @field_validator("features", mode="before")
    @classmethod
    def _no_features(cls, value: Any) -> Any:
        return {} if value is None else value

    @field_validator("environment_variables", "conversation_variables", mode="before")
    @classmethod
    def _no_variables(cls, value: Any) -> Any:
        return [] if value is None else value


def parse(raw: Mapping[str, Any]) -> FlowDocument:
    """Read a document. Raises DocumentError with a problem per place that has the wrong shape."""
    try:
        return FlowDocument.model_validate(raw)
    except ValidationError as error:
        raise DocumentError(
            [
                Problem(
                    "document_invalid",
                    f"The flow cannot be read at {place!r}: {line['msg']}. Correct it or import the file again.",
                    field=place,
                    params={"place": place, "reason": line["msg"]},
                )
                for line in error.errors()[:20]
                for place in [".".join(str(part) for part in line["loc"])]
            ]
        ) from None
