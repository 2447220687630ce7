"""A worker that dies inside an iteration or a loop: what had finished there is not asked for again."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine import containers
from tests.engine.builders import edge
from tests.fakes.provider import FakeProvider, Reply
from tests.processes import Installation, wait_until
from tests.scenarios.flows import chatflow, llm, node
from tests.scenarios.test_durability import FAST, Prepared, Stage, told

ITEMS = ["ant", "bee", "cat", "dog"]
ROUNDS = ["r1", "r2", "r3"]

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]


def both() -> dict[str, Any]:
    """An iteration that asks the first model for each item, then a loop that asks the second one three times."""
    each = containers.iteration([llm("ask", "first", "{{#it.item#}}")], items="conversation.items", output="ask.text")
    again = containers.loop(
        [containers.assign("add", "loop.n", "+=", 1), llm("tell", "second", "round {{#loop.n#}}")],
        variables=[containers.variable("n", 0)],
        loop_count=len(ROUNDS),
    )
    nodes = [node("start", "start", variables=[]), *each, *again, node("answer", "answer", answer="{{#it.output#}} {{#loop.n#}}")]
    edges = [
        *(edge("start", "it"), edge("it", "loop"), edge("loop", "answer")),
        *containers.body("it", "ask"),
        *containers.body("loop", "add", "tell"),
    ]
    variables = [{"id": "1", "name": "items", "value_type": "array[string]", "value": ITEMS}]
    return chatflow(graph={"nodes": nodes, "edges": edges}, conversation_variables=variables)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, provider_server: FakeProvider) -> Prepared:
    installation = Installation(tmp_path_factory.mktemp("prepared"))
    installation.start_valkey()
    token = installation.prepare(provider_server.url, ("first:llm", "second:llm"))["token"]
    app = installation.import_app(both())
    workspace = str(uuid.UUID(installation.scalar("SELECT id FROM accounts_workspace")))
    installation.stop()
    return Prepared(installation.folder, token, workspace, app)


@pytest.fixture
def stage(install: Callable[..., Installation], provider: FakeProvider, prepared: Prepared) -> Stage:
    installation = install(like=prepared.folder, **FAST)
    installation.start_valkey()
    provider.script("first", *ITEMS)
    provider.script("second", *ROUNDS)
    return Stage(installation, provider, prepared.token, prepared.workspace, prepared.app)


def prompts(stage: Stage, model: str) -> list[str]:
    return [request.body["messages"][-1]["content"] for request in stage.provider.requests if request.model == model]


def assert_whole(events: list[dict[str, Any]]) -> None:
    """Every node of every round ended once, and the answer is whole."""
    finished = Counter((event["path"], event["node_id"]) for event in events if event["type"] == "node_finished")
    assert set(finished.values()) == {1}
    assert {path for path, node_id in finished if node_id == "ask"} == {f"it:{number}" for number in range(len(ITEMS))}
    assert {path for path, node_id in finished if node_id == "tell"} == {f"loop:{number}" for number in range(len(ROUNDS))}
    assert (events[-1]["type"], events[-1]["status"]) == ("run_finished", "succeeded")
    assert told(events) == "ant\nbee\ncat\ndog 3"


@pytest.mark.parametrize("redis_too", [False, True], ids=["log", "rows"])
@pytest.mark.parametrize("place", ["iteration", "loop"])
def test_killed_inside(stage: Stage, place: str, redis_too: bool) -> None:
    worker = stage.installation.start_worker()
    stage.installation.start_web()
    model, at, whole = ("first", 3, ITEMS) if place == "iteration" else ("second", 2, ROUNDS)
    done, here, rest = whole[: at - 1], whole[at - 1], whole[at - 1 :]
    stage.provider.script(model, *done, Reply(text=here, hang_after=0), *rest)
    run_id = stage.begin()["workflow_run_id"]
    stage.provider.wait_for(at, model)
    rows = f"SELECT count(*) FROM runs_noderun WHERE path LIKE '{'it' if place == 'iteration' else 'loop'}:%' AND node_type = 'llm'"
    wait_until(lambda: stage.installation.scalar(rows) == at - 1, "the rows of the finished rounds")
    worker.kill()
    if redis_too:
        assert stage.installation.valkey is not None
        stage.installation.valkey.kill()
        stage.installation.start_valkey(empty=True)
    stage.installation.start_worker()
    assert_whole(stage.log(run_id).done().events)
    assert stage.wait_for_state(run_id, "succeeded")["epoch"] == 2
    asked = Counter(prompts(stage, model))
    again = ITEMS[at - 1] if place == "iteration" else f"round {at}"
    assert asked.pop(again) == 2
    assert set(asked.values()) == {1}, asked
    other = "second" if model == "first" else "first"
    assert set(Counter(prompts(stage, other)).values()) == {1}
