"""Every console route × every method × everybody who might ask.

The cases come from Django's own route table, so a new route is tested by existing; one that fits no class fails.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.response import Response

from backend.accounts.capabilities import CAPABILITIES
from backend.accounts.models import Role
from backend.core.api import AccountView, PublicView, WorkspaceView
from tests import factories
from tests.backend.isolation_objects import Made, make

# Whoever asks gets an answer here; each with its reason.
PUBLIC = {
    "api/setup": "nobody can sign in before there is a user; afterwards it tells only that one exists",
    "api/^(?P<rest>.*)$": "the 404 of every address that is not served",
    "api/pages/<str:token>/session": "the door itself: it asks for membership or password where the page does, and gives nothing else",
    **dict.fromkeys(
        ("chat/<str:token>", "completion/<str:token>", "workflow/<str:token>", "embed/<str:token>"),
        "the frame of an app's page, the same for everybody but for its title",
    ),
    "api-docs/<uuid:ws>/<uuid:app>": "the frame of an app's API reference, the same for everybody; it asks for the document as a member",
    "livez": "probe: a constant",
    "readyz": "probe: two booleans",
    r"^(?!api/|_allauth/|v1/|openai/|mcp/|files/|static/|assets/|\.well-known/).*$": "the studio's page, the same for everybody",
    "files/<uuid:file>/<str:name>": "the signature in the address is the permission",
}
# django-allauth's own endpoints: about the asking session only, no workspace data.
FOREIGN_PREFIX = "_allauth/"
VERBS = ("get", "post", "put", "patch", "delete")
PASSED = 299


@dataclass(frozen=True, slots=True)
class Route:
    """One console route: its pattern, its view class (None: a plain function) and its argument names in order."""

    pattern: str
    view: Any
    arguments: tuple[str, ...]

    def address(self, values: Made) -> str:
        path = self.pattern
        for name in self.arguments:
            path = path.replace(f"<uuid:{name}>", str(values[name])).replace(f"<str:{name}>", str(values[name]))
        assert "<" not in path, f"{self.pattern}: use <uuid:…> for objects (or <str:…>, and extend this test)"
        return "/" + path

    @property
    def methods(self) -> tuple[str, ...]:
        return tuple(verb for verb in VERBS if hasattr(self.view, verb))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, pattern)
        elif not pattern.startswith(FOREIGN_PREFIX):
            view = getattr(entry.callback, "cls", None) or getattr(entry.callback, "view_class", None)
            yield Route(pattern, view, tuple(entry.pattern.converters))


def _is(route: Route, base: type) -> bool:
    return isinstance(route.view, type) and issubclass(route.view, base)


ROUTES = list(_walk(get_resolver().url_patterns))
IN_WORKSPACE = [(route, verb) for route in ROUTES if _is(route, WorkspaceView) for verb in route.methods]
WITH_OBJECTS = [(route, verb) for route, verb in IN_WORKSPACE if len(route.arguments) > 1]
OF_ACCOUNT = [(route, verb) for route in ROUTES if _is(route, AccountView) for verb in route.methods]


def _names(cases: list[tuple[Route, str]]) -> list[str]:
    return [f"{verb} {route.pattern}" for route, verb in cases]


def _call(client: Any, verb: str, address: str) -> Any:
    return getattr(client, verb)(address)


def _values(route: Route, world: factories.World) -> Made:
    """Objects of the workspace for every argument of the route."""
    values: Made = {"ws": world.workspace.id}
    for name in route.arguments[1:]:
        values[name] = make(name, world.workspace, values)
    return values


def test_every_route_is_of_a_known_kind() -> None:
    unknown = [
        route.pattern
        for route in ROUTES
        if not (_is(route, WorkspaceView) or _is(route, AccountView) or route.pattern in PUBLIC)
        or (_is(route, PublicView) and route.pattern not in PUBLIC)
    ]
    assert not unknown, f"derive from WorkspaceView or AccountView (backend/core/api.py), or list it in PUBLIC with its reason: {unknown}"
    assert not set(PUBLIC) - {route.pattern for route in ROUTES}, "PUBLIC lists routes that do not exist"


def test_every_method_names_a_known_capability() -> None:
    wrong = []
    for route in (route for route in ROUTES if _is(route, WorkspaceView)):
        declared = route.view.required
        wrong += [f"{verb} {route.pattern} needs an entry in `required`" for verb in route.methods if verb not in declared]
        wrong += [
            f"{route.pattern}: {capability!r} is not a capability" for capability in declared.values() if capability not in CAPABILITIES
        ]
        wrong += [f"{route.pattern}: entry for {verb}, which it does not serve" for verb in declared if verb not in route.methods]
        if route.arguments[:1] != ("ws",):
            wrong.append(f"{route.pattern}: the first argument must be `ws`")
    assert not wrong


@pytest.mark.usefixtures("valkey")
@pytest.mark.parametrize(("route", "verb"), IN_WORKSPACE, ids=_names(IN_WORKSPACE))
def test_outsiders_get_nothing(world: factories.World, route: Route, verb: str) -> None:
    address = route.address(_values(route, world))
    assert _call(factories.client(), verb, address).status_code == 401
    assert _call(factories.client(world.charlie), verb, address).status_code == 404
    _, foreign = factories.token(world.elsewhere, world.charlie)
    assert _call(factories.token_client(foreign), verb, address).status_code == 404
    factories.membership(world.elsewhere, world.alice, Role.OWNER)
    _, elsewhere = factories.token(world.elsewhere, world.alice)
    assert _call(factories.token_client(elsewhere), verb, address).status_code == 404


@pytest.mark.parametrize(("route", "verb"), IN_WORKSPACE, ids=_names(IN_WORKSPACE))
def test_roles_get_what_the_table_says(world: factories.World, monkeypatch: pytest.MonkeyPatch, route: Route, verb: str) -> None:
    """The handler is replaced: what counts is whether the gate before it opens."""
    monkeypatch.setattr(route.view, verb, lambda self, request, **arguments: Response(status=PASSED))
    address = route.address({"ws": world.workspace.id, **{name: uuid.uuid4() for name in route.arguments[1:]}})
    capability = route.view.required[verb]
    for role in Role:
        who = world.member(role)
        for client in (factories.client(who), factories.token_client(factories.token(world.workspace, who)[1])):
            response = _call(client, verb, address)
            if role in CAPABILITIES[capability]:
                assert response.status_code == PASSED, role
            else:
                assert (response.status_code, response.json()["details"]["capability"]) == (403, capability), role


@pytest.mark.usefixtures("valkey")
@pytest.mark.parametrize(("route", "verb"), WITH_OBJECTS, ids=_names(WITH_OBJECTS))
def test_foreign_object_is_404_even_to_the_owner(world: factories.World, route: Route, verb: str) -> None:
    """One argument at a time is replaced: by another workspace's object, by one of a sibling, by none."""
    client, own = factories.client(world.alice), _values(route, world)
    for place, name in enumerate(route.arguments[1:]):
        above = {"ws": world.elsewhere.id}
        for parent in route.arguments[1 : place + 1]:
            above[parent] = make(parent, world.elsewhere, above)
        others = [make(name, world.elsewhere, above), factories.missing_id()]
        if place:
            sibling = _values(route, world)
            others.append(sibling[name])
        for other in others:
            response = _call(client, verb, route.address({**own, name: other}))
            assert (response.status_code, response.json()["code"]) == (404, "not_found"), f"{name}={other}"


@pytest.mark.parametrize(("route", "verb"), OF_ACCOUNT, ids=_names(OF_ACCOUNT))
def test_account_routes_need_a_user(world: factories.World, route: Route, verb: str) -> None:
    address = route.address({name: uuid.uuid4() for name in route.arguments})
    assert _call(factories.client(), verb, address).status_code == 401
    if route.view.session_only:
        _, plain = factories.token(world.workspace, world.alice)
        assert _call(factories.token_client(plain), verb, address).status_code == 403
    if route.arguments:
        assert _call(factories.client(world.alice), verb, address).status_code == 404
