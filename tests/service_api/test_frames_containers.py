"""The frames of iterations and loops."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service_api.test_frames import USAGE, frames
from workers.engine import events as ev

HEAD: dict[str, Any] = {"node_run_id": "nr2", "node_id": "it1", "title": "Each", "path": "", "index": 2}
INSIDE: dict[str, Any] = {"node_run_id": "nr3", "node_id": "llm1", "node_type": "llm", "title": "Draft", "index": 4, "path": "out:4/it1:2"}


@pytest.mark.parametrize(
    ("event", "name", "metadata"),
    [
        (ev.IterationStarted, "iteration_started", {"iteration_length": 3, "iterator_length": 3}),
        (ev.LoopStarted, "loop_started", {"loop_length": 3}),
    ],
)
def test_a_container_begins(event: type[ev.ContainerStarted], name: str, metadata: dict[str, int]) -> None:
    kind = name.split("_")[0]
    assert frames(ev.NodeStarted(seq=2, at=7.5, node_type=kind, **HEAD), chat=False) == []
    [frame] = frames(event(seq=3, at=7.5, node_type=kind, length=3, inputs={"a": 1}, **HEAD), chat=False)
    assert frame["event"] == name
    assert frame["data"] == {
        "id": "it1",
        "node_id": "it1",
        "node_type": kind,
        "title": "Each",
        "extras": {},
        "metadata": metadata,
        "inputs": {"a": 1},
        "inputs_truncated": False,
        "created_at": 7,
    }


@pytest.mark.parametrize(
    ("event", "name", "more"), [(ev.IterationNext, "iteration_next", {}), (ev.LoopNext, "loop_next", {"pre_loop_output": {}})]
)
def test_a_round_begins(event: type[ev.RoundStarted], name: str, more: dict[str, Any]) -> None:
    kind = name.split("_")[0]
    [frame] = frames(event(seq=3, at=7.5, node_type=kind, round=2, **HEAD))
    assert (frame["event"], frame["message_id"] is not None) == (name, True)
    data = {"id": "it1", "node_id": "it1", "node_type": kind, "title": "Each", "extras": {}, "index": 2, "created_at": 7}
    assert frame["data"] == data | more


@pytest.mark.parametrize(
    ("kind", "process", "metadata"),
    [
        ("iteration", {}, {"iteration_duration_map": {"0": 1.5}}),
        (
            "loop",
            {"completed_reason": "loop_break", "round_variables": {"0": {"n": 1}}},
            {"loop_duration_map": {"0": 1.5}, "completed_reason": "loop_break", "loop_variable_map": {"0": {"n": 1}}},
        ),
    ],
)
@pytest.mark.parametrize(("status", "shown"), [("succeeded", "succeeded"), ("failed", "failed"), ("exception", "failed")])
def test_a_container_ends(kind: str, process: dict[str, Any], metadata: dict[str, Any], status: str, shown: str) -> None:
    over = ev.IterationFinished if kind == "iteration" else ev.LoopFinished
    assert frames(over(seq=8, at=9.5, node_type=kind, rounds=3, status=status, **HEAD), chat=False) == []
    facts = {"rounds": 3, "total_tokens": 12, "round_seconds": {"0": 1.5}, **process}
    done = ev.NodeFinished(
        seq=9,
        at=9.5,
        node_type=kind,
        attempt=1,
        status=status,
        process=facts,
        inputs={"a": 1},
        outputs={"output": [1]},
        elapsed_s=2.0,
        started_at=7.5,
        **HEAD,
    )
    [frame] = frames(done, chat=False)
    assert frame["event"] == f"{kind}_completed"
    assert frame["data"] == {
        "id": "it1",
        "node_id": "it1",
        "node_type": kind,
        "title": "Each",
        "extras": {},
        "outputs": {"output": [1]},
        "outputs_truncated": False,
        "inputs": {"a": 1},
        "inputs_truncated": False,
        "status": shown,
        "error": None,
        "elapsed_time": 2.0,
        "total_tokens": 12,
        "execution_metadata": {"total_tokens": 12, **metadata},
        "created_at": 7,
        "finished_at": 9,
        "steps": 3,
    }


@pytest.mark.parametrize("kind", ["iteration", "loop"])
def test_nodes_in_a_container_name_it(kind: str) -> None:
    other = "loop" if kind == "iteration" else "iteration"
    [started] = frames(ev.NodeStarted(seq=4, at=1.0, container_type=kind, **INSIDE), chat=False)
    assert (started["data"][f"{kind}_id"], started["data"][f"{other}_id"]) == ("it1", None)
    done = ev.NodeFinished(seq=5, at=1.0, attempt=1, status="succeeded", usage=USAGE, container_type=kind, **INSIDE)
    [finished] = frames(done, chat=False)
    assert finished["data"][f"{kind}_id"] == "it1"
    metadata = finished["data"]["execution_metadata"]
    assert (metadata[f"{kind}_id"], metadata[f"{kind}_index"]) == ("it1", 2)
    assert f"{other}_id" not in metadata
    retried = ev.NodeRetried(seq=5, at=1.0, attempt=1, delay_s=0, error=ev.ErrorInfo("x", "y"), container_type=kind, **INSIDE)
    [retry] = frames(retried, chat=False)
    assert retry["data"][f"{kind}_id"] == "it1"
