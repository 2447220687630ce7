"""The list of libraries and their licences."""

from __future__ import annotations

import pytest

from tests.factories import World, client


@pytest.mark.django_db
def test_every_library_is_named_with_its_licence(world: World) -> None:
    rows = {row["name"]: row for row in client(world.charlie).get("/api/libraries").json()}
    assert "BSD" in rows["Django"]["licence"]
    assert rows["Django"]["version"]
    assert sum(not row["licence"] for row in rows.values()) < len(rows) / 10
    assert client().get("/api/libraries").status_code == 401
