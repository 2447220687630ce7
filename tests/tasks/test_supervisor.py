"""Runs inside one worker process: capacity, connections, stops, hand-over, memory of a conversation."""

from __future__ import annotations

import asyncio
import threading
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db.backends.base.base import BaseDatabaseWrapper

from backend.runs.models import Conversation, Message, NodeRun, Run, Worker
from backend.runs.services import run_stop
from backend.studio.models import Version
from tests.fakes.provider import Reply
from tests.processes import wait_until
from tests.scenarios.flows import chatflow, llm, node
from tests.tasks.conftest import Shop
from workers.tasks import flows

ANSWER = "one / two / two!"


def test_a_run_ends_with_all_its_rows(shop: Shop) -> None:
    supervisor = shop.supervisor()
    run_id = shop.start()
    shop.offer(supervisor, run_id)
    run = shop.wait_for(run_id, "succeeded")
    assert (run.attempts, run.steps, run.owner) == (1, 6, "")
    assert run.outputs["answer"] == ANSWER
    assert run.total_tokens > 0
    message = Message.unscoped.get(run=run)
    assert (message.answer, message.answer_tokens > 0) == (ANSWER, True)
    rows = list(NodeRun.objects.filter(run=run).order_by("seq").values_list("node_id", "status"))
    assert rows == [(name, "succeeded") for name in ("start", "first", "between", "second", "after", "answer")]
    shop.drain(supervisor)


def test_no_database_connection_is_held_while_models_answer(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    open_in: dict[int, str] = {}
    connect, close = BaseDatabaseWrapper.connect, BaseDatabaseWrapper.close

    def connected(self: Any) -> None:
        connect(self)
        open_in[id(self)] = threading.current_thread().name

    def closed(self: Any) -> None:
        close(self)
        open_in.pop(id(self), None)

    monkeypatch.setattr(BaseDatabaseWrapper, "connect", connected)
    monkeypatch.setattr(BaseDatabaseWrapper, "close", closed)
    supervisor = shop.supervisor(capacity=30)
    shop.provider.script("second", Reply(text="two", hang_after=0))
    ids = [shop.start() for _ in range(20)]
    shop.offer(supervisor, *ids)
    shop.provider.wait_for(20, "second")
    assert set(open_in.values()) <= {"writer", threading.current_thread().name}, open_in
    shop.provider.release()
    for run_id in ids:
        shop.wait_for(run_id, "succeeded")
    shop.drain(supervisor)


def test_no_more_runs_than_there_is_room_for(shop: Shop) -> None:
    supervisor = shop.supervisor(capacity=3)
    shop.provider.script("second", Reply(text="two", hang_after=0))
    ids = [shop.start() for _ in range(8)]
    shop.offer(supervisor, *ids, *ids)
    shop.provider.wait_for(3, "second")
    assert supervisor.room == 0
    assert Run.unscoped.filter(state="running").count() == 3
    shop.provider.release()
    for run_id in ids:
        assert shop.wait_for(run_id, "succeeded").attempts == 1
    wait_until(lambda: supervisor.room == 3, "room")
    assert shop.provider.calls == {"first": 8, "second": 8}
    shop.drain(supervisor)


def test_a_full_worker_leaves_messages_to_others(shop: Shop) -> None:
    supervisor = shop.supervisor(capacity=1)
    shop.provider.script("second", Reply(text="two", hang_after=0))
    run_id = shop.start()
    assert supervisor.wait_for_room()
    shop.offer(supervisor, run_id)
    shop.provider.wait_for(1, "second")
    waited: list[bool] = []
    thread = threading.Thread(target=lambda: waited.append(supervisor.wait_for_room()))
    thread.start()
    assert not waited
    shop.provider.release()
    thread.join(20)
    assert waited == [True]
    shop.drain(supervisor)
    assert not supervisor.wait_for_room()


def test_a_stop_closes_the_call_to_the_model(shop: Shop) -> None:
    supervisor = shop.supervisor()
    shop.provider.script("second", Reply(text="two three four", hang_after=1))
    run_id = shop.start()
    shop.offer(supervisor, run_id)
    shop.provider.wait_for(1, "second")
    async_to_sync(run_stop)(run_id)
    run = shop.wait_for(run_id, "stopped")
    assert run.error is None
    assert not shop.provider.requests[-1].completed
    shop.drain(supervisor)


def test_a_run_that_was_to_stop_before_its_turn_executes_nothing(shop: Shop) -> None:
    supervisor = shop.supervisor()
    run_id = shop.start()
    Run.unscoped.filter(pk=run_id).update(stop_requested=True)
    shop.offer(supervisor, run_id)
    shop.wait_for(run_id, "stopped")
    assert not shop.provider.calls
    shop.drain(supervisor)


def test_draining_hands_over_and_the_next_worker_goes_on(shop: Shop) -> None:
    first = shop.supervisor()
    shop.provider.script("second", Reply(text="two", hang_after=0), "two")
    run_id = shop.start()
    shop.offer(first, run_id)
    shop.provider.wait_for(1, "second")
    shop.drain(first)
    run = Run.unscoped.get(pk=run_id)
    assert (run.state, run.owner, run.attempts) == ("queued", "", 0)
    second = shop.supervisor(name="w2")
    shop.offer(second, run_id)
    assert shop.wait_for(run_id, "succeeded").outputs["answer"] == ANSWER
    assert shop.provider.calls == {"first": 1, "second": 2}
    shop.drain(second)


def test_a_worker_that_was_overtaken_stops_at_once(shop: Shop) -> None:
    supervisor = shop.supervisor()
    shop.provider.script("second", Reply(text="two", hang_after=0))
    run_id = shop.start()
    shop.offer(supervisor, run_id)
    shop.provider.wait_for(1, "second")
    Run.unscoped.filter(pk=run_id).update(owner="somebody else", epoch=7)
    shop.loop.submit(supervisor.verify(run_id)).result(10)
    wait_until(lambda: not supervisor.running, "the end of the work")
    assert (Run.unscoped.get(pk=run_id).state, NodeRun.objects.count()) == ("running", 0)
    shop.drain(supervisor)


def test_a_version_that_is_gone_fails_the_run_with_a_reason(shop: Shop) -> None:
    supervisor = shop.supervisor()
    run_id = shop.start()
    Version.unscoped.filter(pk=shop.ground.version.pk).update(workspace=shop.ground.world.elsewhere)
    shop.offer(supervisor, run_id)
    assert (shop.wait_for(run_id, "failed").error or {})["code"] == "version_missing"
    shop.drain(supervisor)


def test_a_fault_of_the_platform_ends_the_run_and_not_the_worker(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = shop.supervisor()
    run_id = shop.start()
    monkeypatch.setattr(flows, "_load", lambda *args: 1 / 0)
    shop.offer(supervisor, run_id)
    assert (shop.wait_for(run_id, "failed").error or {})["code"] == "internal_error"
    monkeypatch.undo()
    again = shop.start()
    shop.offer(supervisor, again)
    shop.wait_for(again, "succeeded")
    shop.drain(supervisor)


def test_the_model_remembers_earlier_turns(shop: Shop) -> None:
    memory = {"window": {"enabled": True, "size": 2}, "query_prompt_template": "{{#sys.query#}}"}
    document = chatflow(
        node("start", "start", variables=[]),
        llm("first", "first", "Turn {{#sys.dialogue_count#}} of {{#sys.user_id#}}", memory=memory),
        node("answer", "answer", answer="{{#first.text#}}"),
    )["workflow"]
    Version.unscoped.filter(pk=shop.ground.version.pk).update(document=document)
    supervisor = shop.supervisor()
    shop.provider.script("first", "I am one", "I am two")
    first = shop.start(query="who")
    shop.offer(supervisor, first)
    conversation_id = shop.wait_for(first, "succeeded").conversation_id
    second = shop.start(query="and now", conversation_id=conversation_id)
    shop.offer(supervisor, second)
    shop.wait_for(second, "succeeded")
    prompts = [request.prompt for request in shop.provider.requests]
    assert "Turn 1 of u1" in prompts[0]
    assert "I am one" not in prompts[0]
    assert "Turn 2 of u1" in prompts[1]
    assert prompts[1].index("who") < prompts[1].index("I am one") < prompts[1].index("and now")
    assert Conversation.unscoped.count() == 1
    shop.drain(supervisor)


def test_a_run_that_is_offered_before_it_was_wound_up_here_is_taken_afterwards(shop: Shop) -> None:
    supervisor = shop.supervisor()
    run_id = shop.start()
    # The row is queued again, as an answer leaves it, while this worker still holds what it did before.
    shop.loop.call(supervisor.running.__setitem__, run_id, SimpleNamespace(task=None))
    shop.offer(supervisor, run_id)
    shop.loop.submit(asyncio.sleep(0)).result(5)
    assert Run.unscoped.get(pk=run_id).state == "queued"
    shop.loop.call(supervisor._ended, run_id)
    shop.wait_for(run_id, "succeeded")


def test_ids_of_nothing_are_ignored(shop: Shop) -> None:
    supervisor = shop.supervisor()
    shop.offer(supervisor, uuid.uuid4())
    run_id = shop.start()
    shop.offer(supervisor, run_id)
    shop.wait_for(run_id, "succeeded")
    wait_until(lambda: supervisor.room == 10, "room")
    shop.drain(supervisor)
    assert not Worker.objects.exists()
