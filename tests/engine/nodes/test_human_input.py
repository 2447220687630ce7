from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.builders import Bench, Clock, Ran, answer, ask, chain, document, edge, end, node, picture, start
from workers.engine import plan as plans
from workers.engine import runner
from workers.engine.errors import InvalidInput
from workers.engine.events import Event, FormFilled, FormRequired, FormTimeout, NodeStarted, RunPaused, dumps, loads
from workers.engine.form_answers import checked_answer
from workers.engine.forms import FormAnswer
from workers.engine.state import fold

ACTIONS = [{"id": "approve", "title": "Approve", "button_style": "primary"}, {"id": "reject", "title": "Reject"}]
FIELDS = [{"type": "paragraph", "output_variable_name": "note", "default": {"type": "variable", "selector": ["start", "q"], "value": ""}}]


def human(node_id: str = "human", **data: Any) -> dict[str, Any]:
    given = {"form_content": "{{#start.q#}}? {{#$output.note#}}", "inputs": FIELDS, "user_actions": ACTIONS, "timeout": 2, **data}
    return node(node_id, "human-input", **given)


def flow(drawn: dict[str, Any] | None = None, silence: str = "__timeout") -> dict[str, Any]:
    ends = [end(name, said=f"human.{field}") for name, field in (("yes", "note"), ("no", "__action_value"), ("late", "note"))]
    edges = [edge("human", "yes", "approve"), edge("human", "no", "reject"), edge("human", "late", silence)]
    return document([start(ask("q")), drawn or human(), *ends], [*chain("start", "human"), *edges])


class Desk:
    """Runs a flow stretch by stretch; every stretch begins with what the log alone tells."""

    def __init__(self, flow: Mapping[str, Any], inputs: Mapping[str, Any] | None = None, **bench: Any) -> None:
        self.bench = Bench(**{"mode": "workflow", **bench})
        self.flow, self.inputs = flow, inputs or {"q": "Ship it"}
        self.log: list[Event] = []
        self.clock = Clock()

    async def go(self, *answers: tuple[str, FormAnswer], log: list[Event] | None = None) -> Ran:
        state = fold(loads(dumps(event)) for event in (self.log if log is None else log))
        new: list[Event] = []
        forms = dict(answers)
        compiled = self.bench.plan(self.flow)
        info = self.bench.info(self.inputs)
        last = await runner.execute(compiled, info, self.bench.ports, state=state, emit=new.append, clock=self.clock, answers=forms)
        self.log += new
        whole = fold(self.log)
        whole.last_seq = state.last_seq
        assert log is not None or whole.snapshot() == state.snapshot(), "the log tells the same as the run knew"
        return Ran(new, state, last)

    def forms(self) -> list[FormRequired]:
        return [event for event in self.log if isinstance(event, FormRequired)]


def paused(ran: Ran) -> RunPaused:
    assert isinstance(ran.last, RunPaused)
    return ran.last


async def test_the_run_waits_and_goes_on_along_the_button() -> None:
    desk = Desk(flow())
    first = await desk.go()
    (form,) = desk.forms()
    assert (form.form_content, form.defaults) == ("Ship it? {{#$output.note#}}", {"note": "Ship it"})
    assert form.form_id == form.node_run_id
    assert form.expires_at - form.at == 2 * 3600
    (reason,) = paused(first).reasons
    assert (reason["type"], reason["form_id"], reason["actions"][0]["id"]) == ("human_input_required", form.form_id, "approve")
    assert first.state.status == "paused"
    assert first.state.pause_reasons == [reason]

    second = await desk.go((form.form_id, FormAnswer("approve", {"note": "go"}, by="bob")))
    assert second.finished.outputs == {"said": "go"}
    outputs = second.node("human").outputs
    assert outputs == {"note": "go", "__action_id": "approve", "__action_value": "Approve", "__rendered_content": "Ship it? go"}
    filled = next(event for event in second.events if isinstance(event, FormFilled))
    assert (filled.action_text, filled.data, filled.by, filled.rendered_content) == ("Approve", {"note": "go"}, "bob", "Ship it? go")
    assert second.events[0].reason == "resumption"  # type: ignore[attr-defined]
    assert [event.node_id for event in desk.log if isinstance(event, NodeStarted)] == ["start", "human", "yes"]
    assert second.state.nodes["human"].form["status"] == "filled"  # type: ignore[index]


@pytest.mark.parametrize("silence", ["__timeout", "__timeout__"])
async def test_nobody_answers(silence: str) -> None:
    desk = Desk(flow(silence=silence))
    await desk.go()
    ran = await desk.go((desk.forms()[0].form_id, FormAnswer()))
    assert ran.started == ["late"]
    assert ran.finished.outputs == {"said": "Ship it"}
    assert [type(event) for event in ran.events].count(FormTimeout) == 1
    assert ran.node("human").handle == "__timeout"
    assert ran.node("human").outputs["__action_id"] == ""


async def test_other_branches_end_first_and_forms_wait_side_by_side() -> None:
    nodes = [
        start(ask("q")),
        human("a"),
        human("b", form_content="{{#start.q#}}"),
        node("t", "template-transform", template="done"),
        end(x="a.note", y="b.note", z="t.output"),
    ]
    edges = [*(edge("start", name) for name in "abt"), edge("a", "end", "approve"), edge("b", "end", "approve"), edge("t", "end")]
    desk = Desk(document(nodes, edges))
    first = await desk.go()
    assert first.node("t").outputs == {"output": "done"}
    assert [reason["node_id"] for reason in paused(first).reasons] == ["a", "b"]
    a, b = desk.forms()
    second = await desk.go((b.form_id, FormAnswer("approve", {"note": "B"})))
    assert [reason["form_id"] for reason in paused(second).reasons] == [a.form_id]
    assert len(desk.forms()) == 2, "a form that is open already is not asked again"
    both = ((a.form_id, FormAnswer("approve", {"note": "A"})), (b.form_id, FormAnswer("approve", {"note": "B"})))
    assert (await desk.go(*both)).finished.outputs == {"x": "A", "y": "B", "z": "done"}


@pytest.mark.parametrize("parallel", [False, True])
async def test_in_every_round_of_an_iteration(parallel: bool) -> None:
    inner = {"iteration_id": "it", "isInIteration": True}
    nodes = [
        start(ask("q")),
        node("list", "template-transform", template="x"),
        node(
            "it",
            "iteration",
            iterator_selector=["sys", "files"],
            output_selector=["human", "note"],
            start_node_id="its",
            is_parallel=parallel,
            parallel_nums=10,
        ),
        node("its", "iteration-start", **inner),
        human(form_content="{{#it.item#}}", **inner),
        end(all="it.output"),
    ]
    edges = [*chain("start", "it", "end"), *chain("its", "human")]
    desk = Desk(document(nodes, edges), system={"files": ["one", "two", "three"], "user_id": "u"})
    ran = await desk.go()
    answers: dict[str, FormAnswer] = {}
    while not isinstance(ran.last, type(None)) and isinstance(ran.last, RunPaused):
        assert len(ran.last.reasons) == (3 - len(answers) if parallel else 1)
        reason = ran.last.reasons[-1]
        answers[reason["form_id"]] = FormAnswer("approve", {"note": reason["form_content"].upper()})
        ran = await desk.go(*answers.items())
    assert ran.finished.outputs == {"all": ["ONE", "TWO", "THREE"]}
    assert sorted({form.path for form in desk.forms()}) == ["it:0", "it:1", "it:2"]


async def test_rows_alone_are_enough_to_go_on() -> None:
    """The log is lost: finished nodes, forms and the pause are what the database keeps."""
    desk = Desk(flow())
    await desk.go()
    kept = [event for event in desk.log if event.type in ("run_started", "node_finished", "human_input_required", "run_paused")]
    ran = await desk.go((desk.forms()[0].form_id, FormAnswer("reject", {"note": ""})), log=kept)
    assert ran.started == ["no"]
    assert ran.finished.outputs == {"said": "Reject"}


async def test_waiting_does_not_count_as_time_of_the_run() -> None:
    desk = Desk(flow())
    first = await desk.go()
    desk.clock.now += 1_000_000
    second = await desk.go((desk.forms()[0].form_id, FormAnswer("approve", {"note": ""})))
    assert 0 < paused(first).elapsed_s < second.finished.elapsed_s < 100


async def test_a_failure_elsewhere_ends_the_run_and_asks_nobody() -> None:
    broken = node("broken", "template-transform", template="{{")
    nodes = [start(ask("q")), human(), broken, end(x="human.note")]
    desk = Desk(document(nodes, [edge("start", "human"), edge("start", "broken"), edge("human", "end", "approve")]))
    ran = await desk.go()
    assert ran.finished.status == "failed"
    assert not desk.forms()


async def test_what_was_said_before_stays_said() -> None:
    nodes = [start(), answer("Before. ", "before"), human(form_content="ok?"), answer("After.", "after")]
    desk = Desk(document(nodes, [*chain("start", "before", "human"), edge("human", "after", "approve")]), mode="advanced-chat")
    first = await desk.go()
    assert paused(first).answer == "Before. "
    second = await desk.go((desk.forms()[0].form_id, FormAnswer("approve", {"note": ""})))
    assert second.finished.answer == "Before. After."


async def test_options_from_a_variable() -> None:
    source = {"type": "variable", "selector": ["sys", "files"], "value": []}
    drawn = human(inputs=[{"type": "select", "output_variable_name": "note", "option_source": source}])
    desk = Desk(flow(drawn), system={"files": ["red", "blue"], "user_id": "u"})
    await desk.go()
    (form,) = desk.forms()
    assert form.inputs[0]["option_source"]["value"] == ["red", "blue"]
    assert checked_answer({"actions": form.actions, "inputs": form.inputs, "defaults": form.defaults}, "approve", {"note": "red"}).data == {
        "note": "red"
    }


FORM = {
    "actions": ACTIONS,
    "defaults": {"text": "as it was"},
    "inputs": [
        {"type": "paragraph", "output_variable_name": "text"},
        {"type": "select", "output_variable_name": "pick", "option_source": {"type": "constant", "value": ["a", "b"]}},
        {"type": "file-list", "output_variable_name": "files", "number_limits": 1, "allowed_file_types": ["image"]},
    ],
}
GOOD = {"text": "", "pick": "a", "files": [picture()]}


def test_a_good_answer_is_taken_and_what_no_field_asks_for_dropped() -> None:
    taken = checked_answer(FORM, "reject", {**GOOD, "more": 1})
    assert taken == FormAnswer("reject", {"text": "", "pick": "a", "files": [picture()]})
    assert checked_answer(FORM, "reject", {**GOOD, "text": "new"}).data["text"] == "new"
    assert checked_answer(FORM, "reject", {name: value for name, value in GOOD.items() if name != "text"}).data["text"] == "as it was"


@pytest.mark.parametrize(
    ("action", "change", "field"),
    [
        ("", {}, "action"),
        ("__timeout", {}, "action"),
        (None, {}, "action"),
        ("approve", {"pick": "c"}, "pick"),
        ("approve", {"pick": ""}, "pick"),
        ("approve", {"text": 3}, "text"),
        ("approve", {"text": "a\x00b"}, "text"),
        ("approve", {"files": [picture(), picture()]}, "files"),
        ("approve", {"files": [picture(type="audio")]}, "files"),
        ("approve", {"files": ["x"]}, "files"),
    ],
)
def test_a_bad_answer_is_refused_with_its_field(action: Any, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_answer(FORM, action, {**GOOD, **change})
    assert refused.value.field == field


def test_a_missing_field_and_no_fields_at_all() -> None:
    with pytest.raises(InvalidInput, match="pick is missing"):
        checked_answer(FORM, "approve", {"files": [picture()]})
    with pytest.raises(InvalidInput, match="inputs must be an object"):
        checked_answer(FORM, "approve", ["x"])


@pytest.mark.parametrize(
    ("change", "code", "severity"),
    [
        ({"user_actions": []}, "actions_missing", "error"),
        ({"user_actions": [{"id": "a"}, {"id": "a"}]}, "action_id_invalid", "error"),
        ({"user_actions": [{"id": "a b"}]}, "action_id_invalid", "error"),
        ({"user_actions": [{"id": "__timeout"}]}, "action_id_invalid", "error"),
        ({"inputs": [*FIELDS, *FIELDS]}, "variable_name_duplicate", "error"),
        ({"inputs": [{"type": "paragraph", "output_variable_name": "__action_id"}]}, "variable_name_duplicate", "error"),
        ({"inputs": [{"type": "select", "output_variable_name": "note"}]}, "options_missing", "error"),
        ({"timeout": 0}, "node_invalid", "error"),
        ({"form_content": " "}, "form_empty", "warning"),
        ({"form_content": "{{#$output.other#}}"}, "form_field_unknown", "warning"),
        ({"delivery_methods": [{"type": "webapp", "enabled": False}]}, "form_not_delivered", "warning"),
        ({"delivery_methods": [{"type": "email", "enabled": True}]}, "delivery_needs_mail", "warning"),
        ({"delivery_methods": [{"type": "slack", "enabled": True}]}, "delivery_unknown", "warning"),
    ],
)
def test_problems(change: dict[str, Any], code: str, severity: str) -> None:
    found = [problem for problem in plans.compile(flow(human(**change)), "workflow").problems if problem.node_id == "human"]
    assert (code, severity) in [(problem.code, problem.severity) for problem in found]


def test_a_good_node_has_no_problems() -> None:
    assert plans.compile(flow(), "workflow").problems == ()


@pytest.mark.parametrize(
    ("methods", "shown", "channels"),
    [
        ([], True, []),
        ([{"type": "webapp"}], True, ["webapp"]),
        ([{"type": "webapp", "enabled": False}, {"type": "email"}], False, ["email"]),
    ],
)
async def test_those_who_follow_the_run_may_answer_unless_it_goes_by_mail_alone(
    methods: list[Any], shown: bool, channels: list[str]
) -> None:
    desk = Desk(flow(human(delivery_methods=methods)))
    await desk.go()
    assert (desk.forms()[0].display_in_ui, desk.forms()[0].channels) == (shown, channels)
