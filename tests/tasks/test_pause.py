"""Runs that wait for people, with a worker in this process: answers, races, silence, stops, a log that is gone."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from backend.core.errors import AppError
from backend.core.redis import sync_client
from backend.runs.forms import form_by_token, form_submit, form_token, forms_expire
from backend.runs.log import log_key
from backend.runs.models import Conversation, FormStatus, HumanForm, Message, Run
from backend.runs.selectors import run_events
from backend.runs.services import run_stop
from backend.runs.stream import follow
from backend.studio.models import Version
from tests.processes import wait_until
from tests.scenarios import forms as files
from tests.tasks.conftest import Shop
from workers.engine import plan as plans
from workers.engine.events import FormRequired, from_dict
from workers.engine.state import fold
from workers.tasks import flows
from workers.tasks.form_mail import UNSENT_BACKEND, mail_forms
from workers.tasks.supervisor import Supervisor


class Counter:
    """One version and a worker that takes up whatever is queued when it is told to."""

    def __init__(self, shop: Shop, document: dict[str, Any]) -> None:
        self.shop = shop
        self.mode = document["app"]["mode"]
        Version.unscoped.filter(pk=shop.ground.version.pk).update(document=document["workflow"])
        self.supervisor: Supervisor = shop.supervisor()

    def start(self, **inputs: Any) -> UUID:
        run_id = self.shop.start(mode=self.mode, inputs=inputs)
        self.go(run_id)
        return run_id

    def go(self, run_id: UUID) -> None:
        self.shop.offer(self.supervisor, run_id)

    def another_worker(self) -> None:
        self.shop.drain(self.supervisor)
        self.supervisor = self.shop.supervisor(name="w2")

    def waits(self, run_id: UUID, forms: int = 1) -> list[HumanForm]:
        self.shop.wait_for(run_id, "paused")
        found = list(HumanForm.unscoped.filter(run_id=run_id, status=FormStatus.WAITING).order_by("path", "node_id"))
        assert len(found) == forms
        return found

    def ends(self, run_id: UUID, state: str = "succeeded") -> Run:
        return self.shop.wait_for(run_id, state)


def submit(form: HumanForm, note: str = "go", action: str = "approve") -> None:
    form_submit(HumanForm.unscoped.get(pk=form.pk), action=action, data={"note": note}, user_ref="ann")


def make_late(form: HumanForm) -> None:
    HumanForm.unscoped.filter(pk=form.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture(autouse=True)
def no_old_flows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "_flows", OrderedDict())


@pytest.mark.parametrize("lost", [False, True], ids=["log", "rows"])
def test_another_worker_goes_on_when_the_answer_comes(shop: Shop, lost: bool) -> None:
    desk = Counter(shop, files.approval())
    run_id = desk.start()
    (form,) = desk.waits(run_id)
    row = Run.unscoped.get(pk=run_id)
    assert (row.owner, row.attempts, row.finished_at, row.steps) == ("", 0, None, 2)
    desk.another_worker()
    if lost:
        sync_client().flushall()
    submit(form, "ship")
    desk.go(run_id)
    run = desk.ends(run_id)
    assert (run.outputs, run.steps, run.attempts) == ({"said": "ship"}, 3, 1)
    events, _ = run_events(run, "")
    kinds = [event["type"] for event in events]
    assert kinds.count("human_input_required") == 1
    assert [event["node_id"] for event in events if event["type"] == "node_finished"] == ["start", "human", "yes"]
    assert fold(from_dict(event) for event in events).status == "succeeded"
    closed = HumanForm.unscoped.get(pk=form.pk)
    assert (closed.status, closed.action, closed.data, closed.user_ref) == ("submitted", "approve", {"note": "ship"}, "ann")
    shop.drain(desk.supervisor)


def test_of_two_answers_one_is_taken(shop: Shop) -> None:
    desk = Counter(shop, files.approval())
    run_id = desk.start()
    (form,) = desk.waits(run_id)

    def attempt(note: str) -> str:
        try:
            submit(form, note)
        except AppError as error:
            return f"{error.http_status} {error.code}"
        finally:
            connection.close()
        return note

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(attempt, ["a", "b", "c", "d"]))
    winners = [one for one in told if one in "abcd"]
    assert len(winners) == 1
    assert [one for one in told if one not in "abcd"] == ["412 human_input_form_submitted"] * 3
    desk.go(run_id)
    assert desk.ends(run_id).outputs == {"said": winners[0]}
    shop.drain(desk.supervisor)


def test_nobody_answers(shop: Shop) -> None:
    desk = Counter(shop, files.approval())
    run_id = desk.start()
    (form,) = desk.waits(run_id)
    assert forms_expire() == 0
    make_late(form)
    with pytest.raises(AppError) as refused:
        submit(form)
    assert (refused.value.code, refused.value.http_status) == ("human_input_form_expired", 412)
    assert forms_expire() == 1
    assert forms_expire() == 0
    desk.go(run_id)
    assert desk.ends(run_id).outputs == {"said": "late"}
    with pytest.raises(AppError, match="is over"):
        submit(form)
    shop.drain(desk.supervisor)


def test_two_forms_wait_and_an_answer_during_the_run_is_not_lost(shop: Shop) -> None:
    desk = Counter(shop, files.two_forms())
    run_id = desk.start()
    a, b = desk.waits(run_id, 2)
    submit(a, "A")
    assert Run.unscoped.get(pk=run_id).state == "queued"
    desk.go(run_id)
    wait_until(lambda: Run.unscoped.get(pk=run_id).epoch == 2, "the second claim")
    (still,) = desk.waits(run_id)
    assert still.pk == b.pk
    Run.unscoped.filter(pk=run_id).update(state="running")  # as if a worker had it just now
    submit(b, "B")
    assert Run.unscoped.get(pk=run_id).state == "running", "whoever has the run finds the answer when it would pause"
    Run.unscoped.filter(pk=run_id).update(state="queued")
    desk.go(run_id)
    assert desk.ends(run_id).outputs == {"a": "A", "b": "B", "alone": "alone"}
    shop.drain(desk.supervisor)


def test_in_an_iteration_finished_steps_are_not_repeated(shop: Shop) -> None:
    desk = Counter(shop, files.each_item())
    run_id = desk.start(items={"list": ["one", "two"]})
    for item in ("one", "two"):
        (form,) = desk.waits(run_id)
        assert form.event["form_content"] == f"For {item}"
        desk.another_worker()
        sync_client().delete(log_key(run_id))
        submit(form, item.upper())
        desk.go(run_id)
        if item == "one":
            wait_until(lambda: HumanForm.unscoped.filter(run_id=run_id).count() == 2, "the second form")
    run = desk.ends(run_id)
    assert run.outputs == {"all": ["ONE", "TWO"]}
    assert run.node_runs.filter(node_id="before").count() == 2  # type: ignore[attr-defined]
    shop.drain(desk.supervisor)


@pytest.mark.parametrize("lost", [False, True], ids=["log", "rows"])
def test_a_run_is_stopped_while_it_waits(shop: Shop, lost: bool) -> None:
    desk = Counter(shop, files.approval())
    run_id = desk.start()
    (form,) = desk.waits(run_id)
    if lost:
        sync_client().flushall()
    async_to_sync(run_stop)(run_id)
    run = desk.ends(run_id, "stopped")
    assert (run.steps, run.outputs) == (2, {})
    with pytest.raises(AppError) as refused:
        submit(form)
    assert refused.value.code == "human_input_form_expired"
    events, _ = run_events(run, "")
    assert [event["type"] for event in events][-1] == "run_finished"
    assert [event["status"] for event in events if event["type"] == "run_finished"] == ["stopped"]
    assert forms_expire() == 0
    shop.drain(desk.supervisor)


def test_a_chat_keeps_what_it_said(shop: Shop) -> None:
    desk = Counter(shop, files.chat_approval())
    run_id = desk.start()
    (form,) = desk.waits(run_id)
    message = Message.unscoped.get(run_id=run_id)
    assert (message.answer, message.status) == ("Wait. ", "paused")
    submit(form, "yes")
    desk.go(run_id)
    desk.ends(run_id)
    message.refresh_from_db()
    assert (message.answer, message.status) == ("Wait. You said yes.", "normal")
    assert Conversation.unscoped.get(pk=message.conversation_id)
    shop.drain(desk.supervisor)


def test_readers_end_at_the_pause_or_go_through_it(shop: Shop) -> None:
    desk = Counter(shop, files.approval())
    run_id = desk.start()
    (form,) = desk.waits(run_id)

    async def read(through: bool, enough: str = "") -> list[str]:
        seen: list[str] = []
        async for entry in follow(run_id, idle_s=0.2, through_pauses=through):
            if entry is None:
                seen.append("idle")
                if enough == "idle":
                    break
            else:
                seen.append(entry.type)
        return seen

    up_to_here = ["run_started", "node_started", "node_finished", "node_started", "human_input_required", "run_paused"]
    assert async_to_sync(read)(False) == up_to_here
    assert async_to_sync(read)(True, "idle") == [*up_to_here, "idle"]
    sync_client().flushall()
    told = async_to_sync(read)(False)
    assert [kind for kind in told if kind != "idle"] == ["run_started", "node_finished", "human_input_required", "run_paused"]
    submit(form)
    desk.go(run_id)
    desk.ends(run_id)
    assert async_to_sync(read)(False)[-1] == "run_finished"
    shop.drain(desk.supervisor)


def test_a_token_opens_its_form_alone(shop: Shop) -> None:
    desk = Counter(shop, files.two_forms())
    a, b = desk.waits(desk.start(), 2)
    assert form_token(a.pk) != form_token(b.pk)
    assert len(form_token(a.pk)) == 43
    everything = HumanForm.unscoped.all()
    assert form_by_token(everything, form_token(a.pk)).pk == a.pk
    for wrong in (form_token(a.pk)[:-1], str(a.pk), a.token_digest, ""):
        with pytest.raises(AppError) as refused:
            form_by_token(everything, wrong)
        assert refused.value.http_status == 404
    shop.drain(desk.supervisor)


def test_mails_go_to_members_and_others_each_with_the_link(shop: Shop, mailoutbox: list[EmailMessage]) -> None:
    alice = shop.ground.world.alice
    items = [
        {"type": "member", "user_id": str(alice.pk)},
        {"type": "member", "user_id": "somebody of another workspace"},
        {"type": "external", "email": "boss@example.com"},
        {"type": "external", "email": "not an address"},
        {"type": "external", "email": "boss@example.com"},
    ]
    config = {"recipients": {"whole_workspace": False, "items": items}, "subject": "Please\nlook", "body": "Here: {{#url#}}"}
    methods = [{"id": "m", "type": "email", "enabled": True, "config": config}]
    desk = Counter(shop, files.approval(delivery_methods=methods))
    (form,) = desk.waits(desk.start())
    wait_until(lambda: len(mailoutbox) == 2, "two mails")
    assert {address for mail in mailoutbox for address in mail.to} == {alice.email, "boss@example.com"}
    for mail in mailoutbox:
        assert (mail.subject, len(mail.to)) == ("Please look", 1)
        assert str(mail.body).endswith(f"/form/{form_token(form.pk)}")
    shop.drain(desk.supervisor)


def test_without_a_mail_server_nothing_is_sent(shop: Shop, settings: Any, mailoutbox: list[EmailMessage]) -> None:
    settings.EMAIL_BACKEND = UNSENT_BACKEND
    config = {"recipients": {"whole_workspace": True}, "body": "Look"}
    document = files.approval(delivery_methods=[{"type": "email", "config": config}])
    plan = plans.compile(document["workflow"], "workflow")
    event = FormRequired(
        **{"seq": 1, "at": 1.0, "node_run_id": "f", "node_id": "human", "node_type": "human-input", "title": "T", "path": "", "index": 1},
        **{"form_id": "f", "form_content": "", "inputs": [], "actions": [], "defaults": {}, "expires_at": 2.0},
    )
    assert mail_forms(shop.ground.world.workspace.pk, plan, [event]) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_forms(shop.ground.world.workspace.pk, plan, [event]) > 0
    assert mailoutbox[0].subject == "T"
