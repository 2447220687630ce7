"""Routes outside `/api`: the probes, the studio's page, and errors in the form the caller can read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import ensure_csrf_cookie

from backend.core import health
from backend.core.errors import AppError, NotFound

NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tidemill: the studio is not built</title></head>
<body><main>
<h1>The studio is not built yet</h1>
<p>The server runs, but <code>frontend/dist/index.html</code> does not exist. Build it:</p>
<pre>cd frontend
npm ci
npm run build</pre>
<p>or run <code>make up</code>, which does this and starts everything. Then reload this page.</p>
</main></body></html>
"""


def livez(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; asks nobody else."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether this process can do its work: the database and the queue answer. 503 where not."""
    checks = {"database": health.database(), "queue": health.queue()}
    ready = all(check.ok for check in checks.values())
    body = {"status": "ok" if ready else "unavailable", "checks": {name: check.ok for name, check in checks.items()}}
    return JsonResponse(body, status=200 if ready else 503)


@ensure_csrf_cookie
def studio(request: HttpRequest) -> HttpResponse:
    """Serve the studio's page for every address that is the studio's own; its router does the rest."""
    return built_page(request, "index.html")


def built_page(request: HttpRequest, name: str) -> HttpResponse:
    """Serve one of the pages that the front end's build makes."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        page, status = (settings.STUDIO_DIST / name).read_text("utf-8"), 200
    except FileNotFoundError:
        page, status = NOT_BUILT, 503
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-cache"})


def unknown_api(request: HttpRequest, rest: str = "") -> JsonResponse:
    """Answer for every address under /api that no room serves."""
    return _json(NotFound(f"There is no {request.method} {request.path}."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler400."""
    return _answer(request, AppError("bad_request", "The request cannot be understood.", 400))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler403."""
    return _answer(request, AppError("permission_denied", "This is not allowed.", 403))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Django's handler404."""
    return _answer(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500; the log has the trace."""
    return _answer(request, AppError("internal_error", "Something went wrong on our side; the log has the details.", 500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Django's CSRF_FAILURE_VIEW."""
    message = f"CSRF check failed: {reason.rstrip('.')}. Send the value of the `csrftoken` cookie as the header X-CSRFToken."
    return _answer(request, AppError("csrf_failed", message, 403))


def _answer(request: HttpRequest, error: AppError) -> HttpResponseBase:
    """Answer with the JSON shape, or with one plain line to a browser that asked for a page."""
    if request.path.startswith(("/api/", "/_allauth/", "/v1/")) or "text/html" not in request.headers.get("Accept", ""):
        return _json(error)
    return HttpResponse(error.message, status=error.http_status, content_type="text/plain; charset=utf-8")


def _json(error: AppError) -> JsonResponse:
    body: dict[str, Any] = error.body()
    return JsonResponse(body, status=error.http_status)
