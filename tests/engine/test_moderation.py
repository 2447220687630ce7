from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, answer, ask, chain, document, llm, start
from tests.fakes.scripted_model import Reply, ScriptedModel
from workers.engine import plan as plans
from workers.engine.errors import NodeError
from workers.engine.events import AnswerDelta, AnswerReplaced
from workers.engine.moderation import MAX_WORD, MAX_WORDS, Screen, moderation_of
from workers.engine.state import fold


def rules(words: str = "reef\nUnder Tow", *, inputs: str | None = "Not that.", outputs: str | None = "Withdrawn.", **more: Any) -> Any:
    """The feature as files have it."""
    sides = {"inputs_config": inputs, "outputs_config": outputs}
    config = {name: {"enabled": reply is not None, "preset_response": reply or ""} for name, reply in sides.items()}
    return {"sensitive_word_avoidance": {"enabled": True, "type": "keywords", "config": {**config, "keywords": words}, **more}}


def flow(features: Any, text: str = "{{#llm.text#}}", **data: Any) -> dict[str, Any]:
    nodes = [start(ask("q"), ask("o", "json_object")), llm(**data), answer(text)]
    return document(nodes, chain("start", "llm", "answer")) | {"features": features}


async def said(*pieces: str, features: Any = None, text: str = "{{#llm.text#}}") -> Ran:
    return await Bench(model=ScriptedModel(Reply(pieces))).run(flow(rules() if features is None else features, text))


@pytest.mark.parametrize(
    ("pieces", "released", "rest"),
    [
        (["hello ", "there"], ["hello ", "the"], "re"),  # "re" may begin "reef"
        (["there", " again"], ["the", "re again"], ""),
        (["r", "e", "e", "d"], ["", "", "", "reed"], ""),
        (["an under to", "ast"], ["an ", "under toast"], ""),
        (["plain"], ["plain"], ""),
        ([""], [""], ""),
    ],
)
def test_what_may_begin_a_word_is_held_back(pieces: list[str], released: list[str], rest: str) -> None:
    screen = Screen(["reef", "under tow"], "No.")
    assert [screen.feed(piece) for piece in pieces] == released
    assert (screen.rest(), screen.tripped) == (rest, False)


@pytest.mark.parametrize("pieces", [["a reef"], ["a RE", "ef b"], ["r", "e", "e", "f"], ["rereef"], ["unde", "r T", "OW"], ["ree", "reef"]])
def test_a_word_never_leaves_however_it_is_cut(pieces: list[str]) -> None:
    screen = Screen(["reef", "under tow"], "No.")
    left = "".join(screen.feed(piece) for piece in [*pieces, " and on"]) + screen.rest()
    assert screen.tripped
    assert "reef" not in left.casefold()
    assert "and on" not in left


def test_case_is_folded_in_every_script() -> None:
    screen = Screen(["strasse".casefold(), "éclair", "台风"], "No.")
    assert screen.feed("STRA") == ""
    screen.feed("ẞE")
    assert screen.tripped
    for text in ("ÉCLAIR", "有台风了"):
        screen.restart(text)
        assert screen.tripped


async def test_a_clean_answer_arrives_whole() -> None:
    ran = await said("Tides ", "turn, re", "member.", " Yes re")
    assert "".join(ran.streamed) == ran.finished.answer == "Tides turn, remember. Yes re"
    assert ran.finished.outputs["answer"] == "Tides turn, remember. Yes re"


async def test_a_word_in_the_answer_replaces_all_of_it() -> None:
    ran = await said("The Re", "Ef is", " near", text="First: {{#llm.text#}} and more")
    assert ran.streamed == ["First: ", "The ", "=Withdrawn."]
    assert [event.reason for event in ran.events if isinstance(event, AnswerReplaced)] == ["output_moderation"]
    assert (ran.finished.status, ran.finished.answer, ran.finished.outputs["answer"]) == ("succeeded", "Withdrawn.", "Withdrawn.")
    assert fold(ran.events).answer == "Withdrawn."


async def test_literal_text_of_an_answer_is_looked_at_too() -> None:
    ran = await said("x", text="A reef: {{#llm.text#}}")
    assert ran.streamed == ["=Withdrawn."]


@pytest.mark.parametrize(("query", "inputs"), [("Where is the REEF?", {}), ("hi", {"q": "under tow"}), ("hi", {"o": {"deep": ["a reef"]}})])
async def test_a_word_in_what_comes_in_is_answered_without_running(query: str, inputs: dict[str, Any]) -> None:
    bench = Bench(model=ScriptedModel(), system={"query": query, "files": []})
    ran = await bench.run(flow(rules("reef\nunder tow", inputs="Ask me about the reef elsewhere.")), inputs)
    assert (ran.started, bench.model.requests) == ([], [])
    assert ran.streamed == ["Ask me about the reef elsewhere."]
    assert (ran.finished.status, ran.finished.outputs) == ("succeeded", {"answer": "Ask me about the reef elsewhere.", "files": []})


async def test_a_side_that_is_switched_off_is_not_looked_at() -> None:
    bench = Bench(model=ScriptedModel("A reef."), system={"query": "reef?", "files": []})
    ran = await bench.run(flow(rules(inputs=None, outputs=None)))
    assert ran.finished.answer == "A reef."


async def test_a_repeated_node_starts_the_search_anew() -> None:
    model = ScriptedModel(Reply(("the reef",), error=NodeError("x", "Cut.", retryable=True)), "the sand")
    retry = {"retry_enabled": True, "max_retries": 1, "retry_interval": 0}
    ran = await Bench(model=model).run(flow(rules(), retry_config=retry))
    assert ran.streamed[-1] == "the sand"
    assert ran.finished.answer == "the sand"


async def test_a_run_that_goes_on_elsewhere_keeps_the_word_back() -> None:
    gate = asyncio.Event()
    bench = Bench(model=ScriptedModel(by_model={"one": ["a re"], "two": [Reply(("ef",), gate=gate)]}))
    nodes = [
        start(),
        llm("one", model={"provider": "demo", "name": "one"}),
        llm("two", model={"provider": "demo", "name": "two"}),
        answer("{{#one.text#}}{{#two.text#}}"),
    ]
    drawn = document(nodes, chain("start", "one", "two", "answer")) | {"features": rules()}
    log: list[Any] = []
    task = asyncio.create_task(bench.run(drawn, events=log))
    while not any(isinstance(event, AnswerDelta) for event in log):
        await asyncio.sleep(0)
    while "two" not in bench.model.called:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    bench.model = ScriptedModel(by_model={"two": ["ef"]})
    ran = await bench.run(drawn, state=fold(log), events=log)
    texts = [event.text for event in log if isinstance(event, (AnswerDelta, AnswerReplaced))]
    assert texts == ["a ", "a ", "Withdrawn."]
    assert ran.finished.answer == "Withdrawn."


@pytest.mark.parametrize(
    ("feature", "codes"),
    [
        (rules(""), ["moderation_words_missing"]),
        (rules("  \n \n"), ["moderation_words_missing"]),
        (rules("x" * (MAX_WORD + 1)), ["moderation_word_too_long"]),
        (rules("\n".join(f"w{n}" for n in range(MAX_WORDS + 1))), ["moderation_too_many_words"]),
        (rules(inputs=None, outputs=None), ["moderation_without_side"]),
        (rules(outputs=""), ["moderation_reply_missing"]),
        (rules(type="api"), ["moderation_unavailable"]),
        (rules(type=""), []),
        (rules(enabled=False, type="api"), []),
        ({"sensitive_word_avoidance": []}, []),
        ({}, []),
    ],
)
def test_problems(feature: dict[str, Any], codes: list[str]) -> None:
    assert [problem.code for problem in moderation_of(feature, "chat")[1]] == codes


def test_a_workflow_says_that_it_runs_without() -> None:
    found, problems = moderation_of(rules(), "workflow")
    assert found is None
    assert [(problem.code, problem.severity) for problem in problems] == [("moderation_not_applied", "warning")]


def test_the_old_name_of_the_settings_counts() -> None:
    feature = rules()["sensitive_word_avoidance"]
    feature["configs"] = feature.pop("config")
    found, _ = moderation_of({"sensitive_word_avoidance": feature}, "chat")
    assert found is not None
    assert found.words == ("reef", "under tow")


def test_a_kind_that_does_not_exist_stops_the_flow() -> None:
    plan = plans.compile(flow(rules(type="openai_moderation")), "advanced-chat")
    assert not plan.runnable
    [problem] = plan.problems
    assert (problem.code, problem.field) == ("moderation_unavailable", "features.sensitive_word_avoidance.type")
