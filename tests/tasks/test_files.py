"""Files as runs read and keep them."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync

from backend.files.services import file_create
from backend.files.values import file_value, remote_value
from tests.factories import World
from workers.engine.errors import NodeError
from workers.tasks import files as room
from workers.tasks.files import RunFiles

pytestmark = pytest.mark.django_db(transaction=True)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def test_stored_files_are_read_in_their_workspace_only(world: World) -> None:
    value = file_value(file_create(world.workspace.pk, content=PNG, name="cat.png", purpose="run"))
    files = RunFiles(world.workspace.pk)
    assert async_to_sync(files.read)(value) == PNG
    assert async_to_sync(files.data_url)(value) == f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    with pytest.raises(NodeError) as foreign:
        async_to_sync(RunFiles(world.elsewhere.pk).read)(value)
    assert foreign.value.code == "file_not_found"


def test_what_a_node_makes_is_stored(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    files = RunFiles(world.workspace.pk)
    kept = async_to_sync(files.keep)(PNG, "a.png", "image/png")
    assert (kept["type"], kept["extension"], kept["size"], kept["transfer_method"]) == ("image", ".png", len(PNG), "tool_file")
    assert async_to_sync(files.read)(kept) == PNG
    monkeypatch.setattr(room, "MAX_KEPT_BYTES", 3)
    with pytest.raises(NodeError) as refused:
        async_to_sync(files.keep)(PNG, "a.png", "image/png")
    assert (refused.value.code, refused.value.details["allowed"]) == ("file_too_large", 3)


def test_remote_files_keep_their_address(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    files = RunFiles(world.workspace.pk)
    value = remote_value("https://a.example/x.pdf", "document")
    assert async_to_sync(files.data_url)(value) == "https://a.example/x.pdf"

    async def send(self: object, request: object) -> SimpleNamespace:
        return SimpleNamespace(status=404, body=b"")

    monkeypatch.setattr(room.GuardedHttp, "send", send)
    with pytest.raises(NodeError, match="status 404"):
        async_to_sync(files.read)(value)
    with pytest.raises(NodeError, match="no public address"):
        async_to_sync(files.read)({"type": "document", "transfer_method": "remote_url", "url": "file:///etc/passwd"})
