"""The bases of console views: default deny, bodies, pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import Role, User
from backend.core.api import AccountView, PageInput, WorkspaceView, get_or_404, paginate
from backend.core.errors import AppError, NotFound
from tests import factories


class Bare(APIView):
    def get(self, request: Any) -> Response:
        return Response({"leaked": True})


class Some(WorkspaceView):
    required = {"get": "app.read", "post": "app.edit"}

    def get(self, request: Any, ws: Any) -> Response:
        return Response({"role": self.ctx.role, "user": self.ctx.user.email})

    def post(self, request: Any, ws: Any) -> Response:
        return Response(self.read(PageInput))

    def put(self, request: Any, ws: Any) -> Response:
        return Response({"leaked": True})


class Broken(AccountView):
    def get(self, request: Any) -> Response:
        raise RuntimeError("a secret detail")

    def post(self, request: Any) -> Response:
        return Response({"got": request.data})


urlpatterns = [path("api/bare", Bare.as_view()), path("api/broken", Broken.as_view()), path("api/ws/<str:ws>", Some.as_view())]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def test_view_without_base_answers_nobody(world: factories.World) -> None:
    assert factories.client(world.alice).get("/api/bare").status_code == 403


def test_who_may(world: factories.World) -> None:
    seen = {name: client.get(f"/api/ws/{world.workspace.id}").status_code for name, client in world.three()}
    assert seen == {"Alice": 200, "Bob": 200, "Charlie": 404}
    assert factories.client().get(f"/api/ws/{world.workspace.id}").status_code == 401


@pytest.mark.parametrize("ws", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_missing_workspace_is_404(world: factories.World, ws: str) -> None:
    response = factories.client(world.alice).get(f"/api/ws/{ws}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_method_without_entry_is_refused_even_to_the_owner(world: factories.World) -> None:
    response = factories.client(world.alice).put(f"/api/ws/{world.workspace.id}")
    assert response.status_code == 403
    assert "leaked" not in response.content.decode()


def test_method_without_handler_is_405(world: factories.World) -> None:
    assert factories.client(world.alice).delete(f"/api/ws/{world.workspace.id}").status_code == 405


def test_head_needs_what_get_needs(world: factories.World) -> None:
    assert factories.client(world.alice).head(f"/api/ws/{world.workspace.id}").status_code == 200
    assert factories.client(world.charlie).head(f"/api/ws/{world.workspace.id}").status_code == 404


def test_refusal_names_capability_and_who_grants(world: factories.World) -> None:
    response = factories.client(world.member(Role.VIEWER)).post(f"/api/ws/{world.workspace.id}")
    body = response.json()
    assert (response.status_code, body["code"]) == (403, "permission_denied")
    assert body["details"] == {"capability": "app.edit", "role": "viewer", "roles": ["owner", "admin", "editor"], "granted_by": ["Alice"]}
    assert "app.edit" in body["message"]
    assert "Alice" in body["message"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a":', "unexpected end"),
        (b"[]", "must be a JSON object"),
        (b'"x"', "must be a JSON object"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"a": "\\\\\\u0000"}', "NUL"),
        (b'{"a": "\xff"}', "not valid JSON"),
        (b'{"a": "\\ud800"}', "not valid JSON"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "not valid JSON"),
        (b'{"a": NaN}', "not valid JSON"),
    ],
)
def test_bad_json_is_400_with_the_reason(world: factories.World, body: bytes, reason: str) -> None:
    response = factories.client(world.alice).post("/api/broken", body)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_json")
    assert reason in response.json()["message"]


def test_text_that_only_looks_like_nul_is_kept(world: factories.World) -> None:
    response = factories.client(world.alice).post("/api/broken", b'{"a": "\\\\u0000"}')
    assert response.json() == {"got": {"a": "\\u0000"}}


def test_body_too_large_is_413(world: factories.World) -> None:
    body = json.dumps({"a": "x" * Broken.max_body_bytes})
    response = factories.client(world.alice).post("/api/broken", body)
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert response.json()["details"]["limit_bytes"] == Broken.max_body_bytes


def test_unknown_content_type_is_415(world: factories.World) -> None:
    assert factories.client(world.alice).post("/api/broken", b"a=b", "text/plain").status_code == 415


def test_accept_header_does_not_matter(world: factories.World) -> None:
    response = factories.client(world.alice).get(f"/api/ws/{world.workspace.id}", headers={"Accept": "text/event-stream"})
    assert response.status_code == 200


def test_unexpected_error_tells_nothing(world: factories.World) -> None:
    response = factories.client(world.alice).get("/api/broken")
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "secret" not in response.content.decode()


def test_invalid_fields_are_named(world: factories.World) -> None:
    response = factories.client(world.alice).post(f"/api/ws/{world.workspace.id}", {"page": 0, "limit": 101})
    assert response.status_code == 400
    assert set(response.json()["details"]["fields"]) == {"page", "limit"}


def test_paginate_cuts_the_asked_page(db: None) -> None:
    for number in range(5):
        factories.user(f"p{number}")
    page = paginate(User.objects.order_by("name"), {"page": 2, "limit": 2}, lambda rows: [row.name for row in rows])
    assert page == {"results": ["p2", "p3"], "total": 5, "page": 2, "limit": 2}


def test_get_or_404(world: factories.World) -> None:
    assert get_or_404(User.objects.all(), str(world.bob.id)) == world.bob
    for wrong in ("x", factories.missing_id()):
        with pytest.raises(NotFound):
            get_or_404(User.objects.all(), wrong)


def test_before_a_policy_is_installed_nothing_is_open(monkeypatch: pytest.MonkeyPatch, world: factories.World) -> None:
    from backend.core import access

    monkeypatch.setattr(access, "_policy", access._Closed())
    with pytest.raises(AppError) as caught:
        access.resolve(world.alice, None, world.workspace.id)
    assert caught.value.http_status == 503


def test_chunked_body_is_411_not_taken_for_empty(world: factories.World) -> None:
    response = factories.client(world.alice).post("/api/broken", b"", headers={"Transfer-Encoding": "chunked"})
    assert (response.status_code, response.json()["code"]) == (411, "length_required")
