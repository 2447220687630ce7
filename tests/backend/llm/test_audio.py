"""Speech by the gateway against the scripted provider."""

from __future__ import annotations

import pytest

from backend.llm import gateway_audio, providers
from backend.llm.gateway_audio import cut
from backend.llm.resolved import CallLimits, ResolvedModel, Route
from tests.fakes.provider import FakeProvider, Reply
from workers.engine.errors import NodeError

pytestmark = pytest.mark.usefixtures("clean_gateway")
LIMITS = CallLimits(retries=1, backoff_s=0.01)


def model(provider: FakeProvider, name: str, kind: str) -> ResolvedModel:
    spec = providers.get("openai-compatible")
    return ResolvedModel(spec.id, name, kind, (Route(spec, name, "k", {"base_url": provider.url, "api_key": "sk-1"}),))


async def test_a_recording_goes_out_as_a_form_and_its_text_comes_back(provider: FakeProvider) -> None:
    provider.script("ear", "High tide at noon.")
    text = await gateway_audio.transcribe(model(provider, "ear", "speech2text"), b"RIFF1234", "recording.wav", "audio/wav", LIMITS)
    assert text == "High tide at noon."
    sent = provider.requests[-1]
    assert (sent.path, sent.headers["Authorization"]) == ("/v1/audio/transcriptions", "Bearer sk-1")
    assert sent.body["file"] == {"filename": "recording.wav", "content_type": "audio/wav", "size": 8}
    assert sent.body["model"] == "ear"


async def test_a_long_text_is_spoken_in_pieces(provider: FakeProvider) -> None:
    audio = await gateway_audio.speak(model(provider, "voice", "tts"), "First. " + "x" * 3_500, "", LIMITS)
    assert audio.mime_type == "audio/mpeg"
    assert audio.content == b"ID3First.ID3" + b"x" * 3_500
    assert [call.body["voice"] for call in provider.requests] == ["alloy", "alloy"]


async def test_failures_are_tried_again_or_told(provider: FakeProvider) -> None:
    provider.script("voice", Reply(status=503), Reply())
    assert (await gateway_audio.speak(model(provider, "voice", "tts"), "Hi", "echo", LIMITS)).content == b"ID3Hi"
    provider.script("ear", Reply(status=401))
    with pytest.raises(NodeError) as refused:
        await gateway_audio.transcribe(model(provider, "ear", "speech2text"), b"x", "a.mp3", "audio/mpeg", LIMITS)
    assert refused.value.code == "provider_unauthorized"
    demo = ResolvedModel("demo", "demo-chat", "tts", (Route(providers.get("demo"), "demo-chat", "demo"),))
    with pytest.raises(NodeError, match="no models for speech"):
        await gateway_audio.speak(demo, "Hi", "", LIMITS)


def test_texts_are_cut_between_sentences() -> None:
    assert cut("One. Two! 三。四？", 8) == ["One.", "Two! 三。", "四？"]
    assert cut("abcdefgh", 3) == ["abc", "def", "gh"]
    assert cut("  ") == []
