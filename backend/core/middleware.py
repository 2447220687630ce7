"""Headers that every answer carries (reasons: OWASP secure headers, CSP level 3)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# The studio's component library sets inline styles; nothing sets inline scripts. `data:` images are
# the canvas export and small icons, `blob:` the download of an app file. `connect-src 'self'` covers
# the WebSocket in every browser that implements CSP level 3.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


_PROBES = frozenset({"/livez", "/readyz"})
Handler = Callable[[HttpRequest], HttpResponseBase]


def security_headers(get_response: Handler) -> Handler:
    """Add the headers where the view has not set its own (a file download brings a stricter policy)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            if name != "X-Frame-Options" or not getattr(response, "xframe_options_exempt", False):
                response.headers.setdefault(name, value)
        return response

    return middleware


def known_host(get_response: Handler) -> Handler:
    """Refuse a Host that is not ours before any view runs.

    Django looks at it only when a view asks; without this, a page elsewhere whose name is re-pointed at this machine
    (DNS rebinding) could talk to an installation on localhost. Probes come by address and pass.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path not in _PROBES:
            request.get_host()
        return get_response(request)

    return middleware
