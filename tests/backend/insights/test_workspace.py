"""A workspace at a glance: long work, numbers of the day, weeks of apps, finding things."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.models import Role
from backend.core import work
from backend.core.errors import AppError
from backend.core.work import Work, work_begin, work_end, work_stop, work_tell
from backend.knowledge.models import Document, Permission, Stage
from backend.knowledge.services.datasets import dataset_create
from backend.knowledge.services.documents import document_create_text
from tests.backend.insights.rows import Used
from tests.factories import World, client

SHOWN_OF_A_JOB = ("kind", "title", "state", "done", "total", "error")


def listed(world: World, who: Any = None) -> list[dict[str, Any]]:
    answer = client(who or world.alice).get(f"{world.url}/long-work")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()
    return found


def told(world: World) -> tuple[Any, ...]:
    (row,) = listed(world)
    return tuple(row[name] for name in SHOWN_OF_A_JOB)


@pytest.fixture
def begun(world: World, valkey: Any) -> str:
    """Work that runs."""
    key = str(uuid.uuid4())
    work_begin(world.workspace.pk, Work(key, "retrieval_measure", "Questions", target={"app_id": str(uuid.uuid4())}))
    return key


def test_work_tells_how_far_it_is_and_how_it_ended(world: World, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "TELL_EVERY_S", 0)
    work_tell(world.workspace.pk, begun, 3, 8)
    assert told(world) == ("retrieval_measure", "Questions", "running", 3, 8, None)
    work_end(world.workspace.pk, begun)
    assert told(world) == ("retrieval_measure", "Questions", "succeeded", 8, 8, None)


def test_failed_work_stays_until_it_is_hidden_and_only_for_who_hid_it(world: World, begun: str) -> None:
    work_end(world.workspace.pk, begun, {"code": "provider_unauthorized", "message": "The key is wrong.", "details": {}})
    assert told(world)[2:] == ("failed", 0, 0, {"code": "provider_unauthorized", "message": "The key is wrong."})
    assert client(world.alice).post(f"{world.url}/long-work/{begun}/hide").status_code == 204
    assert listed(world) == []
    assert [row["id"] for row in listed(world, world.bob)] == [begun]


def test_work_that_is_asked_to_stop_stops_at_its_next_step(world: World, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "TELL_EVERY_S", 0)
    assert client(world.alice).post(f"{world.url}/long-work/{begun}/stop").status_code == 204
    with pytest.raises(AppError) as stopped:
        work_tell(world.workspace.pk, begun, 4, 8)
    work_end(world.workspace.pk, begun, stopped.value.body())
    assert told(world)[2] == "stopped"
    assert not work_stop(world.workspace.pk, begun)


def test_work_of_a_silent_worker_counts_as_failed(world: World, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "SILENT_S", -1)
    assert told(world)[2] == "failed"


def test_documents_on_their_way_are_told_by_dataset(world: World) -> None:
    dataset = dataset_create(workspace_id=world.workspace.pk, name="Handbook", indexing_technique="economy", created_by=world.alice)
    ids = [document_create_text(dataset=dataset, name=f"d{n}", text="Hello.", batch="b1").pk for n in range(4)]
    rows = Document.scoped(world.workspace)
    rows.filter(pk=ids[0]).update(stage=Stage.COMPLETED)
    (row,) = listed(world)
    assert (row["id"], row["kind"], row["title"]) == (str(dataset.pk), "indexing", "Handbook")
    assert (row["state"], row["done"], row["total"], row["target"]) == ("running", 1, 4, {"dataset_id": str(dataset.pk)})
    error = {"code": "file_empty", "message": "The file is empty."}
    rows.filter(pk__in=ids[1:]).update(stage=Stage.ERROR, error=error, stopped_at=timezone.now())
    (row,) = listed(world)
    assert (row["state"], row["failed"], row["error"]["code"]) == ("failed", 3, "file_empty")
    assert client(world.alice).post(f"{world.url}/long-work/{dataset.pk}/hide").status_code == 204
    assert listed(world) == []


def test_stopping_a_dataset_stops_its_documents_and_needs_an_editor(world: World) -> None:
    dataset = dataset_create(workspace_id=world.workspace.pk, name="Handbook", indexing_technique="economy")
    document = document_create_text(dataset=dataset, name="d", text="Hello.")
    assert client(world.member(Role.OPERATOR)).post(f"{world.url}/long-work/{dataset.pk}/stop").status_code == 403
    assert client(world.bob).post(f"{world.url}/long-work/{dataset.pk}/stop").status_code == 204
    document.refresh_from_db()
    assert document.stage == Stage.PAUSED


def test_private_datasets_show_only_to_those_who_see_them(world: World) -> None:
    dataset = dataset_create(
        workspace_id=world.workspace.pk, name="Secret", indexing_technique="economy", permission=Permission.ONLY_ME, created_by=world.alice
    )
    document_create_text(dataset=dataset, name="Secret plan", text="Hello.")
    assert listed(world, world.bob) == []
    assert client(world.bob).post(f"{world.url}/long-work/{dataset.pk}/hide").status_code == 404
    assert client(world.bob).get(f"{world.url}/find?q=secret").json() == []
    assert [row["kind"] for row in client(world.alice).get(f"{world.url}/find?q=secret").json()] == ["dataset", "document"]


def test_home_shows_the_failures_of_the_day_first_and_what_was_spent(used: Used) -> None:
    now = timezone.now()
    used.run(now - timedelta(minutes=2), state="failed", cost_usd=0.25)
    newest = used.run(now - timedelta(minutes=1), source="debug", cost_usd=0.5)
    used.run(now - timedelta(days=3), cost_usd=7)
    answer = client(used.world.bob).get(f"{used.world.url}/home?tz=Asia/Tokyo").json()
    assert answer["runs"] == {"total": 2, "failed": 1, "succeeded": 1, "unfinished": 0}
    assert [run["state"] for run in answer["recent"]] == ["failed", "succeeded"]
    assert answer["recent"][0]["error"]["code"] == "model_failed"
    assert answer["recent"][1]["id"] == str(newest.pk)
    assert answer["spent"]["today_usd"] + answer["spent"]["yesterday_usd"] == pytest.approx(0.75)


def test_the_week_of_an_app_by_day(used: Used) -> None:
    now = timezone.now()
    used.run(now, cost_usd=0.5)
    used.run(now, state="failed", cost_usd=0.25)
    used.run(now - timedelta(days=6), cost_usd=2)
    used.run(now - timedelta(days=7), cost_usd=90)
    url = f"{used.world.url}/app-weeks?ids={used.app.pk},{uuid.uuid4()}"
    (week,) = client(used.world.bob).get(url).json()
    assert (week["app_id"], week["runs"], week["failed"], week["cost_usd"]) == (str(used.app.pk), 3, 1, 2.75)
    assert [day["runs"] for day in week["days"]] == [1, 0, 0, 0, 0, 0, 2]
    assert client(used.world.bob).get(f"{used.world.url}/app-weeks?ids=x").json()["code"] == "invalid_input"


def test_things_are_found_by_name_and_a_run_by_its_id(used: Used) -> None:
    run = used.run()
    url = f"{used.world.url}/find"
    (app,) = client(used.world.bob).get(f"{url}?q={used.app.name[:3]}").json()
    assert (app["kind"], app["id"], app["app"]["mode"]) == ("app", str(used.app.pk), used.app.mode)
    (row,) = client(used.world.bob).get(f"{url}?q={run.pk}").json()
    assert (row["kind"], row["app"]["id"], row["hint"]) == ("run", str(used.app.pk), "succeeded")
