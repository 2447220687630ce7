"""Apps as models of OpenAI's protocol, called with OpenAI's own client."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.scenarios.flows import chatflow, llm, node
from tests.service_api.api import Client, Json
from tests.service_api.conftest import Service
from tests.service_api.flows import CHAT_MODEL, FLOW_MODEL
from tests.service_api.test_simple_apps import app_file

pytestmark = pytest.mark.processes


def client_of(client: Client, **given: Any) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{client.url}/openai/v1", api_key=client.key, max_retries=0, **given)


@pytest.fixture(scope="session")
def talk(chat: Client) -> Iterator[openai.OpenAI]:
    with client_of(chat) as client:
        yield client


@pytest.fixture(scope="session")
def work(flow: Client) -> Iterator[openai.OpenAI]:
    with client_of(flow) as client:
        yield client


def said(*lines: str) -> list[Any]:
    """Messages in turn of user and assistant."""
    return [{"role": "assistant" if position % 2 else "user", "content": line} for position, line in enumerate(lines)]


def prompts(provider: FakeProvider) -> list[tuple[str, Any]]:
    return [(line["role"], line["content"]) for line in provider.requests[-1].body["messages"]]


def text_of(stream: Any) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def png() -> bytes:
    """A picture of one point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


def test_a_key_lists_its_app_as_the_only_model(talk: openai.OpenAI, chat_app_id: str) -> None:
    [model] = talk.models.list().data
    assert (model.id, model.object, model.owned_by) == ("chat", "model", "tidemill")
    assert model.created > 1_700_000_000
    assert talk.models.retrieve("chat") == talk.models.retrieve(chat_app_id) == model
    with pytest.raises(openai.NotFoundError) as caught:
        talk.models.retrieve("gpt-4o")
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


def test_an_answer_in_one_piece(talk: openai.OpenAI, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(text="At noon."))
    answer = talk.chat.completions.create(model="gpt-4o", messages=said("When?"), temperature=0.3, max_tokens=5)
    [choice] = answer.choices
    assert (choice.message.role, choice.message.content, choice.finish_reason) == ("assistant", "At noon.", "stop")
    assert answer.model == "chat"
    assert answer.object == "chat.completion"
    assert answer.id.startswith("chatcmpl-")
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0
    assert answer._request_id


def test_a_streamed_answer_with_its_usage(talk: openai.OpenAI, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(chunks=("At ", "noon.")))
    chunks = list(talk.chat.completions.create(model="chat", messages=said("When?"), stream=True, stream_options={"include_usage": True}))
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == "At noon."
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens > 0
    plain = list(talk.chat.completions.create(model="chat", messages=said("When?"), stream=True))
    assert all(chunk.choices and chunk.usage is None for chunk in plain)


def test_earlier_messages_are_what_the_flow_remembers(talk: openai.OpenAI, service: Service, provider: FakeProvider) -> None:
    messages = [{"role": "system", "content": "Obey."}, *said("I am Ann, yes.", "Hello Ann.", "Who am I?")]
    talk.chat.completions.create(model="chat", messages=messages, user="memory")
    assert prompts(provider) == [
        ("system", "Be kind."),
        ("user", "I am Ann, yes."),
        ("assistant", "Hello Ann."),
        ("user", "Who am I?"),
    ]
    query = "SELECT source, query FROM runs_run WHERE user_ref = 'memory'"
    assert service.installation.rows(query) == [("openai", "Who am I?")]
    assert service.installation.scalar("SELECT count(*) FROM runs_message WHERE query = 'I am Ann, yes.'") == 0


def test_a_stored_conversation_goes_on_by_its_id(talk: openai.OpenAI, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "Hello Ann.", "You are Ann.")
    first = talk.chat.completions.create(model="chat", messages=said("I am Ann."), extra_body={"conversation_id": ""})
    stored = first.to_dict()["conversation_id"]
    talk.chat.completions.create(model="chat", messages=said("Who am I?"), extra_body={"conversation_id": stored})
    assert prompts(provider)[1:] == [("user", "I am Ann."), ("assistant", "Hello Ann."), ("user", "Who am I?")]
    with pytest.raises(openai.NotFoundError):
        talk.chat.completions.create(model="chat", messages=said("Who am I?"), user="bob", extra_body={"conversation_id": stored})


def test_inputs_come_beside_the_messages(talk: openai.OpenAI, provider: FakeProvider) -> None:
    talk.chat.completions.create(model="chat", messages=said("Hi"), extra_body={"inputs": {"tone": "curt"}})
    assert prompts(provider)[0] == ("system", "Be curt.")
    with pytest.raises(openai.BadRequestError) as caught:
        talk.chat.completions.create(model="chat", messages=said("Hi"), extra_body={"inputs": {"tone": "rude"}})
    assert (caught.value.code, caught.value.param, caught.value.type) == ("invalid_param", "tone", "invalid_request_error")


def test_a_workflow_takes_the_question_as_its_only_required_text(work: openai.OpenAI, provider: FakeProvider) -> None:
    provider.script(FLOW_MODEL, Reply(chunks=("Leaves ", "in water")))
    answer = work.chat.completions.create(model="flow", messages=said("tea"))
    assert answer.choices[0].message.content == "<Leaves in water>"
    assert provider.requests[-1].prompt == "Write about tea"
    stream = work.chat.completions.create(model="flow", messages=said("tea"), stream=True)
    assert text_of(stream) == "<Leaves in water>"
    work.chat.completions.create(model="flow", messages=said("ignored"), extra_body={"inputs": {"topic": "rum"}})
    assert provider.requests[-1].prompt == "Write about rum"


def test_missing_inputs_are_named(service: Service) -> None:
    rows = [{"variable": name, "label": name.title(), "type": "text-input", "required": True} for name in ("from", "to")]
    document = chatflow(
        node("start", "start", variables=rows),
        llm("model", FLOW_MODEL, "{{#start.from#}} {{#start.to#}}"),
        node("end", "end", outputs=[{"variable": name, "value_selector": ["start", name]} for name in ("from", "to")]),
    )
    document["app"] |= {"name": "Route", "mode": "workflow"}
    client = client_of(service.client(service.app(document)))
    with pytest.raises(openai.BadRequestError, match=r"from \(From\), to \(To\)") as caught:
        client.chat.completions.create(model="route", messages=said("Lea to Ayr"))
    assert (caught.value.code, caught.value.param) == ("missing_inputs", "inputs")
    given: Any = {"model": "route", "messages": said("go"), "extra_body": {"inputs": {"from": "Lea", "to": "Ayr"}}}
    whole = client.chat.completions.create(**given).choices[0].message.content
    assert json.loads(whole) == {"from": "Lea", "to": "Ayr"}
    assert text_of(client.chat.completions.create(**given, stream=True)) == whole


def test_simple_apps_answer_too(service: Service, provider: FakeProvider) -> None:
    for mode in ("chat", "agent-chat", "completion"):
        client = client_of(service.client(service.app(app_file(mode))))
        provider.script(CHAT_MODEL, Reply(text="Wet."))
        answer = client.chat.completions.create(model="x", messages=said("How?"), extra_body={"inputs": {"place": "Lea"}})
        assert answer.choices[0].message.content == "Wet.", mode
        assert prompts(provider)[0][1].startswith("Be kind about Lea.")
    client.chat.completions.create(model="x", messages=said("Lea"))
    assert prompts(provider) == [("user", "Be kind about Lea.")]


def test_pictures_become_files_of_the_run(talk: openai.OpenAI, service: Service) -> None:
    data = "data:image/png;base64," + base64.b64encode(png()).decode()
    urls: list[Any] = [{"type": "image_url", "image_url": {"url": url}} for url in (data, "https://example.com/a.png")]
    content = [{"type": "text", "text": "What is this?"}, *urls]
    talk.chat.completions.create(model="chat", messages=[{"role": "user", "content": content}], user="pictures")
    [(raw,)] = service.installation.rows("SELECT files FROM runs_run WHERE user_ref = 'pictures'")
    files = json.loads(raw)
    assert [(file["type"], file["transfer_method"]) for file in files] == [("image", "local_file"), ("image", "remote_url")]
    assert files[0]["mime_type"] == "image/png"
    for bad in ("data:image/png,abc", "data:image/png;base64,!!", "ftp://x"):
        broken: list[Any] = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": bad}}]}]
        with pytest.raises(openai.BadRequestError):
            talk.chat.completions.create(model="chat", messages=broken)


def test_a_failing_model_is_an_error_in_both_ways(talk: openai.OpenAI, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(status=429))
    with pytest.raises(openai.RateLimitError) as caught:
        talk.chat.completions.create(model="chat", messages=said("Hi"))
    assert (caught.value.code, caught.value.type) == ("rate_limit_exceeded", "rate_limit_error")
    provider.script(CHAT_MODEL, Reply(text="one two three", cut_after=2))
    with pytest.raises(openai.APIError, match="Reply") as broken:
        text_of(talk.chat.completions.create(model="chat", messages=said("Hi"), stream=True))
    assert broken.value.code == "completion_request_error"


BAD: list[tuple[Json, str]] = [
    ({"messages": []}, "messages"),
    ({"messages": "hello"}, "messages"),
    ({"messages": [{"role": "robot", "content": "x"}]}, "messages.0"),
    ({"messages": said("a", "b")}, "messages"),
    ({"messages": [{"role": "user", "content": [{"type": "video"}]}]}, "messages.0.content.0"),
    ({"messages": said("a"), "stream": "yes"}, "stream"),
    ({"messages": said("a"), "n": 2}, "n"),
    ({"messages": said("a"), "graph": {}}, "graph"),
    ({"messages": said("a"), "inputs": []}, "inputs"),
    ({"messages": said("a"), "conversation_id": "7"}, "conversation_id"),
]


@pytest.mark.parametrize(("body", "param"), BAD)
def test_bad_bodies_are_refused_with_the_field(chat: Client, body: Json, param: str) -> None:
    reply = chat.post("/openai/v1/chat/completions", body)
    error = reply.json()["error"]
    assert (reply.status_code, error["param"], error["type"]) == (400, param, "invalid_request_error")
    assert error.keys() == {"message", "type", "param", "code"}


def test_unknown_paths_methods_and_keys_have_the_same_shape(chat: Client) -> None:
    for method, path, status in (("POST", "embeddings", 404), ("POST", "files", 404), ("GET", "chat/completions", 405)):
        reply = chat.call(method, f"/openai/v1/{path}", json={} if method == "POST" else None)
        assert reply.status_code == status
        assert reply.json()["error"].keys() == {"message", "type", "param", "code"}
    stranger = client_of(Client(chat.url, "app-nobody"))
    with pytest.raises(openai.AuthenticationError) as caught:
        stranger.models.list()
    assert caught.value.code == "invalid_api_key"


def test_browsers_may_call_from_anywhere(chat: Client) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Headers": "authorization, x-stainless-os"}
    reply = httpx.options(f"{chat.url}/openai/v1/chat/completions", headers=asked)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-headers"] == "authorization, x-stainless-os"
    assert "access-control-allow-credentials" not in reply.headers
