"""Finding runs by what failed in them."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from backend.runs.models import NodeRun, Run
from backend.studio.models import Version
from tests.backend.runs.conftest import Ground
from tests.factories import client


def failed(ground: Ground, node: str, code: str, *, handled: bool = False, version: Version | None = None) -> Run:
    """A run in which a node failed; `handled`: it went on."""
    error = {"code": code, "message": "No.", "node_id": node, "node_title": node.title(), "details": {}}
    run = Run.unscoped.create(
        workspace=ground.world.workspace,
        app=ground.app,
        version=version or ground.version,
        mode="workflow",
        source="api",
        state="partial_succeeded" if handled else "failed",
        error=None if handled else error,
        finished_at=timezone.now(),
    )
    status = "exception" if handled else "failed"
    NodeRun.objects.create(
        run=run, node_id=node, node_type="llm", title=node.title(), index=1, status=status, seq=3, event={"error": error}
    )
    return run


def test_runs_are_found_by_what_failed(ground: Ground) -> None:
    draft = Version.unscoped.create(workspace=ground.world.workspace, app=ground.app, number=None, document={}, digest="e")
    late = failed(ground, "draft", "provider_timeout")
    caught = failed(ground, "draft", "http_status", handled=True)
    other = failed(ground, "judge", "provider_timeout", version=draft)
    url, alice = f"{ground.world.url}/apps/{ground.app.pk}/runs", client(ground.world.alice)

    def found(**query: Any) -> set[uuid.UUID]:
        answer = alice.get(url, query)
        assert answer.status_code == 200, answer.content
        return {uuid.UUID(run["id"]) for run in answer.json()["results"]}

    assert found(failed_node="draft") == {late.pk, caught.pk}
    assert found(error_code="provider_timeout") == {late.pk, other.pk}
    assert found(failed_node="draft", error_code="provider_timeout") == {late.pk}
    assert found(failed_node="draft", error_code="http_status") == {caught.pk}
    assert found(failed_node="other") == set()
    assert found(draft=True) == {other.pk}
    assert found(draft=False) == {late.pk, caught.pk}


def test_the_failures_to_choose_from_are_counted_by_run(ground: Ground) -> None:
    failed(ground, "draft", "provider_timeout")
    failed(ground, "draft", "http_status", handled=True)
    failed(ground, "judge", "provider_timeout")
    # What no node caused has a code and no node.
    Run.unscoped.filter(pk=failed(ground, "end", "x").pk).update(error={"code": "worker_lost", "message": "", "node_id": None})
    NodeRun.objects.filter(node_id="end").delete()
    url = f"{ground.world.url}/apps/{ground.app.pk}/runs/failures"
    answers = {name: someone.get(url) for name, someone in ground.world.three()}
    assert {name: answer.status_code for name, answer in answers.items()} == {"Alice": 200, "Bob": 200, "Charlie": 404}
    told = answers["Bob"].json()
    assert told["nodes"] == [{"node_id": "draft", "title": "Draft", "runs": 2}, {"node_id": "judge", "title": "Judge", "runs": 1}]
    assert {line["code"]: line["runs"] for line in told["codes"]} == {"provider_timeout": 2, "http_status": 1, "worker_lost": 1}
