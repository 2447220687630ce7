"""The base of every console view: who may ask, what a body looks like, how a list is cut into pages."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import orjson
from django.conf import settings
from django.db.models import Model, QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework import exceptions, serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.core import access
from backend.core.access import Context
from backend.core.errors import AppError, NotFound
from backend.core.permissions import DenyAll

if TYPE_CHECKING:
    from backend.accounts.models import ApiKey, User

__all__ = [
    "AccountView",
    "Context",
    "DenyAll",
    "PageInput",
    "PublicView",
    "VisitorView",
    "WorkspaceView",
    "get_or_404",
    "page_of",
    "paginate",
]

M = TypeVar("M", bound=Model)
MAX_PAGE_SIZE = 100
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class _Declared(BasePermission):
    """The bases below decide in `initial`; this only opens DRF's own gate for them."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(view, _View)


class JsonBody(BaseParser):
    """Reads a JSON object. Says where the text breaks, and refuses what no database can store."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        raw = stream.read()
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise AppError("invalid_json", f"The body is not valid JSON: {error}.", 400) from None
        if not isinstance(value, dict):
            raise AppError("invalid_json", f"The body must be a JSON object, not {type(value).__name__}.", 400)
        if _NUL.search(raw):
            raise AppError("invalid_json", "The body contains the NUL character (\\u0000), which cannot be stored.", 400)
        return value


class AlwaysJson(BaseContentNegotiation):
    """Answers JSON whatever `Accept` says, so that an EventSource or a browser tab gets a readable error too."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        content_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == content_type), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class _View(APIView):
    """What the three kinds of console view share."""

    permission_classes = (_Declared,)
    parser_classes = (JsonBody,)
    content_negotiation_class = AlwaysJson
    metadata_class = None
    max_body_bytes: ClassVar[int] = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if "Transfer-Encoding" in request.headers and length == "0":
            raise AppError("length_required", "Send the body with a Content-Length, not in chunks.", 411)
        if length.isdigit() and int(length) > self.max_body_bytes:
            details = {"limit_bytes": self.max_body_bytes, "size_bytes": int(length)}
            raise AppError("body_too_large", f"The body has {int(length)} bytes; at most {self.max_body_bytes} are accepted.", 413, details)
        super().initial(request, *args, **kwargs)

    def read(self, serializer: type[serializers.Serializer[Any]], **options: Any) -> dict[str, Any]:
        """Validate the request's body. Raises ValidationError, which becomes `invalid_input` with the fields."""
        return _validated(serializer, self.request.data, options)

    def read_query(self, serializer: type[serializers.Serializer[Any]], **options: Any) -> dict[str, Any]:
        """Validate the request's query string."""
        return _validated(serializer, self.request.query_params.dict(), options)


def _validated(serializer: type[serializers.Serializer[Any]], raw: Any, options: dict[str, Any]) -> dict[str, Any]:
    bound = serializer(data=raw, **options)
    bound.is_valid(raise_exception=True)
    return dict(bound.validated_data)


class PublicView(_View):
    """A view that needs no sign-in. An architecture test lists them; each says why it is one.

    Unsafe methods need the CSRF token all the same: DRF asks for it only once somebody is signed in.
    """

    authentication_classes = (SessionAuthentication,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        SessionAuthentication().enforce_csrf(request)


class VisitorView(_View):
    """A view for people outside, whose browsers may refuse our cookies in the frame of another site: no CSRF token for the anonymous.

    It must change nothing, and answer with nothing another site's script could read. Whoever is signed in still needs the token.
    """

    authentication_classes = (SessionAuthentication,)


class AccountView(_View):
    """A view about the signed-in user. `session_only` keeps personal access tokens out."""

    session_only: ClassVar[bool] = False
    user: User
    key: ApiKey | None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.user, self.key = _caller(request)
        if self.session_only and self.key is not None:
            raise AppError("session_required", "A personal access token cannot do this; sign in in the browser.", 403)


class WorkspaceView(_View):
    """A view on one workspace, path argument `ws`.

    `required` maps each HTTP method to the capability it needs; a method without an entry is refused.
    Nobody signed in: 401. Workspace missing or foreign: 404. Role too low: 403.
    """

    required: ClassVar[dict[str, str]] = {}
    ctx: Context

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        user, key = _caller(request)
        self.ctx = access.resolve(user, key, kwargs["ws"])
        method = (request.method or "").lower()
        if not hasattr(self, method):
            raise exceptions.MethodNotAllowed(request.method or "")
        access.demand(self.ctx, self.required.get("get" if method == "head" else method))


def _caller(request: Request) -> tuple[User, ApiKey | None]:
    """Return who is signed in, and the access token used. Raises NotAuthenticated for nobody."""
    if not request.user.is_authenticated:
        raise exceptions.NotAuthenticated("Sign in, or send a personal access token as `Authorization: Bearer pat-…`.")
    return request.user, cast("ApiKey | None", request.auth)


def get_or_404(queryset: QuerySet[M], id: uuid.UUID | str) -> M:
    """Return the row with this id from a queryset that is already scoped. Raises NotFound, also for a malformed id."""
    try:
        key = id if isinstance(id, uuid.UUID) else uuid.UUID(str(id))
    except ValueError:
        raise NotFound from None
    found = queryset.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


class PageInput(serializers.Serializer[Any]):
    """Query arguments of a list; derive from it to add filters."""

    page = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=20)


def paginate(queryset: QuerySet[M], query: Mapping[str, Any], present: Callable[[list[M]], list[Any]]) -> dict[str, Any]:
    """Cut one page out of an ordered queryset: `{results, total, page, limit}`.

    `query` is validated by `PageInput`; `present` turns the page's rows into JSON, all at once so that it can
    fetch what they have in common.
    """
    page, limit = query["page"], query["limit"]
    start = (page - 1) * limit
    return {"results": present(list(queryset[start : start + limit])), "total": queryset.count(), "page": page, "limit": limit}


def page_of(item: type[serializers.Serializer[Any]], name: str) -> serializers.Serializer[Any]:
    """Describe a page of `item` for the OpenAPI file, e.g. `@extend_schema(responses=page_of(AppOutput, "AppPage"))`."""
    fields = {
        "results": item(many=True),
        "total": serializers.IntegerField(),
        "page": serializers.IntegerField(),
        "limit": serializers.IntegerField(),
    }
    return inline_serializer(name, fields)
