"""Webhooks: rows with the end of runs, who sends them, what is sent, and the console's side."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from backend.core.writer import writer
from backend.runs import webhooks
from backend.runs.claims import CLAIM, FINISH
from backend.runs.models import DeliveryState, Run, WebhookDelivery
from backend.runs.services import run_start, run_stop
from backend.studio import sites
from backend.studio.models import Site, Webhook
from tests.backend.runs.conftest import Ground
from tests.backend.runs.test_claims import ending
from tests.factories import client

URL = "https://hooks.example.com/tidemill"


def hooked(ground: Ground, **fields: Any) -> Webhook:
    webhook, _ = webhooks.webhook_set(app=ground.app, url=URL, enabled=True)
    for name, value in fields.items():
        setattr(webhook, name, value)
    webhook.save()
    return webhook


def ended(ground: Ground, **fields: Any) -> uuid.UUID:
    """A run from its acceptance to its end."""

    async def whole() -> uuid.UUID:
        accepted = await run_start(ground.spec(**fields))
        run = await writer.write(CLAIM, (accepted.run_id, "w1"))
        assert run is not None
        assert await writer.write(FINISH, ending(run))
        assert await writer.write(FINISH, ending(run))  # an end that is written again tells nobody again
        return accepted.run_id

    return async_to_sync(whole)()


def test_a_signature_is_that_of_the_standard() -> None:
    """The example of https://www.standardwebhooks.com."""
    made = webhooks.signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_end_of_a_published_run_leaves_one_delivery(ground: Ground) -> None:
    silent = ended(ground)
    hooked(ground)
    told = {ended(ground, source=source) for source in ("api", "web", "openai", "mcp")}
    ended(ground, source="debug", end_user_session=None, account_id=ground.world.alice.pk)
    rows = WebhookDelivery.unscoped.all()
    assert {row.run_id for row in rows} == told
    assert silent not in told
    assert all((row.pk, row.app_id, row.workspace_id) == (row.run_id, ground.app.pk, ground.world.workspace.pk) for row in rows)


def test_a_run_that_was_stopped_before_it_began_is_told_too(ground: Ground) -> None:
    hooked(ground)
    accepted = async_to_sync(run_start)(ground.spec())
    async_to_sync(run_stop)(accepted.run_id)
    [sent] = webhooks.deliveries_take(10)
    assert json.loads(sent.body)["data"]["status"] == "stopped"


def test_nothing_is_told_while_a_webhook_is_off(ground: Ground) -> None:
    hooked(ground, enabled=False)
    ended(ground)
    assert not WebhookDelivery.unscoped.exists()


def test_what_is_told_of_a_run(ground: Ground) -> None:
    hooked(ground)
    run = Run.unscoped.get(pk=ended(ground))
    [sent] = webhooks.deliveries_take(10)
    body = json.loads(sent.body)
    assert (body["type"], sent.url) == ("run.finished", URL)
    assert body["timestamp"] == body["data"]["finished_at"] == run.finished_at.isoformat().replace("+00:00", "Z")  # type: ignore[union-attr]
    assert body["data"] == body["data"] | {
        "run_id": str(run.pk),
        "app_id": str(ground.app.pk),
        "app_name": "App",
        "version": 1,
        "mode": "advanced-chat",
        "source": "api",
        "status": "succeeded",
        "outputs": {"answer": "42"},
        "outputs_truncated": False,
        "answer": "42",
        "error": None,
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 7, "cost_usd": 0.5},
        "user": "u1",
        "conversation_id": str(run.conversation_id),
        "message_id": str(run.message_id),
    }


def test_outputs_that_are_too_large_are_left_out(ground: Ground) -> None:
    hooked(ground)
    Run.unscoped.filter(pk=ended(ground)).update(outputs={"text": "x" * (webhooks.MAX_OUTPUT_BYTES + 1)})
    [sent] = webhooks.deliveries_take(10)
    data = json.loads(sent.body)["data"]
    assert (data["outputs"], data["outputs_truncated"]) == (None, True)


def test_a_delivery_is_taken_by_one_and_comes_back_when_he_disappears(ground: Ground) -> None:
    hooked(ground)
    run_id = ended(ground)
    [first] = webhooks.deliveries_take(10)
    assert webhooks.deliveries_take(10) == []
    WebhookDelivery.unscoped.update(next_at=timezone.now() - timedelta(seconds=1))
    [second] = webhooks.deliveries_take(10)
    assert (first.id, first.attempt, second.id, second.attempt) == (run_id, 1, run_id, 2)
    assert webhooks.delivery_record(first, 200, "") is None
    assert webhooks.delivery_record(second, 200, "") is DeliveryState.DELIVERED
    row = WebhookDelivery.unscoped.get(pk=run_id)
    assert (row.state, row.attempts, row.status_code, row.next_at) == ("delivered", 2, 200, None)
    assert row.delivered_at is not None


def test_failures_are_tried_again_ever_later_then_given_up(ground: Ground) -> None:
    hooked(ground)
    run_id = ended(ground)
    for attempt, pause in enumerate((*webhooks.PAUSES_S, None), 1):
        [sent] = webhooks.deliveries_take(10)
        assert sent.attempt == attempt
        state = webhooks.delivery_record(sent, 500, "The receiver answered 500.")
        row = WebhookDelivery.unscoped.get(pk=run_id)
        if pause is None:
            assert (state, row.next_at, row.error) == (DeliveryState.FAILED, None, "The receiver answered 500.")
        else:
            assert state is DeliveryState.WAITING
            assert row.next_at is not None
            assert 0.85 * pause < (row.next_at - timezone.now()).total_seconds() < 1.15 * pause
            WebhookDelivery.unscoped.update(next_at=timezone.now())


def test_a_webhook_that_is_gone_or_off_is_not_sent_to(ground: Ground) -> None:
    webhook = hooked(ground)
    ended(ground)
    Webhook.unscoped.update(enabled=False)
    [sent] = webhooks.deliveries_take(10)
    assert (sent.url, sent.problem) == ("", "The webhook was removed or switched off.")
    WebhookDelivery.unscoped.update(next_at=timezone.now())
    webhooks.webhook_delete(webhook=webhook)
    assert webhooks.deliveries_take(10) == []
    assert WebhookDelivery.unscoped.get().state == "failed"


def test_the_console_sets_tests_and_removes_a_webhook(ground: Ground) -> None:
    alice, bob = client(ground.world.alice), client(ground.world.bob)
    base = f"/api/workspaces/{ground.world.workspace.pk}/apps/{ground.app.pk}/webhook"
    assert bob.get(base).json() == {"url": "", "enabled": False, "secret": None, "updated_at": None}
    assert alice.post(f"{base}/test").status_code == 404
    assert alice.put(base, {"url": "ftp://example.com"}).json()["code"] == "invalid_input"
    made = alice.put(base, {"url": URL}).json()
    assert made["secret"].startswith("whsec_")
    assert (made["url"], made["enabled"]) == (URL, True)
    assert Webhook.unscoped.get().secret.startswith("v1.")
    assert alice.put(base, {"url": URL, "enabled": False}).json()["secret"] is None
    assert alice.get(base).json()["secret"] is None
    renewed = alice.post(f"{base}/secret").json()["secret"]
    assert renewed not in (None, made["secret"])
    test = alice.post(f"{base}/test")
    assert (test.status_code, test.json()["state"], test.json()["run_id"]) == (202, "waiting", None)
    [sent] = webhooks.deliveries_take(10)
    assert (sent.secret, json.loads(sent.body)["type"]) == (renewed, "webhook.test")
    [row] = alice.get(f"{base}/deliveries").json()["results"]
    assert (row["id"], row["attempts"]) == (test.json()["id"], 1)
    assert alice.delete(base).status_code == 204
    assert alice.get(base).json()["url"] == ""
    assert client(ground.world.charlie).get(base).status_code == 404


def test_secrets_are_sealed_anew_with_the_first_key(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    hooked(ground)
    site = Site.unscoped.create(workspace=ground.world.workspace, app=ground.app)
    plain = sites.identity_secret_renew(app=ground.app)
    run_id = ended(ground)
    newer = settings.ENV.model_copy(update={"encryption_keys": "k9:" + "A" * 43 + "=," + settings.ENV.encryption_keys})
    monkeypatch.setattr(settings, "ENV", newer)
    call_command("rotate_secrets", stdout=StringIO())
    assert {Webhook.unscoped.get().secret[:6], Site.unscoped.get(pk=site.pk).identity_secret[:6]} == {"v1.k9."}
    [sent] = webhooks.deliveries_take(10)
    assert (sent.id, sent.problem) == (run_id, "")
    assert sites.identity_secret_open(Site.unscoped.get(pk=site.pk)) == plain
