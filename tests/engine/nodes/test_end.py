from __future__ import annotations

from tests.engine.builders import Bench, ask, chain, document, edge, end, if_else, llm, start, when
from tests.fakes.scripted_model import Reply, ScriptedModel


async def test_values_of_any_type_become_the_results_of_the_run() -> None:
    flow = document(
        [start(ask("n", "number"), ask("o", "json_object")), end(n="start.n", deep="start.o.a", user="sys.user_id")], chain("start", "end")
    )
    ran = await Bench(mode="workflow").run(flow, {"n": 3, "o": {"a": [1]}})
    assert ran.finished.outputs == {"n": 3, "deep": [1], "user": "u"}
    assert ran.finished.answer == ""


async def test_texts_of_models_are_streamed_and_parted_by_a_line() -> None:
    flow = document([start(), llm("a"), llm("b"), end(x="a.text", u="a.usage", y="b.text")], chain("start", "a", "b", "end"))
    model = ScriptedModel(by_model={"a": [Reply(("one ", "two"))], "b": ["three"]})
    ran = await Bench(model=model, mode="workflow").run(flow)
    assert ran.streamed == ["one ", "two", "\nthree"]
    assert (ran.finished.outputs["x"], ran.finished.outputs["y"]) == ("one two", "three")


async def test_several_ends_add_up_and_values_of_other_branches_are_null() -> None:
    flow = document(
        [
            start(ask("q")),
            if_else("if", ("yes", [when("start.q", "is", "x")])),
            llm("a"),
            end("end1", a="a.text"),
            end("end2", q="start.q"),
        ],
        [*chain("start", "if"), edge("if", "a", "yes"), edge("if", "end1", "false"), edge("a", "end1"), *chain("start", "end2")],
    )
    bench = Bench(mode="workflow")
    ran = await bench.run(flow, {"q": "other"})
    assert ran.finished.outputs == {"a": None, "q": "other"}
    assert bench.model.requests == []
