"""What timed work deletes, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from backend.config.celery import CLEAN_TASK, app
from backend.runs.models import Conversation, Message, NodeRun, Run, State
from backend.studio.models import App, Version
from tests import factories
from tests.backend.runs.conftest import Ground, make_ground
from workers.tasks.maintenance import clean, delete_binned_apps, delete_old_runs


def chat(ground: Ground, *, days: int, state: State = State.SUCCEEDED, conversation: Conversation | None = None) -> Run:
    """A run of so many days ago, with a node and a message."""
    at = timezone.now() - timedelta(days=days)
    home = {"workspace": ground.world.workspace, "app": ground.app}
    talk = conversation or Conversation.unscoped.create(**home, updated_at=at)
    ended = at if state != State.RUNNING else None
    run = Run.unscoped.create(
        **home, version=ground.version, mode="advanced-chat", source="api", state=state, finished_at=ended, conversation=talk
    )
    NodeRun.objects.create(run=run, node_id="n", node_type="start", index=1, status="succeeded", seq=2, event={})
    Message.unscoped.create(**home, conversation=talk, run=run, query="hi", answer="ho")
    return run


@pytest.mark.django_db
def test_runs_that_ended_long_ago_go_with_all_that_is_theirs() -> None:
    ground = make_ground()
    old = chat(ground, days=40)
    young = chat(ground, days=2)
    unfinished = chat(ground, days=40, state=State.RUNNING)
    assert delete_old_runs(timedelta(days=30)) == 1
    assert set(Run.unscoped.values_list("id", flat=True)) == {young.id, unfinished.id}
    assert not NodeRun.objects.filter(run_id=old.id).exists()
    assert Message.unscoped.count() == 2
    assert not Conversation.unscoped.filter(id=old.conversation_id).exists()


@pytest.mark.django_db
def test_a_conversation_that_goes_on_keeps_its_younger_turns() -> None:
    ground = make_ground()
    talk = Conversation.unscoped.create(workspace=ground.world.workspace, app=ground.app, updated_at=timezone.now())
    chat(ground, days=40, conversation=talk)
    young = chat(ground, days=1, conversation=talk)
    assert delete_old_runs(timedelta(days=30)) == 1
    assert [message.run_id for message in talk.messages.all()] == [young.id]


@pytest.mark.django_db
def test_runs_are_kept_for_ever_unless_the_operator_says_otherwise(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    chat(make_ground(), days=4_000)
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="x", expire_date=now - timedelta(days=1))
    Session.objects.create(session_key="good", session_data="x", expire_date=now + timedelta(days=1))
    monkeypatch.setattr("workers.tasks.maintenance.connection.close", lambda: None)  # the test's transaction lives on it
    clean()
    assert Run.unscoped.count() == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["good"]
    settings.ENV = settings.ENV.model_copy(update={"run_retention_days": 100})
    clean()
    assert Run.unscoped.count() == 0


def test_beat_asks_for_a_task_that_workers_know() -> None:
    import workers.tasks.worker  # noqa: F401

    assert [entry["task"] for entry in app.conf.beat_schedule.values()] == [CLEAN_TASK]
    assert CLEAN_TASK in app.tasks


@pytest.mark.django_db
def test_apps_leave_the_bin_for_good_after_their_time() -> None:
    workspace = factories.workspace()
    now = timezone.now()
    ages = {"old": now - timedelta(days=31), "young": now - timedelta(days=29), "kept": None}
    apps = {name: App.unscoped.create(workspace=workspace, name=name, mode="workflow", deleted_at=at) for name, at in ages.items()}
    version = Version.unscoped.create(workspace=workspace, app=apps["old"], number=1, document={}, digest="0" * 64)
    Run.unscoped.create(workspace=workspace, app=apps["old"], version=version, mode="workflow", source="debug")
    assert delete_binned_apps(timedelta(days=30)) == 1
    assert set(App.unscoped.values_list("name", flat=True)) == {"young", "kept"}
    assert not Run.unscoped.exists()
