"""The pages of apps for their end users: the HTML, and the session with which a page calls `/v1`."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.html import escape
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import ensure_csrf_cookie
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core.api import VisitorView
from backend.core.errors import AppError
from backend.core.pages import NOT_BUILT
from backend.service_api.visitors import TOKEN_S, site_open, token_make
from backend.service_api.visits import Asked, PasswordWrong, visit
from backend.studio.models import Access, App, Site
from backend.studio.sites import site_path, site_texts

PASSWORD_LIMIT = "page_password"
RETRY_AFTER_S = 15 * 60
# Pictures of other sites load only when the visitor asks; the page's own code sees to that. Mermaid and KaTeX set inline styles.
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https: http:; "
    "media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors "
)
_TITLE = "<title>Tidemill</title>"


class PageOutput(serializers.Serializer[Any]):
    """What a page shows before anything is asked. `origins` are the sites that may embed it; `path` is where it stands alone."""

    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    icon = serializers.CharField()
    icon_background = serializers.CharField()
    chat_color_theme = serializers.CharField(allow_blank=True)
    chat_color_theme_inverted = serializers.BooleanField()
    copyright = serializers.CharField(allow_blank=True)
    privacy_policy = serializers.CharField(allow_blank=True)
    input_placeholder = serializers.CharField(allow_null=True)
    custom_disclaimer = serializers.CharField(allow_blank=True)
    default_language = serializers.CharField()
    show_workflow_steps = serializers.BooleanField()
    use_icon_as_answer_icon = serializers.BooleanField()
    mode = serializers.CharField()
    path = serializers.CharField()
    origins = serializers.ListField(child=serializers.CharField())


def page_json(site: Site) -> dict[str, Any]:
    """Shape a page."""
    own = {"mode": site.app.mode, "path": site_path(site, site.app.mode), "origins": site.origins}
    return dict(PageOutput(site_texts(site.app) | own).data)


class PageSessionApi(VisitorView):
    """A visit to the page of an app; what it gives opens the endpoints of `/v1` that visitors may call."""

    class Input(serializers.Serializer[Any]):
        """`visitor` is what an earlier visit gave; `identity` a token signed by the host page; `embedded`: in another site's frame."""

        embedded = serializers.BooleanField(default=False)
        password = serializers.CharField(max_length=128, default="", allow_blank=True, trim_whitespace=False)
        identity = serializers.CharField(max_length=4000, default="", allow_blank=True)
        visitor = serializers.CharField(max_length=1000, default="", allow_blank=True)

    class Output(serializers.Serializer[Any]):
        token = serializers.CharField()
        expires_in = serializers.IntegerField()
        visitor = serializers.CharField(allow_blank=True)
        page = PageOutput()

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, token: str) -> Response:
        """Begin a visit, or go on with one. A refusal that the visitor can do something about tells how the page looks."""
        site = site_open(token)
        if site is None:
            raise AppError("page_not_found", "There is no page here, or no longer.", 404)
        given = self.read(self.Input)
        account = request.user.pk if request.user.is_authenticated else None
        asked = Asked("embed" if given["embedded"] else "web", given["password"], given["identity"], given["visitor"], account)
        try:
            made = _limited(request, site, asked)
        except AppError as refusal:
            refusal.details["page"] = page_json(site)
            raise
        answer = {"token": token_make(made.visitor), "expires_in": TOKEN_S, "visitor": made.kept, "page": page_json(site)}
        return Response(answer, headers={"Cache-Control": "no-store"})


def _limited(request: Request, site: Site, asked: Asked) -> Any:
    """Let somebody in, and let nobody try passwords for long: as many failures as at sign-in."""
    if site.access != Access.PASSWORD or not asked.password:
        return visit(site, asked)
    http: HttpRequest = request._request
    key = f"{site.pk}:{get_adapter().get_client_ip(http)}"
    if not ratelimit.consume(http, action=PASSWORD_LIMIT, key=key, dry_run=True):
        message = "Too many wrong passwords; try again in a quarter of an hour."
        raise AppError("page_too_many_attempts", message, 429, {"retry_after_s": RETRY_AFTER_S})
    try:
        return visit(site, asked)
    except PasswordWrong:
        ratelimit.consume(http, action=PASSWORD_LIMIT, key=key)
        raise


@ensure_csrf_cookie
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Serve the page of an app at its own address. No other site may put it into a frame."""
    return _html(request, token, "'none'")


@xframe_options_exempt
def embedded_page(request: HttpRequest, token: str) -> HttpResponse:
    """Serve the page of an app for the frame of another site; those that the app lists may."""
    site = site_open(token)
    return _html(request, token, " ".join(site.origins) if site is not None and site.origins else "'none'")


def _html(request: HttpRequest, token: str, ancestors: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    site = site_open(token)
    try:
        text = (settings.STUDIO_DIST / "chat.html").read_text("utf-8")
    except FileNotFoundError:
        return HttpResponse(NOT_BUILT, status=503)
    if site is not None and site.access != Access.MEMBERS:
        text = text.replace(_TITLE, f"<title>{escape(_title(site.app))}</title>", 1)
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _POLICY + ancestors,
        "Referrer-Policy": "same-origin",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(text, status=200 if site is not None else 404, headers=headers)


def _title(app: App) -> str:
    return str(app.site.get("title") or app.name)
