"""The list of apps: tags, owners, the bin, files with and without secrets."""

from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.models import Role
from backend.studio.models import App
from tests.factories import World, client

FLOW: dict[str, Any] = {"graph": {"nodes": [], "edges": []}}


def made(world: World, name: str, **change: Any) -> str:
    """An app of alice's; `change` is sent afterwards."""
    alice = client(world.alice)
    app = alice.post(f"{world.url}/apps", {"name": name, "mode": "workflow"}).json()
    if change:
        assert alice.patch(f"{world.url}/apps/{app['id']}", change).status_code == 200
    return str(app["id"])


def names(world: World, query: str) -> list[str]:
    answer = client(world.bob).get(f"{world.url}/apps?sort=name&{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def test_apps_are_found_by_tag_and_by_who_made_them(world: World) -> None:
    made(world, "A", tags=["sales", "试用"])
    made(world, "B", tags=["sale"])
    bobs = client(world.bob).post(f"{world.url}/apps", {"name": "C", "mode": "chat"}).json()
    assert (bobs["owner"], bobs["updated_by"]) == ({"id": str(world.bob.pk), "name": "Bob"}, "Bob")
    assert names(world, "tag=sales") == names(world, "tag=试用") == ["A"]
    assert names(world, f"owner={world.bob.pk}") == ["C"]
    assert client(world.bob).get(f"{world.url}/app-tags").json() == [
        {"name": "sale", "apps": 1},
        {"name": "sales", "apps": 1},
        {"name": "试用", "apps": 1},
    ]


def test_a_deleted_app_waits_in_the_bin_and_comes_back(world: World) -> None:
    kept, gone = made(world, "Kept"), made(world, "Gone")
    assert client(world.alice).delete(f"{world.url}/apps/{gone}").status_code == 204
    assert (names(world, ""), names(world, "deleted=true")) == (["Kept"], ["Gone"])
    assert client(world.member(Role.VIEWER)).post(f"{world.url}/apps/{gone}/undelete").status_code == 403
    back = client(world.bob).post(f"{world.url}/apps/{gone}/undelete")
    assert (back.status_code, back.json()["deleted_at"]) == (200, None)
    assert names(world, "") == ["Gone", "Kept"]
    assert client(world.bob).post(f"{world.url}/apps/{kept}/undelete").status_code == 200
    assert App.scoped(world.elsewhere).count() == 0


@pytest.mark.parametrize(("role", "allowed"), [(Role.EDITOR, True), (Role.OPERATOR, False)])
def test_a_file_has_secrets_only_when_asked_and_allowed(world: World, role: Role, allowed: bool) -> None:
    app = made(world, "Secretive")
    url = f"{world.url}/apps/{app}"
    secret = {"id": "1", "name": "KEY", "value_type": "secret", "value": "tide-42"}
    saved = client(world.alice).put(f"{url}/draft", {"document": {**FLOW, "environment_variables": [secret]}, "base_revision": 1})
    assert saved.status_code == 200, saved.content
    who = client(world.member(role))
    assert b"tide-42" not in who.get(f"{url}/export").content
    answer = who.get(f"{url}/export?secrets=true")
    assert answer.status_code == (200 if allowed else 403)
    assert (b"tide-42" in answer.content) is allowed
