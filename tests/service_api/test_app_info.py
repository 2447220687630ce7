"""What a program may ask about its app, and its users' conversations."""

from __future__ import annotations

import uuid

import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.service_api.api import Client, refused
from tests.service_api.flows import CHAT_MODEL

pytestmark = pytest.mark.processes


def test_info(chat: Client, flow: Client) -> None:
    assert chat.get("/v1/info").json() == {
        "name": "Chat",
        "description": "Talks.",
        "tags": [],
        "mode": "advanced-chat",
        "author_name": "alice",
    }
    assert flow.get("/v1/info").json()["mode"] == "workflow"


def test_parameters(chat: Client, flow: Client) -> None:
    body = chat.get("/v1/parameters").json()
    assert body.keys() == {
        *("opening_statement", "suggested_questions", "suggested_questions_after_answer", "speech_to_text", "text_to_speech"),
        *("retriever_resource", "annotation_reply", "more_like_this", "user_input_form", "sensitive_word_avoidance"),
        *("file_upload", "system_parameters"),
    }
    assert (body["opening_statement"], body["suggested_questions"]) == ("Good morning!", ["How are you?"])
    assert (body["suggested_questions_after_answer"], body["retriever_resource"]) == ({"enabled": True}, {"enabled": True})
    assert (body["speech_to_text"], body["annotation_reply"], body["more_like_this"]) == ({"enabled": False},) * 3
    assert body["text_to_speech"] == {"enabled": False, "voice": "", "language": "", "autoPlay": "disabled"}
    assert body["sensitive_word_avoidance"] == {"enabled": False}
    assert body["file_upload"]["image"]["enabled"] is False
    assert body["system_parameters"].keys() == {
        *("image_file_size_limit", "video_file_size_limit", "audio_file_size_limit", "file_size_limit", "workflow_file_upload_limit")
    }
    [tone, place] = body["user_input_form"]
    assert tone["select"].items() >= {"label": "Tone", "variable": "tone", "required": False, "default": "kind"}.items()
    assert tone["select"]["options"] == ["kind", "curt"]
    assert place["text-input"].items() >= {"variable": "place", "max_length": 10}.items()
    kinds = [next(iter(control)) for control in flow.get("/v1/parameters").json()["user_input_form"]]
    assert kinds == ["text-input", "select", "number", "checkbox", "json_object", "file"]


def test_site_and_meta(chat: Client) -> None:
    site = chat.get("/v1/site").json()
    assert site.keys() == {
        *("title", "chat_color_theme", "chat_color_theme_inverted", "icon_type", "icon", "icon_background", "icon_url", "description"),
        *("copyright", "privacy_policy", "input_placeholder", "custom_disclaimer", "default_language", "show_workflow_steps"),
        "use_icon_as_answer_icon",
    }
    assert (site["title"], site["icon_type"], site["icon"], site["description"]) == ("Chat", "emoji", "💬", "Talks.")
    assert chat.get("/v1/meta").json() == {"tool_icons": {}}


def test_welcome_needs_no_key(chat: Client) -> None:
    reply = Client(chat.url, "nothing").get("/v1/")
    assert reply.status_code == 200
    assert reply.json().keys() == {"welcome", "api_version", "server_version"}
    assert reply.json()["api_version"] == "v1"


def test_conversations_page_by_page(chat: Client) -> None:
    user = f"u-{uuid.uuid4()}"
    made = [chat.chat(f"question {n}", user=user, inputs={"place": "pier"}).json()["conversation_id"] for n in range(3)]
    first = chat.get("/v1/conversations", user=user, limit=2).json()
    assert first.keys() == {"limit", "has_more", "data"}
    assert (first["limit"], first["has_more"]) == (2, True)
    assert [row["id"] for row in first["data"]] == made[:0:-1]
    row = first["data"][0]
    assert row.keys() == {"id", "name", "inputs", "status", "introduction", "created_at", "updated_at"}
    assert (row["status"], row["introduction"], row["inputs"]["place"]) == ("normal", "Good morning!", "pier")
    assert row["name"] == "question 2"
    rest = chat.get("/v1/conversations", user=user, limit=2, last_id=made[1]).json()
    assert ([row["id"] for row in rest["data"]], rest["has_more"]) == ([made[0]], False)
    oldest_first = chat.get("/v1/conversations", user=user, sort_by="created_at").json()["data"]
    assert [row["id"] for row in oldest_first] == made
    chat.chat("once more", user=user, conversation_id=made[0])
    assert chat.get("/v1/conversations", user=user).json()["data"][0]["id"] == made[0], "the one last used comes first"
    assert chat.get("/v1/conversations", user="nobody-yet").json() == {"limit": 20, "has_more": False, "data": []}


def test_messages_page_by_page(chat: Client, provider: FakeProvider) -> None:
    user, place = f"u-{uuid.uuid4()}", {"place": "pier"}
    first = chat.chat("question 0", user=user, inputs=place).json()
    conversation = first["conversation_id"]
    made = [first["id"], *(chat.chat(f"question {n}", user=user, inputs=place, conversation_id=conversation).json()["id"] for n in (1, 2))]
    page = chat.get("/v1/messages", user=user, conversation_id=conversation, limit=2).json()
    assert (page["limit"], page["has_more"]) == (2, True)
    assert [row["id"] for row in page["data"]] == made[1:], "the latest, oldest of them first"
    row = page["data"][0]
    assert row.keys() == {
        *("id", "conversation_id", "parent_message_id", "inputs", "query", "answer", "status", "error", "message_files", "feedback"),
        *("retriever_resources", "agent_thoughts", "created_at", "extra_contents", "message_tokens", "answer_tokens", "total_tokens"),
        *("provider_response_latency", "total_price", "currency"),
    }
    assert (row["query"], row["answer"], row["status"], row["error"]) == ("question 1", "You said: question 1", "normal", None)
    assert row["parent_message_id"] is None, "a conversation of the API has no branches"
    assert row["message_tokens"] + row["answer_tokens"] == row["total_tokens"] > 0
    older = chat.get("/v1/messages", user=user, conversation_id=conversation, limit=2, first_id=made[1]).json()
    assert ([row["id"] for row in older["data"]], older["has_more"]) == ([made[0]], False)


def test_a_failed_turn_stands_in_the_list_with_its_error(chat: Client, provider: FakeProvider) -> None:
    user = f"u-{uuid.uuid4()}"
    provider.script(CHAT_MODEL, Reply(status=400, error="No such parameter."))
    chat.chat("hi", user=user)
    [conversation] = chat.get("/v1/conversations", user=user).json()["data"]
    [row] = chat.get("/v1/messages", user=user, conversation_id=conversation["id"]).json()["data"]
    assert row["status"] == "error"
    assert row["error"].startswith("Reply: ")


def test_lists_of_others_do_not_exist(chat: Client, flow: Client) -> None:
    conversation = chat.chat().json()["conversation_id"]
    refused(chat.get("/v1/messages", user="eve", conversation_id=conversation), 404, "not_found")
    refused(chat.get("/v1/messages", user="ann", conversation_id=str(uuid.uuid4())), 404, "not_found")
    refused(chat.get("/v1/messages", user="ann", conversation_id=conversation, first_id=str(uuid.uuid4())), 404, "not_found")
    refused(chat.get("/v1/conversations", user="eve", last_id=conversation), 404, "not_found")
    refused(flow.get("/v1/conversations", user="ann"), 400, "not_chat_app")
    refused(flow.get("/v1/messages", user="ann", conversation_id=conversation), 400, "not_chat_app")


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("conversations", {"limit": "0"}, "limit"),
        ("conversations", {"limit": "101"}, "limit"),
        ("conversations", {"limit": "ten"}, "limit"),
        ("conversations", {"limit": "²"}, "limit"),
        ("conversations", {"sort_by": "name"}, "sort_by"),
        ("conversations", {"last_id": "x"}, "last_id"),
        ("messages", {}, "conversation_id"),
        ("messages", {"conversation_id": "x"}, "conversation_id"),
        ("messages", {"conversation_id": str(uuid.UUID(int=1)), "first_id": "x"}, "first_id"),
        ("messages", {"conversation_id": str(uuid.UUID(int=1)), "limit": "-1"}, "limit"),
        ("conversations", {"user": "x" * 256}, "user"),
    ],
)
def test_wrong_questions(chat: Client, path: str, params: dict[str, str], field: str) -> None:
    reply = chat.get(f"/v1/{path}", **{"user": "ann", **params})
    assert reply.status_code in (400, 413)
    refused(reply, reply.status_code, "invalid_param", field)
