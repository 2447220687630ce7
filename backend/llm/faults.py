"""Vendors' failures as NodeErrors: one code for each thing a builder can do about it. Keys never show up in a message."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from backend.llm.resolved import Route
from workers.engine.errors import NodeError

TOO_LONG = re.compile(
    r"context[ _]length|context window|maximum context|too many (input )?tokens|prompt is too long|input is too long"
    r"|input length|exceeds? the (model|limit|maximum)[^.]{0,40}token|range of input length",
    re.I,
)
NO_CREDIT = re.compile(r"insufficient[_ ](quota|balance|credit|funds)|exceeded your current quota|credit balance|arrearage|billing", re.I)
NO_MODEL = re.compile(r"model[^.]{0,80}(not (found|exist|available|supported)|does not exist|unknown)|unknown model|invalid model", re.I)
KEY_LIKE = re.compile(r"\b(sk|pk|gsk|xai|r8|hf|AIza|AKIA)[-_]?[A-Za-z0-9_-]{12,}")
MAX_MESSAGE = 300


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """Remove keys (the given ones and what looks like one) and cut to a readable length."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, "***")
    text = " ".join(KEY_LIKE.sub("***", text).split())
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Read `retry-after-ms` or `Retry-After` (seconds or a date); None where absent or unreadable."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        given = headers.get("Retry-After") or headers.get("retry-after")
        if not given:
            return None
        if re.fullmatch(r"\s*\d+(\.\d+)?\s*", given):
            return float(given)
        return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def vendor_message(body: bytes | str) -> tuple[str, str]:
    """Take message and code out of an error body, whatever its shape."""
    try:
        raw: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        text = body.decode(errors="replace") if isinstance(body, bytes) else body
        return re.sub(r"<[^>]+>", " ", text), ""
    if isinstance(raw, list) and raw:
        raw = raw[0]
    if not isinstance(raw, dict):
        return str(raw), ""
    error = raw.get("error", raw)
    if isinstance(error, str):
        return error, ""
    if not isinstance(error, dict):
        return str(error), ""
    message = error.get("message") or error.get("msg") or error.get("detail") or error.get("error") or raw.get("detail") or ""
    return str(message), str(error.get("code") or error.get("type") or error.get("status") or "")


def _error(code: str, route: Route, sentence: str, vendor: str = "", *, retryable: bool = False, **details: Any) -> NodeError:
    said = redact(vendor, route.secrets)
    message = f"{sentence} {route.spec.label} said: {said}" if said else sentence
    found = {"provider": route.spec.id, "model": route.model, **{k: v for k, v in details.items() if v is not None}}
    return NodeError(code, message, retryable=retryable, details=found)


def from_status(route: Route, status: int, vendor: str = "", vendor_code: str = "", retry_after: float | None = None) -> NodeError:
    """Translate an HTTP status (or an error inside a stream, status 0) with the vendor's own words."""
    label, model = route.spec.label, route.subject
    hints = f"{vendor_code} {vendor}"
    if status in (0, 400, 413, 422) and TOO_LONG.search(hints):
        return _error(
            "context_too_long", route, f"The prompt is too long for {model} of {label}. Shorten it or choose a larger model.", vendor
        )
    if status == 402 or (status in (0, 400, 403, 429) and NO_CREDIT.search(hints)):
        sentence = f"The account at {label} has no credit left for {model}. Top it up or use another credential."
        return _error("provider_quota_exceeded", route, sentence, vendor, status=status)
    if status == 401 or (
        status == 400 and re.search(r"api[ _]key[^.]{0,20}(invalid|not valid|incorrect)|invalid[^.]{0,20}api[ _]key", hints, re.I)
    ):
        sentence = f"{label} refused the key for {model}. Check the credential under Models."
        return _error("provider_unauthorized", route, sentence, vendor, status=status)
    if status == 403:
        sentence = f"The key has no access to {model} at {label}. Ask for access there or choose another model."
        return _error("provider_unauthorized", route, sentence, vendor, status=status)
    if status == 404 or (status in (0, 400) and NO_MODEL.search(hints)):
        sentence = f"{label} has no model {model!r} at this address. Check the model's name and the base URL."
        return _error("model_not_found", route, sentence, vendor, status=status)
    if status == 429 or "rate_limit" in vendor_code:
        sentence = f"{label} is limiting calls to {model}. Try again later or add a second credential."
        return _error("provider_rate_limited", route, sentence, vendor, retryable=True, status=status, retry_after_s=retry_after)
    if status in (408, 504, 524):
        return _error("provider_timeout", route, f"{label} gave up waiting for {model} ({status}).", vendor, retryable=True, status=status)
    if status >= 500 or status == 0:
        sentence = f"{label} could not serve {model}" + (f" ({status})." if status else ".")
        return _error("provider_unavailable", route, sentence, vendor, retryable=True, status=status, retry_after_s=retry_after)
    if 300 <= status < 400:
        sentence = f"{label} answered with a redirect ({status}) instead of a reply. Check the base URL."
        return _error("provider_bad_response", route, sentence, status=status)
    sentence = f"{label} did not accept the request for {model} ({status}). Check the model's parameters."
    return _error("provider_bad_request", route, sentence, vendor, status=status)


def timed_out(route: Route, waited_for: str, seconds: float) -> NodeError:
    """`waited_for` reads after 'waited … s for', e.g. 'the first token'."""
    sentence = f"{route.spec.label} was too slow: waited {seconds:g} s for {waited_for} of {route.subject}."
    return _error("provider_timeout", route, sentence, retryable=True, limit_s=seconds)


def unreachable(route: Route, reason: str) -> NodeError:
    """No connection at all."""
    sentence = (
        f"{route.spec.label} cannot be reached for {route.subject}: {redact(reason, route.secrets)}. Check the base URL and the network."
    )
    return _error("provider_unavailable", route, sentence, retryable=True)


def stream_cut(route: Route) -> NodeError:
    """The reply ended without saying that it was complete."""
    return _error(
        "provider_stream_cut", route, f"{route.spec.label} broke off in the middle of the reply of {route.subject}.", retryable=True
    )


def bad_response(route: Route, what: str) -> NodeError:
    """The reply cannot be understood."""
    sentence = f"{route.spec.label} sent a reply for {route.subject} that cannot be read: {what}. Check that the base URL is right."
    return _error("provider_bad_response", route, sentence)
