"""The webhook of an app in the console: where to send, the secret, a test, the latest deliveries."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core import egress
from backend.core.api import PageInput, WorkspaceView, page_of, paginate
from backend.core.errors import NotFound
from backend.runs import webhooks
from backend.runs.models import DeliveryState, WebhookDelivery
from backend.studio.models import App, Webhook
from backend.studio.selectors import app_of
from workers.engine.errors import NodeError


class WebhookOutput(serializers.Serializer[Any]):
    """An app's webhook. `url` is empty where there is none; `secret` stands in the answer that made it, this once."""

    url = serializers.CharField(allow_blank=True)
    enabled = serializers.BooleanField()
    secret = serializers.CharField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)


class DeliveryOutput(serializers.Serializer[Any]):
    """A message and what became of it. `run_id` is null for a test, `next_at` null when there is no further attempt."""

    id = serializers.UUIDField()
    run_id = serializers.UUIDField(allow_null=True)
    event = serializers.CharField()
    state = serializers.ChoiceField(DeliveryState.choices)
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True)
    status_code = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)


def _present(webhook: Webhook | None, secret: str | None = None) -> Response:
    found = {"url": "", "enabled": False, "updated_at": None} if webhook is None else None
    body = found or {"url": webhook.url, "enabled": webhook.enabled, "updated_at": webhook.updated_at}  # type: ignore[union-attr]
    return Response(WebhookOutput({**body, "secret": secret}).data)


class _AppView(WorkspaceView):
    def app(self, app: uuid.UUID) -> App:
        return app_of(self.ctx.workspace, app)

    def webhook(self, app: uuid.UUID) -> Webhook:
        """Return the app's webhook. Raises NotFound."""
        found = Webhook.scoped(self.ctx.workspace).filter(app=self.app(app)).first()
        if found is None:
            raise NotFound("This app has no webhook yet: set its address first.")
        return found


class WebhookApi(_AppView):
    """Where the end of an app's published runs is told."""

    required = {"get": "app.read", "put": "app.publish", "delete": "app.publish"}

    class Input(serializers.Serializer[Any]):
        url = serializers.CharField(max_length=2000)
        enabled = serializers.BooleanField(default=True)

        def validate_url(self, value: str) -> str:
            try:
                egress.check_url(value)
            except NodeError as error:
                raise serializers.ValidationError(error.message) from None
            return value

    @extend_schema(responses=WebhookOutput)
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Return the webhook; its secret is never shown again."""
        return _present(Webhook.scoped(self.ctx.workspace).filter(app=self.app(app)).first())

    @extend_schema(request=Input, responses=WebhookOutput)
    def put(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Set the address, or switch the webhook on or off. The first time, the answer has the secret."""
        found = self.app(app)
        body = self.read(self.Input)
        return _present(*webhooks.webhook_set(app=found, url=body["url"], enabled=body["enabled"]))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Remove the webhook; what still waits is not sent."""
        webhooks.webhook_delete(webhook=self.webhook(app))
        return Response(status=204)


class WebhookSecretApi(_AppView):
    """The secret that signs what is sent."""

    required = {"post": "key.manage"}

    @extend_schema(request=None, responses=WebhookOutput)
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Make a new secret and show it, this once; the old one signs nothing any more."""
        found = self.webhook(app)
        return _present(found, webhooks.webhook_secret_renew(webhook=found))


class WebhookTestApi(_AppView):
    """A test message."""

    required = {"post": "app.publish"}

    @extend_schema(request=None, responses={202: DeliveryOutput})
    def post(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """Have a test message sent, also where the webhook is switched off; the deliveries tell what became of it."""
        made = webhooks.webhook_test(webhook=self.webhook(app))
        return Response(DeliveryOutput(made).data, status=202)


class WebhookDeliveryListApi(_AppView):
    """What was sent."""

    required = {"get": "app.read"}

    @extend_schema(parameters=[PageInput], responses=page_of(DeliveryOutput, "WebhookDeliveryPage"))
    def get(self, request: Request, ws: uuid.UUID, app: uuid.UUID) -> Response:
        """List deliveries, the newest first."""
        rows = WebhookDelivery.scoped(self.ctx.workspace).filter(app=self.app(app)).order_by("-created_at", "-id")
        return Response(paginate(rows, self.read_query(PageInput), lambda page: DeliveryOutput(page, many=True).data))  # type: ignore[arg-type,return-value]
