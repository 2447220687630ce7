"""For whom a request is made: an end user of the app, named by the caller or fixed by a visitor's token."""

from __future__ import annotations

from dataclasses import dataclass

from backend.runs.models import Source

VISITOR_KINDS = frozenset({"web", "embed"})


@dataclass(frozen=True, slots=True)
class Caller:
    """An end user. `kind` and `session_id` name the row, `source` is the way by which the request came."""

    session_id: str
    kind: str = "service-api"
    source: str = Source.API.value

    def owns(self, end_user: str = "end_user") -> dict[str, str]:
        """The conditions under which a row that points to an end user is this one's."""
        return {f"{end_user}__kind": self.kind, f"{end_user}__session_id": self.session_id}
