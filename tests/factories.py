"""Makes rows for tests, and the world that endpoint tests stand in.

alice owns the workspace, bob is a member (editor), charlie is a stranger who owns another one.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import ApiKey, Membership, Role, User, Workspace
from backend.accounts.services import key_create
from tests.contract import answer_check

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


class JsonClient(Client):
    """Django's test client, sending JSON unless told otherwise; every answer is held against the OpenAPI file."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        answer_check(request["REQUEST_METHOD"], request["PATH_INFO"], response)
        return response

    def post(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:
        return super().post(path, data if data is not None else {}, content_type, **extra)

    def put(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:
        return super().put(path, data if data is not None else {}, content_type, **extra)

    def patch(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:
        return super().patch(path, data if data is not None else {}, content_type, **extra)


def user(name: str = "", **fields: Any) -> User:
    """Make a user with the password `PASSWORD`; hashing is skipped until `login` is what the test is about."""
    name = name or f"user{next(_numbers)}"
    fields.setdefault("email", f"{name.lower()}@example.com")
    made = User(name=name, **fields)
    made.set_unusable_password()
    made.save()
    return made


def user_with_password(name: str = "", password: str = PASSWORD, **fields: Any) -> User:
    """Make a user who can sign in by password (slow: hashes)."""
    made = user(name, **fields)
    made.set_password(password)
    made.save(update_fields=["password"])
    return made


def workspace(owner: User | None = None, name: str = "") -> Workspace:
    """Make a workspace, with its owner where one is given."""
    made = Workspace.objects.create(name=name or f"Workspace {next(_numbers)}")
    if owner is not None:
        membership(made, owner, Role.OWNER)
    return made


def membership(of: Workspace, who: User, role: str = Role.EDITOR) -> Membership:
    """Put a user into a workspace."""
    return Membership.objects.create(workspace=of, user=who, role=role)


def token(of: Workspace, who: User, **fields: Any) -> tuple[ApiKey, str]:
    """Make a personal access token; returns its row and its text."""
    return key_create(workspace=of, kind=ApiKey.Kind.PAT, user=who, created_by=who, **fields)


def client(who: User | None = None, *, csrf: bool = False) -> JsonClient:
    """Make a client, signed in as `who`; None: nobody."""
    made = JsonClient(enforce_csrf_checks=csrf)
    if who is not None:
        made.force_login(who)
    return made


def token_client(plain: str) -> JsonClient:
    """Make a client that sends an API key with each request."""
    return JsonClient(headers={"Authorization": f"Bearer {plain}"})


@dataclass(frozen=True, slots=True)
class World:
    """Three people and two workspaces."""

    workspace: Workspace
    elsewhere: Workspace
    alice: User
    bob: User
    charlie: User

    @property
    def url(self) -> str:
        """Address of the workspace in the console API."""
        return f"/api/workspaces/{self.workspace.id}"

    def member(self, role: str) -> User:
        """Add a member of this role to the workspace."""
        made = user(f"{role}{next(_numbers)}")
        membership(self.workspace, made, role)
        return made

    def three(self) -> list[tuple[str, JsonClient]]:
        """Clients of all three, for a loop over who may."""
        return [(who.name, client(who)) for who in (self.alice, self.bob, self.charlie)]


def make_world() -> World:
    """Make the three people and their workspaces."""
    alice, bob, charlie = user("Alice"), user("Bob"), user("Charlie")
    home, elsewhere = workspace(alice, "Tidal Works"), workspace(charlie, "Elsewhere")
    membership(home, bob, Role.EDITOR)
    return World(home, elsewhere, alice, bob, charlie)


@pytest.fixture
def world(db: None) -> World:
    """alice, bob, charlie and their workspaces."""
    return make_world()


def missing_id() -> str:
    """An id that no row has."""
    return str(uuid.uuid4())
