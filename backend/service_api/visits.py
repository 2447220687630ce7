"""How somebody becomes a visitor of an app's page: what the page asks for, and what it remembers of an earlier visit.

An anonymous visitor gets a *pass*, which the browser keeps: it names the visitor and says that the password was known. With it a
visit goes on without asking. Members prove themselves by their session, others by a token that the host page has signed.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import jwt
from django.contrib.auth.hashers import check_password
from django.core import signing
from django.utils.crypto import constant_time_compare

from backend.core.errors import AppError
from backend.core.vault import VaultError
from backend.service_api.visitors import Kind, Visitor, is_member, site_stamp
from backend.studio.models import Access, Site
from backend.studio.sites import identity_secret_open

logger = logging.getLogger(__name__)

PASS_S = 400 * 24 * 3600
IDENTITY_PASS_S = 12 * 3600
MAX_IDENTITY_S = 24 * 3600
MAX_SUBJECT = 200
_SALT = "backend.service_api.visits"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody brings along. `account_id` is who is signed in to the studio in the same browser."""

    kind: Kind
    password: str = ""
    identity: str = ""
    kept: str = ""
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor, and the pass for the next time; empty for members, who have their session."""

    visitor: Visitor
    kept: str = ""


class PasswordWrong(AppError):
    """The page's password was not the one that was sent."""

    def __init__(self) -> None:
        super().__init__("page_password_wrong", "This is not the password of the page.", 401)


def visit(site: Site, asked: Asked) -> Visit:
    """Let somebody in.

    Raises AppError: page_sign_in_required 401, page_members_only 403, page_password_required 401, page_identity_refused 401;
    PasswordWrong.
    """
    stamp = site_stamp(site)
    if site.access == Access.MEMBERS:
        if asked.account_id is None:
            raise AppError("page_sign_in_required", "This page is for members; sign in first.", 401)
        if not is_member(site, asked.account_id):
            raise AppError("page_members_only", "This page is for members of the workspace; you are signed in as somebody else.", 403)
        return Visit(Visitor(site.token, f"member-{asked.account_id}", asked.kind, stamp, asked.account_id))
    known = _kept(site, asked.kept)
    if site.access == Access.PASSWORD and not constant_time_compare(known.get("s", ""), stamp):
        _check_password(site, asked.password)
    mark = _secret_mark(site)
    if asked.identity:
        subject = identity_subject(asked.identity, _identity_secret(site))
        claims = {"p": site.token, "u": f"id-{subject}", "s": stamp, "i": mark}
    elif "i" in known:
        claims = {**known, "s": stamp}
    else:
        claims = {"p": site.token, "u": known.get("u") or f"anonymous-{secrets.token_urlsafe(18)}", "s": stamp}
    return Visit(Visitor(site.token, claims["u"], asked.kind, stamp), asked.kept if known == claims else signing.dumps(claims, salt=_SALT))


def _check_password(site: Site, given: str) -> None:
    if not given:
        raise AppError("page_password_required", "This page asks for a password.", 401)
    if not check_password(given, site.password):
        raise PasswordWrong


def _kept(site: Site, text: str) -> dict[str, Any]:
    """What an earlier visit left; {} where it says nothing any more. A pass by identity lasts a day's work, to be signed anew then."""
    try:
        claims: dict[str, Any] = signing.loads(text, salt=_SALT, max_age=PASS_S)
        if "i" in claims:
            claims = signing.loads(text, salt=_SALT, max_age=IDENTITY_PASS_S)
    except signing.BadSignature:
        return {}
    if claims.get("p") != site.token or ("i" in claims and claims["i"] != _secret_mark(site)):
        return {}
    return claims


def _identity_secret(site: Site) -> str | None:
    try:
        return identity_secret_open(site)
    except VaultError as failure:
        logger.error("the identity secret of a page cannot be opened: %s", failure)
        raise _refused("the page's secret cannot be opened any more, a new one is needed") from None


def _secret_mark(site: Site) -> str:
    """What changes with the identity secret."""
    return hashlib.sha256(site.identity_secret.encode()).hexdigest()[:16]


def identity_subject(token: str, secret: str | None) -> str:
    """Return the `sub` of a host page's token: a JWT (RFC 7519) with HS256, `sub`, and `exp` within a day.

    Raises AppError page_identity_refused.
    """
    if secret is None:
        raise _refused("this page takes no identity tokens")
    try:
        claims = jwt.decode(token, secret, algorithms=["HS256"], options={"require": ["exp", "sub"], "verify_aud": False})
    except (jwt.InvalidTokenError, jwt.InvalidKeyError) as failure:
        raise _refused(f"{failure}") from None
    if claims["exp"] > time.time() + MAX_IDENTITY_S:
        raise _refused("`exp` must lie within 24 hours")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or "\x00" in subject:
        raise _refused(f"`sub` must be a text of at most {MAX_SUBJECT} characters")
    return subject


def _refused(why: str) -> AppError:
    return AppError("page_identity_refused", f"The identity token is refused: {why}.", 401)
