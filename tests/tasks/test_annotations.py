"""Answers that people have set, with a worker in this process and embeddings of the scripted provider."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from backend.core.errors import NotFound
from backend.core.writer import writer
from backend.llm import services as llm
from backend.runs.annotation_settings import annotation_settings_set
from backend.runs.annotations import annotation_create, annotation_update
from backend.runs.claims import CLAIM, FINISH, Claim, Ending
from backend.runs.models import Annotation, AnnotationHit, Message, NodeRun, Run
from backend.runs.selectors import run_events
from backend.runs.services import run_start
from backend.studio.models import Version
from tests.backend.runs.conftest import make_ground
from tests.fakes.provider import Reply
from tests.processes import wait_until
from tests.scenarios.flows import two_models
from tests.tasks.conftest import Shop
from workers.engine.events import RunFinished
from workers.engine.ports import RunInfo
from workers.engine.runner import answered
from workers.engine.state import RunState
from workers.tasks import annotations as matching
from workers.tasks.supervisor import Supervisor

FLOW_ANSWER = "one / two / two!"
HOURS = "When do you open on Sundays?"


class Desk:
    """An app that may answer from annotations, and its worker."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.workspace_id, self.app_id = shop.ground.world.workspace.pk, shop.ground.app.pk
        fields = {"base_url": shop.provider.url, "api_key": "sk-test"}
        models = [{"name": name, "type": "text-embedding"} for name in ("emb", "emb-b")]
        llm.credential_create(
            workspace=shop.ground.world.workspace, user=None, provider="openai-compatible", fields=fields, name="Vectors", models=models
        )
        self.supervisor: Supervisor = shop.supervisor()

    def annotate(self, question: str = HOURS, answer: str = "At ten.") -> Annotation:
        return annotation_create(
            workspace_id=self.workspace_id,
            app_id=self.app_id,
            question=question,
            answer=answer,
            account_id=self.shop.ground.world.alice.pk,
        )

    def enable(self, model: str = "emb", **fields: Any) -> None:
        given = {"enabled": True, "threshold": 0.9, "provider": "openai-compatible", "model": model, **fields}
        annotation_settings_set(workspace_id=self.workspace_id, app_id=self.app_id, **given)

    def job(self, name: str, **fields: Any) -> Any:
        payload = {"workspace_id": str(self.workspace_id), "app_id": str(self.app_id), **fields}
        return self.shop.loop.submit(getattr(matching, name)(payload)).result(30)

    def ask(self, query: str, **fields: Any) -> Run:
        run_id = self.shop.start(query=query, **fields)
        self.shop.offer(self.supervisor, run_id)
        return self.shop.wait_for(run_id, "succeeded")

    def said(self, run: Run) -> str:
        return Message.unscoped.get(run=run).answer

    def embedded(self) -> list[str]:
        return [text for call in self.shop.provider.requests if call.path.endswith("/embeddings") for text in call.body["input"]]


@pytest.fixture
def desk(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(matching, "_shelves", OrderedDict())
    monkeypatch.setattr(matching, "KEPT_S", 0.0)
    made = Desk(shop)
    yield made
    shop.drain(made.supervisor)


def test_a_question_like_an_annotated_one_gets_its_answer_and_costs_nothing(desk: Desk) -> None:
    annotation = desk.annotate()
    desk.annotate("How do I return a hat?", "By mail.")
    desk.enable()
    assert desk.job("embed_job") == {"total": 2, "embedded": 2}
    run = desk.ask("When do you open on Sundays? open?")
    message = Message.unscoped.get(run=run)
    assert (message.answer, message.status, run.outputs) == ("At ten.", "normal", {"answer": "At ten.", "files": []})
    alice = desk.shop.ground.world.alice
    assert message.metadata["annotation_reply"] == {"id": str(annotation.pk), "account": {"id": str(alice.pk), "name": "Alice"}}
    assert (run.total_tokens, run.cost_usd, run.steps, NodeRun.objects.filter(run=run).count()) == (0, 0, 0, 0)
    assert run.first_token_s is not None
    assert not any(call.path.endswith("/chat/completions") for call in desk.shop.provider.requests)
    events, _ = run_events(run, message.answer)
    assert [event["type"] for event in events] == ["run_started", "answer_delta", "run_finished"]
    assert events[-1]["annotation"]["id"] == str(annotation.pk)
    hit = AnnotationHit.unscoped.get()
    assert (hit.annotation_id, hit.run_id, hit.question) == (annotation.pk, run.pk, "When do you open on Sundays? open?")
    assert 0.9 <= hit.score <= 1.0001
    annotation.refresh_from_db()
    assert (annotation.hit_count, annotation.last_hit_at is not None) == (1, True)

    other = desk.ask("What is the weather like in Lisbon?")
    assert (desk.said(other), AnnotationHit.unscoped.count()) == (FLOW_ANSWER, 1)
    models = {row.node_id: row.model for row in NodeRun.objects.filter(run=other)}
    assert models["first"] == "openai-compatible/first"
    assert models["start"] == ""
    assert other.first_token_s is not None


def test_without_leave_nothing_is_embedded(desk: Desk) -> None:
    desk.annotate()
    assert desk.said(desk.ask(HOURS)) == FLOW_ANSWER
    assert desk.embedded() == []
    desk.enable(threshold=1.0)
    desk.job("embed_job")
    assert desk.said(desk.ask("When do you open on holidays?")) == FLOW_ANSWER


def test_a_model_that_fails_does_not_fail_the_run(desk: Desk) -> None:
    desk.annotate()
    desk.enable()
    desk.job("embed_job")
    desk.shop.provider.script("emb", Reply(status=401, error="no"))
    assert desk.said(desk.ask(HOURS)) == FLOW_ANSWER


def test_new_and_changed_questions_are_embedded_by_the_runs_to_come(desk: Desk) -> None:
    annotation = desk.annotate()
    desk.enable()
    assert desk.said(desk.ask(HOURS)) == FLOW_ANSWER, "nobody waits for the embedding of annotations"
    wait_until(lambda: Annotation.unscoped.get().vector_model == "openai-compatible/emb", "the question to be embedded")
    assert desk.said(desk.ask(HOURS)) == "At ten."
    annotation_update(annotation=Annotation.unscoped.get(), question="Where is the harbour?", answer="Down the road.")
    assert desk.said(desk.ask(HOURS)) == FLOW_ANSWER
    wait_until(lambda: Annotation.unscoped.get().vector_model, "the changed question to be embedded")
    assert desk.said(desk.ask("Where is the harbour?")) == "Down the road."
    annotation.delete()
    assert desk.said(desk.ask("Where is the harbour?")) == FLOW_ANSWER


def test_another_model_embeds_anew_and_the_try_out_tells_scores(desk: Desk) -> None:
    near, far = desk.annotate(), desk.annotate("How do I return a hat?", "By mail.")
    desk.enable()
    desk.job("embed_job")
    desk.enable("emb-b")
    told = desk.job("match_job", question="When do you open on Sundays?", limit=2)
    assert (told["threshold"], told["model"]) == (0.9, "openai-compatible/emb-b")
    assert [(row["id"], row["hit"]) for row in told["matches"]] == [(str(near.pk), True), (str(far.pk), False)]
    assert told["matches"][0]["score"] == pytest.approx(1.0)
    assert set(Annotation.unscoped.values_list("vector_model", flat=True)) == {"openai-compatible/emb-b"}
    with pytest.raises(NotFound):
        desk.job("match_job", app_id=str(UUID(int=1)), question="?")


def test_runs_that_ask_at_once_share_one_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.annotate()
    desk.enable()
    desk.job("embed_job")
    looks: list[float] = []
    load = matching._load

    def counted(*given: Any, **named: Any) -> Any:
        looks.append(time.monotonic())
        return load(*given, **named)

    monkeypatch.setattr(matching, "_load", counted)
    monkeypatch.setattr(matching, "KEPT_S", 60.0)
    ids = [desk.shop.start(query=HOURS, end_user_session=f"u{number}") for number in range(5)]
    desk.shop.offer(desk.supervisor, *ids)
    for run_id in ids:
        desk.shop.wait_for(run_id, "succeeded")
    assert (len(looks), Annotation.unscoped.get().hit_count) == (1, 5)


def test_a_question_that_the_app_refuses_is_refused(desk: Desk) -> None:
    refusing = {
        "enabled": True,
        "type": "keywords",
        "config": {"keywords": "sundays", "inputs_config": {"enabled": True, "preset_response": "No."}},
    }
    document = two_models()["workflow"] | {"features": {"sensitive_word_avoidance": refusing}}
    Version.unscoped.filter(pk=desk.shop.ground.version.pk).update(document=document)
    desk.annotate()
    desk.enable()
    desk.job("embed_job")
    assert desk.said(desk.ask(HOURS)) == "No."


async def test_a_repeated_ending_counts_once(transactional_db: None, valkey: str) -> None:
    ground = await sync_to_async(make_ground)()
    make = sync_to_async(annotation_create)
    annotation = await make(workspace_id=ground.world.workspace.pk, app_id=ground.app.pk, question="q", answer="a")
    accepted = await run_start(ground.spec())
    claimed = await writer.write(CLAIM, (accepted.run_id, "w"))
    assert claimed is not None
    told = {"id": str(annotation.pk), "account": {"id": None, "name": ""}, "score": 1.0}
    ending = Ending(Claim(accepted.run_id, "w", 1), RunFinished(seq=3, at=1.0, status="succeeded", answer="a", annotation=told))
    for _ in range(2):
        assert await writer.write(FINISH, ending) is True
    await annotation.arefresh_from_db()
    assert (annotation.hit_count, await AnnotationHit.unscoped.acount()) == (1, 1)


def test_an_answer_that_was_told_before_the_worker_died_is_told_once() -> None:
    events: list[Any] = []
    state = RunState()
    info = RunInfo(run_id="r", mode="chat", inputs={}, system={}, conversation={}, environment={}, history=[])
    answered(state, info, "At ten.", {"id": "a"}, emit=events.append, began=1.0, at=1.5)
    assert [event.type for event in events] == ["run_started", "answer_delta", "run_finished"]
    assert events[-1].elapsed_s == 0.5
    again = RunState()
    for event in events[:2]:
        again.apply(event)
    events.clear()
    last = answered(again, info, "At ten.", {"id": "a"}, emit=events.append, began=2.0, at=2.5)
    assert [event.type for event in events] == ["run_started", "run_finished"]
    assert (last.answer, last.seq, last.annotation) == ("At ten.", 4, {"id": "a"})
    assert events[0].reason == "resumption"
