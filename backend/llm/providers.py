"""The vendors, as data. A new one is one row here.

`wire` says who speaks to it: `openai` (our own thin reader: every endpoint of that shape), `litellm`
(all other shapes), `demo` and `local` (built in, no key). `prefix` is LiteLLM's name of the vendor and
also finds it in the price map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from backend.core.errors import AppError

Wire = Literal["openai", "litellm", "demo", "local"]
Auth = Literal["bearer", "api-key", "x-api-key", "x-goog-api-key", "google-oauth", "aws"]

LLM, EMBEDDING, RERANK = "llm", "text-embedding", "rerank"
SPEECH, TTS, MODERATION, IMAGE = "speech2text", "tts", "moderation", "image"
HOST_PART = r"[a-z0-9][a-z0-9-]{0,62}"


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One value a credential consists of. `pattern` must match the whole value."""

    name: str
    en: str
    zh: str
    secret: bool = False
    required: bool = True
    placeholder: str = ""
    multiline: bool = False
    pattern: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """One vendor. `base_url`, `chat_path`, `embed_path` and `models_path` may name credential fields in braces."""

    id: str
    label: str
    wire: Wire
    fields: tuple[CredentialField, ...]
    en: str
    zh: str
    base_url: str = ""
    prefix: str = ""
    types: tuple[str, ...] = (LLM,)
    help_url: str = ""
    aliases: tuple[str, ...] = ()
    custom_models: bool = True
    auth: Auth = "bearer"
    chat_path: str = "/chat/completions"
    embed_path: str = "/embeddings"
    models_path: str = "/models"
    catalogue: tuple[str, ...] = ()
    embed_batch: int = 64

    @property
    def builtin(self) -> bool:
        """Whether it works without a credential."""
        return self.wire in ("demo", "local")

    @property
    def needs_key(self) -> bool:
        """Whether a credential must hold a secret."""
        return any(f.secret and f.required for f in self.fields)

    def secret_field(self) -> str:
        """Name of the field whose end is shown as the credential's hint; empty if it has none."""
        return next((f.name for f in self.fields if f.secret), "")


def _key(en: str = "API key", zh: str = "API 密钥", required: bool = True, placeholder: str = "sk-…") -> CredentialField:
    return CredentialField("api_key", en, zh, secret=True, required=required, placeholder=placeholder)


def _url(default: str = "", required: bool = False, placeholder: str = "") -> CredentialField:
    return CredentialField("base_url", "Base URL", "接口地址", required=required, placeholder=placeholder or default)


def _openai(provider: str, label: str, base_url: str, en: str, zh: str, **more: Any) -> ProviderSpec:
    """A hosted vendor with OpenAI's wire, a key, and an address that may be overridden."""
    more.setdefault("prefix", provider)
    more.setdefault("catalogue", (more["prefix"],))
    return ProviderSpec(provider, label, "openai", (_key(), _url(base_url)), en, zh, base_url, **more)


def _server(provider: str, label: str, base_url: str, en: str, zh: str, **more: Any) -> ProviderSpec:
    """A server one runs oneself: the address is asked for, a key is optional."""
    fields = (_url(required=True, placeholder=base_url), _key(required=False))
    return ProviderSpec(provider, label, "openai", fields, en, zh, **more)


ALL: tuple[ProviderSpec, ...] = (
    ProviderSpec(
        "demo",
        "Demo",
        "demo",
        (),
        "Canned, deterministic answers for trying things out. No key, no cost.",
        "用于试用的固定应答模型，无需密钥，不产生费用。",
        custom_models=False,
    ),
    ProviderSpec(
        "local",
        "Local embeddings",
        "local",
        (),
        "multilingual-e5-small in the worker: about 10 pieces a second, right for a start.",
        "在工作进程中运行的 multilingual-e5-small，每秒约 10 段，适合起步。",
        types=(EMBEDDING,),
        custom_models=False,
        embed_batch=16,
    ),
    _openai(
        "openai",
        "OpenAI",
        "https://api.openai.com/v1",
        "GPT models, embeddings, speech and images.",
        "GPT 系列模型、向量、语音与图像。",
        types=(LLM, EMBEDDING, SPEECH, TTS, MODERATION, IMAGE),
        help_url="https://platform.openai.com/api-keys",
    ),
    ProviderSpec(
        "azure-openai",
        "Azure OpenAI",
        "openai",
        (
            _url(required=True, placeholder="https://NAME.openai.azure.com"),
            _key(placeholder=""),
            CredentialField("api_version", "API version", "API 版本", required=False, default="2024-10-21", pattern=r"[0-9a-z-]{1,40}"),
        ),
        "OpenAI's models in your Azure subscription. Models are the names of your deployments.",
        "Azure 订阅中的 OpenAI 模型，模型名即部署名。",
        prefix="azure",
        catalogue=("azure", "openai"),
        types=(LLM, EMBEDDING),
        help_url="https://portal.azure.com",
        aliases=("azure", "azure-openai-service"),
        auth="api-key",
        chat_path="/openai/deployments/{model}/chat/completions?api-version={api_version}",
        embed_path="/openai/deployments/{model}/embeddings?api-version={api_version}",
        models_path="",
    ),
    ProviderSpec(
        "anthropic",
        "Anthropic",
        "litellm",
        (_key(placeholder="sk-ant-…"), _url("https://api.anthropic.com")),
        "Claude models.",
        "Claude 系列模型。",
        "https://api.anthropic.com",
        prefix="anthropic",
        catalogue=("anthropic",),
        help_url="https://console.anthropic.com/settings/keys",
        aliases=("claude",),
        auth="x-api-key",
        models_path="/v1/models?limit=100",
    ),
    ProviderSpec(
        "gemini",
        "Google Gemini",
        "litellm",
        (_key(placeholder="AIza…"),),
        "Gemini models with an AI Studio key.",
        "使用 AI Studio 密钥的 Gemini 模型。",
        "https://generativelanguage.googleapis.com",
        prefix="gemini",
        catalogue=("gemini",),
        types=(LLM, EMBEDDING),
        help_url="https://aistudio.google.com/apikey",
        aliases=("google", "google-gemini", "google-ai-studio"),
        auth="x-goog-api-key",
        models_path="/v1beta/models?pageSize=200",
    ),
    ProviderSpec(
        "vertex-ai",
        "Google Vertex AI",
        "openai",
        (
            CredentialField("service_account", "Service account key (JSON)", "服务账号密钥（JSON）", secret=True, multiline=True),
            CredentialField("project", "Project id", "项目 ID", pattern=r"[a-z0-9:.-]{1,100}"),
            CredentialField("location", "Location", "区域", placeholder="us-central1", pattern=HOST_PART),
        ),
        "Gemini and partner models in your Google Cloud project.",
        "Google Cloud 项目中的 Gemini 及合作伙伴模型。",
        "https://{location}-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/endpoints/openapi",
        prefix="vertex_ai",
        catalogue=("vertex_ai", "vertex_ai-language-models"),
        help_url="https://console.cloud.google.com/vertex-ai",
        aliases=("vertex", "vertexai", "google-vertex-ai"),
        auth="google-oauth",
        models_path="",
    ),
    ProviderSpec(
        "bedrock",
        "Amazon Bedrock",
        "litellm",
        (
            CredentialField("aws_access_key_id", "Access key id", "访问密钥 ID", placeholder="AKIA…"),
            CredentialField("aws_secret_access_key", "Secret access key", "秘密访问密钥", secret=True),
            CredentialField("aws_region_name", "Region", "区域", placeholder="us-east-1", pattern=HOST_PART),
        ),
        "Models of several vendors in your AWS account.",
        "AWS 账号中的多家厂商模型。",
        prefix="bedrock",
        catalogue=("bedrock", "bedrock_converse"),
        types=(LLM, EMBEDDING),
        help_url="https://console.aws.amazon.com/bedrock",
        aliases=("aws-bedrock", "amazon-bedrock"),
        auth="aws",
        models_path="",
        embed_batch=1,
    ),
    _openai(
        "mistral",
        "Mistral",
        "https://api.mistral.ai/v1",
        "Mistral and Codestral models.",
        "Mistral 与 Codestral 系列模型。",
        types=(LLM, EMBEDDING),
        help_url="https://console.mistral.ai/api-keys",
        aliases=("mistralai", "mistral-ai"),
    ),
    ProviderSpec(
        "cohere",
        "Cohere",
        "litellm",
        (_key(placeholder=""),),
        "Command models, embeddings and rerankers.",
        "Command 系列模型、向量与重排。",
        "https://api.cohere.com",
        prefix="cohere",
        catalogue=("cohere_chat", "cohere"),
        types=(LLM, EMBEDDING, RERANK),
        help_url="https://dashboard.cohere.com/api-keys",
        models_path="/v1/models?page_size=200",
    ),
    _openai(
        "groq",
        "Groq",
        "https://api.groq.com/openai/v1",
        "Open models at high speed.",
        "高速推理的开源模型。",
        types=(LLM, SPEECH),
        help_url="https://console.groq.com/keys",
    ),
    _openai(
        "together",
        "Together AI",
        "https://api.together.xyz/v1",
        "Many open models.",
        "众多开源模型。",
        prefix="together_ai",
        types=(LLM, EMBEDDING, RERANK, IMAGE),
        help_url="https://api.together.ai/settings/api-keys",
        aliases=("togetherai", "together-ai"),
    ),
    _openai(
        "openrouter",
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        "One key for the models of many vendors.",
        "一个密钥使用多家厂商的模型。",
        help_url="https://openrouter.ai/keys",
        aliases=("open-router",),
    ),
    _openai(
        "deepseek",
        "DeepSeek",
        "https://api.deepseek.com/v1",
        "DeepSeek chat and reasoning models.",
        "DeepSeek 对话与推理模型。",
        help_url="https://platform.deepseek.com/api_keys",
    ),
    _openai(
        "moonshot",
        "Moonshot AI",
        "https://api.moonshot.cn/v1",
        "Kimi models. Outside China: https://api.moonshot.ai/v1.",
        "Kimi 系列模型。中国大陆以外请使用 https://api.moonshot.ai/v1。",
        help_url="https://platform.moonshot.cn/console/api-keys",
        aliases=("kimi", "moonshot-ai"),
    ),
    _openai(
        "zhipu",
        "Zhipu AI",
        "https://open.bigmodel.cn/api/paas/v4",
        "GLM models. Outside China: https://api.z.ai/api/paas/v4.",
        "GLM 系列模型。中国大陆以外请使用 https://api.z.ai/api/paas/v4。",
        prefix="zai",
        types=(LLM, EMBEDDING),
        help_url="https://open.bigmodel.cn/usercenter/apikeys",
        aliases=("zhipuai", "zhipu-ai", "zai", "z-ai", "glm"),
    ),
    _openai(
        "minimax",
        "MiniMax",
        "https://api.minimaxi.com/v1",
        "MiniMax models. Outside China: https://api.minimax.io/v1.",
        "MiniMax 系列模型。中国大陆以外请使用 https://api.minimax.io/v1。",
        help_url="https://platform.minimaxi.com",
    ),
    _openai(
        "baichuan",
        "Baichuan",
        "https://api.baichuan-ai.com/v1",
        "Baichuan models.",
        "百川系列模型。",
        types=(LLM, EMBEDDING),
        help_url="https://platform.baichuan-ai.com/console/apikey",
        embed_batch=16,
    ),
    _openai(
        "spark",
        "iFlytek Spark",
        "https://spark-api-open.xf-yun.com/v1",
        "Spark models; the key is the model's APIPassword.",
        "讯飞星火系列模型，密钥为模型的 APIPassword。",
        help_url="https://console.xfyun.cn/services/bm4",
        aliases=("iflytek", "xunfei", "iflytek-spark"),
        models_path="",
    ),
    _openai(
        "volcengine",
        "Volcengine Ark",
        "https://ark.cn-beijing.volces.com/api/v3",
        "Doubao and other models. Models are model ids or the ids of your endpoints (ep-…).",
        "豆包等模型，模型名为模型 ID 或接入点 ID（ep-…）。",
        types=(LLM, EMBEDDING),
        help_url="https://console.volcengine.com/ark",
        aliases=("volcengine-maas", "ark", "doubao"),
    ),
    _openai(
        "tongyi",
        "Tongyi (DashScope)",
        "https://dashscope.aliyuncs.com/compatible-mode/v1",
        "Qwen models. Outside China: https://dashscope-intl.aliyuncs.com/compatible-mode/v1.",
        "通义千问系列模型。中国大陆以外请使用 https://dashscope-intl.aliyuncs.com/compatible-mode/v1。",
        prefix="dashscope",
        types=(LLM, EMBEDDING),
        help_url="https://bailian.console.aliyun.com/?tab=model#/api-key",
        aliases=("dashscope", "qwen", "aliyun", "bailian"),
        embed_batch=10,
    ),
    _openai(
        "siliconflow",
        "SiliconFlow",
        "https://api.siliconflow.cn/v1",
        "Many open models. Outside China: https://api.siliconflow.com/v1.",
        "众多开源模型。中国大陆以外请使用 https://api.siliconflow.com/v1。",
        types=(LLM, EMBEDDING, RERANK),
        help_url="https://cloud.siliconflow.cn/account/ak",
        aliases=("silicon-flow",),
        embed_batch=32,
    ),
    _openai(
        "xai",
        "xAI",
        "https://api.x.ai/v1",
        "Grok models.",
        "Grok 系列模型。",
        help_url="https://console.x.ai",
        aliases=("x", "grok", "x-ai"),
    ),
    _openai(
        "huggingface",
        "Hugging Face",
        "https://router.huggingface.co/v1",
        "Models behind Hugging Face's inference router.",
        "Hugging Face 推理路由上的模型。",
        help_url="https://huggingface.co/settings/tokens",
        aliases=("hugging-face", "huggingface-hub"),
    ),
    ProviderSpec(
        "replicate",
        "Replicate",
        "litellm",
        (_key(zh="API 令牌", en="API token", placeholder="r8_…"),),
        "Open models, billed by the second. Models are owner/name.",
        "按秒计费的开源模型，模型名为 owner/name。",
        "https://api.replicate.com",
        prefix="replicate",
        catalogue=("replicate",),
        help_url="https://replicate.com/account/api-tokens",
        models_path="",
    ),
    _server(
        "ollama",
        "Ollama",
        "http://localhost:11434/v1",
        "Models on your own machine.",
        "在自己的机器上运行的模型。",
        prefix="ollama",
        types=(LLM, EMBEDDING),
        help_url="https://ollama.com/download",
    ),
    _server(
        "vllm",
        "vLLM",
        "http://localhost:8000/v1",
        "A vLLM server of your own.",
        "自建的 vLLM 服务。",
        prefix="hosted_vllm",
        types=(LLM, EMBEDDING, RERANK),
        help_url="https://docs.vllm.ai",
    ),
    _server(
        "lm-studio",
        "LM Studio",
        "http://localhost:1234/v1",
        "Models of the LM Studio desktop application.",
        "LM Studio 桌面应用中的模型。",
        prefix="lm_studio",
        types=(LLM, EMBEDDING),
        help_url="https://lmstudio.ai",
        aliases=("lmstudio",),
    ),
    _server(
        "xinference",
        "Xinference",
        "http://localhost:9997/v1",
        "A Xinference server of your own.",
        "自建的 Xinference 服务。",
        prefix="xinference",
        types=(LLM, EMBEDDING, RERANK),
        help_url="https://inference.readthedocs.io",
        aliases=("xorbits-inference", "xorbits"),
    ),
    _server(
        "openai-compatible",
        "OpenAI-compatible",
        "https://api.example.com/v1",
        "Any endpoint that speaks OpenAI's chat API.",
        "任何兼容 OpenAI 接口的服务。",
        prefix="openai",
        types=(LLM, EMBEDDING, RERANK, SPEECH, TTS),
        aliases=("openai-api-compatible", "oaicompat", "openai-like", "localai", "openllm", "custom"),
    ),
)

BY_ID = {spec.id: spec for spec in ALL}
_ALIASES = {alias: spec.id for spec in ALL for alias in (spec.id, *spec.aliases)}

DEMO_MODEL = "demo-chat"
LOCAL_MODEL = "multilingual-e5-small"


def resolve(name: str) -> ProviderSpec | None:
    """Find a vendor by our id or by a name from an imported file (`langgenius/tongyi/tongyi`, `openai_api_compatible`)."""
    last = name.strip().rstrip("/").rsplit("/", 1)[-1]
    found = _ALIASES.get(last.lower().replace("_", "-").replace(" ", "-"))
    return BY_ID[found] if found else None


def get(provider_id: str) -> ProviderSpec:
    """Find a vendor by its id or an alias. Raises AppError("unknown_provider")."""
    spec = resolve(provider_id)
    if spec is None:
        raise AppError("unknown_provider", f"There is no provider {provider_id!r}.", 400, {"provider": provider_id})
    return spec
