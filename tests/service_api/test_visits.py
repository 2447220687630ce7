"""Who gets into an app's page, and what a visitor's token opens. In one process: no worker, no broker."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.core.cache import cache

from backend.runs.models import Source
from backend.service_api import published, visitors
from backend.service_api.errors import WireError
from backend.service_api.http import Request
from backend.service_api.urls import _KNOWLEDGE_ROUTES, _ROUTES, FOR_VISITORS, is_for_visitors, resolve
from backend.service_api.visitors import Visitor, is_visitor, site_stamp, token_make, token_read
from backend.studio import sites
from backend.studio.models import App, Draft, Site, Version
from tests import factories
from tests.factories import World, client

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = {"graph": {"nodes": [], "edges": []}}


@pytest.fixture(autouse=True)
def quick(settings: Any, tmp_path: Path) -> None:
    """Hash passwords quickly, and serve a page whether or not one is built."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STUDIO_DIST = tmp_path
    (tmp_path / "chat.html").write_text("<html><title>Tidemill</title></html>")
    cache.clear()


@pytest.fixture
def site(world: World) -> Site:
    """The page of a published chatflow, open to everybody."""
    app = App.unscoped.create(workspace=world.workspace, name="Harbour guide", mode="advanced-chat")
    Draft.objects.create(app=app, document=DOCUMENT)
    app.published = Version.unscoped.create(workspace=world.workspace, app=app, number=1, document=DOCUMENT, digest="0" * 64)
    app.save()
    made = sites.site_of(app)
    made.access = "public"
    made.save()
    published._memory.clear()
    return made


def _ask(site: Site, who: Any = None, **body: Any) -> Any:
    return client(who).post(f"/api/pages/{site.token}/session", body)


def _refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    found: dict[str, Any] = answer.json()
    return found


def _request(token: str) -> Request:
    return Request("GET", {}, {}, {b"authorization": f"Bearer {token}".encode()}, b"")


def _open(token: str) -> Request:
    """Use a token as `/v1` does; returns the request, which then knows its visitor."""
    published._memory.clear()
    request = _request(token)
    asyncio.run(published.published_app(request))
    return request


def _closed(token: str) -> None:
    with pytest.raises(WireError) as error:
        _open(token)
    assert error.value.status == 401


def _identity(secret: str, header: dict[str, Any] | None = None, **claims: Any) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    text = f"{part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': 'ann', 'exp': time.time() + 600, **claims})}"
    signature = hmac.new(secret.encode(), text.encode(), "sha256").digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_everybody_gets_into_a_public_page_and_stays_the_same_visitor(site: Site) -> None:
    first = _ask(site).json()
    assert first["page"]["title"] == "Harbour guide"
    assert first["page"]["path"] == f"/chat/{site.token}"
    caller = _open(first["token"]).visitor
    assert caller is not None
    assert (caller.kind, caller.source) == ("web", Source.WEB)
    again = _open(_ask(site, visitor=first["visitor"]).json()["token"]).visitor
    assert again == caller
    stranger = _open(_ask(site).json()["token"]).visitor
    assert stranger is not None
    assert stranger.session_id != caller.session_id


def test_a_frame_in_another_site_is_told_apart(site: Site) -> None:
    caller = _open(_ask(site, embedded=True).json()["token"]).visitor
    assert caller is not None
    assert (caller.kind, caller.source) == ("embed", Source.EMBED)


def test_members_come_by_their_session(world: World, site: Site) -> None:
    site.access = "members"
    site.save()
    assert _refused(_ask(site), 401, "page_sign_in_required")["details"]["page"]["title"] == "Harbour guide"
    _refused(_ask(site, world.charlie), 403, "page_members_only")
    answer = _ask(site, world.bob).json()
    assert answer["visitor"] == ""
    caller = _open(answer["token"]).visitor
    assert caller is not None
    assert caller.session_id == f"member-{world.bob.pk}"


def test_a_member_who_left_is_out_at_once(world: World, site: Site) -> None:
    site.access = "members"
    site.save()
    token = _ask(site, world.bob).json()["token"]
    _open(token)
    world.bob.memberships.all().delete()
    _closed(token)


def test_a_password_is_asked_for_once(site: Site) -> None:
    sites.site_update(app=site.app, fields={"access": "password", "password": "low tide"}, texts={})
    _refused(_ask(site), 401, "page_password_required")
    _refused(_ask(site, password="high tide"), 401, "page_password_wrong")
    first = _ask(site, password="low tide").json()
    again = _ask(site, visitor=first["visitor"]).json()
    assert _open(again["token"]).visitor == _open(first["token"]).visitor


def test_another_password_ends_every_visit(site: Site) -> None:
    sites.site_update(app=site.app, fields={"access": "password", "password": "low tide"}, texts={})
    first = _ask(site, password="low tide").json()
    sites.site_update(app=site.app, fields={"password": "spring tide"}, texts={})
    _closed(first["token"])
    _refused(_ask(site, visitor=first["visitor"]), 401, "page_password_required")


def test_nobody_tries_passwords_for_long(site: Site) -> None:
    sites.site_update(app=site.app, fields={"access": "password", "password": "low tide"}, texts={})
    for _ in range(5):
        _refused(_ask(site, password="guess!"), 401, "page_password_wrong")
    answer = _ask(site, password="low tide")
    _refused(answer, 429, "page_too_many_attempts")
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("change", ["enabled", "deleted", "unpublished", "token"])
def test_a_page_that_is_gone_closes_its_visits(site: Site, change: str) -> None:
    token = _ask(site).json()["token"]
    _open(token)
    if change == "enabled":
        sites.site_update(app=site.app, fields={"enabled": False}, texts={})
    elif change == "token":
        sites.site_token_renew(app=site.app)
    else:
        values = {"deleted_at": site.updated_at} if change == "deleted" else {"published": None}
        App.unscoped.filter(pk=site.app_id).update(**values)
    _closed(token)
    _refused(_ask(site), 404, "page_not_found")


def test_a_token_cannot_be_made_changed_or_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_make(Visitor(site.token, "anonymous-x", "web", site_stamp(site)))
    _open(token)
    for wrong in (token[:-1] + ("a" if token[-1] != "a" else "b"), "visitor-", "visitor-x:y:z", token.replace("visitor-", "visitor-x")):
        _closed(wrong)
    claims = {"p": site.token, "u": "anonymous-x", "k": "web", "s": site_stamp(site)}
    _closed("visitor-" + signing.dumps(claims, salt="another purpose"))
    _closed(token_make(Visitor(site.token, "anonymous-x", "web", "another stamp")))
    monkeypatch.setattr(visitors, "TOKEN_S", -1)
    assert token_read(token) is None


def test_a_token_opens_its_own_app_alone(world: World, site: Site) -> None:
    other = App.unscoped.create(workspace=world.workspace, name="Other", mode="workflow")
    foreign = sites.site_of(other)
    _closed(token_make(Visitor(foreign.token, "anonymous-x", "web", site_stamp(site))))


def test_the_host_page_says_who_visits(site: Site) -> None:
    secret = sites.identity_secret_renew(app=site.app)
    answer = _ask(site, identity=_identity(secret, sub="ann@example.com")).json()
    caller = _open(answer["token"]).visitor
    assert caller is not None
    assert caller.session_id == "id-ann@example.com"
    assert _open(_ask(site, visitor=answer["visitor"]).json()["token"]).visitor == caller
    sites.identity_secret_renew(app=site.app)
    renewed = _open(_ask(site, visitor=answer["visitor"]).json()["token"]).visitor
    assert renewed is not None
    assert renewed.session_id.startswith("anonymous-")


def _none_of_ours(secret: str) -> dict[str, str]:
    good = _identity(secret)
    head, body, signature = good.split(".")
    other = _identity(secret, sub="eve").split(".")[1]
    return {
        "another secret": _identity("another secret"),
        "no signature": _identity(secret, {"alg": "none"}),
        "another body": f"{head}.{other}.{signature}",
        "over": _identity(secret, exp=time.time() - 1),
        "for ever": _identity(secret, exp=time.time() + 10**9),
        "no end": _identity(secret, exp=None),
        "nobody": _identity(secret, sub=""),
        "a number": _identity(secret, sub=7),
        "no token": "hello",
        "half a token": f"{head}.{body}",
        "not JSON": "e30.e30",
    }


@pytest.mark.parametrize("name", list(_none_of_ours("x")))
def test_an_identity_that_proves_nothing_is_refused(site: Site, name: str) -> None:
    secret = sites.identity_secret_renew(app=site.app)
    _refused(_ask(site, identity=_none_of_ours(secret)[name]), 401, "page_identity_refused")


def test_a_secret_that_cannot_be_opened_any_more_lets_nobody_pass(site: Site) -> None:
    secret = sites.identity_secret_renew(app=site.app)
    Site.unscoped.filter(pk=site.pk).update(identity_secret="v1.lost.AAAA.AAAA")
    _refused(_ask(site, identity=_identity(secret)), 401, "page_identity_refused")
    assert _ask(site).status_code == 200


def test_without_a_secret_no_identity_is_taken(site: Site) -> None:
    _refused(_ask(site, identity=_identity("")), 401, "page_identity_refused")


def test_visitors_may_call_what_is_listed_and_nothing_else() -> None:
    routes = {(method, route) for method, route, _ in (*_ROUTES, *_KNOWLEDGE_ROUTES)}
    assert routes >= FOR_VISITORS, "FOR_VISITORS names routes that do not exist"
    headers = {b"authorization": b"Bearer visitor-x"}
    assert is_visitor(headers)
    for method, route in routes:
        view, _ = resolve(method, route.replace("<", "").replace(">", ""))
        assert is_for_visitors(view) == ((method, route) in FOR_VISITORS), f"{method} {route} shares a view with one that is open"


def test_the_frame_of_a_page_says_where_it_may_stand(site: Site) -> None:
    anonymous = client()
    alone = anonymous.get(f"/chat/{site.token}")
    assert "frame-ancestors 'none'" in alone["Content-Security-Policy"]
    assert alone["X-Frame-Options"] == "DENY"
    framed = anonymous.get(f"/embed/{site.token}")
    assert framed["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    sites.site_update(app=site.app, fields={"origins": ["https://a.example", "https://b.example:8443"]}, texts={})
    framed = anonymous.get(f"/embed/{site.token}")
    assert framed["Content-Security-Policy"].endswith("frame-ancestors https://a.example https://b.example:8443")
    assert "X-Frame-Options" not in framed
    assert "csrftoken" not in framed.cookies
    assert anonymous.get(f"/chat/{uuid4()}").status_code == 404


def test_a_title_is_no_html(site: Site) -> None:
    sites.site_update(app=site.app, fields={}, texts={"title": "</title><script>x</script>"})
    assert b"<script>x" not in client().get(f"/chat/{site.token}").content


def test_a_signed_in_member_needs_the_csrf_token(world: World, site: Site) -> None:
    browser = factories.client(world.alice, csrf=True)
    assert browser.post(f"/api/pages/{site.token}/session").status_code == 403
    assert factories.client(csrf=True).post(f"/api/pages/{site.token}/session").status_code == 200
