"""Limits as callers meet them: 429 in each protocol's own shape, and when to come back."""

from __future__ import annotations

import openai
import pytest

from tests.fakes.provider import FakeProvider, Reply
from tests.processes import wait_until
from tests.service_api.api import refused
from tests.service_api.conftest import Service
from tests.service_api.flows import CHAT_MODEL, chat_app

pytestmark = pytest.mark.processes


def test_too_many_runs_in_a_minute(service: Service) -> None:
    app_id = service.app(chat_app())
    service.console("PATCH", f"apps/{app_id}/limits", json={"requests_per_minute": 2})
    client = service.client(app_id)
    assert client.chat("").status_code == 400  # what is refused anyway does not count
    assert [client.chat(text).status_code for text in ("one", "two")] == [200, 200]
    reply = client.chat("three")
    body = refused(reply, 429, "rate_limit_error")
    assert body["details"] == {"scope": "app", "limit": 2, "current": 2, "retry_after_s": int(reply.headers["retry-after"])}
    assert 1 <= int(reply.headers["retry-after"]) <= 30
    speaking = openai.OpenAI(base_url=f"{client.url}/openai/v1", api_key=client.key, max_retries=0)
    with pytest.raises(openai.RateLimitError) as caught:
        speaking.chat.completions.create(model="chat", messages=[{"role": "user", "content": "four"}])
    assert (caught.value.code, caught.value.type) == ("rate_limit_exceeded", "rate_limit_error")
    assert caught.value.response.headers["retry-after"]
    assert client.get("/v1/conversations", user="ann").status_code == 200


def test_too_many_runs_at_once(service: Service, provider: FakeProvider) -> None:
    app_id = service.app(chat_app())
    service.console("PATCH", f"apps/{app_id}/limits", json={"concurrent_runs": 1})
    client = service.client(app_id)
    provider.script(CHAT_MODEL, Reply(text="slow", first_delay_s=0.8))
    first = client.chat("first", response_mode="async").json()["task_id"]
    body = refused(client.chat("second"), 429, "too_many_requests")
    assert (body["details"]["limit"], body["details"]["current"]) == (1, 1)
    ended = "SELECT state FROM runs_run WHERE id = ?"
    wait_until(lambda: service.installation.scalar(ended, first.replace("-", "")) == "succeeded", "the first run to end")
    wait_until(lambda: client.chat("third").status_code == 200, "the place to be free")
