"""Parts of flows through the console and a real worker: what is asked of the provider, what rows and answers say."""

from __future__ import annotations

import copy
import uuid
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from backend.core.redis import sync_client
from backend.runs.forms import form_submit
from backend.runs.models import Conversation, HumanForm, Message, NodeRun, Run
from backend.studio.documents import document_digest
from backend.studio.models import App, Draft, Version
from tests.factories import client, missing_id
from tests.fakes.provider import Reply
from tests.processes import wait_until
from tests.scenarios.flows import chatflow, llm, node, two_models
from tests.scenarios.forms import human
from tests.tasks.conftest import Shop

REFUSED = Reply(status=400, error="refused")


class Desk:
    """The console of the shop's app, and a worker that takes what it starts."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.world = shop.ground.world
        self.alice: Client = client(self.world.alice)
        self.url = f"{self.world.url}/apps/{shop.ground.app.pk}/partial-runs"
        self.worker = shop.supervisor()
        self.draft(two_models()["workflow"])

    def draft(self, document: dict[str, Any]) -> None:
        values = {"document": document, "digest": document_digest(document)}
        Draft.objects.update_or_create(app=self.shop.ground.app, defaults=values)

    def whole(self, state: str = "succeeded", **fields: Any) -> Run:
        """A whole run of the published version."""
        run_id = self.shop.start(**fields)
        self.shop.offer(self.worker, run_id)
        return self.shop.wait_for(run_id, state)

    def post(self, kind: str, **body: Any) -> Any:
        return self.alice.post(self.url, {"kind": kind, **body}, content_type="application/json")

    def part(self, kind: str, state: str = "succeeded", **body: Any) -> tuple[Run, dict[str, Any]]:
        """Start a part and wait for its end."""
        self.shop.provider.reset()
        self.shop.provider.script("first", "uno")
        self.shop.provider.script("second", "dos")
        reply = self.post(kind, **body)
        assert reply.status_code == 202, reply.content
        answer = reply.json()
        run_id = UUID(answer["run"]["id"])
        self.shop.offer(self.worker, run_id)
        return self.shop.wait_for(run_id, state), answer

    def told(self, run: Run) -> dict[str, Any]:
        found: dict[str, Any] = self.alice.get(f"{self.world.url}/runs/{run.pk}").json()
        return found

    @property
    def asked(self) -> dict[str, int]:
        return dict(self.shop.provider.calls)


@pytest.fixture
def desk(shop: Shop) -> Any:
    made = Desk(shop)
    yield made
    shop.drain(made.worker)


def edited(node_id: str, **data: Any) -> dict[str, Any]:
    """The six-node flow with other settings of a node."""
    document = copy.deepcopy(two_models()["workflow"])
    next(row for row in document["graph"]["nodes"] if row["id"] == node_id)["data"].update(data)
    return document


def test_one_node_with_given_values(desk: Desk) -> None:
    run, answer = desk.part("node", node_id="between", values={"first": {"text": "by hand"}})
    assert run.outputs == {"output": "Say more about: by hand"}
    assert desk.asked == {}
    assert (run.message_id, run.conversation_id, Message.unscoped.count(), Conversation.unscoped.count()) == (None, None, 0, 0)
    assert answer["run"]["part"] == {
        **{"kind": "node", "node_id": "between", "run_id": None, "kept_nodes": 0, "kept_tokens": 0, "kept_cost_usd": 0.0}
    }
    run, _ = desk.part("node", node_id="first", values={"sys": {"query": "hello"}})
    assert run.outputs["text"] == "uno"
    assert desk.shop.provider.requests[-1].body["messages"][-1]["content"] == "hello"


def test_what_a_node_needs_and_what_it_gets_from_the_last_run(desk: Desk) -> None:
    url = f"{desk.url}/needs?node_id=between"
    need = {"selector": ["first", "text"], "source_title": "First", "source_type": "llm", "type": "string", "required": True}
    found = desk.alice.get(url).json()
    assert (found["run_id"], found["needs"]) == (None, [{**need, "has_value": False, "value": None, "omitted": False}])
    refused = desk.post("node", node_id="between")
    assert (refused.status_code, list(refused.json()["details"]["fields"])) == (400, ["values.first.text"])
    run = desk.whole()
    found = desk.alice.get(url).json()
    assert (found["run_id"], found["needs"]) == (str(run.pk), [{**need, "has_value": True, "value": "one", "omitted": False}])
    part, _ = desk.part("node", node_id="between", run_id=str(run.pk))
    assert part.outputs == {"output": "Say more about: one"}
    query = desk.alice.get(f"{desk.url}/needs?node_id=first").json()["needs"][0]
    assert (query["selector"], query["source_type"], query["value"]) == (["sys", "query"], "sys", "hello")


def test_up_to_a_node_of_a_flow_that_is_not_finished(desk: Desk) -> None:
    document = edited("after", template="")
    document["graph"]["nodes"] = [row for row in document["graph"]["nodes"] if row["id"] != "answer"]
    document["graph"]["edges"] = [row for row in document["graph"]["edges"] if row["target"] != "answer"]
    desk.draft(document)
    run, _ = desk.part("to", node_id="between", query="hi")
    assert run.outputs == {"output": "Say more about: uno"}
    assert desk.asked == {"first": 1}
    assert list(NodeRun.objects.filter(run=run).order_by("seq").values_list("node_id", flat=True)) == ["start", "first", "between"]


def test_from_a_node_with_what_the_last_run_has(desk: Desk) -> None:
    first = desk.whole()
    run, answer = desk.part("from", node_id="between")
    assert desk.asked == {"second": 1}
    assert run.outputs["answer"] == "one / dos / dos!"
    assert [(row["node_id"], row["count"]) for row in answer["kept"]] == [("start", 1), ("first", 1)]
    assert [(row["node_id"], row["reason"]) for row in answer["again"]] == [
        ("between", "chosen"),
        ("second", "after"),
        ("after", "after"),
        ("answer", "after"),
    ]
    kept = NodeRun.objects.get(run=first, node_id="first")
    assert answer["run"]["part"]["kept_tokens"] == kept.total_tokens > 0
    assert run.total_tokens == NodeRun.objects.get(run=first, node_id="second").total_tokens
    assert [(row.node_id, row.total_tokens) for row in NodeRun.objects.filter(run=run, event__type="node_kept").order_by("seq")] == [
        ("start", 0),
        ("first", 0),
    ]
    told = desk.told(run)
    assert (told["answer"], told["part"]["run_id"]) == ("one / dos / dos!", str(first.pk))
    kinds = [(event["type"], event.get("node_id")) for event in told["events"]][:4]
    assert kinds == [("run_started", None), ("node_kept", "start"), ("node_kept", "first"), ("answer_delta", None)]
    sync_client().flushall()
    kinds = [(event["type"], event.get("node_id")) for event in desk.told(run)["events"]]
    assert kinds[:4] == [("run_started", None), ("node_kept", "start"), ("node_kept", "first"), ("node_finished", "between")]
    assert Message.unscoped.count() == 1


def test_a_changed_draft_runs_what_changed(desk: Desk) -> None:
    desk.whole()
    desk.draft(edited("first", prompt_template=[{"role": "user", "text": "other {{#sys.query#}}"}]))
    _, answer = desk.part("from", node_id="second")
    assert desk.asked == {"first": 1, "second": 1}
    assert {row["node_id"]: row["reason"] for row in answer["again"]} == {
        **{"first": "changed", "second": "chosen", "between": "after", "after": "after", "answer": "after"}
    }
    _, answer = desk.part("from", node_id="second", version="same")
    assert desk.asked == {"second": 1}


def test_a_failed_run_goes_on_at_the_failed_node(desk: Desk) -> None:
    desk.shop.provider.script("second", REFUSED)
    failed = desk.whole("failed")
    run, answer = desk.part("restart", run_id=str(failed.pk))
    assert desk.asked == {"second": 1}
    assert run.outputs["answer"] == "one / dos / dos!"
    assert {row["node_id"]: row["reason"] for row in answer["again"]} == {"second": "failed"}
    assert run.version_id == failed.version_id
    desk.draft(edited("after", template="{{ text }}?"))
    run, answer = desk.part("restart", run_id=str(failed.pk), version="draft")
    assert run.outputs["answer"] == "one / dos / dos?"
    assert desk.asked == {"second": 1}
    again = desk.post("restart", run_id=str(run.pk))
    assert (again.status_code, again.json()["code"]) == (409, "run_not_failed")


def test_a_fork_with_an_edited_output_and_with_an_edited_question(desk: Desk) -> None:
    first = desk.whole()
    run, answer = desk.part("fork", run_id=str(first.pk), values={"first": {"text": "better"}})
    assert desk.asked == {"second": 1}
    assert run.outputs["answer"] == "better / dos / dos!"
    assert [row["node_id"] for row in answer["kept"] if row["edited"]] == ["first"]
    once_more, _ = desk.part("from", node_id="after", run_id=str(run.pk))
    assert desk.asked == {}
    assert once_more.outputs["answer"] == "better / dos / dos!"
    run, answer = desk.part("fork", run_id=str(first.pk), query="another")
    assert desk.asked == {"first": 1, "second": 1}
    assert {row["node_id"]: row["reason"] for row in answer["again"]}["first"] == "edited_input"
    assert (run.query, run.outputs["answer"]) == ("another", "uno / dos / dos!")


def test_a_fork_sees_the_conversation_as_it_was(desk: Desk) -> None:
    """Another turn has changed the variable since."""
    document = chatflow(
        node("start", "start", variables=[]),
        llm("first", "first", "{{#conversation.seen#}}", memory={"window": {"enabled": False}, "query_prompt_template": "{{#sys.query#}}"}),
        node(
            "note",
            "assigner",
            version="2",
            items=[
                {
                    "variable_selector": ["conversation", "seen"],
                    "operation": "over-write",
                    "input_type": "variable",
                    "value": ["sys", "query"],
                }
            ],
        ),
        node("answer", "answer", answer="{{#first.text#}} {{#conversation.seen#}}"),
        conversation_variables=[{"id": "1", "name": "seen", "value_type": "string", "value": "nothing"}],
    )["workflow"]
    Version.unscoped.filter(pk=desk.shop.ground.version.pk).update(document=document)
    desk.draft(document)
    one = desk.whole(query="q1")
    two = desk.whole(query="q2", conversation_id=one.conversation_id)
    desk.whole(query="q3", conversation_id=one.conversation_id)
    desk.part("fork", run_id=str(two.pk), query="q2b")
    messages = desk.shop.provider.requests[-1].body["messages"]
    assert [message["content"] for message in messages] == ["q1", "q1", "one q1", "q2b"]
    assert Conversation.unscoped.get().variables == {"seen": "q3"}
    assert Message.unscoped.count() == 3


def test_a_kept_run_is_taken_up_with_the_same_nodes_after_its_worker_died(desk: Desk) -> None:
    first = desk.whole()
    desk.shop.provider.reset()
    desk.shop.provider.script("second", Reply(text="dos", hang_after=0), "dos")
    answer = desk.post("from", node_id="second").json()
    run_id = UUID(answer["run"]["id"])
    desk.shop.offer(desk.worker, run_id)
    desk.shop.provider.wait_for(1, "second")
    desk.shop.drain(desk.worker)  # hands the run over
    wait_until(lambda: Run.unscoped.get(pk=run_id).state == "queued", "the run to be handed over")
    sync_client().delete(f"run:{run_id}")
    desk.worker = desk.shop.supervisor(name="w2")
    desk.shop.offer(desk.worker, run_id)
    run = desk.shop.wait_for(run_id, "succeeded")
    assert run.epoch == 2
    assert run.outputs["answer"] == "one / dos / dos!"
    assert desk.asked == {"second": 2}
    assert NodeRun.objects.filter(run=run, event__type="node_kept").count() == 3
    assert NodeRun.objects.filter(run=run).count() == NodeRun.objects.filter(run=first).count()


def test_what_people_said_is_kept_and_a_part_may_ask_them_too(desk: Desk) -> None:
    document = chatflow(
        node("start", "start", variables=[]),
        human(),
        llm("second", "second", "{{#human.note#}}"),
        node("answer", "answer", answer="{{#human.note#}} {{#second.text#}}"),
    )["workflow"]
    document["graph"]["edges"][1]["sourceHandle"] = "approve"
    Version.unscoped.filter(pk=desk.shop.ground.version.pk).update(document=document)
    desk.draft(document)
    desk.shop.provider.script("second", REFUSED)

    def answered(run_id: UUID, note: str) -> None:
        desk.shop.wait_for(run_id, "paused")
        form_submit(HumanForm.unscoped.get(run_id=run_id), action="approve", data={"note": note}, user_ref="ann")
        desk.shop.offer(desk.worker, run_id)

    run_id = desk.shop.start()
    desk.shop.offer(desk.worker, run_id)
    answered(run_id, "ship")
    desk.shop.wait_for(run_id, "failed")
    run, _ = desk.part("restart", run_id=str(run_id))
    assert run.outputs["answer"] == "ship dos"
    assert HumanForm.unscoped.count() == 1
    once_more = UUID(desk.post("from", node_id="human", run_id=str(run.pk)).json()["run"]["id"])
    desk.shop.provider.script("second", "tres")
    desk.shop.offer(desk.worker, once_more)
    answered(once_more, "wait")
    assert desk.shop.wait_for(once_more, "succeeded").outputs["answer"] == "wait tres"
    rows = NodeRun.objects.filter(run_id=once_more).order_by("seq").values_list("node_id", "event__type")
    assert list(rows) == [("start", "node_kept"), ("human", "node_finished"), ("second", "node_finished"), ("answer", "node_finished")]


def test_a_simple_app_is_a_flow_like_others(desk: Desk) -> None:
    model = {"provider": "openai-compatible", "name": "first", "mode": "chat", "completion_params": {}}
    document = {"model_config": {"model": model, "pre_prompt": "Be kind.", "user_input_form": []}}
    App.unscoped.filter(pk=desk.shop.ground.app.pk).update(mode="chat")
    Version.unscoped.filter(pk=desk.shop.ground.version.pk).update(document=document)
    desk.draft(document)
    desk.shop.provider.script("first", REFUSED)
    failed = desk.whole("failed", mode="chat", query="hello")
    run, answer = desk.part("restart", run_id=str(failed.pk))
    assert (run.outputs["answer"], [row["reason"] for row in answer["again"]]) == ("uno", ["failed"])


def test_nothing_is_paid_again_when_the_earlier_run_is_gone(desk: Desk) -> None:
    first = desk.whole()
    desk.shop.provider.reset()
    run_id = UUID(desk.post("from", node_id="after", run_id=str(first.pk)).json()["run"]["id"])
    first.delete()
    desk.shop.offer(desk.worker, run_id)
    failed = desk.shop.wait_for(run_id, "failed")
    assert failed.error is not None
    assert (failed.error["code"], desk.asked) == ("earlier_run_gone", {})


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"kind": "odd"}, 400, "invalid_input", "kind"),
        ({"kind": "node"}, 400, "invalid_input", "node_id"),
        ({"kind": "node", "node_id": "gone"}, 422, "flow_has_errors", None),
        ({"kind": "from", "node_id": "first"}, 400, "invalid_input", "run_id"),
        ({"kind": "fork"}, 400, "invalid_input", "run_id"),
        ({"kind": "restart", "run_id": str(missing_id())}, 400, "invalid_input", "run_id"),
        ({"kind": "to", "node_id": "first", "version": "same"}, 400, "invalid_input", "run_id"),
        ({"kind": "to", "node_id": "first"}, 400, "invalid_input", "query"),
        ({"kind": "node", "node_id": "first", "values": {"env": {"k": "v"}}}, 400, "invalid_input", "values.env"),
        ({"kind": "node", "node_id": "first", "values": {"sys": 3}}, 400, "invalid_input", "values"),
        (
            {"kind": "to", "node_id": "first", "query": "x", "files": [{"transfer_method": "odd"}]},
            400,
            "invalid_input",
            "files.0.transfer_method",
        ),
    ],
)
def test_what_is_refused(desk: Desk, body: dict[str, Any], status: int, code: str, field: str | None) -> None:
    reply = desk.alice.post(desk.url, body, content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.content
    if field is not None:
        assert field in str(reply.json()["details"]["fields"])


def test_what_is_refused_of_a_run(desk: Desk) -> None:
    run = desk.whole()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"kind": "fork", "values": {"gone": {"x": 1}}}, "values.gone"),
        ({"kind": "fork", "values": {"first": {"odd": 1}}}, "values.first.odd"),
        ({"kind": "from", "node_id": "gone"}, "node_id"),
    ]
    for body, field in cases:
        reply = desk.post(**body, run_id=str(run.pk))
        assert reply.status_code == 400, (body, reply.content)
        assert list(reply.json()["details"]["fields"]) == [field]
    Run.unscoped.filter(pk=run.pk).update(state="running")
    reply = desk.post("fork", run_id=str(run.pk))
    assert (reply.status_code, reply.json()["code"]) == (409, "run_not_ended")
    Run.unscoped.filter(pk=run.pk).update(state="succeeded")
    other = App.unscoped.create(workspace=desk.world.workspace, name="Other", mode="advanced-chat")
    Run.unscoped.filter(pk=run.pk).update(app=other)
    assert desk.post("fork", run_id=str(run.pk)).status_code == 400


def test_who_may_run_parts(desk: Desk) -> None:
    body = {"kind": "to", "node_id": "first", "query": "x"}
    answers = {name: someone.post(desk.url, body, content_type="application/json").status_code for name, someone in desk.world.three()}
    assert answers == {"Alice": 202, "Bob": 202, "Charlie": 404}
    viewer = client(desk.world.member("viewer"))
    assert viewer.post(desk.url, body, content_type="application/json").status_code == 403
    assert viewer.get(f"{desk.url}/needs?node_id=first").status_code == 403
    assert client().get(f"{desk.url}/needs?node_id=first").status_code == 401
    elsewhere = desk.url.replace(str(desk.shop.ground.app.pk), str(uuid.uuid4()))
    assert desk.alice.get(f"{elsewhere}/needs?node_id=first").status_code == 404
