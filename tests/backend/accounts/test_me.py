"""The signed-in user, their tokens, a workspace and its members."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.capabilities import CAPABILITIES, capabilities_of
from backend.accounts.models import ApiKey, Membership, Role
from tests import factories


def test_me_lists_own_workspaces_with_capabilities(world: factories.World) -> None:
    places = factories.client(world.bob).get("/api/me").json()["workspaces"]
    assert [(place["id"], place["role"]) for place in places] == [(str(world.workspace.id), "editor")]
    assert places[0]["capabilities"] == sorted(capabilities_of("editor"))
    assert "credential.manage" not in places[0]["capabilities"]


def test_me_patch_changes_what_may_be_changed(world: factories.World) -> None:
    body = factories.client(world.bob).patch("/api/me", {"name": "Robert", "theme": "dark", "email": "evil@example.com", "id": "1"}).json()
    assert (body["name"], body["theme"], body["email"]) == ("Robert", "dark", "bob@example.com")


@pytest.mark.parametrize("change", [{"theme": "pink"}, {"language": "tlh"}, {"name": ""}])
def test_me_patch_refuses_nonsense(world: factories.World, change: dict[str, str]) -> None:
    response = factories.client(world.bob).patch("/api/me", change)
    assert response.status_code == 400
    assert list(response.json()["details"]["fields"]) == list(change)


def test_token_lives_from_creation_to_revocation(world: factories.World) -> None:
    client = factories.client(world.bob)
    made = client.post("/api/me/tokens", {"name": "ci", "workspace_id": str(world.workspace.id), "expires_days": 7})
    assert made.status_code == 201
    plain = made.json()["key"]
    assert plain.startswith("pat-")
    assert len(plain) == 4 + 32
    assert made.json()["last4"] == plain[-4:]

    robot = factories.token_client(plain)
    assert robot.get("/api/me").json()["email"] == "bob@example.com"
    assert robot.patch(world.url, {"name": "x"}).status_code == 403

    listed = client.get("/api/me/tokens").json()
    assert [token["name"] for token in listed] == ["ci"]
    assert "key" not in listed[0]
    assert listed[0]["last_used_at"] is not None
    assert client.delete(f"/api/me/tokens/{listed[0]['id']}").status_code == 204
    assert robot.get("/api/me").status_code == 401
    assert client.get("/api/me/tokens").json() == []


def test_only_the_digest_is_stored(world: factories.World) -> None:
    key, plain = factories.token(world.workspace, world.bob)
    assert plain not in str(ApiKey.unscoped.filter(id=key.id).values())


def test_token_for_a_foreign_workspace_is_404(world: factories.World) -> None:
    response = factories.client(world.bob).post("/api/me/tokens", {"name": "ci", "workspace_id": str(world.elsewhere.id)})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert not ApiKey.unscoped.exists()


@pytest.mark.parametrize("change", [{"expires_days": 0}, {"expires_days": 4000}, {"name": ""}, {"workspace_id": "x"}])
def test_token_refuses_nonsense(world: factories.World, change: dict[str, Any]) -> None:
    data = {"name": "ci", "workspace_id": str(world.workspace.id), **change}
    response = factories.client(world.bob).post("/api/me/tokens", data)
    assert response.status_code == 400
    assert list(response.json()["details"]["fields"]) == list(change)


def test_another_persons_token_is_404(world: factories.World) -> None:
    key, _ = factories.token(world.workspace, world.alice)
    assert factories.client(world.bob).delete(f"/api/me/tokens/{key.id}").status_code == 404
    assert ApiKey.unscoped.filter(id=key.id).exists()


def test_token_cannot_make_tokens(world: factories.World) -> None:
    _, plain = factories.token(world.workspace, world.bob)
    response = factories.token_client(plain).post("/api/me/tokens", {"name": "child", "workspace_id": str(world.workspace.id)})
    assert (response.status_code, response.json()["code"]) == (403, "session_required")


def test_token_opens_its_own_workspace_only(world: factories.World) -> None:
    factories.membership(world.elsewhere, world.bob, Role.OWNER)
    _, plain = factories.token(world.workspace, world.bob)
    robot = factories.token_client(plain)
    assert robot.get(world.url).status_code == 200
    assert robot.get(f"/api/workspaces/{world.elsewhere.id}").status_code == 404
    assert [place["id"] for place in robot.get("/api/me").json()["workspaces"]] == [str(world.workspace.id)]


def test_leaving_the_workspace_kills_the_token(world: factories.World) -> None:
    _, plain = factories.token(world.workspace, world.bob)
    robot = factories.token_client(plain)
    assert robot.get(world.url).status_code == 200
    Membership.objects.filter(user=world.bob).delete()
    assert robot.get(world.url).status_code == 401


def test_expired_token_is_401(world: factories.World) -> None:
    _, plain = factories.token(world.workspace, world.bob, expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert factories.token_client(plain).get(world.url).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer pat-unknown", "Bearer", "Basic YTpi", "pat-x", "Bearer app-something", "Bearer dataset-something"]
)
def test_header_that_proves_nothing_is_401_even_beside_a_session(world: factories.World, header: str) -> None:
    response = factories.client(world.alice).get(world.url, headers={"Authorization": header})
    assert (response.status_code, response.json()["code"]) == (401, "unauthorized")
    assert response["WWW-Authenticate"] == "Bearer"


def test_published_key_does_not_open_the_console(world: factories.World) -> None:
    from backend.accounts.services import key_create

    _, plain = key_create(workspace=world.workspace, kind="dataset", created_by=world.alice)
    assert factories.token_client(plain).get(world.url).status_code == 401


def test_workspace_rename_needs_admin(world: factories.World) -> None:
    seen = {name: client.patch(world.url, {"name": name}).status_code for name, client in world.three()}
    assert seen == {"Alice": 200, "Bob": 403, "Charlie": 404}
    assert factories.client(world.bob).get(world.url).json() == {"id": str(world.workspace.id), "name": "Alice"}


def test_members(world: factories.World) -> None:
    seen = {name: client.get(f"{world.url}/members").status_code for name, client in world.three()}
    assert seen == {"Alice": 200, "Bob": 200, "Charlie": 404}
    listed = factories.client(world.bob).get(f"{world.url}/members").json()
    assert [(member["name"], member["role"]) for member in listed] == [("Alice", "owner"), ("Bob", "editor")]
    assert set(listed[0]) == {"id", "user_id", "name", "email", "role", "created_at", "last_login"}


def test_capability_table_is_sane() -> None:
    assert all(Role.OWNER in roles for roles in CAPABILITIES.values())
    assert capabilities_of("intruder") == frozenset()
    viewer = capabilities_of(Role.VIEWER)
    assert viewer == {"app.read", "run.read", "insights.read", "knowledge.read", "model.read", "member.read", "workspace.read"}
    assert (
        viewer < capabilities_of(Role.OPERATOR) < capabilities_of(Role.EDITOR) < capabilities_of(Role.ADMIN) <= capabilities_of(Role.OWNER)
    )
