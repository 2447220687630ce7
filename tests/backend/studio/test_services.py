"""Drafts, versions, publishing: what is written, what is refused, and who wins a race."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from backend.core.errors import AppError
from backend.llm.models import Credential
from backend.studio import plans, services
from backend.studio.models import App, Draft, Version
from backend.studio.services import app_publish, draft_save, version_freeze, version_restore
from tests import factories
from tests.backend.studio import flows

World = factories.World


def test_a_save_raises_the_revision_and_loses_nothing(world: World) -> None:
    app = flows.app(world.workspace, world.alice)
    saved = draft_save(app=app, user=world.bob, document=flows.document("new"), base_revision=1)
    stored = flows.draft(app)
    assert (saved.revision, stored.revision, stored.updated_by) == (2, 2, world.bob)
    assert stored.document == flows.document("new")
    assert list(stored.document["top_unknown"]) == ["b", "a"], "the order of keys is part of the flow"


def test_a_save_on_an_old_revision_is_refused_with_the_draft_that_won(world: World) -> None:
    app = flows.app(world.workspace, world.alice)
    draft_save(app=app, user=world.bob, document=flows.document("bob's"), base_revision=1)
    with pytest.raises(AppError) as caught:
        draft_save(app=app, user=world.alice, document=flows.document("alice's"), base_revision=1)
    error = caught.value
    assert (error.code, error.http_status, error.details["revision"]) == ("draft_conflict", 409, 2)
    assert error.details["document"] == flows.document("bob's")
    assert error.details["updated_by"] == "Bob"
    assert flows.draft(app).document == flows.document("bob's")


def test_repeating_a_save_whose_answer_was_lost_is_no_conflict(world: World) -> None:
    app = flows.app(world.workspace)
    draft_save(app=app, user=None, document=flows.document("x"), base_revision=1)
    assert draft_save(app=app, user=None, document=flows.document("x"), base_revision=1).revision == 2


def test_force_saves_over_everything(world: World) -> None:
    app = flows.app(world.workspace)
    draft_save(app=app, user=None, document=flows.document("a"), base_revision=1)
    assert draft_save(app=app, user=None, document=flows.document("b"), base_revision=None).revision == 3


def _race(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work` in threads that start together; returns results or AppErrors."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(index: int) -> None:
        try:
            barrier.wait(10)
            results[index] = work(index)
        except AppError as error:
            results[index] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_of_saves_at_the_same_moment_one_wins() -> None:
    world = factories.make_world()
    app = flows.app(world.workspace)
    results = _race(6, lambda n: draft_save(app=app, user=None, document=flows.document(f"thread {n}"), base_revision=1))
    winners = [result for result in results if isinstance(result, Draft)]
    losers = [result for result in results if isinstance(result, AppError)]
    assert len(winners) == 1
    assert [error.code for error in losers] == ["draft_conflict"] * 5
    assert flows.draft(app).document == winners[0].document
    assert flows.draft(app).revision == 2


@pytest.mark.django_db(transaction=True)
def test_publishing_at_the_same_moment_gives_each_its_number() -> None:
    world = factories.make_world()
    app = flows.app(world.workspace)
    results = _race(5, lambda n: app_publish(app=App.unscoped.get(id=app.id), user=None, note=str(n)))
    assert sorted(version.number for version, _ in results) == [1, 2, 3, 4, 5]
    app.refresh_from_db()
    assert app.published is not None
    assert app.published.number == 5


@pytest.mark.django_db(transaction=True)
def test_freezing_at_the_same_moment_gives_one_version() -> None:
    world = factories.make_world()
    app = flows.app(world.workspace)
    results = _race(5, lambda n: version_freeze(app=app, user=None))
    assert len({version.id for version in results}) == 1
    assert Version.unscoped.count() == 1


def test_freezing_the_same_draft_gives_the_same_version(world: World) -> None:
    app = flows.app(world.workspace)
    first = version_freeze(app=app, user=world.alice)
    moved = flows.document()
    moved["graph"]["viewport"] = {"x": 100, "y": 0, "zoom": 1}
    draft_save(app=app, user=None, document=moved, base_revision=1)
    assert version_freeze(app=app, user=world.alice).id == first.id
    draft_save(app=app, user=None, document=flows.document("other"), base_revision=2)
    second = version_freeze(app=app, user=world.alice)
    assert second.id != first.id
    assert (first.number, second.number) == (None, None)


def test_errors_stop_publishing_and_running_but_not_saving(world: World) -> None:
    app = flows.app(world.workspace, flow=flows.broken())
    for attempt in (lambda: app_publish(app=app, user=None), lambda: version_freeze(app=app, user=None)):
        with pytest.raises(AppError) as caught:
            attempt()
        assert (caught.value.code, caught.value.http_status) == ("flow_has_errors", 422)
        assert any(problem["severity"] == "error" for problem in caught.value.details["problems"])
    assert Version.unscoped.count() == 0
    assert App.unscoped.get().published is None


def test_a_model_without_access_warns_while_drawing_and_stops_publishing(world: World) -> None:
    flow = flows.document()
    flow["graph"]["nodes"][1]["data"]["model"] |= {"provider": "openai", "name": "gpt-4o-mini"}
    app = flows.app(world.workspace, flow=flow)
    (problem,) = plans.flow_problems(world.workspace.id, flow, "workflow")
    assert (problem.code, problem.severity, problem.node_id, problem.field) == ("model_not_configured", "warning", "llm", "model")
    assert problem.params == {"provider": "openai", "model": "gpt-4o-mini"}
    with pytest.raises(AppError) as caught:
        app_publish(app=app, user=None)
    assert [line["code"] for line in caught.value.details["problems"]] == ["model_not_configured"]
    assert Credential.unscoped.count() == 0


def test_a_published_version_never_changes(world: World) -> None:
    app = flows.app(world.workspace)
    version, _ = app_publish(app=app, user=world.alice, name="First", note="why")
    draft_save(app=app, user=None, document=flows.document("later"), base_revision=1)
    version.refresh_from_db()
    assert version.document == flows.document()
    assert (version.number, version.name, version.note, version.created_by) == (1, "First", "why", world.alice)
    assert app_publish(app=app, user=None)[0].number == 2


def test_publishing_what_one_did_not_see_is_refused(world: World) -> None:
    app = flows.app(world.workspace)
    draft_save(app=app, user=None, document=flows.document("later"), base_revision=1)
    with pytest.raises(AppError) as caught:
        app_publish(app=app, user=None, revision=1)
    assert caught.value.code == "draft_conflict"


def test_restoring_keeps_the_draft_that_was_there(world: World) -> None:
    app = flows.app(world.workspace)
    first, _ = app_publish(app=app, user=None)
    draft_save(app=app, user=None, document=flows.document("unsaved work"), base_revision=1)
    restored = version_restore(app=app, version=first, user=world.bob, base_revision=2)
    assert (restored.document, restored.revision) == (flows.document(), 3)
    kept = Version.unscoped.get(number=None)
    assert (kept.document, kept.name) == (flows.document("unsaved work"), "Draft 2")
    back = version_restore(app=app, version=kept, user=world.bob, base_revision=3)
    assert back.document == flows.document("unsaved work")
    assert Version.unscoped.count() == 2, "the published draft was kept already"


def test_restoring_names_a_copy_that_a_debug_run_had_made(world: World) -> None:
    app = flows.app(world.workspace)
    first, _ = app_publish(app=app, user=None)
    draft_save(app=app, user=None, document=flows.document("tried out"), base_revision=1)
    frozen = version_freeze(app=app, user=None)
    version_restore(app=app, version=first, user=None, base_revision=2)
    frozen.refresh_from_db()
    assert frozen.name == "Draft 2"


def test_restoring_over_somebody_elses_work_is_refused(world: World) -> None:
    app = flows.app(world.workspace)
    first, _ = app_publish(app=app, user=None)
    draft_save(app=app, user=None, document=flows.document("new"), base_revision=1)
    with pytest.raises(AppError) as caught:
        version_restore(app=app, version=first, user=None, base_revision=1)
    assert caught.value.code == "draft_conflict"
    assert flows.draft(app).document == flows.document("new")


def test_duplicating_copies_the_flow_and_nothing_that_is_live(world: World) -> None:
    secret = {"id": "k", "name": "TOKEN", "value_type": "secret", "value": "s3cret"}
    app = flows.app(world.workspace, flow=flows.document(environment_variables=[secret]), name="N" * 100)
    app_publish(app=app, user=None)
    copy = services.app_duplicate(app=app, user=world.bob)
    assert (len(copy.name), copy.name[-7:], copy.published) == (100, " (copy)", None)
    assert flows.draft(copy).document["environment_variables"][0]["value"] != flows.draft(app).document["environment_variables"][0]["value"]
    assert services.environment_open(copy, flows.draft(copy).document)["environment_variables"] == [secret]


def test_every_change_is_announced_after_the_commit(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[tuple[Any, dict[str, Any]]] = []
    monkeypatch.setattr(services, "notify", lambda workspace_id, change: told.append((workspace_id, change)))
    with django_capture_on_commit_callbacks(execute=True):
        app = flows.app(world.workspace)
        draft_save(app=app, user=world.bob, document=flows.document("x"), base_revision=1)
        app_publish(app=app, user=None)
        services.app_update(app=app, fields={"name": "New"})
        services.app_delete(app=app)
        services.app_delete(app=app)
        assert told == []
    assert {workspace_id for workspace_id, _ in told} == {world.workspace.id}
    assert [change["kind"] for _, change in told] == ["app_created", "draft_saved", "app_published", "app_updated", "app_deleted"]
    assert told[1][1] == {"kind": "draft_saved", "id": str(app.id), "revision": 2, "updated_by": "Bob"}


def test_a_version_is_compiled_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    app = flows.app(world.workspace)
    version = version_freeze(app=app, user=None)
    first = plans.plan_for(version.id, version.document, "workflow")
    monkeypatch.setattr(plans.engine, "compile", lambda *_: pytest.fail("compiled again"))
    assert plans.plan_for(version.id, version.document, "workflow") is first
    assert first.runnable


def test_only_so_many_plans_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "KEPT", 2)
    plans._plans.clear()
    for number in range(4):
        plans.plan_for(factories.uuid.UUID(int=number), flows.document(), "workflow")
    assert [key.int for key, _ in plans._plans] == [2, 3]
    plans._plans.clear()
