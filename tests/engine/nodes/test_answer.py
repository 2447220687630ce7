from __future__ import annotations

from tests.engine.builders import Bench, answer, ask, chain, document, edge, if_else, llm, picture, start, when
from tests.fakes.scripted_model import Reply, ScriptedModel


async def test_text_with_variables() -> None:
    flow = document([start(ask("q")), answer("You: {{#start.q#}} / {{#sys.query#}} / {{#start.nope#}}")], chain("start", "answer"))
    ran = await Bench().run(flow, {"q": "x"})
    assert ran.finished.answer == "You: x / hi / start.nope"
    assert ran.finished.outputs == {"answer": "You: x / hi / start.nope", "files": []}
    assert "".join(ran.streamed) == ran.finished.answer


async def test_files_appear_as_links_and_among_the_files() -> None:
    flow = document([start(ask("f", "file"), ask("l", "file-list")), answer("{{#start.f#}} {{#start.l#}}")], chain("start", "answer"))
    ran = await Bench().run(flow, {"f": picture(), "l": [picture("p2", type="document")]})
    assert ran.finished.answer == "![p1.png](/files/p1) [p2.png](/files/p2)"
    assert [file["related_id"] for file in ran.finished.outputs["files"]] == ["p1", "p2"]


async def test_answers_are_appended_in_order() -> None:
    flow = document([start(), answer("one ", "a1"), llm(), answer("{{#llm.text#}} three", "a2")], chain("start", "a1", "llm", "a2"))
    ran = await Bench(model=ScriptedModel("two")).run(flow)
    assert ran.finished.answer == "one two three"
    assert ran.finished.outputs["answer"] == "one two three"


async def test_branches_share_one_answer() -> None:
    flow = document(
        [start(ask("q")), if_else("if", ("yes", [when("start.q", "is", "x")])), llm("a"), llm("b"), answer("[{{#a.text#}}{{#b.text#}}]")],
        [*chain("start", "if"), edge("if", "a", "yes"), edge("if", "b", "false"), edge("a", "answer"), edge("b", "answer")],
    )
    ran = await Bench(model=ScriptedModel(by_model={"b": [Reply(("B1", "B2"))]})).run(flow, {"q": "y"})
    assert ran.finished.answer == "[B1B2]"
    assert ran.node("answer").outputs["answer"] == "[B1B2]"
    assert ran.streamed == ["[", "B1", "B2", "]"]
