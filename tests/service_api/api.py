"""A client of the published API, as strict as the tests need it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.processes import sse_events

Json = dict[str, Any]
TIMEOUT_S = 60.0


@dataclass
class Stream:
    """An answer that is read frame by frame. `events` and `cursors` gather what was read."""

    response: httpx.Response
    events: list[Json] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._frames = sse_events(self.response.iter_lines())

    def until(self, enough: Callable[[Json], bool]) -> Json:
        """Read on until an event fits, and return it. Raises AssertionError when the stream ends before."""
        for event in self:
            if enough(event):
                return event
        raise AssertionError(f"the stream ended too early, after {self.names}")

    def rest(self) -> list[Json]:
        """Read to the end and return everything."""
        for _ in self:
            pass
        return self.events

    def __iter__(self) -> Iterator[Json]:
        for cursor, event in self._frames:
            self.cursors.append(cursor)
            self.events.append(event)
            yield event

    @property
    def names(self) -> list[str]:
        return [event["event"] for event in self.events]


@dataclass
class Client:
    """Calls with one app's key."""

    url: str
    key: str

    def call(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Send one request; `headers` are added to the key's."""
        headers = {"Authorization": f"Bearer {self.key}", **given.pop("headers", {})}
        return httpx.request(method, self.url + path, headers=headers, timeout=TIMEOUT_S, **given)

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.call("GET", path, params=params)

    def post(self, path: str, body: Json, **headers: str) -> httpx.Response:
        return self.call("POST", path, json=body, headers=headers)

    def chat(self, query: str = "hello", **given: Any) -> httpx.Response:
        """POST /v1/chat-messages with a good body; `given` replaces fields, None removes one."""
        return self.post("/v1/chat-messages", self.body(query=query, **given))

    def run(self, **given: Any) -> httpx.Response:
        """POST /v1/workflows/run with a good body."""
        return self.post("/v1/workflows/run", self.body(**{"inputs": {"topic": "tea"}, **given}))

    @staticmethod
    def body(**given: Any) -> Json:
        """A good body, changed."""
        return {
            name: value for name, value in {"inputs": {}, "user": "ann", "response_mode": "blocking", **given}.items() if value is not None
        }

    @contextmanager
    def stream(self, method: str, path: str, body: Json | None = None, **headers: str) -> Iterator[Stream]:
        """Open a stream."""
        every = {"Authorization": f"Bearer {self.key}", **headers}
        with httpx.stream(method, self.url + path, headers=every, json=body, timeout=TIMEOUT_S) as response:
            if response.status_code != 200:
                raise AssertionError(f"{response.status_code}: {response.read().decode()}")
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            yield Stream(response)

    def chat_stream(self, query: str = "hello", path: str = "/v1/chat-messages", **given: Any) -> Any:
        return self.stream("POST", path, self.body(query=query, response_mode="streaming", **given))

    def run_stream(self, path: str = "/v1/workflows/run", **given: Any) -> Any:
        return self.stream("POST", path, self.body(**{"inputs": {"topic": "tea"}, "response_mode": "streaming", **given}))


def refused(response: httpx.Response, status: int, code: str, field_name: str | None = None) -> Json:
    """Check the shape of an error and return its body."""
    body: Json = json.loads(response.content)
    assert (response.status_code, body["code"], body["status"]) == (status, code, status), body
    assert isinstance(body["message"], str)
    assert body["message"]
    assert "Traceback" not in response.text
    assert body.keys() <= {"code", "message", "status", "params", "details"}
    if field_name is not None:
        assert body["params"] == field_name
    return body
