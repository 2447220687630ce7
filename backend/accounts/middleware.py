"""Gives the sign-in endpoints' errors the fields that every other error of this platform has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

_PREFIX = "/_allauth/"
_CODES = {
    400: ("invalid_input", "Some fields are not right."),
    401: ("unauthorized", "Sign in first."),
    403: ("permission_denied", "This is not allowed."),
    404: ("not_found", "This does not exist."),
    405: ("method_not_allowed", "This address does not answer to that method."),
    409: ("conflict", "You are signed in already."),
    410: ("gone", "This link or step is no longer valid."),
    429: ("rate_limited", "Too many attempts; wait a few minutes and try again."),
}


def sign_in_errors(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add `code`, `message` and `details` to django-allauth's JSON errors; its own fields stay."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(_PREFIX) or response.status_code < 400:
            return response
        body = _json(response)
        if "code" in body:
            return response
        errors = body.get("errors") or []
        status, code, message = _name(response.status_code, errors)
        fields: dict[str, list[str]] = {}
        for error in errors:
            fields.setdefault(error.get("param", "non_field_errors"), []).append(error["message"])
        shaped = {**body, "code": code, "message": message, "status": status, "details": {"fields": fields} if fields else {}}
        answer = JsonResponse(shaped, status=status)
        answer.cookies = response.cookies
        for name, value in response.items():
            if name not in ("Content-Type", "Content-Length"):
                answer.headers[name] = value
        return answer

    return middleware


def _name(status: int, errors: list[dict[str, str]]) -> tuple[int, str, str]:
    """Return status, code and message: the first error's own where it means something, else those of the status."""
    first = errors[0] if errors else {}
    if first.get("code") == "too_many_login_attempts":
        return 429, "rate_limited", first["message"]
    if status == 400 and not errors:
        return 400, "invalid_json", "The body must be a JSON object."
    code, message = _CODES.get(status, ("error", "The request failed."))
    if first.get("code") == "email_password_mismatch":
        code = "email_password_mismatch"
    return status, code, first.get("message", message)


def _json(response: HttpResponse) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
