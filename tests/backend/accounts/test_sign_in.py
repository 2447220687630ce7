"""Signing in and out through django-allauth, as the studio does it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests import factories

LOGIN = "/_allauth/browser/v1/auth/login"
SESSION = "/_allauth/browser/v1/auth/session"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


class Browser:
    """A client that sends the CSRF cookie's value back as a header, like the studio."""

    def __init__(self) -> None:
        self.client = factories.client(csrf=True)
        self.client.get("/api/setup")

    def send(self, method: str, path: str, data: Any = None) -> Any:
        headers = {"X-CSRFToken": self.client.cookies["csrftoken"].value}
        return getattr(self.client, method)(path, "" if data is None else data, "application/json", headers=headers)


def test_in_and_out() -> None:
    ada = factories.user_with_password("Ada")
    browser = Browser()
    browser.client.cookies["sessionid"] = "chosen-by-an-attacker"
    response = browser.send("post", LOGIN, {"email": "ADA@example.com", "password": factories.PASSWORD})
    assert response.status_code == 200
    session = browser.client.cookies["sessionid"]
    assert session.value != "chosen-by-an-attacker"
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert browser.client.get("/api/me").json()["id"] == str(ada.id)

    assert browser.send("delete", SESSION).status_code == 401
    assert browser.client.get("/api/me").status_code == 401
    browser.client.cookies["sessionid"] = session.value
    assert browser.client.get("/api/me").status_code == 401


def test_session_id_changes_on_sign_in() -> None:
    factories.user_with_password("Ada")
    browser = Browser()
    session = browser.client.session
    session["before"] = True
    session.save()
    before = browser.client.cookies["sessionid"].value
    browser.send("post", LOGIN, {"email": "ada@example.com", "password": factories.PASSWORD})
    assert browser.client.cookies["sessionid"].value != before


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_wrong_password_and_unknown_user_look_the_same(email: str) -> None:
    factories.user_with_password("Ada")
    response = Browser().send("post", LOGIN, {"email": email, "password": "not this one"})
    body = response.json()
    assert (response.status_code, body["code"], body["status"]) == (400, "email_password_mismatch", 400)
    assert list(body["details"]["fields"]) == ["password"]


def test_without_csrf_token_is_403_in_json() -> None:
    response = factories.client(csrf=True).post(LOGIN, {"email": "a@b.c", "password": "x"})
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize(
    ("data", "code"),
    [({"email": "ada@example.com"}, "invalid_input"), ("{nonsense", "invalid_json"), ("[]", "invalid_json")],
)
def test_bad_body_is_400(data: Any, code: str) -> None:
    response = Browser().send("post", LOGIN, data)
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_too_many_failures_are_429_even_with_the_right_password() -> None:
    factories.user_with_password("Ada")
    for _ in range(5):
        Browser().send("post", LOGIN, {"email": "ada@example.com", "password": "wrong"})
    response = Browser().send("post", LOGIN, {"email": "ada@example.com", "password": factories.PASSWORD})
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")


def test_nobody_registers_on_their_own(world: factories.World) -> None:
    response = Browser().send("post", "/_allauth/browser/v1/auth/signup", {"email": "new@example.com", "password": factories.PASSWORD})
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")


def test_inactive_user_stays_out() -> None:
    factories.user_with_password("Ada", is_active=False)
    browser = Browser()
    browser.send("post", LOGIN, {"email": "ada@example.com", "password": factories.PASSWORD})
    assert browser.client.get("/api/me").status_code == 401
