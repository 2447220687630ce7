"""The published API's error shape `{"code", "message", "status"}` and what our errors become in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.core.errors import OUTAGES, AppError, ServiceAway
from workers.engine.errors import InvalidInput

INTERNAL_MESSAGE = "Something went wrong on our side; the server's log has the details."

# Engine and gateway codes -> (code of the published API, HTTP status). All others are completion_request_error.
RUN_ERRORS: Mapping[str, tuple[str, int]] = {
    "model_not_configured": ("provider_not_initialize", 400),
    "provider_quota_exceeded": ("provider_quota_exceeded", 400),
    "model_not_found": ("model_currently_not_support", 400),
    "provider_rate_limited": ("rate_limit_error", 429),
    "invalid_input": ("invalid_param", 400),
    "internal_error": ("internal_server_error", 500),
    "worker_lost": ("internal_server_error", 500),
}


class WireError(Exception):
    """An error as the caller gets it. `params` names the field at fault."""

    def __init__(
        self,
        code: str,
        message: str,
        status: int,
        *,
        params: str | None = None,
        details: Mapping[str, Any] | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.params = params
        self.details = details
        self.headers = headers

    def body(self) -> dict[str, Any]:
        """The JSON shape; `params` and `details` only where they say something."""
        body: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if self.params:
            body["params"] = self.params
        if self.details:
            body["details"] = dict(self.details)
        return body


def unauthorized(message: str = "Access token is invalid") -> WireError:
    """401 with the header that names the scheme."""
    return WireError("unauthorized", message, 401, headers=((b"www-authenticate", b'Bearer realm="api"'),))


def invalid_param(field: str, message: str) -> WireError:
    """400 for one field."""
    return WireError("invalid_param", message, 400, params=field)


def not_found(what: str) -> WireError:
    """404; also for things of another user or app."""
    return WireError("not_found", f"{what} Not Exists.", 404)


def to_wire_error(error: Exception) -> WireError:
    """Translate any exception; unknown ones lose their text."""
    if isinstance(error, WireError):
        return error
    if isinstance(error, InvalidInput):
        return invalid_param(error.field, error.message)
    if isinstance(error, OUTAGES):
        error = ServiceAway()
    if isinstance(error, AppError):
        code, _ = RUN_ERRORS.get(error.code, (error.code, error.http_status))
        wait_s = error.details.get("retry_after_s")
        headers = ((b"retry-after", str(wait_s).encode()),) if wait_s else ()
        return WireError(code, error.message, error.http_status, params=error.details.get("field"), details=error.details, headers=headers)
    return WireError("internal_server_error", INTERNAL_MESSAGE, 500)


def run_error(error: Mapping[str, Any] | None) -> WireError:
    """What a failed run becomes: the message names the node, `details` have our own code."""
    if not error:
        return WireError("internal_server_error", INTERNAL_MESSAGE, 500)
    code, status = RUN_ERRORS.get(error["code"], ("completion_request_error", 400))
    title = error.get("node_title")
    details = {"code": error["code"], "node_id": error.get("node_id"), "node_title": title}
    return WireError(code, f"{title}: {error['message']}" if title else error["message"], status, details=details)
