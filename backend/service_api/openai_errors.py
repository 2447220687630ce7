"""The error shape of OpenAI's API, and what our errors become in it."""

from __future__ import annotations

from backend.service_api.errors import WireError
from backend.service_api.http import JsonReply

_CODES = {"unauthorized": "invalid_api_key", "provider_quota_exceeded": "insufficient_quota", "too_many_requests": "rate_limit_exceeded"}
_CODES |= {"rate_limit_error": "rate_limit_exceeded"}
_KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def error_body(error: WireError) -> dict[str, dict[str, str | None]]:
    """The JSON shape; `code` says more than `type`, `param` names the field at fault."""
    kind = _KINDS.get(error.status, "invalid_request_error" if error.status < 500 else "server_error")
    return {"error": {"message": error.message, "type": kind, "param": error.params, "code": _CODES.get(error.code, error.code)}}


def error_reply(error: WireError) -> JsonReply:
    """An error as an answer."""
    return JsonReply(error_body(error), error.status, error.headers)
