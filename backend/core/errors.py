"""One error type, one handler, one JSON shape: `{"code", "message", "status", "details"}`."""

from __future__ import annotations

import logging
from typing import Any

import redis
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

logger = logging.getLogger(__name__)


class AppError(Exception):
    """A failure that the caller is told. `message` says what to do next; `details` name fields and values."""

    def __init__(self, code: str, message: str, http_status: int = 400, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http_status = http_status
        self.details = details or {}

    def body(self) -> dict[str, Any]:
        """The JSON shape."""
        return {"code": self.code, "message": self.message, "status": self.http_status, "details": self.details}


class NotFound(AppError):
    """The thing does not exist, or belongs to somebody else."""

    def __init__(self, message: str = "This does not exist or you have no access to it.") -> None:
        super().__init__("not_found", message, 404)


class ServiceAway(AppError):
    """The database or the queue cannot be reached, or the disk is full. Nothing was half-written: trying again is safe."""

    def __init__(self) -> None:
        message = "The database or the queue cannot be reached just now, or the disk is full. Nothing was changed; try again shortly."
        super().__init__("service_unavailable", message, 503)


OUTAGES = (OperationalError, InterfaceError, redis.ConnectionError, redis.TimeoutError)


def handle_exception(exception: Exception, context: dict[str, Any]) -> Response:
    """Turn any exception of a console view into the one JSON shape."""
    error = to_app_error(exception)
    response = Response(error.body(), status=error.http_status)
    if retry_after_s := error.details.get("retry_after_s"):
        response["Retry-After"] = str(retry_after_s)
    if challenge := getattr(exception, "auth_header", None):
        response["WWW-Authenticate"] = challenge
    return response


def to_app_error(exception: Exception) -> AppError:
    """Translate an exception; unknown ones are logged and become `internal_error` without detail."""
    if isinstance(exception, AppError):
        return exception
    if isinstance(exception, exceptions.ValidationError):
        return AppError("invalid_input", "Some fields are not right.", 400, {"fields": exception.detail})
    if isinstance(exception, exceptions.APIException):
        return _api_error(exception)
    if isinstance(exception, Http404):
        return NotFound()
    if isinstance(exception, PermissionDenied):
        return AppError("permission_denied", "Your role does not allow this.", 403)
    if isinstance(exception, RequestDataTooBig):
        return AppError("body_too_large", "The body of the request is larger than the server accepts.", 413)
    if isinstance(exception, SuspiciousOperation):
        return AppError("bad_request", "The request cannot be understood.", 400)
    if isinstance(exception, OUTAGES):
        logger.error("a service is away: %s", exception)
        return ServiceAway()
    logger.error("unhandled error", exc_info=exception)
    return AppError("internal_error", "Something went wrong on our side; the log has the details.", 500)


_API_CODES = {"not_authenticated": "unauthorized", "authentication_failed": "unauthorized"}


def _api_error(exception: exceptions.APIException) -> AppError:
    """Name DRF's own errors: 401 is `unauthorized` whatever was wrong with the proof, a CSRF failure says so."""
    message, codes = str(exception.detail), exception.get_codes()
    code = codes if isinstance(codes, str) else exception.default_code
    wait = getattr(exception, "wait", None)  # of a Throttled
    details = {"retry_after_s": int(wait)} if wait else {}
    if isinstance(exception, exceptions.PermissionDenied) and message.startswith("CSRF Failed"):
        return AppError("csrf_failed", f"{message} Send the value of the `csrftoken` cookie as the header X-CSRFToken.", 403)
    if isinstance(exception, exceptions.NotFound):
        return NotFound()
    return AppError(_API_CODES.get(code, code), message, exception.status_code, details)
