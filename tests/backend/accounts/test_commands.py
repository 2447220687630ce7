"""Setting up without a browser."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.models import ApiKey, Membership, User, Workspace
from tests import factories

pytestmark = pytest.mark.django_db
ADA = {"email": "Ada@example.com", "password": "tide tables 1833", "workspace": "Harbour"}


def _run(command: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(command, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def test_bootstrap_prints_a_working_token_alone() -> None:
    out = _run("bootstrap", **ADA)
    assert out.count("\n") == 1
    me = factories.token_client(out.strip()).get("/api/me").json()
    assert me["email"] == "ada@example.com"
    assert [(place["name"], place["role"]) for place in me["workspaces"]] == [("Harbour", "owner")]
    assert factories.client().post("/api/setup", {}).status_code == 400
    assert factories.client().get("/api/setup").json()["installed"] is True


def test_bootstrap_again_reuses_both() -> None:
    first, second = _run("bootstrap", **ADA), _run("bootstrap", **ADA)
    assert first != second
    assert (User.objects.count(), Workspace.objects.count(), ApiKey.unscoped.count()) == (1, 1, 2)


def test_bootstrap_adds_a_workspace_and_another_person() -> None:
    _run("bootstrap", **ADA)
    _run("bootstrap", **{**ADA, "workspace": "Pier"})
    _run("bootstrap", email="bea@example.com", password="tide tables 1833", workspace="Harbour")
    owned = sorted(Membership.objects.values_list("user__email", "workspace__name", "role"))
    assert owned == [("ada@example.com", "Harbour", "owner"), ("ada@example.com", "Pier", "owner"), ("bea@example.com", "Harbour", "owner")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"password": "another one 123"}, "another password"),
        ({"email": "nobody"}, "e-mail"),
        ({"workspace": " "}, "--workspace"),
        ({"email": "new@example.com", "password": "short"}, "too short"),
        ({"expires_days": 0}, "--expires-days"),
    ],
)
def test_bootstrap_says_what_is_wrong(change: dict[str, Any], reason: str) -> None:
    _run("bootstrap", **ADA)
    with pytest.raises(CommandError, match=reason):
        _run("bootstrap", **{**ADA, **change})
    assert User.objects.count() == 1


def test_create_key_for_datasets() -> None:
    owner = factories.user()
    workspace = factories.workspace(owner, "Harbour")
    for name in ("Harbour", str(workspace.id)):
        assert _run("create_key", workspace=name, type="dataset").startswith("dataset-")
    assert ApiKey.scoped(workspace).count() == 2


def test_create_key_for_an_app_of_the_workspace_only() -> None:
    from backend.studio.models import App

    workspace, other = factories.workspace(name="Harbour"), factories.workspace(name="Elsewhere")
    app = App.unscoped.create(workspace=workspace, name="Guide", mode="workflow")
    assert _run("create_key", workspace="Harbour", type="app", app=app.id).startswith("app-")
    assert ApiKey.scoped(workspace).get().app_id == app.id
    with pytest.raises(CommandError, match="has no app"):
        _run("create_key", workspace=other.name, type="app", app=app.id)


def test_create_key_says_what_is_wrong() -> None:
    factories.workspace(name="Twice")
    factories.workspace(name="Twice")
    with pytest.raises(CommandError, match="no workspace"):
        _run("create_key", workspace="Nowhere", type="dataset")
    with pytest.raises(CommandError, match="Several"):
        _run("create_key", workspace="Twice", type="dataset")
    with pytest.raises(CommandError, match="--app"):
        _run("create_key", workspace="Twice", type="app")
