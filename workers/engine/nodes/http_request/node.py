"""The HTTP node: make the request, send it, read the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workers.engine.errors import NodeError
from workers.engine.node import Node, NodeContext, NodeOutputs, Output, Reference, telling
from workers.engine.nodes.http_request.config import HttpRequestConfig
from workers.engine.nodes.http_request.request import READING, RequestBuilder
from workers.engine.nodes.http_request.response import file_name, is_document, mime_type, text
from workers.engine.ports import HttpRequest, HttpResponse
from workers.engine.problems import Problem

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_SHOWN_CHARACTERS = 2_000
_SHORT_SECRET = 4


class HttpRequestNode(Node[HttpRequestConfig]):
    """One HTTP call through the guarded way out."""

    Config = HttpRequestConfig
    type = "http-request"
    title = {"en": "HTTP request", "zh-Hans": "HTTP 请求"}
    description = {"en": "Call an HTTP address.", "zh-Hans": "向指定地址发送 HTTP 请求。"}
    group = "tools"
    icon = "globe"
    outputs = (Output("body", "string"), Output("status_code", "number"), Output("headers", "object"), Output("files", "array[file]"))
    error_handling = True
    waits = True
    defaults = {
        "method": "get",
        "url": "",
        "authorization": {"type": "no-auth", "config": None},
        "params": "",
        "headers": "",
        "body": {"type": "none", "data": []},
        "timeout": {"connect": 0, "read": 0, "write": 0},
        "ssl_verify": True,
        "after_crash": "repeat",
        "retry_config": {"retry_enabled": True, "max_retries": 3, "retry_interval": 1000},
    }

    def __init__(self, node_id: str, config: HttpRequestConfig) -> None:
        super().__init__(node_id, config)
        self._builder = RequestBuilder(config)

    def problems(self) -> Iterable[Problem]:
        """Check that there is an address, a key and a body where they are needed."""
        config = self.config
        if not config.url.strip():
            yield self.problem("url_missing", "Give the address to call.", "url")
        if config.authorization.type == "api-key" and not config.authorization.config.api_key:
            message = "The key is empty: fill it in, or choose a secret variable."
            yield self.problem("api_key_missing", message, "authorization.config.api_key", warning=True)
        if config.body.type == "binary" and not any(row.file for row in config.body.data):
            yield self.problem("file_missing", "Choose the file to send.", "body.data.0.file")

    def references(self) -> Iterable[Reference]:
        """List the variables of the request."""
        return self._builder.references()

    def repeatable(self) -> bool:
        """Reading calls are; others unless the builder said no."""
        return self.config.method in READING or self.config.after_crash == "repeat"

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Send. Raises what the HTTP port and building the request raise, http_status when failures are to be handled."""
        request, secret = await self._builder.build(ctx)
        with telling(lambda: {"request": _recorded(request, secret)}):
            response = await ctx.ports.http.send(request)
            if not 200 <= response.status < 300 and self._failures_are_handled:
                raise _status_error(response)
        body, files = "", []
        if is_document(response):
            kind = mime_type(response.headers) or "application/octet-stream"
            files.append(await ctx.ports.files.keep(response.body, file_name(response), kind))
        else:
            body = text(response)
        values = {"status_code": response.status, "body": body, "headers": dict(response.headers), "files": files}
        return NodeOutputs(values, process={"request": _recorded(request, secret), "url": _without(secret, response.url)})

    @property
    def _failures_are_handled(self) -> bool:
        return self.config.retry_config.retry_enabled or self.config.error_strategy in {"fail-branch", "default-value"}


def _status_error(response: HttpResponse) -> NodeError:
    shown = "" if is_document(response) else response.body[:_SHOWN_CHARACTERS].decode(errors="replace").replace("\x00", "")
    return NodeError(
        "http_status",
        f"The server answered with the status {response.status}." + (f" It said: {shown[:300]}" if shown.strip() else ""),
        retryable=response.status in _PASSING,
        details={"status_code": response.status, "body": shown},
    )


def _recorded(request: HttpRequest, secret: str) -> dict[str, Any]:
    """Write a request down for the history, without its secrets."""
    shown = "" if request.body is None else request.body[:_SHOWN_CHARACTERS].decode(errors="replace").replace("\x00", "")
    return {
        "method": request.method,
        "url": _without(secret, request.url),
        "headers": {name: "***" if name.lower() in request.secret_headers else value for name, value in request.headers},
        "body": _without(secret, shown),
        "body_bytes": len(request.body or b""),
    }


def _without(secret: str, written: str) -> str:
    return written.replace(secret, "***") if len(secret) >= _SHORT_SECRET else written
