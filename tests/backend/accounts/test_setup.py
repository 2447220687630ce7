"""The install page, and the health it shows."""

from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.models import Installation, Membership, User
from backend.core import health
from tests import factories

OWNER = {"email": "Ada@Example.com", "name": "Ada", "password": "tide tables 1833", "workspace_name": "Harbour", "language": "zh-Hans"}
pytestmark = pytest.mark.django_db


def _csrf_client() -> tuple[factories.JsonClient, dict[str, str]]:
    client = factories.client(csrf=True)
    client.get("/api/setup")
    return client, {"X-CSRFToken": client.cookies["csrftoken"].value}


def test_first_owner_is_made_and_signed_in() -> None:
    client, headers = _csrf_client()
    response = client.post("/api/setup", OWNER, headers=headers)
    assert response.status_code == 201
    body = response.json()
    assert (body["email"], body["language"]) == ("ada@example.com", "zh-Hans")
    assert [(place["name"], place["role"]) for place in body["workspaces"]] == [("Harbour", "owner")]
    assert client.get("/api/me").json() == body
    assert User.objects.get().check_password(OWNER["password"])


def test_second_time_is_409(world: factories.World) -> None:
    client, headers = _csrf_client()
    response = client.post("/api/setup", OWNER, headers=headers)
    assert (response.status_code, response.json()["code"]) == (409, "already_installed")
    assert not User.objects.filter(email="ada@example.com").exists()


def test_simultaneous_second_setup_loses() -> None:
    """The other transaction committed after this one looked for users: its Installation row is in the way."""
    Installation.objects.create()
    response = factories.client().post("/api/setup", OWNER)
    assert (response.status_code, response.json()["code"]) == (409, "already_installed")
    assert not User.objects.exists()
    assert not Membership.objects.exists()


def test_setup_needs_the_csrf_token() -> None:
    response = factories.client(csrf=True).post("/api/setup", OWNER)
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": "ada@example.com"}, "password"),
        ({"workspace_name": ""}, "workspace_name"),
        ({"name": None}, "name"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_bad_field_is_named_and_nothing_is_kept(change: dict[str, Any], field: str) -> None:
    response = factories.client().post("/api/setup", {**OWNER, **change})
    assert response.status_code == 400
    assert list(response.json()["details"]["fields"]) == [field]
    assert not User.objects.exists()
    assert not Installation.objects.exists()


def test_health_is_shown_before_installation(valkey: str) -> None:
    body = factories.client().get("/api/setup").json()
    assert body["installed"] is False
    told = {check["name"]: check["ok"] for check in body["health"]}
    assert {"database", "queue", "storage"} <= set(told)
    assert all(told[name] for name in ("database", "queue", "storage"))


def test_health_is_kept_from_strangers_afterwards(world: factories.World, valkey: str) -> None:
    assert factories.client().get("/api/setup").json()["health"] == []
    assert factories.client(world.bob).get("/api/setup").json()["health"]


def test_queue_away_says_what_to_do(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = health.queue()
    assert not answer.ok
    assert "REDIS_URL" in answer.fix


def test_full_disk_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 1024})())
    answer = health.storage()
    assert not answer.ok
    assert "disk space" in answer.fix


def test_registered_check_appears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_checks", {})
    health.register("tide", lambda: health.Health(False, "low", "wait"))
    assert health.report() == [{"name": "tide", "ok": False, "detail": "low", "fix": "wait"}]


def test_the_health_list_says_which_sandboxes_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.sandbox() == health.Health(True, "Python, JavaScript")
    monkeypatch.setattr(health.probe.javascript, "find_spec", lambda name: None)
    answer = health.sandbox()
    assert not answer.ok
    assert answer.detail == "Python. The JavaScript sandbox is not installed: the package quickjs is missing."
    assert answer.fix
