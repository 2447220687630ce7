from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, chain, document, end, llm, node, picture, start
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine.errors import NodeError
from workers.engine.events import NodeDelta, ReasoningDelta
from workers.engine.nodes.llm.reply import ThinkSplitter
from workers.engine.ports import ChatDelta, ChatMessage, ImagePart, Limits, TextPart

TURNS = tuple(
    ChatMessage(role, f"{role[0]}{number}")  # type: ignore[arg-type]
    for number in (1, 2, 3)
    for role in ("user", "assistant")
)
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}, "n": {"type": "integer"}}, "required": ["city"]}
PERSON = [{"role": "system", "text": "You are kind."}, {"role": "user", "text": "Say {{#start.q#}}"}]


async def ask_model(bench: Bench, inputs: dict[str, Any] | None = None, **data: Any) -> Ran:
    """Run start, one LLM node with this data, and an answer."""
    variables = [ask("q"), ask("o", "json_object"), ask("pic", "file"), ask("pics", "file-list")]
    return await bench.run(document([start(*variables), llm(**data), answer()], chain("start", "llm", "answer")), inputs)


async def test_outputs_usage_and_what_is_kept_for_the_history() -> None:
    bench = Bench(model=ScriptedModel(Reply(("Hel", "lo"), finish_reason="length")))
    ran = await ask_model(bench, {"q": "hi"}, prompt_template=PERSON)
    finished = ran.node("llm")
    assert finished.outputs["text"] == "Hello"
    assert finished.outputs["finish_reason"] == "length"
    assert finished.outputs["usage"]["total_tokens"] == 5
    assert finished.outputs["usage"]["total_price"] == "0.2500000"
    assert finished.usage is not None
    assert ran.finished.usage.total_tokens == 5
    assert finished.process["prompts"] == [{"role": "system", "text": "You are kind."}, {"role": "user", "text": "Say hi"}]
    assert (finished.process["model_provider"], finished.process["model_name"]) == ("demo", "llm")
    assert bench.model.prompts() == [("system", "You are kind."), ("user", "Say hi")]
    assert bench.model.requests[0].idempotency_key == "run-1:llm:"
    assert bench.model.closed == ["llm"]


async def test_nul_characters_of_a_reply_are_dropped() -> None:
    ran = await ask_model(Bench(model=ScriptedModel(Reply(("a\x00", "b")))))
    assert ran.finished.answer == ran.node("llm").outputs["text"] == "ab"


async def test_empty_messages_are_left_out_and_an_empty_prompt_is_an_error() -> None:
    bench = Bench(model=ScriptedModel("x"))
    rows = [{"role": "system", "text": "  "}, {"role": "user", "text": "{{#start.q#}}"}]
    await ask_model(bench, {"q": "hi"}, prompt_template=rows)
    assert bench.model.prompts() == [("user", "hi")]
    ran = await ask_model(bench, {"q": ""}, prompt_template=rows)
    assert ran.finished.error is not None
    assert ran.finished.error.code == "prompt_empty"


async def test_jinja_messages_get_their_variables_and_basic_ones_do_not() -> None:
    bench = Bench(model=ScriptedModel("x"))
    rows = [
        {"role": "system", "text": "unused", "edition_type": "jinja2", "jinja2_text": "{% for x in xs %}{{ x }},{% endfor %}{{#context#}}"},
        {"role": "user", "text": "{{ q }} {{#start.q#}}", "edition_type": "basic"},
    ]
    await ask_model(
        bench,
        {"q": "hi", "o": {"xs": [1, 2]}},
        prompt_template=rows,
        prompt_config={"jinja2_variables": [{"variable": "xs", "value_selector": ["start", "o", "xs"]}]},
        context={"enabled": True, "variable_selector": ["start", "q"]},
    )
    assert bench.model.prompts() == [("system", "1,2,hi"), ("user", "{{ q }} hi")]


async def test_model_parameters_may_use_variables() -> None:
    bench = Bench(model=ScriptedModel("x"))
    params = {"temperature": 0.2, "stop": ["END"], "user": "{{#start.q#}}", "top_p": None}
    await ask_model(bench, {"q": "me"}, model={"provider": "demo", "name": "m", "mode": "chat", "completion_params": params})
    assert bench.model.requests[0].params == {"temperature": 0.2, "stop": ["END"], "user": "me"}


KNOWLEDGE = [
    {"content": "First.", "title": "A", "metadata": {"_source": "knowledge", "document_id": "d1", "score": 0.9}},
    {"content": "Second.", "title": "B", "metadata": {"_source": "knowledge", "document_id": "d2"}},
]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(KNOWLEDGE, "Use:First.\nSecond.!"), ("plain", "Use:plain!"), (["a", "b"], "Use:a\nb!"), ([], "Use:!"), (None, "Use:!")],
)
async def test_the_context_takes_its_place(value: Any, expected: str) -> None:
    bench = Bench(model=ScriptedModel("x"))
    context = {"enabled": True, "variable_selector": ["start", "o", "found"]}
    ran = await ask_model(bench, {"o": {"found": value}}, prompt_template=[{"role": "user", "text": "Use:{{#context#}}!"}], context=context)
    assert bench.model.prompts() == [("user", expected)]
    resources = ran.node("llm").process.get("retriever_resources", [])
    assert [row["document_id"] for row in resources] == (["d1", "d2"] if value is KNOWLEDGE else [])


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"enabled": False}, ["u1", "a1", "u2", "a2", "u3", "a3"]),
        ({"enabled": False, "size": 1}, ["u1", "a1", "u2", "a2", "u3", "a3"]),
        ({"enabled": True, "size": 2}, ["u2", "a2", "u3", "a3"]),
        ({"enabled": True, "size": 50}, ["u1", "a1", "u2", "a2", "u3", "a3"]),
        ({"enabled": True, "size": 0}, []),
        ({"enabled": True, "size": ""}, ["u1", "a1", "u2", "a2", "u3", "a3"]),
    ],
)
async def test_history_stands_between_the_messages_and_the_question(window: dict[str, Any], expected: list[str]) -> None:
    bench = Bench(model=ScriptedModel("x"), history=TURNS)
    await ask_model(bench, prompt_template=[{"role": "system", "text": "S"}], memory={"window": window})
    assert [text for _, text in bench.model.prompts()] == ["S", *expected, "hi"]
    assert bench.model.prompts()[-1][0] == "user"


@pytest.mark.parametrize(
    ("template", "expected"),
    [("", "hi"), ("Q: {{#sys.query#}} ({{#start.q#}})", "Q: hi (x)"), ("{{#query#}}?", "hi?"), ("fixed", "fixed")],
)
async def test_the_question_has_its_own_template(template: str, expected: str) -> None:
    bench = Bench(model=ScriptedModel("x"))
    memory = {"window": {"enabled": False}, "query_prompt_template": template}
    await ask_model(bench, {"q": "x"}, prompt_template=[], memory=memory)
    assert bench.model.prompts() == [("user", expected)]


async def test_without_memory_there_is_neither_history_nor_question() -> None:
    bench = Bench(model=ScriptedModel("x"), history=TURNS)
    await ask_model(bench, prompt_template=[{"role": "system", "text": "S"}])
    assert bench.model.prompts() == [("system", "S")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H:{{#histories#}} Q:{{#sys.query#}}", "H:Me: u3\nYou: a3 Q:hi"),
        ("H:#histories# done", "H:Me: u3\nYou: a3 done"),
        ("Q:{{#sys.query#}}", "Me: u3\nYou: a3\nQ:hi"),
    ],
)
async def test_completion_models_get_one_text(text: str, expected: str) -> None:
    bench = Bench(model=ScriptedModel("x"), history=TURNS)
    memory = {"role_prefix": {"user": "Me", "assistant": "You"}, "window": {"enabled": True, "size": 1}}
    model = {"provider": "demo", "name": "m", "mode": "completion", "completion_params": {}}
    await ask_model(bench, model=model, prompt_template={"text": text, "edition_type": "basic"}, memory=memory)
    assert bench.model.prompts() == [("user", expected)]
    assert bench.model.requests[0].model.mode == "completion"


P1 = ImagePart("https://files.example.test/p1", "low")


def vision(*selector: str) -> dict[str, Any]:
    return {"enabled": True, "configs": {"variable_selector": list(selector or ("sys", "files")), "detail": "low"}}


@pytest.mark.parametrize(
    ("rows", "files", "last"),
    [
        ([{"role": "user", "text": "Look"}], [picture()], ("user", (TextPart("Look"), P1))),
        ([{"role": "system", "text": "Look"}], [picture()], ("user", (P1,))),
        ([{"role": "user", "text": "Look"}], [], ("user", "Look")),
        ([{"role": "user", "text": "Look"}], [picture(type="document")], ("user", "Look")),
    ],
)
async def test_pictures_go_to_the_last_message_of_the_user(rows: Any, files: list[Any], last: Any) -> None:
    bench = Bench(model=ScriptedModel("x"))
    bench.system["files"] = files
    ran = await ask_model(bench, prompt_template=rows, vision=vision())
    message = bench.model.requests[0].messages[-1]
    assert (message.role, message.content) == last
    if isinstance(last[1], tuple):
        assert ran.node("llm").process["prompts"][-1]["files"] == [{"type": "image", "detail": "low", "url": P1.url}]


async def test_a_single_file_variable_and_pictures_named_in_the_text() -> None:
    bench = Bench(model=ScriptedModel("x", "y"))
    await ask_model(bench, {"pic": picture()}, prompt_template=[{"role": "user", "text": "Look"}], vision=vision("start", "pic"))
    assert bench.model.requests[0].messages[-1].content == (TextPart("Look"), P1)
    rows = [{"role": "user", "text": "See {{#start.pics#}}"}, {"role": "assistant", "text": "ok"}, {"role": "user", "text": "And?"}]
    await ask_model(bench, {"pics": [picture()]}, prompt_template=rows, vision=vision())
    assert bench.model.requests[1].messages[0].content == (TextPart("See "), P1)
    assert bench.model.requests[1].messages[-1].content == "And?"


async def test_without_vision_no_picture_is_sent() -> None:
    bench = Bench(model=ScriptedModel("x"))
    bench.system["files"] = [picture()]
    await ask_model(bench, {"pic": picture()}, prompt_template=[{"role": "user", "text": "Look {{#start.pic#}}"}])
    assert bench.model.prompts() == [("user", "Look p1.png")]


STRUCTURED = {"structured_output_enabled": True, "structured_output": {"schema": SCHEMA}}


async def test_a_model_with_schema_mode_gets_the_schema() -> None:
    bench = Bench(model=ScriptedModel('{"city": "Paris"}', features=frozenset({"response_schema"})))
    ran = await ask_model(bench, **STRUCTURED)
    assert bench.model.requests[0].response_schema == SCHEMA
    assert bench.model.prompts() == [("user", "Say hello")]
    assert ran.node("llm").outputs["structured_output"] == {"city": "Paris"}


@pytest.mark.parametrize(
    "reply",
    [
        '{"city": "Paris"}',
        '```json\n{"city": "Paris"}\n```',
        "{'city': 'Paris',}",
        'Sure: {"city": "Paris"} ok?',
        '{"city": "Paris"',
        '<think>{"a":1}</think>{"city": "Paris"}',
    ],
)
async def test_other_models_are_told_and_their_reply_is_mended(reply: str) -> None:
    bench = Bench(model=ScriptedModel(reply))
    ran = await ask_model(bench, prompt_template=PERSON, **STRUCTURED)
    role, text = bench.model.prompts()[0]
    assert role == "system"
    assert text.startswith("You are kind.\n\n")
    assert '"required":["city"]' in text
    assert bench.model.requests[0].response_schema is None
    assert ran.node("llm").outputs["structured_output"] == {"city": "Paris"}
    assert ran.node("llm").process["prompts"][0]["text"] == text


@pytest.mark.parametrize(
    ("reply", "words"), [("I cannot.", "holds no JSON"), ('{"n": 1}', "'city' is a required property"), ('{"city": 5}', "$.city")]
)
async def test_a_reply_that_does_not_fit_is_an_error(reply: str, words: str) -> None:
    ran = await ask_model(Bench(model=ScriptedModel(reply)), **STRUCTURED)
    assert ran.finished.error is not None
    assert ran.finished.error.code == "structured_output_invalid"
    told = ran.node("llm")
    assert (told.status, told.process["reply"], told.process["model_name"]) == ("failed", reply, "llm")
    assert told.process["prompts"][-1]["role"] == "user"
    assert told.usage is not None
    assert ran.finished.usage.total_tokens == told.usage.total_tokens > 0
    assert words in ran.finished.error.message


THINKING = Reply(("<thi", "nk>first", " thought</th", "ink>\n\nThe ", "reply"))


async def test_reasoning_kept_apart() -> None:
    ran = await ask_model(Bench(model=ScriptedModel(THINKING)), reasoning_format="separated")
    assert ran.node("llm").outputs["text"] == "The reply"
    assert ran.node("llm").outputs["reasoning_content"] == "first thought"
    assert ran.streamed == ["The ", "reply"]
    thoughts = [event for event in ran.events if isinstance(event, ReasoningDelta)]
    assert "".join(event.text for event in thoughts) == "first thought"
    assert [event.final for event in thoughts][-1] is True


async def test_reasoning_left_in_the_text() -> None:
    ran = await ask_model(Bench(model=ScriptedModel(THINKING)), reasoning_format="tagged")
    assert ran.node("llm").outputs["text"] == "<think>first thought</think>\n\nThe reply"
    assert ran.node("llm").outputs["reasoning_content"] == ""
    assert "".join(ran.streamed) == ran.finished.answer == ran.node("llm").outputs["text"]


@pytest.mark.parametrize(
    ("kind", "text", "reasoning"),
    [("separated", "Hi", "a b"), ("tagged", "<think>\na b\n</think>\nHi", "")],
)
async def test_reasoning_that_the_provider_sends_apart(kind: str, text: str, reasoning: str) -> None:
    reply = Reply((ChatDelta(reasoning="a "), ChatDelta(reasoning="b"), "Hi"))
    ran = await ask_model(Bench(model=ScriptedModel(reply)), reasoning_format=kind)
    assert (ran.node("llm").outputs["text"], ran.node("llm").outputs["reasoning_content"]) == (text, reasoning)
    assert "".join(ran.streamed) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no tags, 1 < 2", (("no tags, 1 < 2"), "")),
        ("<think>a</think>b", ("b", "a")),
        ("x<think>a</think>y<think>b</think>z", ("xyz", "ab")),
        ("<think>never closed", ("", "never closed")),
        ("almost <thin", ("almost <thin", "")),
        ("<<think>a</think>>", ("<>", "a")),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_think_tags_in_any_pieces(text: str, expected: tuple[str, str], size: int) -> None:
    splitter = ThinkSplitter()
    pieces = [piece for at in range(0, len(text), size) for piece in splitter.feed(text[at : at + size])] + splitter.close()
    said = "".join(piece for is_reasoning, piece in pieces if not is_reasoning)
    thought = "".join(piece for is_reasoning, piece in pieces if is_reasoning)
    assert (said, thought) == expected


async def test_text_that_is_not_for_the_answer_is_shown_in_test_runs_only() -> None:
    flow = document([start(), llm(), node("t", "template-transform", template="x"), answer("ok")], chain("start", "llm", "t", "answer"))
    ran = await Bench(model=ScriptedModel(Reply(("a", "b"))), live_preview=True).run(flow)
    assert [event.text for event in ran.events if isinstance(event, NodeDelta)] == ["a", "b"]
    ran = await Bench(model=ScriptedModel(Reply(("a", "b")))).run(flow)
    assert not [event for event in ran.events if isinstance(event, NodeDelta)]


async def test_a_prompt_over_the_limit_ends_the_run() -> None:
    bench = Bench(limits=Limits(prompt_bytes=10))
    ran = await ask_model(bench, {"q": "é" * 6}, prompt_template=[{"role": "user", "text": "{{#start.q#}}"}])
    assert ran.finished.error is not None
    assert (ran.finished.error.code, ran.finished.error.node_id) == ("limit_prompt_bytes", "llm")
    assert ran.finished.error.details == {"limit": "prompt_bytes", "allowed": 10, "current": 12}
    assert bench.model.requests == []


@pytest.mark.parametrize("code", ["provider_unauthorized", "context_too_long", "provider_stream_cut"])
async def test_the_ports_error_names_the_node(code: str) -> None:
    flow = document([start(), llm(), end(out="llm.text")], chain("start", "llm", "end"))
    ran = await Bench(model=ScriptedModel(Reply(("par",), error=NodeError(code, "No."))), mode="workflow").run(flow)
    assert ran.finished.error is not None
    assert (ran.finished.error.code, ran.finished.error.node_id, ran.finished.error.node_title) == (code, "llm", "llm")
    assert ran.finished.status == "failed"
    assert ran.finished.answer == "par"
