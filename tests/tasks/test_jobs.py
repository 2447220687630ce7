"""Short jobs for the console: the answer, whatever happens."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from backend.core.errors import AppError, NotFound
from backend.core.jobs import job_result, job_start
from workers.engine.errors import NodeError
from workers.tasks import jobs

WORKSPACE = str(uuid.uuid4())


async def double(payload: dict[str, Any]) -> int:
    return int(payload["n"]) * 2


async def fail_as_node(payload: dict[str, Any]) -> None:
    raise NodeError("provider_unauthorized", "The key is wrong.", details={"status": 401})


async def fail_as_app(payload: dict[str, Any]) -> None:
    raise AppError("not_this_one", "No.")


async def break_down(payload: dict[str, Any]) -> None:
    raise ZeroDivisionError("secret detail")


@pytest.fixture(autouse=True)
def _handlers(valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, handler in {"double": double, "node": fail_as_node, "app": fail_as_app, "broken": break_down}.items():
        monkeypatch.setitem(jobs.HANDLERS, name, handler)


async def test_the_answer_comes_back() -> None:
    job_id = job_start("double", {"n": 21}, WORKSPACE)
    assert job_result(WORKSPACE, job_id).state == "running"
    await jobs.run_job(job_id, "double", {"n": 21}, WORKSPACE)
    for wait_s in (0, 5, 5):
        job = job_result(WORKSPACE, job_id, wait_s)
        assert (job.state, job.result, job.error) == ("succeeded", 42, None)
    with pytest.raises(NotFound):
        job_result(str(uuid.uuid4()), job_id)


@pytest.mark.parametrize(
    ("name", "code"), [("node", "provider_unauthorized"), ("app", "not_this_one"), ("broken", "internal_error"), ("odd", "unknown_job")]
)
async def test_failures_are_told(name: str, code: str) -> None:
    job_id = job_start(name, {}, WORKSPACE)
    await jobs.run_job(job_id, name, {}, WORKSPACE)
    job = job_result(WORKSPACE, job_id, 5)
    assert (job.state, (job.error or {})["code"]) == ("failed", code)
    assert "secret" not in str(job.error)


def test_every_handler_that_the_console_names_exists() -> None:
    assert {"llm.test_credential"} <= set(jobs.HANDLERS)
