"""The numbers of each step over the last runs, counted by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.insights import node_numbers
from backend.runs.models import NodeRun, Run
from backend.studio.models import App
from tests.backend.insights.rows import NOON, Used
from tests.factories import client

NODE = ("node_id", "executions", "failures", "p50_s", "p95_s", "total_s", "p50_tokens", "total_tokens", "p50_cost_usd", "total_cost_usd")


def asked(used: Used, query: str = "") -> dict[str, Any]:
    answer = client(used.world.alice).get(f"{used.url}/node-numbers{query}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def step(run: Run, node_id: str, elapsed_s: float, tokens: int = 0, cost: float = 0.0, status: str = "succeeded") -> None:
    given = {"node_type": "llm", "index": 1, "seq": 1, "event": {}, "status": status}
    NodeRun.objects.create(run=run, node_id=node_id, elapsed_s=elapsed_s, total_tokens=tokens, cost_usd=cost, **given)


def test_numbers_of_each_step(used: Used) -> None:
    for place, seconds in enumerate((1.0, 4.0, 2.0)):
        run = used.run(NOON + timedelta(minutes=place), elapsed_s=seconds + 1, total_tokens=100 * place, cost_usd=0.25 * place)
        step(run, "draft", seconds, tokens=100 * place, cost=0.25 * place)
        step(run, "send", 0.5)
    failed = used.run(NOON + timedelta(minutes=9), state="failed", elapsed_s=60.0, source="debug")
    step(failed, "draft", 60.0, tokens=7, cost=0.125, status="failed")
    step(failed, "send", 0.5, status="exception")
    told = asked(used)
    assert (told["runs"], told["succeeded"]) == (4, 3)
    assert (told["p50_s"], told["p50_tokens"], told["p50_cost_usd"]) == (3.0, 100, 0.25)
    assert [tuple(node[name] for name in NODE) for node in told["nodes"]] == [
        ("draft", 4, 1, 2.0, 60.0, 67.0, 100, 307, 0.25, 0.875),
        ("send", 4, 1, 0.5, 0.5, 2.0, 0, 0, 0.0, 0.0),
    ]


def test_only_the_last_finished_whole_runs_count(used: Used) -> None:
    for place in range(3):
        step(used.run(NOON + timedelta(minutes=place)), "draft", float(place))
    step(used.run(NOON + timedelta(hours=1), state="running", finished_at=None), "draft", 100.0)
    step(used.run(NOON + timedelta(hours=1), part={"kind": "node", "node_id": "draft"}), "draft", 100.0)
    other = App.unscoped.create(workspace=used.world.workspace, name="Other", mode="workflow", created_by=used.world.alice)
    step(_of(used, other), "draft", 100.0)
    assert [(node["executions"], node["total_s"]) for node in asked(used)["nodes"]] == [(3, 3.0)]
    assert [(node["executions"], node["total_s"]) for node in asked(used, "?runs=2")["nodes"]] == [(2, 3.0)]


def _of(used: Used, app: App) -> Run:
    run = used.run(NOON + timedelta(hours=1))
    Run.unscoped.filter(pk=run.pk).update(app=app)
    return run


def test_flows_of_many_steps_are_counted_over_fewer_runs(used: Used, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_numbers, "MAX_STEPS", 50)
    for place in range(5):
        step(used.run(NOON + timedelta(minutes=place), steps=20), "draft", float(place))
    assert asked(used)["runs"] == 2
    Run.unscoped.update(steps=1_000)
    assert [node["total_s"] for node in asked(used)["nodes"]] == [4.0]


def test_runs_are_found_by_the_index_of_the_app(used: Used) -> None:
    step(used.run(), "draft", 1.0)
    with CaptureQueriesContext(connection) as caught:
        node_numbers.node_numbers(used.app)
    assert len(caught) == 2
    if connection.vendor == "sqlite":
        plans = []
        with connection.cursor() as cursor:
            for query in caught.captured_queries:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plans += [row[3] for row in cursor.fetchall()]
        assert not [line for line in plans if line.startswith("SCAN") or "TEMP B-TREE" in line], plans


def test_nothing_to_tell(used: Used) -> None:
    assert asked(used) == {"runs": 0, "succeeded": 0, "p50_s": None, "p50_tokens": None, "p50_cost_usd": None, "nodes": []}


@pytest.mark.parametrize("runs", ["0", "51", "many"])
def test_a_bad_number_of_runs_is_named(used: Used, runs: str) -> None:
    answer = client(used.world.alice).get(f"{used.url}/node-numbers?runs={runs}")
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["runs"])
