"""The only ways a node reaches the world. `workers.tasks.context` decides what stands behind them.

Every method raises `NodeError` with a code of its own when it fails; vendor exceptions never pass.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from workers.engine.errors import NodeError
from workers.engine.events import Usage


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model as a flow names it: provider id (short or `author/plugin/provider`), name, `chat` or `completion`."""

    provider: str
    name: str
    mode: str = "chat"


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture in a message: an http(s) or data URL; detail is low | high | auto."""

    url: str
    detail: str = "auto"


@dataclass(frozen=True, slots=True)
class TextPart:
    """A text in a message of several parts."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call the model asks for; `arguments` is JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message. `content` is text or parts; `tool_calls` on assistant messages, `tool_call_id` on tool messages."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | tuple[TextPart | ImagePart, ...]
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One model call. `params` are the completion parameters of the flow (temperature, max_tokens, stop, …)."""

    model: ModelRef
    messages: tuple[ChatMessage, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    response_schema: Mapping[str, Any] | None = None
    tools: tuple[Mapping[str, Any], ...] = ()
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class ChatDelta:
    """A piece of a streamed reply. The last one has `finish_reason` and `usage`."""

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str | None = None
    usage: Usage | None = None


class ChatModel(Protocol):
    """Model calls."""

    def stream(self, request: ChatRequest) -> AsyncIterator[ChatDelta]:
        """Stream one reply. Closing the iterator closes the upstream response.

        Raises NodeError: model_not_configured, provider_unauthorized, provider_rate_limited (retryable),
        provider_unavailable (retryable), provider_timeout (retryable), provider_stream_cut (retryable),
        provider_bad_response, provider_bad_request, context_too_long, model_not_found, provider_quota_exceeded,
        egress_blocked, invalid_url, credential_unreadable.
        """
        ...

    async def supports(self, model: ModelRef, feature: str) -> bool:
        """Tell whether the model has a feature: `vision`, `response_schema`, `tools`."""
        ...


class TemplateRenderer(Protocol):
    """Jinja2 templates, outside this process unless provably harmless."""

    async def render(self, template: str, variables: Mapping[str, Any]) -> str:
        """Render. Raises NodeError: template_syntax (with `line` in details), template_failed, template_timeout, template_too_long."""
        ...


class FileStore(Protocol):
    """Files of a run."""

    async def data_url(self, file: Mapping[str, Any]) -> str:
        """Return a `data:` or public http(s) URL for a file value. Raises NodeError: file_not_found, file_too_large."""
        ...

    async def read(self, file: Mapping[str, Any]) -> bytes:
        """Return what a file value holds. Raises NodeError: file_not_found, file_too_large."""
        ...

    async def keep(self, content: bytes, name: str, mime_type: str) -> dict[str, Any]:
        """Store a file that a node made and return its file value. Raises NodeError: file_too_large."""
        ...


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One HTTP call. Headers named in `secret_headers` (small letters) do not follow a redirect to another host."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    connect_s: float = 10.0
    read_s: float = 60.0
    write_s: float = 20.0
    max_bytes: int = 10_000_000
    verify_tls: bool = True
    secret_headers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The answer, read to its end. Header names are in small letters; `url` is where redirects led."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class HttpClient(Protocol):
    """Calls to addresses that builders choose."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Send, following redirects.

        Raises NodeError: invalid_url, egress_blocked, http_unreachable (retryable), http_tls_failed, http_timeout (retryable),
        http_connection_lost (retryable), http_too_many_redirects, response_too_large.
        """
        ...


class NoHttp:
    """Stands where a process makes no calls."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Refuse. Raises NodeError http_unavailable."""
        raise NodeError("http_unavailable", "This installation makes no HTTP calls from flows.")


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What to look up, and how. The mappings are the node's settings as the flow has them, variables filled in."""

    query: str
    dataset_ids: tuple[str, ...]
    mode: Literal["single", "multiple"] = "multiple"
    top_k: int = 4
    score_threshold: float | None = None
    rerank: Mapping[str, Any] | None = None
    weights: Mapping[str, Any] | None = None
    model: ModelRef | None = None
    metadata_mode: Literal["disabled", "automatic", "manual"] = "disabled"
    metadata_model: ModelRef | None = None
    metadata_filter: Mapping[str, Any] | None = None
    files: tuple[Mapping[str, Any], ...] = ()


class Retriever(Protocol):
    """Knowledge of a workspace."""

    async def search(self, request: Retrieval) -> list[dict[str, Any]]:
        """Return what fits best, best first, as `{content, title, files, metadata}` with `metadata._source` "knowledge".

        Raises NodeError: dataset_not_found, knowledge_unavailable (retryable), and those of the model port.
        """
        ...


class NoKnowledge:
    """Stands where a process has no knowledge store."""

    async def search(self, request: Retrieval) -> list[dict[str, Any]]:
        """Refuse. Raises NodeError knowledge_unavailable."""
        raise NodeError("knowledge_unavailable", "This installation has no knowledge store yet, so nothing can be looked up.")


class Documents(Protocol):
    """Readers of file formats, outside this process."""

    async def text(self, content: bytes, name: str) -> str:
        """Return a document's text, Markdown where it has a layout; the name helps to tell the format.

        Raises NodeError: unsupported_file_type, file_encrypted, file_damaged, no_text_found, archive_too_large, too_many_pages,
        too_large, encoding_unknown, parse_timeout, parse_memory, parse_crashed (retryable), documents_unavailable.
        """
        ...


class NoDocuments:
    """Stands where a process reads no documents."""

    async def text(self, content: bytes, name: str) -> str:
        """Refuse. Raises NodeError documents_unavailable."""
        raise NodeError("documents_unavailable", "This installation does not read documents in flows.")


@dataclass(frozen=True, slots=True)
class CodeResult:
    """What a program of a code node made: the JSON value of its `main`, what it printed, the sandbox that ran it."""

    value: Any
    stdout: str = ""
    sandbox: str = ""


class CodeRunner(Protocol):
    """Programs of builders, outside this process."""

    async def run(self, language: str, code: str, variables: Mapping[str, Any]) -> CodeResult:
        """Call a program's `main` with JSON values; the language is python3 or javascript.

        Raises NodeError: code_language_unknown, code_syntax, code_no_main, code_unsupported, code_module_missing, code_failed,
        code_timeout, code_memory, code_killed, code_output_too_long, code_result_invalid, code_input_invalid,
        sandbox_unavailable (retryable); with `line`, `traceback` and `stdout` in the details where they are known.
        """
        ...


class NoCode:
    """Stands where a process has no sandbox."""

    async def run(self, language: str, code: str, variables: Mapping[str, Any]) -> CodeResult:
        """Refuse. Raises NodeError sandbox_unavailable."""
        raise NodeError("sandbox_unavailable", "This installation has no sandbox for code.")


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything a node may use."""

    chat: ChatModel
    templates: TemplateRenderer
    files: FileStore
    http: HttpClient = field(default_factory=NoHttp)
    knowledge: Retriever = field(default_factory=NoKnowledge)
    code: CodeRunner = field(default_factory=NoCode)
    documents: Documents = field(default_factory=NoDocuments)


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Facts of a run that nodes see. `system` holds the `sys.*` variables without the prefix.

    `history` are earlier turns of the conversation, oldest first. `conversation` and `environment` are the
    values of the `conversation.*` and `env.*` variables at the start. `live_preview`: emit NodeDelta for
    model text that is not being relayed to the answer (test runs in the studio). `values` are variables given by hand,
    by namespace, where a node runs without those before it.
    """

    run_id: str
    mode: str
    inputs: Mapping[str, Any]
    system: Mapping[str, Any]
    conversation: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    history: Sequence[ChatMessage] = ()
    live_preview: bool = False
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds enforced by the runner; a breach raises LimitExceeded with the limit's name.

    `steps` counts the nodes of the top level, and anew those of each round of a container. `rounds` and `depth` are
    for containers: rounds of one, and containers within one another. `parallel` bounds the nodes that run side by side; more
    of them wait. `output_depth` counts objects and lists within one another.
    """

    steps: int = 500
    rounds: int = 1000
    wall_clock_s: float = 1200.0
    node_s: float = 300.0
    depth: int = 3
    parallel: int = 10
    output_bytes: int = 10_000_000
    output_depth: int = 64
    prompt_bytes: int = 1_000_000
    cost_usd: float | None = None
