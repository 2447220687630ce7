"""The page of an app, as the studio sets it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password

from backend.studio import sites
from backend.studio.models import App, Site
from tests.factories import World, client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def app(world: World) -> App:
    return App.unscoped.create(workspace=world.workspace, name="Harbour guide", mode="advanced-chat", icon="⚓")


def _url(world: World, app: App, rest: str = "") -> str:
    return f"{world.url}/apps/{app.id}/site{rest}"


def _refused(answer: Any, field: str) -> None:
    assert answer.status_code == 400, answer.content
    assert field in str(answer.json()["details"]["fields"])


def test_a_page_begins_closed_and_named_like_its_app(world: World, app: App) -> None:
    alice = client(world.alice)
    page = alice.get(_url(world, app)).json()
    assert (page["access"], page["enabled"], page["has_password"], page["published"]) == ("members", True, False, False)
    assert page["texts"]["title"] == "Harbour guide"
    assert page["own_texts"] == []
    assert page["url"].endswith(f"/chat/{page['token']}")
    assert len(page["token"]) >= 22
    assert alice.get(_url(world, app)).json()["token"] == page["token"]


def test_texts_are_kept_and_given_back_to_the_app(world: World, app: App) -> None:
    alice = client(world.alice)
    texts = {"title": "Ask the harbour", "chat_color_theme": "#0B6E6E", "default_language": "zh-Hans", "input_placeholder": "Ask…"}
    changed = alice.patch(_url(world, app), {"texts": texts}).json()
    assert {name: changed["texts"][name] for name in texts} == texts
    assert changed["own_texts"] == sorted(texts)
    back = alice.patch(_url(world, app), {"texts": {"title": None}}).json()
    assert back["texts"]["title"] == "Harbour guide"
    assert back["texts"]["chat_color_theme"] == "#0B6E6E"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"texts": {"chat_color_theme": "red;}"}}, "chat_color_theme"),
        ({"texts": {"privacy_policy": "javascript:alert(1)"}}, "privacy_policy"),
        ({"texts": {"default_language": "tlh"}}, "default_language"),
        ({"origins": ["https://a.example/path"]}, "origins"),
        ({"origins": ["https://a.example; script-src *"]}, "origins"),
        ({"origins": ["*"]}, "origins"),
        ({"origins": ["ftp://a.example"]}, "origins"),
        ({"access": "password"}, "password"),
        ({"password": "12345"}, "password"),
        ({"access": "everybody"}, "access"),
    ],
)
def test_a_page_takes_nothing_that_does_not_fit(world: World, app: App, body: dict[str, Any], field: str) -> None:
    _refused(client(world.alice).patch(_url(world, app), body), field)


def test_origins_are_kept_as_browsers_write_them(world: World, app: App) -> None:
    given = ["HTTPS://Www.Example.com:443/", "http://localhost:3000", "https://bücher.example", "https://www.example.com"]
    kept = client(world.alice).patch(_url(world, app), {"origins": given}).json()["origins"]
    assert kept == ["https://www.example.com", "http://localhost:3000", "https://xn--bcher-kva.example"]


def test_a_password_is_stored_as_a_hash_and_can_be_removed(world: World, app: App) -> None:
    alice = client(world.alice)
    page = alice.patch(_url(world, app), {"access": "password", "password": "low tide"}).json()
    assert page["has_password"]
    assert "password" not in page
    stored = Site.scoped(world.workspace).get(app=app).password
    assert "low tide" not in stored
    assert check_password("low tide", stored)
    _refused(alice.patch(_url(world, app), {"password": None}), "password")
    assert not alice.patch(_url(world, app), {"password": None, "access": "public"}).json()["has_password"]


def test_a_new_address_replaces_the_old_one(world: World, app: App) -> None:
    alice = client(world.alice)
    before = alice.get(_url(world, app)).json()["token"]
    after = alice.post(_url(world, app, "/token")).json()["token"]
    assert after != before
    assert not Site.scoped(world.workspace).filter(token=before).exists()


def test_the_identity_secret_is_shown_once_and_sealed(world: World, app: App) -> None:
    alice = client(world.alice)
    secret = alice.post(_url(world, app, "/identity-secret")).json()["secret"]
    row = Site.scoped(world.workspace).get(app=app)
    assert secret not in row.identity_secret
    assert sites.identity_secret_open(row) == secret
    assert alice.get(_url(world, app)).json()["has_identity_secret"]
    assert secret not in alice.get(_url(world, app)).content.decode()
    assert alice.delete(_url(world, app, "/identity-secret")).status_code == 204
    assert not alice.get(_url(world, app)).json()["has_identity_secret"]
