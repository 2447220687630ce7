"""Visitors of an app's own page: the short-lived token with which their browser calls `/v1`.

A token is signed and names the page, the visitor and what the page asked of visitors then (the *stamp*): a new address, a new
password or another kind of access ends all tokens that were given before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from backend.accounts.models import Membership
from backend.runs.models import Source
from backend.service_api.callers import Caller
from backend.studio.models import Access, App, Site

PREFIX = "visitor-"
TOKEN_S = 15 * 60
_SALT = "backend.service_api.visitors"
Kind = Literal["web", "embed"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who visits which page. `session` is the name of their end user; `account_id` the member of the workspace, where one visits."""

    page: str
    session: str
    kind: Kind
    stamp: str
    account_id: UUID | None = None

    def caller(self) -> Caller:
        """Return the visitor as the end user of requests."""
        return Caller(self.session, self.kind, Source(self.kind).value)


def site_stamp(site: Site) -> str:
    """Return what changes when visitors have to prove themselves again."""
    return salted_hmac(_SALT, f"{site.token}|{site.access}|{site.password}", algorithm="sha256").hexdigest()[:24]


def token_make(visitor: Visitor) -> str:
    """Return the token of a visitor, good for TOKEN_S."""
    claims = {"p": visitor.page, "u": visitor.session, "k": visitor.kind, "s": visitor.stamp}
    if visitor.account_id is not None:
        claims["a"] = str(visitor.account_id)
    return PREFIX + signing.dumps(claims, salt=_SALT)


def is_visitor(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a request comes with a visitor's token, good or not."""
    return headers.get(b"authorization", b"")[7:].strip().startswith(PREFIX.encode())


def token_read(token: str) -> Visitor | None:
    """Return whom a token stands for; None when it is none of ours, was changed, or is too old."""
    try:
        claims: dict[str, Any] = signing.loads(token.removeprefix(PREFIX), salt=_SALT, max_age=TOKEN_S)
    except signing.BadSignature:
        return None
    account = claims.get("a")
    return Visitor(claims["p"], claims["u"], claims["k"], claims["s"], UUID(account) if account else None)


def site_open(token: str) -> Site | None:
    """Return the page at an address with its app, if visitors may come at all. The unguessable token is the permission to look."""
    found = Site.unscoped.filter(token=token, enabled=True, app__deleted_at=None).select_related("app", "app__created_by").first()
    return found if found is not None and found.app.published_id is not None else None


def site_admits(site: Site, visitor: Visitor) -> bool:
    """Tell whether a token that was given earlier still opens the page."""
    if not constant_time_compare(site_stamp(site), visitor.stamp):
        return False
    return site.access != Access.MEMBERS or (visitor.account_id is not None and is_member(site, visitor.account_id))


def is_member(site: Site, account_id: UUID) -> bool:
    """Tell whether a user belongs to the workspace of a page."""
    return Membership.objects.filter(workspace_id=site.workspace_id, user_id=account_id, user__is_active=True).exists()


def visited_app(visitor: Visitor) -> App | None:
    """Return the app that a visitor may use now."""
    site = site_open(visitor.page)
    return site.app if site is not None and site_admits(site, visitor) else None
