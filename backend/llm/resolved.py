"""What a call needs to know of a model, free of the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from backend.llm.providers import ProviderSpec


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a model: a vendor and a credential's fields. `key` names the credential in cool-downs and logs."""

    spec: ProviderSpec
    model: str
    key: str = ""
    fields: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def subject(self) -> str:
        """What a call is about, in messages."""
        return self.model or "its list of models"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must never show up in a message."""
        return tuple(self.fields[f.name] for f in self.spec.fields if f.secret and self.fields.get(f.name))


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model of a workspace with its routes, best first. Prices are USD per million tokens; None: not known."""

    provider: str
    name: str
    type: str
    routes: tuple[Route, ...]
    context_size: int | None = None
    input_price: Decimal | None = None
    output_price: Decimal | None = None
    features: tuple[str, ...] = ()

    def supports(self, feature: str) -> bool:
        """Tell whether the model has a feature: `vision`, `response_schema`, `tools`."""
        return feature in self.features


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Time and patience of one model call, seconds. `retries` are further rounds over all routes."""

    first_token_s: float = 30.0
    gap_s: float = 60.0
    total_s: float = 300.0
    retries: int = 3
    backoff_s: float = 0.5
    backoff_total_s: float = 30.0


Purpose = Literal["document", "query"]
