"""The demo model: deterministic, labelled, and plausible enough for templates."""

from __future__ import annotations

import json
import time

import jsonschema
import pytest
from django.conf import settings

from backend.llm import gateway
from backend.llm.selectors import model_resolve
from workers.engine.ports import ChatMessage, ChatRequest, ModelRef, TextPart

REF = ModelRef("demo", "demo-chat")
STORY = (
    "Ada Lovelace met Charles Babbage on 1833-06-05. She wrote the first program for his machine. "
    "The machine was never finished. Her notes were printed in 1843. Write to ada@example.com for 3 copies."
)


async def run(*messages: tuple[str, str], **more):
    request = ChatRequest(REF, tuple(ChatMessage(role, text) for role, text in messages), **more)
    return [delta async for delta in gateway.stream(model_resolve("w", "demo", "demo-chat"), request)]


async def answer(*messages: tuple[str, str], **more) -> str:
    return "".join(delta.text for delta in await run(*messages, **more))


async def test_is_labelled_and_says_what_it_is():
    text = await answer(("user", "What is the meaning of life?"))
    assert text.startswith("[demo] ")
    assert "meaning of life" in text


async def test_answers_in_chinese_when_asked_in_chinese():
    text = await answer(("user", "人生的意义是什么？"))
    assert text.startswith("[演示] ")
    assert "人生的意义是什么" in text


async def test_same_prompt_same_answer():
    asked = [("system", "Be kind."), ("user", "Summarise this: " + STORY)]
    assert await answer(*asked) == await answer(*asked)


async def test_streams_word_by_word_with_usage():
    deltas = await run(("user", "Say something"))
    assert len(deltas) > 5
    assert all(len(d.text.split()) <= 1 for d in deltas)
    usage = deltas[-1].usage
    assert usage.completion_tokens == len(deltas) - 1
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert (deltas[-1].finish_reason, usage.cost_usd) == ("stop", 0)


async def test_max_tokens_cuts():
    deltas = await run(("user", "Say something"), params={"max_tokens": 3})
    assert (len(deltas), deltas[-1].finish_reason) == (4, "length")


@pytest.mark.parametrize(
    "messages",
    [
        [("system", "Use this context:\n<context>" + STORY + "</context>"), ("user", "When were the notes printed?")],
        [("user", "Context: " + STORY + "\n\nQuestion: When were the notes printed?")],
        [("system", STORY), ("user", "When were the notes printed?")],
    ],
)
async def test_quotes_the_sentence_of_the_context_that_fits(messages):
    assert "Her notes were printed in 1843." in await answer(*messages)


async def test_quotes_chinese_context():
    context = "退货期限是三十天。我们的总部在杭州。客服电话每天九点开始。"
    assert "我们的总部在杭州" in await answer(("system", f"<context>{context}</context>"), ("user", "总部在哪里？"))


async def test_a_prompt_may_name_the_tags_before_it_uses_them():
    system = "What is between <context> and </context> was looked up.\n<context>\n# Pump\n\nIt has a warranty of seven years.\n</context>"
    assert "a warranty of seven years" in await answer(("system", system), ("user", "How long is the warranty of the pump?"))


async def test_says_when_the_context_has_nothing():
    text = await answer(("system", "<context>Cats sleep.</context>"), ("user", "Which volcano erupted?"))
    assert "says nothing" in text


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I was charged twice, refund my payment", "billing"),
        ("The app crashes with an error at login", "technical"),
        ("Nice weather", "other"),
    ],
)
async def test_classifies(text, label):
    system = "Classify the message into one of these categories: billing, technical, other. Answer with the category only."
    assert await answer(("system", system), ("user", text)) == label


async def test_classifies_chinese():
    system = "请判断用户消息的情感分类，标签：积极、消极、中性"
    assert await answer(("system", system), ("user", "太差了，我很失望")) == "消极"


async def test_translates_both_ways():
    assert "你好" in await answer(("system", "Translate into Chinese."), ("user", "Hello world"))
    assert "thank" in (await answer(("system", "请把下面的文字翻译成英文"), ("user", "谢谢，今天天气很好"))).lower()


async def test_summarises_shorter():
    text = await answer(("system", "Summarize the text."), ("user", STORY))
    assert "Ada Lovelace met Charles Babbage" in text
    assert len(text) < len(STORY)


async def test_extracts():
    text = await answer(("user", "Extract names, dates and e-mail addresses:\n" + STORY))
    for found in ("Ada Lovelace", "1833-06-05", "ada@example.com"):
        assert found in text


SCHEMAS = [
    {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "email": {"type": "string", "format": "email"},
            "date": {"type": "string"},
            "copies": {"type": "integer", "minimum": 1, "maximum": 5},
            "mood": {"type": "string", "enum": ["positive", "negative", "neutral"]},
            "keywords": {"type": "array", "items": {"type": "string"}, "minItems": 2},
            "happy": {"type": "boolean"},
            "people": {"type": "array", "items": {"$ref": "#/$defs/person"}},
            "maybe": {"anyOf": [{"type": "null"}, {"type": "number"}]},
        },
        "required": ["name", "email", "date", "copies", "mood", "keywords", "happy", "people"],
        "additionalProperties": False,
        "$defs": {"person": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
    },
    {"type": "object", "properties": {"self": {"$ref": "#"}, "x": {"type": ["string", "null"]}}, "required": ["x"]},
    {"type": "array", "items": {"type": "string"}},
]


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_fills_schemas(schema):
    value = json.loads(await answer(("user", STORY), response_schema=schema))
    if schema is not SCHEMAS[1]:  # an endless one ends somewhere
        jsonschema.validate(value, schema)


async def test_fills_with_what_the_text_has():
    value = json.loads(await answer(("user", STORY), response_schema=SCHEMAS[0]))
    assert (value["name"], value["email"], value["date"]) == ("Ada Lovelace", "ada@example.com", "1833-06-05")


async def test_json_mode_gives_json():
    json.loads(await answer(("user", "hello there"), params={"response_format": "json_object"}))


WEATHER = {
    "name": "get_weather",
    "description": "Weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
CLOCK = {"type": "function", "function": {"name": "current_time", "description": "Tell the time", "parameters": {"type": "object"}}}


async def test_calls_the_tool_that_fits_and_then_answers_with_its_result():
    deltas = await run(("user", "How is the weather in Paris?"), tools=(CLOCK, WEATHER))
    [call] = deltas[-1].tool_calls
    assert (call.name, json.loads(call.arguments), deltas[-1].finish_reason) == ("get_weather", {"city": "Paris"}, "tool_calls")
    text = await answer(("user", "How is the weather in Paris?"), ("assistant", ""), ("tool", "21 degrees"), tools=(CLOCK, WEATHER))
    assert "21 degrees" in text


async def test_does_not_call_a_tool_that_does_not_fit():
    deltas = await run(("user", "Tell me a joke"), tools=(WEATHER, CLOCK))
    assert deltas[-1].tool_calls == () or deltas[-1].tool_calls[0].name == "current_time"


async def test_parts_are_read():
    request = ChatRequest(REF, (ChatMessage("user", (TextPart("Hello there "), TextPart("friend"))),))
    deltas = [d async for d in gateway.stream(model_resolve("w", "demo", "demo-chat"), request)]
    assert "friend" in "".join(d.text for d in deltas)


async def test_pauses_between_words(monkeypatch):
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"demo_word_delay_ms": 20}))
    began = time.monotonic()
    deltas = await run(("user", "hi"))
    assert time.monotonic() - began >= 0.02 * (len(deltas) - 1)
