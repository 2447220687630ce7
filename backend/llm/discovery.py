"""Try a credential: which models does it open, and does one of them answer. In a worker, or from a command."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from backend.llm import catalogue, gateway, google_auth, openai_wire, providers
from backend.llm.credential_fields import fields_check
from backend.llm.providers import EMBEDDING, LLM, ProviderSpec
from backend.llm.resolved import CallLimits, ResolvedModel, Route
from backend.llm.selectors import BUILTIN
from workers.engine.errors import NodeError
from workers.engine.ports import ChatMessage, ChatRequest, ModelRef

LIST_TIMEOUT_S = 20.0
PROBE_LIMITS = CallLimits(first_token_s=30, gap_s=20, total_s=45, retries=0)
PROBE_TOKENS = 16
MAX_MODELS = 500
UNLISTED = frozenset({"model_not_found", "provider_bad_response", "provider_bad_request"})


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model that a credential opens. Prices are USD per million tokens."""

    name: str
    type: str
    context_size: int | None
    input_price: float | None
    output_price: float | None
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CredentialTest:
    """The outcome of a successful test."""

    models: tuple[FoundModel, ...]
    latency_ms: int

    def body(self) -> dict[str, Any]:
        """As the console API shows it."""
        return asdict(self)


async def discover(provider: str, fields: Mapping[str, Any], models: Iterable[Mapping[str, str]] = ()) -> CredentialTest:
    """List the models of a credential; of those given, call the first chat and the first embedding model.

    Raises AppError for wrong fields, NodeError (codes of `faults`) where the vendor refuses.
    """
    spec = providers.get(provider)
    if spec.builtin:
        return CredentialTest(tuple(_found(spec, name, info.type) for built, name, info in BUILTIN if built is spec), 0)
    clean = fields_check(spec, dict(fields))
    wanted = {(str(m["name"]).strip(), str(m["type"])) for m in models if str(m["name"]).strip()}
    route = Route(spec, sorted(wanted)[0][0] if wanted else "", "", clean)
    began = time.monotonic()
    found = await _list(route, must=not wanted)
    latency_ms = round((time.monotonic() - began) * 1000)
    for type in (LLM, EMBEDDING):
        name = next((n for n, t in sorted(wanted) if t == type), None)
        if name is not None:
            latency_ms = await _probe(spec, clean, name, type)
    named = {m.name for m in found}
    extra = [_found(spec, name, type) for name, type in sorted(wanted) if name not in named]
    kept = [_found(spec, m.name, next((t for n, t in wanted if n == m.name), m.type)) if wanted else m for m in found]
    return CredentialTest(tuple([*extra, *kept][:MAX_MODELS]), latency_ms)


async def _list(route: Route, must: bool) -> list[FoundModel]:
    """Ask the vendor, or take the catalogue where it cannot be asked but the key could be checked.

    With `must` false a server that has no list is forgiven: a model was named that will be called.
    """
    spec = route.spec
    if spec.auth == "google-oauth":
        await google_auth.token(route)
        return [_found(spec, name) for name in catalogue.models_of(spec)]
    url = openai_wire.url_of(route, "models")
    if not url:
        if must:
            sentence = f"{spec.label} cannot list its models: name the one to try, as {spec.label} calls it."
            raise NodeError("model_name_needed", sentence, details={"provider": spec.id})
        return []
    try:
        raw = await openai_wire.request_json(route, "GET", url, timeout_s=LIST_TIMEOUT_S)
    except NodeError as error:
        if must or error.code not in UNLISTED:
            raise
        return []
    return _read_list(spec, raw)


def _read_list(spec: ProviderSpec, raw: Any) -> list[FoundModel]:
    """Understand `{"data": […]}`, `{"models": […]}` and a bare list."""
    rows = raw if isinstance(raw, list) else (raw.get("data") or raw.get("models") or []) if isinstance(raw, dict) else []
    names: dict[str, None] = {}
    for row in rows:
        name = row.get("id") or row.get("name") if isinstance(row, dict) else row
        methods = row.get("supportedGenerationMethods") if isinstance(row, dict) else None
        if isinstance(name, str) and name and (methods is None or {"generateContent", "embedContent"} & set(methods)):
            names[name.removeprefix("models/")] = None
    return [_found(spec, name) for name in sorted(names)]


def _found(spec: ProviderSpec, name: str, type: str | None = None) -> FoundModel:
    info = next((info for built, model, info in BUILTIN if built is spec and model == name), None) or catalogue.model_info(spec, name)
    input_price, output_price = (float(p) if p is not None else None for p in (info.input_price, info.output_price))
    return FoundModel(name, type or info.type, info.context_size, input_price, output_price, info.features)


async def _probe(spec: ProviderSpec, fields: dict[str, str], name: str, type: str) -> int:
    """Call one model; returns milliseconds."""
    model = ResolvedModel(spec.id, name, type, (Route(spec, name, "", fields),))
    began = time.monotonic()
    if type == EMBEDDING:
        await gateway.embed(model, ["ping"], limits=PROBE_LIMITS)
    else:
        request = ChatRequest(ModelRef(spec.id, name), (ChatMessage("user", "ping"),), {"max_tokens": PROBE_TOKENS})
        async for _ in gateway.stream(model, request, PROBE_LIMITS):
            pass
    return round((time.monotonic() - began) * 1000)
