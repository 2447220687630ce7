from __future__ import annotations

from tests.engine.builders import Bench, answer, ask, chain, document, start


async def test_inputs_and_system_variables_become_outputs() -> None:
    ran = await Bench().run(document([start(ask("q"), ask("n", "number")), answer("{{#start.q#}}")], chain("start", "answer")), {"q": "x"})
    outputs = ran.node("start").outputs
    assert (outputs["q"], outputs["n"], outputs["sys.query"], outputs["sys.user_id"]) == ("x", None, "hi", "u")
    assert ran.node("start").inputs == {"q": "x", "n": None}


async def test_undeclared_inputs_are_not_handed_on() -> None:
    ran = await Bench().run(document([start(), answer("{{#start.secret#}}")], chain("start", "answer")), {"secret": "s"})
    assert ran.finished.answer == "start.secret"


async def test_a_default_stands_in_for_an_input_that_was_not_given() -> None:
    flow = document([start(ask("q", default="d")), answer("{{#start.q#}}")], chain("start", "answer"))
    assert (await Bench().run(flow)).finished.answer == "d"
