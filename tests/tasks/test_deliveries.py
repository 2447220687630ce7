"""Deliveries over the guarded session, to a receiver on this machine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import OperationalError

from backend.core import egress
from backend.core.ids import uuid7
from backend.runs.models import WebhookDelivery
from backend.runs.webhooks import Outgoing, signature, webhook_set, webhook_test
from backend.studio.models import App, Webhook
from tests.factories import make_world
from workers.tasks import deliveries
from workers.tasks.deliveries import Deliveries, sent

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    """Answers `/<status>` with that status; `seen` are the requests."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.seen.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return web.Response(status=int(request.path.strip("/")), headers={"Location": f"{self.url}/200"})

    def message(self, path: str) -> Outgoing:
        return Outgoing(uuid7(), 1, f"{self.url}{path}", SECRET, b'{"type":"run.finished"}')


@pytest_asyncio.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    opened = settings.ENV.model_copy(update={"egress_allow_cidrs": "127.0.0.0/8", "egress_allow_ports": "*"})
    monkeypatch.setattr(settings, "ENV", opened)
    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await egress.close()
    await runner.cleanup()


async def test_a_message_arrives_signed(receiver: Receiver) -> None:
    message = receiver.message("/204")
    assert await sent(message) == (204, "", True)
    [(headers, body)] = receiver.seen
    assert body == message.body
    assert headers["webhook-id"] == str(message.id)
    assert headers["content-type"] == "application/json"
    assert headers["webhook-signature"] == signature(SECRET, headers["webhook-id"], int(headers["webhook-timestamp"]), body)


@pytest.mark.parametrize(("status", "final"), [(500, False), (404, False), (307, False), (410, True)])
async def test_other_answers_are_failures_and_redirects_are_not_followed(receiver: Receiver, status: int, final: bool) -> None:
    assert await sent(receiver.message(f"/{status}")) == (status, f"The receiver answered {status}.", final)
    assert len(receiver.seen) == 1


async def test_receivers_that_cannot_be_reached_or_may_not(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    away = Outgoing(uuid7(), 1, "http://127.0.0.1:9/x", SECRET, b"{}")
    status, error, final = await sent(away)
    assert (status, final) == (None, False)
    assert "127.0.0.1:9 cannot be reached" in error
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"egress_allow_cidrs": ""}))
    status, error, final = await sent(receiver.message("/200"))
    assert (status, final) == (None, True)
    assert "EGRESS_ALLOW_CIDRS" in error
    assert receiver.seen == []


@pytest.mark.django_db(transaction=True)
async def test_a_worker_sends_what_is_due_and_writes_it_down(receiver: Receiver) -> None:
    def prepare() -> Webhook:
        world = make_world()
        app = App.unscoped.create(workspace=world.workspace, name="App", mode="workflow")
        webhook, _ = webhook_set(app=app, url=f"{receiver.url}/200", enabled=True)
        for _ in range(3):
            webhook_test(webhook=webhook)
        return webhook

    webhook = await sync_to_async(prepare)()
    sender = Deliveries(at_once=2)
    await sender.look()
    await sender.drain()
    assert len(receiver.seen) == 2
    await sync_to_async(Webhook.unscoped.filter(pk=webhook.pk).update)(url=f"{receiver.url}/503")
    await sender.look()
    await sender.drain()
    states = await sync_to_async(lambda: sorted(WebhookDelivery.unscoped.values_list("state", "status_code", "attempts")))()
    assert states == [("delivered", 200, 1), ("delivered", 200, 1), ("waiting", 503, 1)]
    assert json.loads(receiver.seen[0][1])["type"] == "webhook.test"


async def test_a_database_that_is_away_ends_nothing(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(most: int) -> list[Outgoing]:
        raise OperationalError("locked")

    monkeypatch.setattr(deliveries, "deliveries_take", away)
    await Deliveries().look()
