"""Runs outlive the processes that execute them: SIGKILL, SIGTERM, a Redis that comes back empty, no worker at all.

Real processes throughout; the scripted provider holds a reply half-way, so that each test strikes at a known moment.
"""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import celery
import httpx
import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.processes import Installation, Server, sse_events, wait_until
from tests.scenarios.flows import two_models

FIRST, SECOND = "one two three", "four five six seven eight"
ANSWER = f"{FIRST} / {SECOND} / {SECOND}!"
NODES = ["start", "first", "between", "second", "after", "answer"]
FAST = {"WORKER_HEARTBEAT_S": "0.3", "WORKER_DEAD_S": "1.5", "WORKER_DRAIN_S": "0"}

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]


@dataclass
class Reading:
    """A client that reads a stream in a thread of its own until it ends, or until `enough` says so."""

    open: Callable[[], Any]
    enough: Callable[[list[dict[str, Any]]], bool] = lambda events: False
    events: list[dict[str, Any]] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)
    failure: Exception | None = None

    def start(self) -> Reading:
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def _read(self) -> None:
        try:
            with self.open() as response:
                assert response.status_code == 200, response.read()
                for cursor, event in sse_events(response.iter_lines()):
                    self.cursors.append(cursor)
                    self.events.append(event)
                    if self.enough(self.events):
                        return
        except Exception as failure:
            self.failure = failure

    def done(self, deadline_s: float = 90) -> Reading:
        self._thread.join(deadline_s)
        assert not self._thread.is_alive(), f"the stream did not end; last: {self.events[-3:]}"
        assert self.failure is None, self.failure
        return self


@dataclass
class Stage:
    """An installation with the six-node app and two clients that follow one run of it."""

    installation: Installation
    provider: FakeProvider
    token: str
    workspace: str
    app: dict[str, Any]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.app['api_key']}"}

    def begin(self, mode: str = "async", **headers: str) -> dict[str, Any]:
        body = {"inputs": {}, "query": "hello", "user": "u", "response_mode": mode}
        reply = httpx.post(f"{self.installation.url}/v1/chat-messages", headers={**self.headers, **headers}, json=body, timeout=60)
        assert reply.status_code in (200, 202), reply.text
        found: dict[str, Any] = reply.json()
        return found

    def chat(self) -> Reading:
        """The published API's stream, from the start, never disconnected."""
        body = {"inputs": {}, "query": "hello", "user": "u", "response_mode": "streaming"}
        url = f"{self.installation.url}/v1/chat-messages"
        return Reading(lambda: httpx.stream("POST", url, headers=self.headers, json=body, timeout=120)).start()

    def log(self, run_id: str, after: str = "", enough: Callable[[list[dict[str, Any]]], bool] = lambda events: False) -> Reading:
        """The console's stream of raw events."""
        url = f"{self.installation.url}/api/workspaces/{self.workspace}/runs/{run_id}/events"
        headers = {"Authorization": f"Bearer {self.token}", **({"Last-Event-ID": after} if after else {})}
        return Reading(lambda: httpx.stream("GET", url, headers=headers, timeout=120), enough).start()

    def run_row(self, run_id: str) -> dict[str, Any]:
        names = ("state", "epoch", "attempts", "owner", "error", "outputs")
        row = self.installation.rows(f"SELECT {', '.join(names)} FROM runs_run WHERE id = ?", run_id.replace("-", ""))[0]
        return dict(zip(names, row, strict=True))

    def wait_for_state(self, run_id: str, state: str) -> dict[str, Any]:
        wait_until(lambda: self.run_row(run_id)["state"] == state, f"the run to be {state}, it is {self.run_row(run_id)}")
        return self.run_row(run_id)


@dataclass(frozen=True)
class Prepared:
    """A data folder with everything a stage needs."""

    folder: Path
    token: str
    workspace: str
    app: dict[str, Any]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, provider_server: FakeProvider) -> Prepared:
    installation = Installation(tmp_path_factory.mktemp("prepared"))
    installation.start_valkey()
    token = installation.prepare(provider_server.url, ("first:llm", "second:llm"))["token"]
    app = installation.import_app(two_models())
    workspace = str(uuid.UUID(installation.scalar("SELECT id FROM accounts_workspace")))
    installation.stop()
    return Prepared(installation.folder, token, workspace, app)


@pytest.fixture
def stage(install: Callable[..., Installation], provider: FakeProvider, prepared: Prepared) -> Stage:
    installation = install(like=prepared.folder, **FAST)
    installation.start_valkey()
    provider.script("first", FIRST)
    provider.script("second", SECOND)
    return Stage(installation, provider, prepared.token, prepared.workspace, prepared.app)


def hang_in_second(stage: Stage) -> None:
    """The second model stops in mid-sentence on its first call and answers in full on later ones."""
    stage.provider.script("second", Reply(text=SECOND, hang_after=3), SECOND)


def streamed_half(events: list[dict[str, Any]]) -> bool:
    """The client has seen the second model's unfinished text."""
    return "four five" in told(events)


def told(events: list[dict[str, Any]]) -> str:
    """The answer as a client of raw events puts it together."""
    text = ""
    for event in events:
        if event["type"] == "answer_delta":
            text += event["text"]
        elif event["type"] == "answer_replaced":
            text = event["text"]
        elif event["type"] == "run_finished":
            text = event["answer"]
    return text


def chat_text(events: list[dict[str, Any]]) -> str:
    """The answer as a client of the published API puts it together."""
    text = ""
    for event in events:
        if event["event"] == "message":
            text += event["answer"]
        elif event["event"] == "message_replace":
            text = event["answer"]
    return text


def assert_whole(events: list[dict[str, Any]]) -> None:
    """Nothing lost, nothing doubled, the right end."""
    sequence = [event["seq"] for event in events]
    assert sequence == sorted(set(sequence)), sequence
    finished = Counter(event["node_id"] for event in events if event["type"] == "node_finished")
    assert finished == Counter(NODES)
    assert [event["type"] for event in events if event["type"] == "run_finished"] == ["run_finished"]
    assert events[-1]["type"] == "run_finished"
    assert (events[-1]["status"], events[-1]["answer"]) == ("succeeded", ANSWER)
    assert told(events[:-1]) == ANSWER


def assert_chat_whole(events: list[dict[str, Any]]) -> None:
    assert chat_text(events) == ANSWER
    kinds = Counter(event["event"] for event in events)
    assert (kinds["workflow_finished"], kinds["message_end"]) == (1, 1)
    assert Counter(event["data"]["node_id"] for event in events if event["event"] == "node_finished") == Counter(NODES)


def strike(stage: Stage, blow: Callable[[], None]) -> tuple[Reading, Reading, str, list[str]]:
    """Start a run with two clients, strike when both have seen half of the second model's text, reconnect one."""
    hang_in_second(stage)
    chat = stage.chat()
    wait_until(lambda: chat.events or chat.failure, "the first event")
    run_id = chat.events[0]["workflow_run_id"]
    early = stage.log(run_id, enough=streamed_half).done()
    wait_until(lambda: "four five" in chat_text(chat.events), "the half answer")
    blow()
    late = stage.log(run_id, after=early.cursors[-1])
    late.events[:0] = early.events
    return chat, late, run_id, early.cursors


def assert_survived(stage: Stage, chat: Reading, late: Reading, run_id: str) -> None:
    assert_whole(late.done().events)
    assert_chat_whole(chat.done().events)
    assert stage.wait_for_state(run_id, "succeeded")["owner"] == ""
    assert stage.provider.calls["first"] == 1, "the node that had finished was executed again"
    assert stage.provider.calls["second"] == 2
    assert stage.installation.scalar("SELECT answer FROM runs_message") == ANSWER
    again = stage.log(run_id).done().events
    assert_whole(again)


def test_sigkill_of_the_worker(stage: Stage) -> None:
    worker = stage.installation.start_worker()
    stage.installation.start_web()

    def blow() -> None:
        worker.kill()
        stage.installation.start_worker()

    chat, late, run_id, _ = strike(stage, blow)
    assert_survived(stage, chat, late, run_id)
    assert stage.run_row(run_id)["epoch"] == 2


def test_redis_comes_back_empty_and_the_worker_is_killed(stage: Stage) -> None:
    worker = stage.installation.start_worker()
    stage.installation.start_web()

    def blow() -> None:
        finished = "SELECT count(*) FROM runs_noderun"
        wait_until(lambda: stage.installation.scalar(finished) == 3, "the rows of three finished nodes")
        worker.kill()
        assert stage.installation.valkey is not None
        stage.installation.valkey.kill()
        stage.installation.start_valkey(empty=True)
        stage.installation.start_worker()

    chat, late, run_id, _ = strike(stage, blow)
    assert_survived(stage, chat, late, run_id)


def test_redis_comes_back_empty_under_a_living_worker(stage: Stage) -> None:
    stage.installation.start_worker()
    stage.installation.start_web()

    def blow() -> None:
        assert stage.installation.valkey is not None
        stage.installation.valkey.kill()
        stage.installation.start_valkey(empty=True)
        stage.provider.release()

    chat, late, run_id, _ = strike(stage, blow)
    assert_whole(late.done().events)
    assert_chat_whole(chat.done().events)
    assert stage.provider.calls == {"first": 1, "second": 1}
    assert stage.wait_for_state(run_id, "succeeded")["epoch"] == 1
    assert_whole(stage.log(run_id).done().events)


def test_sigterm_hands_over(stage: Stage) -> None:
    worker = stage.installation.start_worker()
    stage.installation.start_web()

    def blow() -> None:
        stage.installation.start_worker()
        stage.installation.wait_for_workers(2)
        worker.terminate()
        assert worker.wait() == 0, worker.text()

    chat, late, run_id, _ = strike(stage, blow)
    assert_survived(stage, chat, late, run_id)
    assert stage.run_row(run_id)["attempts"] == 1, "a hand-over is no failed attempt"


def test_sigterm_lets_short_runs_end(stage: Stage) -> None:
    worker = stage.installation.start_worker(WORKER_DRAIN_S="60")
    stage.installation.start_web()

    def blow() -> None:
        worker.terminate()
        stage.provider.release()

    chat, late, _, _ = strike(stage, blow)
    assert_whole(late.done().events)
    assert_chat_whole(chat.done().events)
    assert stage.provider.calls == {"first": 1, "second": 1}
    assert worker.wait() == 0
    assert stage.installation.scalar("SELECT count(*) FROM runs_worker") == 0


def test_runs_wait_for_a_worker_and_for_redis(stage: Stage) -> None:
    stage.installation.start_web()
    waiting = stage.begin()["workflow_run_id"]
    assert stage.installation.valkey is not None
    stage.installation.valkey.kill()
    unsent = stage.begin()["workflow_run_id"]
    assert stage.run_row(unsent)["state"] == "queued"
    stage.installation.start_valkey(empty=True)
    stage.installation.start_worker()
    for run_id in (waiting, unsent):
        assert_whole(stage.log(run_id).done().events)
        stage.wait_for_state(run_id, "succeeded")


def test_stop_in_mid_stream(stage: Stage) -> None:
    stage.installation.start_worker()
    stage.installation.start_web()

    def blow() -> None:
        url = f"{stage.installation.url}/api/workspaces/{stage.workspace}/runs/{chat_run()}/stop"
        assert httpx.post(url, headers={"Authorization": f"Bearer {stage.token}"}).status_code == 202

    def chat_run() -> str:
        return str(uuid.UUID(stage.installation.scalar("SELECT id FROM runs_run")))

    chat, late, run_id, _ = strike(stage, blow)
    events = late.done().events
    assert (events[-1]["type"], events[-1]["status"]) == ("run_finished", "stopped")
    assert events[-1]["answer"] == f"{FIRST} / four five six"
    assert [event["data"]["status"] for event in chat.done().events if event["event"] == "workflow_finished"] == ["stopped"]
    assert stage.wait_for_state(run_id, "stopped")["error"] is None
    assert stage.installation.scalar("SELECT answer FROM runs_message") == f"{FIRST} / four five six"
    assert [request.completed for request in stage.provider.requests] == [True, False]


def test_stop_before_any_worker_has_it(stage: Stage) -> None:
    stage.installation.start_web()
    run_id = stage.begin()["workflow_run_id"]
    url = f"{stage.installation.url}/api/workspaces/{stage.workspace}/runs/{run_id}/stop"
    httpx.post(url, headers={"Authorization": f"Bearer {stage.token}"}).raise_for_status()
    events = stage.log(run_id).done().events
    assert [(event["type"], event["status"]) for event in events] == [("run_finished", "stopped")]
    stage.installation.start_worker()
    stage.installation.wait_for_workers()
    other = stage.begin("blocking")
    assert other["answer"] == ANSWER
    assert stage.run_row(run_id)["state"] == "stopped"


def test_two_workers_race_for_the_same_runs(stage: Stage) -> None:
    stage.installation.start_web()
    runs = [stage.begin()["workflow_run_id"] for _ in range(20)]
    sender = celery.Celery(broker=stage.installation.redis_url.replace("unix://", "redis+socket://"))
    for _ in range(4):
        sender.send_task("runs.execute", [[*runs, *runs]], queue="runs")
    for _ in range(2):
        stage.installation.start_worker()
    for run_id in runs:
        row = stage.wait_for_state(run_id, "succeeded")
        assert (row["epoch"], row["attempts"]) == (1, 1)
    assert stage.provider.calls == {"first": 20, "second": 20}
    assert stage.installation.scalar("SELECT count(*) FROM runs_noderun") == 20 * len(NODES)
    for run_id in runs[:3]:
        assert_whole(stage.log(run_id).done().events)


def test_a_run_that_kills_its_worker_is_given_up(stage: Stage) -> None:
    stage.installation.start_web()
    stage.provider.script("second", Reply(text=SECOND, hang_after=3))
    run_id = stage.begin()["workflow_run_id"]
    reading = stage.log(run_id)

    def attempt(number: int) -> Server:
        worker = stage.installation.start_worker()
        stage.provider.wait_for(number, "second", 60)
        begun = ("node_started", "second")  # in the log, so what came before it is too
        wait_until(lambda: [(e["type"], e.get("node_id")) for e in reading.events].count(begun) == number, f"attempt {number}")
        return worker

    for number in (1, 2, 3):
        attempt(number).kill()
    stage.installation.start_worker()
    events = reading.done().events
    assert (events[-1]["status"], events[-1]["error"]["code"]) == ("failed", "worker_lost")
    assert "3 attempts" in events[-1]["error"]["message"]
    assert stage.wait_for_state(run_id, "failed")["attempts"] == 4
    assert stage.provider.calls == {"first": 1, "second": 3}


def test_an_idempotency_key_starts_one_run(stage: Stage) -> None:
    stage.installation.start_web()
    first, second = (stage.begin(**{"Idempotency-Key": "order-1"}) for _ in range(2))
    assert first["workflow_run_id"] == second["workflow_run_id"]
    assert stage.begin(**{"Idempotency-Key": "order-2"})["workflow_run_id"] != first["workflow_run_id"]
    assert stage.installation.scalar("SELECT count(*) FROM runs_run") == 2


def test_runs_are_answered_while_redis_is_away(stage: Stage) -> None:
    stage.installation.start_worker()
    stage.installation.start_web()
    stage.installation.wait_for_workers()
    assert stage.begin("blocking")["answer"] == ANSWER
    assert stage.installation.valkey is not None
    stage.installation.valkey.kill()
    assert stage.begin("blocking")["answer"] == ANSWER
    stage.installation.start_valkey(empty=True)
    assert stage.begin("blocking")["answer"] == ANSWER
