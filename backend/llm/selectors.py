"""What a workspace can call: models with their routes, for the console and for runs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock

import orjson
from django.db.models import QuerySet

from backend.core import vault
from backend.llm import catalogue, providers
from backend.llm.catalogue import ModelInfo
from backend.llm.models import Credential, DefaultModel, Model
from backend.llm.providers import EMBEDDING, LLM, ProviderSpec
from backend.llm.resolved import ResolvedModel, Route
from workers.engine.errors import NodeError

CACHE_S = 5.0
CACHE_SIZE = 2_000

BUILTIN = (
    (
        providers.BY_ID["demo"],
        providers.DEMO_MODEL,
        ModelInfo(LLM, 32_000, 4_000, Decimal(0), Decimal(0), ("tools", "response_schema", "vision")),
    ),
    (providers.BY_ID["local"], providers.LOCAL_MODEL, ModelInfo(EMBEDDING, 512, None, Decimal(0), Decimal(0))),
)

_cache: dict[tuple[str, ...], tuple[float, ResolvedModel]] = {}
_cache_lock = Lock()


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model as the console shows it: what is set in the workspace, else what the catalogue knows."""

    id: uuid.UUID | None
    provider: str
    provider_label: str
    name: str
    type: str
    enabled: bool
    context_size: int | None
    input_price: Decimal | None
    output_price: Decimal | None
    features: tuple[str, ...]
    builtin: bool


def facts_of(model: Model, spec: ProviderSpec | None) -> ModelFacts:
    """Put a row and the catalogue together. `model.credential` must be loaded."""
    provider = model.credential.provider
    info = catalogue.model_info(spec, model.name) if spec else ModelInfo(model.type, known=False)
    return ModelFacts(
        model.id,
        provider,
        spec.label if spec else provider,
        model.name,
        model.type,
        model.enabled,
        model.context_size if model.context_size is not None else info.context_size,
        model.input_price if model.input_price is not None else info.input_price,
        model.output_price if model.output_price is not None else info.output_price,
        tuple(model.features) or info.features,
        False,
    )


def _builtin_facts(type: str | None) -> list[ModelFacts]:
    found = []
    for spec, name, info in BUILTIN:
        if type in (None, info.type):
            sizes = (info.context_size, info.input_price, info.output_price, info.features)
            found.append(ModelFacts(None, spec.id, spec.label, name, info.type, True, *sizes, True))
    return found


def credentials_of(workspace_id: uuid.UUID) -> QuerySet[Credential]:
    """Credentials with their models, in the order in which they are tried."""
    return Credential.scoped(workspace_id).order_by("priority", "created_at").prefetch_related("models")


def _enabled(workspace_id: uuid.UUID | str) -> QuerySet[Model]:
    rows = Model.scoped(workspace_id).filter(enabled=True, credential__enabled=True).select_related("credential")
    return rows.order_by("credential__priority", "credential__created_at", "name")


def models_of(workspace_id: uuid.UUID, type: str | None = None) -> list[ModelFacts]:
    """Every model that a flow can use, each once although several credentials may reach it; built-in ones last."""
    rows = _enabled(workspace_id)
    if type:
        rows = rows.filter(type=type)
    found: dict[tuple[str, str, str], ModelFacts] = {}
    for row in rows:
        facts = facts_of(row, providers.BY_ID.get(row.credential.provider))
        found.setdefault((facts.provider, facts.name, facts.type), facts)
    return [*found.values(), *_builtin_facts(type)]


def default_models_of(workspace_id: uuid.UUID) -> list[DefaultModel]:
    """The model per type that is used where a flow names none: the one chosen, else the first that works."""
    chosen = {row.type: row for row in DefaultModel.scoped(workspace_id)}
    usable = models_of(workspace_id)
    known = {(m.provider, m.name, m.type) for m in usable}
    found: dict[str, DefaultModel] = {t: row for t, row in chosen.items() if (row.provider, row.name, t) in known}
    for model in usable:
        found.setdefault(model.type, DefaultModel(workspace_id=workspace_id, type=model.type, provider=model.provider, name=model.name))
    return sorted(found.values(), key=lambda row: row.type)


def fields_of(credential: Credential) -> dict[str, str]:
    """Open a credential's fields. Raises VaultError."""
    place = vault.Place(credential.workspace_id, "llm_credential", credential.id, "secret")
    found: dict[str, str] = orjson.loads(vault.open_sealed(credential.secret, place))
    return found


def model_resolve(workspace_id: uuid.UUID | str, provider: str, name: str, type: str = LLM) -> ResolvedModel:
    """Find what stands behind a flow's model; without provider and name the workspace's default. Remembered for 5 s.

    Raises NodeError: model_not_configured (says what to add), credential_unreadable.
    """
    key = (str(workspace_id), provider, name, type)
    now = time.monotonic()
    known = _cache.get(key)
    if known and known[0] > now:
        return known[1]
    found = _resolve(workspace_id, provider, name, type)
    with _cache_lock:
        if len(_cache) >= CACHE_SIZE:
            _cache.clear()
        _cache[key] = (now + CACHE_S, found)
    return found


def forget(workspace_id: uuid.UUID | str) -> None:
    """Drop what is remembered of a workspace; other processes follow within 5 s."""
    with _cache_lock:
        for key in [key for key in _cache if key[0] == str(workspace_id)]:
            del _cache[key]


def _resolve(workspace_id: uuid.UUID | str, provider: str, name: str, type: str) -> ResolvedModel:
    if not provider and not name:
        default = next((row for row in default_models_of(uuid.UUID(str(workspace_id))) if row.type == type), None)
        if default is None:
            raise NodeError("model_not_configured", f"This workspace has no model of type {type}. Add a credential under Models.")
        provider, name = default.provider, default.name
    spec = providers.resolve(provider)
    if spec is None:
        sentence = f"There is no provider {provider!r} here. Choose another model in this node."
        raise NodeError("model_not_configured", sentence, details={"provider": provider, "model": name})
    if spec.builtin:
        return _resolve_builtin(spec, name, type)
    rows = list(_enabled(workspace_id).filter(credential__provider=spec.id, name=name, type=type))
    if not rows:
        sentence = (
            f"{name} of {spec.label} is not available in this workspace. Add a credential for it under Models, or choose another model."
        )
        raise NodeError("model_not_configured", sentence, details={"provider": spec.id, "model": name})
    facts = facts_of(rows[0], spec)
    return ResolvedModel(
        spec.id, name, type, tuple(_routes(spec, rows)), facts.context_size, facts.input_price, facts.output_price, facts.features
    )


def _resolve_builtin(spec: ProviderSpec, name: str, type: str) -> ResolvedModel:
    for built, model, info in BUILTIN:
        if built.id == spec.id and name == model and type == info.type:
            route = Route(spec, model, spec.id)
            return ResolvedModel(spec.id, model, type, (route,), info.context_size, info.input_price, info.output_price, info.features)
    sentence = f"{spec.label} has no model {name!r} of type {type}."
    raise NodeError("model_not_configured", sentence, details={"provider": spec.id, "model": name})


def _routes(spec: ProviderSpec, rows: Iterable[Model]) -> Iterable[Route]:
    """One route per credential. One that cannot be opened is left out as long as another is there."""
    failure: vault.VaultError | None = None
    opened = 0
    for row in rows:
        try:
            fields = fields_of(row.credential)
        except vault.VaultError as error:
            failure = error
            continue
        opened += 1
        yield Route(spec, row.name, str(row.credential_id), fields)
    if failure is not None and not opened:
        raise NodeError("credential_unreadable", f"The credential of {spec.label} cannot be opened: {failure}")
