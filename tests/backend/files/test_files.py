"""Store, read, link to and delete files."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from backend.core.errors import AppError
from backend.files.links import is_signed, signed_path
from backend.files.models import StoredFile
from backend.files.selectors import file_get, file_read
from backend.files.services import file_create, file_delete
from backend.files.values import PostedFiles
from tests.factories import World, client
from workers.engine.errors import InvalidInput

pytestmark = pytest.mark.django_db(transaction=True)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def store(world: World, content: bytes = b"hello", name: str = "note.txt", **given: Any) -> StoredFile:
    return file_create(world.workspace.pk, content=content, name=name, purpose="run", **given)


def test_a_file_is_kept_as_it_came(world: World) -> None:
    made = store(world, "你好".encode(), "文件/记录.txt")
    assert (made.name, made.size_bytes, made.mime_type) == ("记录.txt", 6, "text/plain")
    assert file_read(file_get(world.workspace.pk, made.id)) == "你好".encode()


def test_no_name_leads_out_of_the_store(world: World) -> None:
    made = store(world, name="..\\../etc/pass\x00wd")
    assert made.name == "passwd"
    assert made.key.startswith(f"{world.workspace.pk}/")
    with pytest.raises(AppError) as refused:
        store(world, name="../..")
    assert refused.value.code == "filename_not_exists_error"


def test_files_are_of_one_workspace(world: World) -> None:
    made = store(world)
    with pytest.raises(AppError) as refused:
        file_get(world.elsewhere.pk, made.id)
    assert (refused.value.code, refused.value.http_status) == ("file_not_found", 404)


def test_too_large_a_file_is_refused_and_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"upload_max_mb": 1}))
    with pytest.raises(AppError) as refused:
        store(world, b"x" * (1024 * 1024 + 1))
    assert (refused.value.code, refused.value.details["allowed"]) == ("file_too_large", 1024 * 1024)
    assert not StoredFile.scoped(world.workspace).exists()


def test_a_days_uploads_and_the_room_are_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"uploads_per_day": 1, "storage_max_gb": 1}))
    user = uuid.uuid4()
    made = store(world, end_user_id=user)
    with pytest.raises(AppError) as refused:
        store(world, end_user_id=user)
    assert (refused.value.code, refused.value.http_status) == ("rate_limit_error", 429)
    StoredFile.scoped(world.workspace).filter(id=made.id).update(size_bytes=1024**3)
    with pytest.raises(AppError) as full:
        store(world)
    assert full.value.code == "storage_full"


def test_deleting_takes_the_bytes_along(world: World) -> None:
    made = store(world)
    key = made.key
    file_delete(made)
    assert not default_storage.exists(key)


def test_a_signed_address_opens_one_file_for_a_while(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made, other = store(world, b"<script>1</script>", "报告.html"), store(world)
    path = signed_path(made)
    answer = client().get(path)
    assert b"".join(_body(answer)) == b"<script>1</script>"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; ")
    signature = path.partition("sign=")[2]
    assert not is_signed(other.id, signature)
    assert client().get(f"/files/{other.id}/x?sign={signature}").status_code == 403
    assert client().get(f"/files/{other.id}/x").status_code == 403
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"file_link_hours": 0}))
    assert not is_signed(made.id, signature)


def _body(answer: Any) -> Any:
    async def read() -> list[bytes]:
        return [chunk async for chunk in answer.streaming_content]

    return async_to_sync(read)()


def test_the_studio_uploads(world: World) -> None:
    url = f"/api/workspaces/{world.workspace.pk}/files"
    alice = client(world.alice)

    def send(to: str, form: dict[str, Any]) -> Any:
        return alice.post(to, form, content_type=MULTIPART_CONTENT)

    made = send(url, {"file": SimpleUploadedFile("猫.png", PNG)})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["name"], shown["kind"], shown["mime_type"]) == ("猫.png", "image", "image/png")
    assert client(world.alice).get(f"{url}/{shown['id']}").json()["size_bytes"] == len(PNG)
    assert send(url, {}).json()["code"] == "no_file_uploaded"
    assert send(url, {"file": SimpleUploadedFile("a", b"1"), "purpose": "mischief"}).json()["code"] == "invalid_input"


def test_posted_files_become_values(world: World) -> None:
    made = store(world, PNG, "cat.png", app_id=uuid.uuid4())
    given = {"photo": {"type": "image", "transfer_method": "local_file", "upload_file_id": str(made.id)}}
    posted = PostedFiles(world.workspace.pk)
    posted.look_up(given)
    value = posted.value("photo", given["photo"])
    assert (value["related_id"], value["filename"], value["size"]) == (str(made.id), "cat.png", len(PNG))
    foreign = PostedFiles(world.workspace.pk, app_id=uuid.uuid4())
    foreign.look_up(given)
    with pytest.raises(InvalidInput, match="no uploaded file"):
        foreign.value("photo", given["photo"])
    with pytest.raises(InvalidInput, match="is of the type image"):
        posted.value("photo", {**given["photo"], "type": "audio"})
    remote = posted.value("doc", {"type": "document", "transfer_method": "remote_url", "url": "https://a.example/x/%E6%8A%A5.pdf?y=1"})
    assert (remote["filename"], remote["extension"], remote["mime_type"]) == ("报.pdf", ".pdf", "application/pdf")


def test_streams_are_measured_without_being_read_whole(world: World) -> None:
    made = file_create(world.workspace.pk, content=io.BytesIO(b"a" * 700_000), name="a.txt", purpose="run")
    assert made.size_bytes == 700_000
