"""What a program does with its users' conversations: name, delete, variables, ratings, files of messages."""

from __future__ import annotations

import uuid

import httpx
import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.scenarios.flows import chatflow, node
from tests.service_api.api import Client, Json, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import CHAT_MODEL
from tests.service_api.test_files import upload

pytestmark = pytest.mark.processes
NOWHERE = str(uuid.UUID(int=5))
ITEM = {"id", "name", "inputs", "status", "introduction", "created_at", "updated_at"}


@pytest.fixture(scope="session")
def echo(service: Service) -> Client:
    """A chatflow without a model that answers with its conversation's variables."""
    document = chatflow(node("start", "start", variables=[]), node("answer", "answer", answer="{{#conversation.tone#}} {{#sys.files#}}"))
    document["workflow"]["conversation_variables"] = [
        {"id": "v-tone", "name": "tone", "value_type": "string", "value": "kind", "description": "How to speak."},
        {"id": "v-seen", "name": "seen", "value_type": "array[number]", "value": [1, 2]},
        {"id": "v-loud", "name": "loud", "value_type": "boolean", "value": False},
    ]
    document["workflow"]["features"] = {"file_upload": {"enabled": True}}
    document["app"] |= {"name": "Echo"}
    return service.client(service.app(document))


def begin(client: Client, query: str = "hello") -> Json:
    """Begin a conversation of a new user; returns the answer with the `user`."""
    user = f"u-{uuid.uuid4()}"
    return {**client.chat(query, user=user).json(), "user": user}


def test_a_conversation_is_renamed(chat: Client) -> None:
    talk = begin(chat)
    path = f"/v1/conversations/{talk['conversation_id']}/name"
    reply = chat.post(path, {"name": "Tea", "user": talk["user"]})
    assert (reply.status_code, reply.json().keys(), reply.json()["name"]) == (200, ITEM, "Tea")
    assert chat.get("/v1/conversations", user=talk["user"]).json()["data"][0]["name"] == "Tea"
    refused(chat.post(path, {"user": talk["user"]}), 400, "invalid_param", "name")
    refused(chat.post(path, {"name": "x" * 256, "user": talk["user"]}), 400, "invalid_param", "name")
    refused(chat.post(path, {"auto_generate": "yes", "user": talk["user"]}), 400, "invalid_param", "auto_generate")
    refused(chat.post(path, {"name": "Mine", "user": "eve"}), 404, "not_found")
    refused(chat.post("/v1/conversations/x/name", {"name": "Mine", "user": "eve"}), 400, "invalid_param", "conversation_id")


def test_a_model_finds_a_name_or_else_the_question_is_it(chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "It rises.", '"Times of  the tide"\nMore words')
    talk = begin(chat, "When is high tide?")
    path, body = f"/v1/conversations/{talk['conversation_id']}/name", {"auto_generate": True, "user": talk["user"]}
    assert chat.post(path, body).json()["name"] == "Times of the tide"
    assert "high tide" in provider.requests[-1].prompt
    provider.script(CHAT_MODEL, Reply(status=400, error="No."))
    assert chat.post(path, body).json()["name"] == "When is high tide?"


def test_a_deleted_conversation_is_gone_for_its_user(chat: Client) -> None:
    talk = begin(chat)
    conversation, user = talk["conversation_id"], talk["user"]
    refused(chat.call("DELETE", f"/v1/conversations/{conversation}", json={"user": "eve"}), 404, "not_found")
    refused(chat.call("DELETE", f"/v1/conversations/{conversation}"), 404, "not_found")
    reply = chat.call("DELETE", f"/v1/conversations/{conversation}", json={"user": user})
    assert (reply.status_code, reply.content) == (204, b"")
    refused(chat.call("DELETE", f"/v1/conversations/{conversation}", json={"user": user}), 404, "not_found")
    refused(chat.get("/v1/messages", conversation_id=conversation, user=user), 404, "not_found")
    refused(chat.chat("again", user=user, conversation_id=conversation), 404, "not_found")
    refused(chat.post(f"/v1/messages/{talk['message_id']}/feedbacks", {"rating": "like", "user": user}), 404, "not_found")
    assert chat.get("/v1/conversations", user=user).json()["data"] == []


def test_variables_are_listed_and_set_for_the_runs_to_come(echo: Client) -> None:
    talk = begin(echo)
    path, user = f"/v1/conversations/{talk['conversation_id']}/variables", talk["user"]
    page = echo.get(path, user=user, limit=2).json()
    assert (page["limit"], page["has_more"]) == (2, True)
    assert [(row["id"], row["value_type"], row["value"]) for row in page["data"]] == [
        ("v-tone", "string", "kind"),
        ("v-seen", "array[number]", "[1,2]"),
    ]
    assert page["data"][0].keys() == {"id", "name", "value_type", "value", "description", "created_at", "updated_at"}
    rest = echo.get(path, user=user, last_id="v-seen").json()
    assert ([row["name"] for row in rest["data"]], rest["has_more"], rest["data"][0]["value"]) == (["loud"], False, "false")
    assert [row["id"] for row in echo.get(path, user=user, variable_name="seen").json()["data"]] == ["v-seen"]
    reply = echo.call("PUT", f"{path}/v-tone", json={"value": "curt", "user": user})
    assert (reply.status_code, reply.json()["value"], reply.json()["name"]) == (200, "curt", "tone")
    assert echo.chat("and now?", user=user, conversation_id=talk["conversation_id"]).json()["answer"].startswith("curt")
    assert echo.get(path, user=user, variable_name="tone").json()["data"][0]["value"] == "curt"


def test_wrong_variables(echo: Client) -> None:
    talk = begin(echo)
    path, user = f"/v1/conversations/{talk['conversation_id']}/variables", talk["user"]
    refused(echo.call("PUT", f"{path}/v-tone", json={"value": 5, "user": user}), 400, "bad_request", "value")
    refused(echo.call("PUT", f"{path}/v-seen", json={"value": [1, "x"], "user": user}), 400, "bad_request", "value")
    refused(echo.call("PUT", f"{path}/v-tone", json={"user": user}), 400, "invalid_param", "value")
    refused(echo.call("PUT", f"{path}/v-none", json={"value": "x", "user": user}), 404, "not_found")
    refused(echo.call("PUT", f"{path}/v-tone", json={"value": "x", "user": "eve"}), 404, "not_found")
    refused(echo.get(path, user="eve"), 404, "not_found")
    refused(echo.get(path, user=user, last_id="v-none"), 404, "not_found")


def test_an_answer_is_rated_again_and_no_more(service: Service, chat: Client, flow: Client) -> None:
    talk = begin(chat)
    path, user = f"/v1/messages/{talk['message_id']}/feedbacks", talk["user"]

    def seen() -> object:
        return chat.get("/v1/messages", conversation_id=talk["conversation_id"], user=user).json()["data"][0]["feedback"]

    assert seen() is None
    assert chat.post(path, {"rating": "like", "user": user}).json() == {"result": "success"}
    chat.post(path, {"rating": "dislike", "content": "too long", "user": user})
    assert seen() == {"rating": "dislike"}
    [row] = [row for row in chat.get("/v1/app/feedbacks", limit=101).json()["data"] if row["message_id"] == talk["message_id"]]
    assert (row["rating"], row["content"], row["from_source"], row["from_account_id"]) == ("dislike", "too long", "user", None)
    assert row["conversation_id"] == talk["conversation_id"]
    assert row["created_at"] < row["updated_at"], "ISO 8601, of one moment each"
    assert talk["message_id"] not in str(flow.get("/v1/app/feedbacks").json()), "of this app alone"
    assert chat.get("/v1/app/feedbacks", page=99).json() == {"data": []}
    chat.post(path, {"rating": None, "user": user})
    assert seen() is None
    refused(chat.post(path, {"rating": "great", "user": user}), 400, "invalid_param", "rating")
    refused(chat.post(path, {"rating": "like"}), 400, "invalid_param", "user")
    refused(chat.post(path, {"rating": "like", "user": "eve"}), 404, "not_found")
    refused(chat.post(f"/v1/messages/{NOWHERE}/feedbacks", {"rating": "like", "user": user}), 404, "not_found")
    refused(chat.get("/v1/app/feedbacks", limit=102), 400, "invalid_param", "limit")


def test_files_of_a_message_have_addresses_that_open(echo: Client) -> None:
    made = upload(echo)
    given = [{"type": "image", "transfer_method": "local_file", "upload_file_id": made["id"]}]
    body = echo.chat("look", files=given).json()
    [row] = echo.get("/v1/messages", conversation_id=body["conversation_id"], user="ann").json()["data"]
    asked, answered = row["message_files"]
    assert asked.keys() == {"id", "filename", "type", "url", "mime_type", "size", "transfer_method", "belongs_to", "upload_file_id"}
    assert (asked["belongs_to"], answered["belongs_to"], asked["upload_file_id"]) == ("user", "assistant", made["id"])
    assert httpx.get(asked["url"].replace(httpx.URL(asked["url"]).netloc.decode(), httpx.URL(echo.url).netloc.decode())).status_code == 200
