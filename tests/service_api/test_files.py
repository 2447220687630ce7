"""Files over the published API: sent, used by a run, looked at."""

from __future__ import annotations

import base64

from tests.fakes.provider import FakeProvider
from tests.scenarios.flows import chatflow, llm, node
from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import FLOW_MODEL

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def upload(client: Client, content: bytes = PNG, name: str = "猫.png", user: str = "ann") -> dict[str, object]:
    reply = client.call("POST", "/v1/files/upload", files={"file": (name, content, "text/html")}, data={"user": user})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def test_an_uploaded_file_is_shown_to_its_app_alone(chat: Client, flow: Client) -> None:
    made = upload(chat)
    assert (made["name"], made["extension"], made["mime_type"], made["size"]) == ("猫.png", "png", "image/png", len(PNG))
    assert made["created_by"] == made["user_id"]
    seen = chat.get(f"/v1/files/{made['id']}/preview")
    assert (seen.status_code, seen.content, seen.headers["content-type"]) == (200, PNG, "image/png")
    assert seen.headers["content-security-policy"].startswith("sandbox")
    assert chat.get(f"/v1/files/{made['id']}/preview", as_attachment="true").headers["content-disposition"].startswith("attachment")
    refused(flow.get(f"/v1/files/{made['id']}/preview"), 403, "file_access_denied")
    refused(chat.get(f"/v1/files/{made['id']}/preview", user="eve"), 403, "file_access_denied")
    refused(chat.get("/v1/files/00000000-0000-7000-8000-000000000000/preview"), 404, "file_not_found")


def test_bad_uploads(chat: Client) -> None:
    refused(chat.call("POST", "/v1/files/upload", data={"user": "ann"}), 400, "no_file_uploaded")
    refused(chat.post("/v1/files/upload", {"user": "ann"}), 400, "no_file_uploaded")
    two = [("file", ("a.txt", b"1")), ("file", ("b.txt", b"2"))]
    refused(chat.call("POST", "/v1/files/upload", files=two), 400, "too_many_files")
    big = b"x" * (15 * 1024 * 1024 + 1)
    refused(chat.call("POST", "/v1/files/upload", files={"file": ("big.txt", big)}), 413, "file_too_large")


def test_a_run_reads_an_uploaded_picture(service: Service, provider: FakeProvider) -> None:
    photo = {"variable": "photo", "label": "Photo", "type": "file", "required": True, "allowed_file_types": ["image"]}
    vision = {"enabled": True, "configs": {"variable_selector": ["start", "photo"], "detail": "low"}}
    document = chatflow(
        node("start", "start", variables=[photo]),
        llm(
            "model",
            FLOW_MODEL,
            "What is this?",
            vision=vision,
        ),
        node("end", "end", outputs=[{"variable": "text", "value_selector": ["model", "text"]}]),
    )
    document["app"] |= {"name": "Look", "mode": "workflow"}
    client = service.client(service.app(document))
    file_id = upload(client)["id"]
    given = {"photo": {"type": "image", "transfer_method": "local_file", "upload_file_id": file_id}}
    reply = client.run(inputs=given)
    assert reply.status_code == 200, reply.text
    assert reply.json()["data"]["status"] == "succeeded", reply.text
    sent = provider.requests[-1].body["messages"][-1]["content"]
    assert base64.b64encode(PNG).decode() in str(sent)
    unknown = {"photo": {**given["photo"], "upload_file_id": "00000000-0000-7000-8000-000000000000"}}
    refused(client.run(inputs=unknown), 400, "invalid_param")
