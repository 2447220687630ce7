"""Context sizes, prices and abilities of known models, read from LiteLLM's bundled map without importing LiteLLM.

The map is a JSON file in the package; it is read once, when first asked, and reduced to what is used here.
Prices are USD per million tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from backend.llm.providers import EMBEDDING, IMAGE, LLM, MODERATION, RERANK, SPEECH, TTS, ProviderSpec

FILE = "model_prices_and_context_window_backup.json"
MODES = {
    "chat": LLM,
    "completion": LLM,
    "responses": LLM,
    "embedding": EMBEDDING,
    "rerank": RERANK,
    "audio_transcription": SPEECH,
    "audio_speech": TTS,
    "moderation": MODERATION,
    "image_generation": IMAGE,
}
FEATURES = {
    "supports_vision": "vision",
    "supports_function_calling": "tools",
    "supports_response_schema": "response_schema",
    "supports_reasoning": "reasoning",
    "supports_audio_input": "audio",
    "supports_pdf_input": "document",
}

# What a name gives away when the map does not know the model: servers of one's own carry any name.
TYPE_HINTS = (
    (RERANK, re.compile(r"rerank", re.I)),
    (EMBEDDING, re.compile(r"embed|\bbge-(?!rerank)|\be5-|\bgte-|minilm|m3e", re.I)),
    (SPEECH, re.compile(r"whisper|transcribe|\basr\b|sensevoice|paraformer", re.I)),
    (TTS, re.compile(r"\btts\b|cosyvoice|speech-0", re.I)),
    (MODERATION, re.compile(r"moderation", re.I)),
    (IMAGE, re.compile(r"dall-e|gpt-image|stable-diffusion|\bflux\b|kolors|wanx|imagen", re.I)),
)
VISION_HINT = re.compile(r"vision|[-_/]vl\b|-vl-|\dv\b|llava|gpt-4o|gpt-4\.1|gpt-5|gemini|claude|pixtral|gemma-?3|minicpm-v|omni", re.I)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a model; None: not known."""

    type: str
    context_size: int | None = None
    max_output: int | None = None
    input_price: Decimal | None = None
    output_price: Decimal | None = None
    features: tuple[str, ...] = ()
    known: bool = True


def _per_million(per_token: Any) -> Decimal | None:
    return round(Decimal(str(per_token)) * 1_000_000, 6) if isinstance(per_token, int | float) else None


def _int(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _reduce(raw: dict[str, Any]) -> ModelInfo:
    size = _int(raw.get("max_input_tokens")) or _int(raw.get("max_tokens"))
    features = tuple(ours for theirs, ours in FEATURES.items() if raw.get(theirs))
    return ModelInfo(
        MODES[raw["mode"]],
        size,
        _int(raw.get("max_output_tokens")),
        _per_million(raw.get("input_cost_per_token")),
        _per_million(raw.get("output_cost_per_token")),
        features,
    )


def _path() -> Path:
    spec = find_spec("litellm")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package litellm is not installed")
    return Path(spec.submodule_search_locations[0]) / FILE


@lru_cache(maxsize=1)
def _map() -> dict[str, dict[str, ModelInfo]]:
    """Vendor (LiteLLM's name) -> model name without the vendor's prefix -> info."""
    vendors: dict[str, dict[str, ModelInfo]] = {}
    for key, raw in orjson.loads(_path().read_bytes()).items():
        vendor = raw.get("litellm_provider")
        if raw.get("mode") in MODES and isinstance(vendor, str):
            name = key.removeprefix(vendor + "/")
            if vendor.startswith("vertex_ai"):
                name = name.removeprefix("vertex_ai/")
            vendors.setdefault(vendor, {}).setdefault(name, _reduce(raw))
    return vendors


def _guess(name: str) -> ModelInfo:
    kind = next((kind for kind, pattern in TYPE_HINTS if pattern.search(name)), LLM)
    features = ("vision",) if kind == LLM and VISION_HINT.search(name) else ()
    return ModelInfo(kind, features=features, known=False)


def model_info(spec: ProviderSpec, name: str) -> ModelInfo:
    """Return what is known of a vendor's model, or what its name gives away.

    For servers of one's own (no catalogue of theirs) the price stays unknown even if the name is a famous one.
    """
    short = name.rsplit("/", 1)[-1]
    for vendor in spec.catalogue:
        models = _map().get(vendor, {})
        found = models.get(name) or models.get(short)
        if found:
            return found
    return _guess(name)


def models_of(spec: ProviderSpec) -> list[str]:
    """Names of all models of a vendor that the map knows, for vendors that cannot be asked."""
    names = {name for vendor in spec.catalogue for name in _map().get(vendor, {})}
    return sorted(name for name in names if not re.search(r"\d+x\d+|^1024|/1-month|/6-month|commitment|\*", name))
