"""Chat, agent and completion apps on the published API: frames and bodies field by field, features, refusals."""

from __future__ import annotations

import copy
import uuid
from typing import Any

import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.service_api.api import Client, Json, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import CHAT_MODEL

pytestmark = pytest.mark.processes

MODEL = {"provider": "openai-compatible", "name": CHAT_MODEL, "mode": "chat", "completion_params": {}}
CHAT_ENVELOPE = {"event", "conversation_id", "message_id", "created_at", "task_id"}
ENVELOPE = CHAT_ENVELOPE - {"conversation_id"}
FORM = [
    {"text-input": {"variable": "place", "label": "Place", "required": True, "max_length": 10, "default": ""}},
    {"select": {"variable": "tone", "label": "Tone", "required": False, "options": ["kind", "curt"], "default": "kind"}},
]
AVOID = {
    "enabled": True,
    "type": "keywords",
    "configs": {
        "inputs_config": {"enabled": True, "preset_response": "We do not talk about that."},
        "outputs_config": {"enabled": True, "preset_response": "This answer was withdrawn."},
        "keywords": "sandbank\nunder tow",
    },
}
SETTINGS: Json = {
    "model": MODEL,
    "pre_prompt": "Be {{tone}} about {{place}}.",
    "prompt_type": "simple",
    "user_input_form": FORM,
    "opening_statement": "Welcome to {{place}}!",
    "suggested_questions": ["When is high tide?"],
    "suggested_questions_after_answer": {"enabled": True},
    "retriever_resource": {"enabled": True},
    "sensitive_word_avoidance": AVOID,
    "more_like_this": {"enabled": True},
    "dataset_configs": {"datasets": {"datasets": []}},
}
INPUTS = {"place": "Lea"}


def app_file(mode: str, **changes: Any) -> Json:
    """An app file of a simple app."""
    settings = {**copy.deepcopy(SETTINGS), **changes}
    return {"kind": "app", "version": "0.4.0", "app": {"name": mode, "mode": mode}, "model_config": settings}


@pytest.fixture(scope="session")
def talk(service: Service) -> Client:
    return service.client(service.app(app_file("chat")))


@pytest.fixture(scope="session")
def agent(service: Service) -> Client:
    return service.client(service.app(app_file("agent-chat")))


@pytest.fixture(scope="session")
def complete(service: Service) -> Client:
    return service.client(service.app(app_file("completion")))


def completion(client: Client, **given: Any) -> Any:
    return client.post("/v1/completion-messages", client.body(**{"inputs": INPUTS, **given}))


def completion_stream(client: Client, **given: Any) -> Any:
    return client.stream("POST", "/v1/completion-messages", client.body(**{"inputs": INPUTS, "response_mode": "streaming", **given}))


def prompts(provider: FakeProvider) -> list[tuple[str, str]]:
    return [(line["role"], line["content"]) for line in provider.requests[-1].body["messages"]]


def test_a_blocking_chat_field_by_field(talk: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "At noon.")
    body = talk.chat("When?", inputs=INPUTS).json()
    assert body.keys() == {"event", "task_id", "id", "message_id", "conversation_id", "mode", "answer", "metadata", "created_at"}
    assert (body["event"], body["mode"], body["answer"], body["id"]) == ("message", "chat", "At noon.", body["message_id"])
    assert body["metadata"].keys() == {"usage", "retriever_resources"}
    assert body["metadata"]["usage"]["total_tokens"] > 0
    assert prompts(provider) == [("system", "Be kind about Lea."), ("user", "When?")]


def test_a_streamed_chat_frame_by_frame(talk: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(chunks=("At ", "noon.")))
    with talk.chat_stream("When?", inputs=INPUTS) as stream:
        events = stream.rest()
    assert set(stream.names[:-1]) == {"message"}
    assert stream.names[-1] == "message_end"
    assert len({tuple(event[name] for name in CHAT_ENVELOPE - {"event"}) for event in events}) == 1
    for event in events[:-1]:
        assert event.keys() == CHAT_ENVELOPE | {"id", "answer", "from_variable_selector"}
        assert (event["id"], event["from_variable_selector"]) == (event["message_id"], None)
    assert "".join(event["answer"] for event in events[:-1]) == "At noon."
    end = events[-1]
    assert end.keys() == CHAT_ENVELOPE | {"id", "metadata", "files"}
    assert end["metadata"].keys() == {"usage", "retriever_resources"}


def test_the_stream_begins_with_a_ping(complete: Client) -> None:
    reply = completion(complete, response_mode="streaming")
    assert reply.content.startswith(b'event: ping\n\ndata: {"event":"message"')


def test_an_agent_streams_under_its_own_name_and_does_not_block(agent: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "At noon.")
    with agent.chat_stream("When?", inputs=INPUTS) as stream:
        events = stream.rest()
    assert stream.names == ["agent_message"] * (len(events) - 2) + ["agent_thought", "message_end"]
    assert events[0].keys() == CHAT_ENVELOPE | {"id", "answer"}
    thought = events[-2]
    told = {"id", "position", "thought", "observation", "tool", "tool_labels", "tool_input", "message_files"}
    assert (thought.keys(), thought["position"], thought["thought"]) == (CHAT_ENVELOPE | told, 1, "At noon.")
    page = agent.get("/v1/messages", conversation_id=thought["conversation_id"], user="ann").json()
    [kept] = page["data"][0]["agent_thoughts"]
    assert kept.keys() == (told - {"message_files"}) | {"chain_id", "message_id", "files", "created_at"}
    assert (kept["id"], kept["thought"]) == (thought["id"], "At noon.")
    refused(agent.chat("When?", inputs=INPUTS), 400, "invalid_param", "response_mode")


def test_a_conversation_goes_on_with_its_inputs_and_its_memory(talk: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "First answer.", "Second answer.")
    first = talk.chat("One?", inputs={"place": "Lea", "tone": "curt"}).json()
    second = talk.chat("Two?", inputs={}, conversation_id=first["conversation_id"])
    assert second.status_code == 200, second.text
    assert prompts(provider) == [
        ("system", "Be curt about Lea."),
        ("user", "One?"),
        ("assistant", "First answer."),
        ("user", "Two?"),
    ]
    changed = talk.chat("Three?", inputs={"tone": "kind"}, conversation_id=first["conversation_id"])
    assert changed.status_code == 200
    assert prompts(provider)[0] == ("system", "Be kind about Lea.")
    [row] = [row for row in talk.get("/v1/conversations", user="ann").json()["data"] if row["id"] == first["conversation_id"]]
    assert (row["introduction"], row["inputs"]) == ("Welcome to Lea!", {"place": "Lea", "tone": "curt"})
    told = talk.get("/v1/messages", user="ann", conversation_id=first["conversation_id"]).json()["data"]
    assert [message["query"] for message in told] == ["One?", "Two?", "Three?"]
    refused(talk.chat("Two?", inputs={}, conversation_id=first["conversation_id"], user="bob"), 400, "invalid_param", "place")


def test_a_new_conversation_needs_its_inputs(talk: Client) -> None:
    refused(talk.chat("One?"), 400, "invalid_param", "place")
    refused(talk.chat("One?", inputs={"place": "x" * 11}), 400, "invalid_param", "place")


def test_a_blocking_completion_field_by_field(complete: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "Lea is wet.")
    body = completion(complete).json()
    assert body.keys() == {"event", "task_id", "id", "message_id", "mode", "answer", "metadata", "created_at"}
    assert (body["event"], body["mode"], body["answer"], body["id"]) == ("message", "completion", "Lea is wet.", body["message_id"])
    assert str(uuid.UUID(body["task_id"])) == body["task_id"]
    assert prompts(provider) == [("user", "Be kind about Lea.")]
    completion(complete, query="Why?", conversation_id="", auto_generate_name=False)
    assert prompts(provider) == [("system", "Be kind about Lea."), ("user", "Why?")]


def test_a_streamed_completion_frame_by_frame(complete: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, Reply(chunks=("Lea ", "is wet.")))
    with completion_stream(complete) as stream:
        events = stream.rest()
    assert set(stream.names[:-1]) == {"message"}
    for event in events[:-1]:
        assert event.keys() == ENVELOPE | {"id", "answer", "from_variable_selector"}
    assert events[-1].keys() == ENVELOPE | {"id", "metadata", "files"}
    assert events[-1]["event"] == "message_end"


@pytest.mark.parametrize("mode", ["chat", "completion", "agent-chat"])
def test_a_failure_is_one_error_frame(service: Service, provider: FakeProvider, mode: str) -> None:
    client = service.client(service.app(app_file(mode)))
    provider.script(CHAT_MODEL, Reply(status=401))
    with completion_stream(client) if mode == "completion" else client.chat_stream("hi", inputs=INPUTS) as stream:
        [event] = stream.rest()
    named = {"message_id", "created_at"} | (set() if mode == "completion" else {"conversation_id"})
    assert event.keys() == {"event", "code", "message", "status", "details"} | named
    assert (event["event"], event["code"], event["status"]) == ("error", "completion_request_error", 400)
    if mode != "agent-chat":
        provider.script(CHAT_MODEL, Reply(status=401))
        reply = completion(client) if mode == "completion" else client.chat("hi", inputs=INPUTS)
        refused(reply, 400, "completion_request_error")


@pytest.mark.parametrize("mode", ["chat", "completion"])
def test_a_stopped_answer_ends_with_message_end(service: Service, provider: FakeProvider, mode: str) -> None:
    client = service.client(service.app(app_file(mode)))
    path = f"/v1/{mode if mode == 'chat' else 'completion'}-messages"
    provider.script(CHAT_MODEL, Reply(text="one two three", hang_after=1, hang_for_s=20))
    with completion_stream(client) if mode == "completion" else client.chat_stream("hi", inputs=INPUTS) as stream:
        task = stream.until(lambda event: event["event"] == "message")["task_id"]
        assert client.post(f"{path}/{task}/stop", {"user": "ann"}).json() == {"result": "success"}
        stream.rest()
    assert stream.names[-1] == "message_end"
    refused(client.post(f"{path}/{task}/stop", {}), 400, "invalid_param", "user")


def test_wrong_kinds_of_app(talk: Client, complete: Client, agent: Client, flow: Client, chat: Client) -> None:
    for client in (talk, agent, flow, chat):
        refused(completion(client), 400, "app_unavailable")
        refused(client.post("/v1/completion-messages/x/stop", {"user": "ann"}), 400, "app_unavailable")
    refused(complete.chat("hi", inputs=INPUTS), 400, "not_chat_app")
    refused(complete.get("/v1/conversations", user="ann"), 400, "not_chat_app")
    refused(complete.get(f"/v1/messages/{uuid.uuid4()}/suggested", user="ann"), 400, "not_chat_app")
    for client in (talk, agent, complete):
        refused(client.run(), 400, "not_workflow_app")


def test_bad_bodies_of_completions(complete: Client) -> None:
    refused(completion(complete, user=None), 400, "invalid_param", "user")
    refused(complete.post("/v1/completion-messages", {"user": "ann"}), 400, "invalid_param", "inputs")
    refused(completion(complete, query=3), 400, "invalid_param", "query")
    refused(completion(complete, model_config={}), 400, "invalid_param", "model_config")


@pytest.mark.parametrize("mode", ["chat", "completion", "agent-chat"])
def test_parameters(service: Service, mode: str) -> None:
    body = service.client(service.app(app_file(mode))).get("/v1/parameters").json()
    assert body["opening_statement"] == "Welcome to {{place}}!"
    assert body["suggested_questions"] == ["When is high tide?"]
    switches = ("suggested_questions_after_answer", "retriever_resource", "more_like_this", "sensitive_word_avoidance")
    assert [body[name]["enabled"] for name in switches] == [True, True, True, True]
    assert body["user_input_form"] == [{kind: {**row[kind], "type": kind}} for row in FORM for kind in row]
    assert "configs" not in body["sensitive_word_avoidance"], "the words are nobody's business"


def test_a_sensitive_question_is_answered_without_a_model(talk: Client, complete: Client, provider: FakeProvider) -> None:
    asked = len(provider.requests)
    body = talk.chat("Where is the SandBank?", inputs=INPUTS).json()
    assert body["answer"] == "We do not talk about that."
    with completion_stream(complete, inputs={"place": "under tow"}) as stream:
        events = stream.rest()
    assert [(event["event"], event.get("answer")) for event in events] == [
        ("message", "We do not talk about that."),
        ("message_end", None),
    ]
    assert len(provider.requests) == asked


@pytest.mark.parametrize("mode", ["chat", "completion", "agent-chat"])
def test_a_sensitive_answer_never_leaves(service: Service, provider: FakeProvider, mode: str) -> None:
    client = service.client(service.app(app_file(mode)))
    provider.script(CHAT_MODEL, Reply(chunks=("See the sa", "nd", "Ba", "nk there", " and more"), delay_s=0.04))
    with completion_stream(client) if mode == "completion" else client.chat_stream("hi", inputs=INPUTS) as stream:
        events = stream.rest()
    said = "".join(event["answer"] for event in events if event["event"] in ("message", "agent_message"))
    assert said == "See the "
    told = [event for event in events if event["event"] != "agent_thought"]
    assert [event["event"] for event in told[-2:]] == ["message_replace", "message_end"]
    assert (told[-2]["answer"], told[-2]["reason"]) == ("This answer was withdrawn.", "")
    assert "sandbank" not in str(events)
    if mode == "chat":
        told = client.get("/v1/messages", user="ann", conversation_id=events[-1]["conversation_id"]).json()["data"]
        assert told[-1]["answer"] == "This answer was withdrawn."


def test_questions_to_ask_next(talk: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "At noon.", 'Sure: ["And at night?", "And at night?", " Why  noon? ", 7]')
    message = talk.chat("When?", inputs=INPUTS).json()["message_id"]
    reply = talk.get(f"/v1/messages/{message}/suggested", user="ann")
    assert (reply.status_code, reply.json()) == (200, {"result": "success", "data": ["And at night?", "Why noon?"]})
    system, spoken = prompts(provider)
    assert system[0] == "system"
    assert "language" in system[1]
    assert spoken == ("user", "Person: When?\nAssistant: At noon.")
    provider.script(CHAT_MODEL, "I would rather not.")
    assert talk.get(f"/v1/messages/{message}/suggested", user="ann").json()["data"] == []
    provider.script(CHAT_MODEL, Reply(status=401))
    refused(talk.get(f"/v1/messages/{message}/suggested", user="ann"), 400, "completion_request_error")


def test_questions_of_a_chatflow_and_with_a_prompt_of_ones_own(service: Service, chat: Client, provider: FakeProvider) -> None:
    provider.script(CHAT_MODEL, "At noon.", '["A?"]')
    message = chat.chat("When?").json()["message_id"]
    assert chat.get(f"/v1/messages/{message}/suggested", user="ann").json()["data"] == ["A?"]
    own = {"enabled": True, "prompt": "Ask like a pirate.", "model": {**MODEL, "completion_params": {"temperature": 0}}}
    pirate = service.client(service.app(app_file("chat", suggested_questions_after_answer=own)))
    provider.script(CHAT_MODEL, "At noon.", '["Arr?"]')
    message = pirate.chat("When?", inputs=INPUTS).json()["message_id"]
    assert pirate.get(f"/v1/messages/{message}/suggested", user="ann").json()["data"] == ["Arr?"]
    assert prompts(provider)[0][1].startswith("Ask like a pirate.")
    assert provider.requests[-1].body["temperature"] == 0


def test_questions_are_refused_where_they_are_off_or_not_yours(service: Service, talk: Client, provider: FakeProvider) -> None:
    message = talk.chat("When?", inputs=INPUTS).json()["message_id"]
    refused(talk.get(f"/v1/messages/{message}/suggested", user="bob"), 404, "not_found")
    refused(talk.get(f"/v1/messages/{message}/suggested"), 400, "invalid_param", "user")
    refused(talk.get(f"/v1/messages/{uuid.uuid4()}/suggested", user="ann"), 404, "not_found")
    refused(talk.get("/v1/messages/x/suggested", user="ann"), 400, "invalid_param", "message_id")
    off = service.client(service.app(app_file("chat", suggested_questions_after_answer={"enabled": False})))
    message = off.chat("When?", inputs=INPUTS).json()["message_id"]
    refused(off.get(f"/v1/messages/{message}/suggested", user="ann"), 400, "bad_request")


def test_a_simple_run_can_be_followed_again(talk: Client) -> None:
    accepted = talk.chat("When?", inputs=INPUTS, response_mode="async").json()
    for _ in range(2):  # while it runs, and when it has ended
        with talk.stream("GET", f"/v1/workflow/{accepted['task_id']}/events?user=ann") as stream:
            assert stream.rest()[-1]["event"] == "message_end"


def test_moderation_that_does_not_exist_keeps_an_app_from_being_published(service: Service) -> None:
    avoid = {"enabled": True, "type": "openai_moderation", "config": {}}
    app_id = service.app(app_file("chat", sensitive_word_avoidance=avoid), publish=False)
    with pytest.raises(AssertionError, match="moderation_unavailable"):
        service.console("POST", f"apps/{app_id}/versions", json={"name": "", "note": ""})


@pytest.mark.parametrize("mode", ["chat", "completion", "agent-chat"])
def test_a_new_app_runs_at_once(service: Service, mode: str) -> None:
    app = service.console("POST", "apps", json={"name": "New", "mode": mode})
    service.console("POST", f"apps/{app['id']}/versions", json={"name": "", "note": ""})
    client = service.client(app["id"])
    if mode == "completion":
        assert completion(client, inputs={"text": "Long story."}).json()["answer"]
        return
    with client.chat_stream("hi") as stream:
        assert stream.rest()[-1]["event"] == "message_end"


def test_a_completion_is_tried_in_the_studio_without_a_question(service: Service) -> None:
    app = service.console("POST", "apps", json={"name": "New", "mode": "completion"})
    run = service.console("POST", f"apps/{app['id']}/runs", json={"inputs": {"text": "Long story."}})
    assert (run["mode"], run["query"]) == ("completion", "")
