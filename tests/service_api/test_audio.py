"""Speech over the published API: a recording to text, a text or an answer to sound."""

from __future__ import annotations

import base64
import io
import wave

import httpx
import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.service_api.api import Client, refused
from tests.service_api.conftest import Service
from tests.service_api.flows import CHAT_MODEL, chat_app

pytestmark = pytest.mark.processes


def wav() -> bytes:
    """A tenth of a second of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return file.getvalue()


@pytest.fixture(scope="session")
def voiced(service: Service) -> Client:
    document = chat_app()
    document["workflow"]["features"] |= {
        "speech_to_text": {"enabled": True},
        "text_to_speech": {"enabled": True, "voice": "echo", "language": "en-US"},
    }
    return service.client(service.app(document))


def hear(client: Client, content: bytes, name: str = "a.txt") -> httpx.Response:
    return client.call("POST", "/v1/audio-to-text", files={"file": (name, content, "text/plain")}, data={"user": "ann"})


def test_a_recording_becomes_text(voiced: Client, provider: FakeProvider) -> None:
    provider.script("ear", "When is high tide?")
    reply = hear(voiced, wav())
    assert (reply.status_code, reply.json()) == (200, {"text": "When is high tide?"})
    sent = provider.requests[-1].body["file"]
    assert (sent["content_type"].partition("/")[0], sent["size"]) == ("audio", len(wav()))


def test_what_is_no_recording(voiced: Client, chat: Client, provider: FakeProvider) -> None:
    refused(hear(voiced, b"just words", "a.mp3"), 415, "unsupported_audio_type")
    refused(hear(voiced, b""), 400, "no_audio_uploaded")
    refused(voiced.call("POST", "/v1/audio-to-text", data={"user": "ann"}, files={"other": b"1"}), 400, "no_audio_uploaded")
    refused(hear(voiced, wav() + bytes(25 * 1024 * 1024)), 413, "audio_too_large")
    refused(hear(chat, wav()), 400, "speech_to_text_disabled")
    provider.script("ear", Reply(status=401))
    refused(hear(voiced, wav()), 400, "completion_request_error")
    assert len(provider.requests) == 1


def test_a_text_and_an_answer_become_sound(voiced: Client, provider: FakeProvider) -> None:
    reply = voiced.post("/v1/text-to-audio", {"text": "Low tide.", "user": "ann"})
    assert (reply.status_code, reply.headers["content-type"], reply.content) == (200, "audio/mpeg", b"ID3Low tide.")
    assert provider.requests[-1].body["voice"] == "echo"
    provider.script(CHAT_MODEL, "At noon.")
    message = voiced.chat("When?").json()["message_id"]
    spoken = voiced.post("/v1/text-to-audio", {"message_id": message, "text": "other", "voice": "nova", "user": "ann"})
    assert spoken.content == b"ID3At noon."
    assert provider.requests[-1].body["voice"] == "nova"
    refused(voiced.post("/v1/text-to-audio", {"message_id": message, "user": "eve"}), 400, "invalid_param", "message_id")


def test_an_app_speaks_its_answers_by_itself(service: Service, provider: FakeProvider) -> None:
    document = chat_app()
    document["workflow"]["features"]["text_to_speech"] = {"enabled": True, "voice": "echo", "autoPlay": "enabled"}
    client = service.client(service.app(document))
    provider.script(CHAT_MODEL, "At noon.")
    with client.chat_stream("When?") as stream:
        events = stream.rest()
    assert stream.names[-4:] == ["message_end", "workflow_finished", "tts_message", "tts_message_end"]
    assert base64.b64decode(events[-2]["audio"]) == b"ID3At noon."
    assert events[-1]["audio"] == ""
    assert events[-1].keys() == {"event", "conversation_id", "message_id", "created_at", "task_id", "audio"}
    provider.script("voice", Reply(status=401))
    with client.chat_stream("When?") as stream:
        stream.rest()
    assert stream.names[-2:] == ["workflow_finished", "tts_message_end"], "a voice that fails costs the answer nothing"


def test_what_cannot_be_spoken(voiced: Client, chat: Client, provider: FakeProvider) -> None:
    refused(voiced.post("/v1/text-to-audio", {"user": "ann"}), 400, "invalid_param", "text")
    refused(voiced.post("/v1/text-to-audio", {"text": "x" * 20_001}), 400, "invalid_param", "text")
    refused(voiced.post("/v1/text-to-audio", {"text": "x", "voice": 5}), 400, "invalid_param", "voice")
    refused(chat.post("/v1/text-to-audio", {"text": "Hi", "user": "ann"}), 400, "invalid_param", "text")
    provider.script("voice", Reply(status=429))
    refused(voiced.post("/v1/text-to-audio", {"text": "Hi"}), 429, "rate_limit_error")
