"""Probes, the studio's page, headers, and errors outside the views."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import factories


def test_livez_needs_no_database(client: Client) -> None:
    assert client.get("/livez").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_with_everything(client: Client, valkey: str) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "checks": {"database": True, "queue": True}})


@pytest.mark.django_db
def test_readyz_without_redis(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": True, "queue": False}


@pytest.mark.parametrize("path", ["/", "/apps/1", "/signin"])
def test_studio_page(client: Client, settings: Any, tmp_path: Path, path: str) -> None:
    settings.STUDIO_DIST = tmp_path
    (tmp_path / "index.html").write_text("<html>the studio</html>")
    response = client.get(path)
    assert (response.status_code, response.content) == (200, b"<html>the studio</html>")
    assert response["Cache-Control"] == "no-cache"
    assert "csrftoken" in response.cookies


def test_studio_not_built_says_how(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.STUDIO_DIST = tmp_path / "nothing"
    response = client.get("/")
    assert response.status_code == 503
    assert "npm run build" in response.content.decode()


def test_studio_page_takes_no_post(client: Client) -> None:
    assert client.post("/").status_code == 405


@pytest.mark.parametrize("path", ["/", "/livez", "/api/nothing"])
def test_security_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/workspaces/not-a-uuid", "/api/me/"])
def test_unknown_api_address_is_json(method: str, path: str) -> None:
    response = getattr(factories.client(), method)(path)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_unknown_sign_in_address_is_json(client: Client) -> None:
    assert client.get("/_allauth/browser/v1/nothing").json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/", "/api/setup", "/_allauth/browser/v1/config"])
def test_unknown_host_is_400(client: Client, path: str) -> None:
    response = client.get(path, headers={"Host": "evil.example"})
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_probe_may_come_by_address(client: Client) -> None:
    assert client.get("/livez", headers={"Host": "10.1.2.3:8080"}).status_code == 200
