"""Webhooks: where the end of an app's published runs is told, what is told, and how it is signed (Standard Webhooks).

The delivery's row is written with the end of its run, in one transaction. A worker that sends takes the row for a while (`taken`);
what it does not finish is due again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from backend.core import vault
from backend.core.sql import key_values, marks
from backend.runs.models import DeliveryState, Message, Run, WebhookDelivery
from backend.studio.models import App, Webhook

RUN_FINISHED, TEST = "run.finished", "webhook.test"
SECRET_PREFIX, SECRET_BYTES = "whsec_", 32
TAKEN_FOR = timedelta(seconds=60)
PAUSES_S = (30.0, 300.0, 1_800.0, 7_200.0)
"""How long after each failed attempt the next one comes; after the last there is none."""
MAX_OUTPUT_BYTES = 1_000_000
MAX_ERROR = 500


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery that this process has taken: what to send where. `problem`: it cannot be sent at all."""

    id: uuid.UUID
    attempt: int
    url: str = ""
    secret: str = ""
    body: bytes = b""
    problem: str = ""

    def headers(self, now: datetime) -> dict[str, str]:
        """Return the headers of an attempt at this moment."""
        at = int(now.timestamp())
        return {
            "Content-Type": "application/json",
            "webhook-id": str(self.id),
            "webhook-timestamp": str(at),
            "webhook-signature": signature(self.secret, str(self.id), at, self.body),
        }


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Sign a message as https://www.standardwebhooks.com says: HMAC-SHA256 of id, time and body, in base64 behind `v1,`."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    mac = hmac.new(key, b"%s.%d.%s" % (message_id.encode(), timestamp, body), hashlib.sha256)
    return f"v1,{base64.b64encode(mac.digest()).decode()}"


def webhook_set(*, app: App, url: str, enabled: bool) -> tuple[Webhook, str | None]:
    """Set where to send; returns the new secret where there was none before."""
    with transaction.atomic():
        found = Webhook.scoped(app.workspace_id).select_for_update().filter(app=app).first()
        if found is not None:
            found.url, found.enabled = url, enabled
            found.save(update_fields=["url", "enabled", "updated_at"])
            return found, None
        made = Webhook(workspace_id=app.workspace_id, app=app, url=url, enabled=enabled)
        secret = _new_secret(made)
        made.save(force_insert=True)
        return made, secret


def webhook_secret_renew(*, webhook: Webhook) -> str:
    """Make a new secret; what is sent from now on is signed with it alone."""
    secret = _new_secret(webhook)
    webhook.save(update_fields=["secret", "updated_at"])
    return secret


def webhook_delete(*, webhook: Webhook) -> None:
    """Send nothing any more; what waits is given up."""
    with transaction.atomic():
        waiting = WebhookDelivery.scoped(webhook.workspace_id).filter(app_id=webhook.app_id, state=DeliveryState.WAITING)
        waiting.update(state=DeliveryState.FAILED, next_at=None, error="The webhook was removed.")
        webhook.delete()


def webhook_test(*, webhook: Webhook) -> WebhookDelivery:
    """Have a test message sent."""
    due = timezone.now()
    return WebhookDelivery.unscoped.create(workspace_id=webhook.workspace_id, app_id=webhook.app_id, event=TEST, next_at=due)


def _place(webhook: Webhook) -> vault.Place:
    return vault.Place(webhook.workspace_id, Webhook._meta.db_table, webhook.pk, "secret")


def _new_secret(webhook: Webhook) -> str:
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    webhook.secret = vault.seal(secret, _place(webhook))
    return secret


_MAKE = """
INSERT INTO runs_webhookdelivery (id, created_at, workspace_id, app_id, run_id, event, state, attempts, next_at, error)
SELECT r.id, %s, r.workspace_id, r.app_id, r.id, %s, 'waiting', 0, %s, ''
FROM runs_run r JOIN studio_webhook w ON w.app_id = r.app_id
WHERE w.enabled AND r.source <> 'debug' AND r.id IN ({ids})
ON CONFLICT DO NOTHING
"""


def deliveries_make(run_ids: Iterable[uuid.UUID], now: datetime) -> None:
    """Write a delivery for each of these ended runs whose app has a webhook; call it in the transaction that ends them.

    A delivery has the id of its run: receivers see the same `webhook-id` however often an end is written or sent.
    """
    ids = list(run_ids)
    if ids:
        at = connection.ops.adapt_datetimefield_value(now)
        with connection.cursor() as cursor:
            cursor.execute(_MAKE.format(ids=marks(len(ids))), [at, RUN_FINISHED, at, *key_values(ids)])


def deliveries_take(most: int) -> list[Outgoing]:
    """Take deliveries that are due, the oldest first. Nobody else gets them for TAKEN_FOR."""
    now = timezone.now()
    due = WebhookDelivery.unscoped.filter(state=DeliveryState.WAITING, next_at__lte=now).order_by("next_at")
    taken = []
    for row in due.select_related("app")[:most]:
        same = WebhookDelivery.unscoped.filter(pk=row.pk, state=DeliveryState.WAITING, attempts=row.attempts, next_at=row.next_at)
        if same.update(attempts=row.attempts + 1, next_at=now + TAKEN_FOR):
            taken.append(_outgoing(row))
    return taken


def _outgoing(row: WebhookDelivery) -> Outgoing:
    attempt = row.attempts + 1
    webhook = Webhook.unscoped.filter(app_id=row.app_id).first()
    if webhook is None or (not webhook.enabled and row.event != TEST):
        return Outgoing(row.pk, attempt, problem="The webhook was removed or switched off.")
    try:
        secret = vault.open_sealed(webhook.secret, _place(webhook))
    except vault.VaultError as error:
        return Outgoing(row.pk, attempt, problem=f"The secret cannot be read: {error}")
    return Outgoing(row.pk, attempt, webhook.url, secret, orjson.dumps(payload(row), default=str, option=orjson.OPT_NON_STR_KEYS))


def payload(row: WebhookDelivery) -> dict[str, Any]:
    """Return what is told: `type`, `timestamp` and `data`."""
    app = {"app_id": str(row.app_id), "app_name": row.app.name}
    if row.run_id is None:
        return {"type": row.event, "timestamp": _iso(row.created_at), "data": app}
    run = Run.unscoped.select_related("version").get(pk=row.run_id)
    answer = Message.unscoped.filter(run_id=run.pk).values_list("answer", flat=True).first()
    outputs, large = run.outputs, len(orjson.dumps(run.outputs, default=str, option=orjson.OPT_NON_STR_KEYS)) > MAX_OUTPUT_BYTES
    data = {
        **app,
        "mode": run.mode,
        "version": run.version.number,
        "run_id": str(run.pk),
        "conversation_id": str(run.conversation_id) if run.conversation_id else None,
        "message_id": str(run.message_id) if run.message_id else None,
        "source": run.source,
        "user": run.user_ref,
        "status": run.state.replace("_", "-"),
        "outputs": None if large else outputs,
        "outputs_truncated": large,
        "answer": answer,
        "error": run.error,
        "usage": {name: run.usage.get(name, 0) for name in ("prompt_tokens", "completion_tokens", "total_tokens", "cost_usd")},
        "elapsed_time": run.elapsed_s,
        "created_at": _iso(run.created_at),
        "finished_at": _iso(run.finished_at),
    }
    return {"type": row.event, "timestamp": _iso(run.finished_at or row.created_at), "data": data}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def delivery_record(sent: Outgoing, status_code: int | None, error: str, *, final: bool = False) -> DeliveryState | None:
    """Write what became of an attempt; no error: it was delivered. `final`: another attempt is of no use.

    Returns the state, None where somebody else has taken the delivery meanwhile.
    """
    now, changed = timezone.now(), {"status_code": status_code, "error": error[:MAX_ERROR]}
    pause = PAUSES_S[sent.attempt - 1] if sent.attempt <= len(PAUSES_S) and not final else None
    if not error:
        state, more = DeliveryState.DELIVERED, {"delivered_at": now, "next_at": None}
    elif pause is None:
        state, more = DeliveryState.FAILED, {"next_at": None}
    else:
        state, more = DeliveryState.WAITING, {"next_at": now + timedelta(seconds=pause * random.uniform(0.9, 1.1))}
    mine = WebhookDelivery.unscoped.filter(pk=sent.id, state=DeliveryState.WAITING, attempts=sent.attempt)
    return state if mine.update(state=state, **changed, **more) else None
