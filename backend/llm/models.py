"""Model credentials of a workspace, their models, prices and defaults."""

from __future__ import annotations

from django.db import models

from backend.core.models import WorkspaceOwned


class ModelType(models.TextChoices):
    """What a model does."""

    LLM = "llm"
    EMBEDDING = "text-embedding"
    RERANK = "rerank"
    SPEECH2TEXT = "speech2text"
    TTS = "tts"
    MODERATION = "moderation"
    IMAGE = "image"


class Credential(WorkspaceOwned):
    """A workspace's access to a provider. `secret` is a vault text that holds the provider's fields as JSON."""

    provider = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    secret = models.TextField()
    hint = models.CharField(max_length=40, blank=True)
    base_url = models.CharField(max_length=500, blank=True)
    enabled = models.BooleanField(default=True)
    priority = models.IntegerField(default=0)
    last_error = models.TextField(blank=True)
    tested_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "provider", "name"], name="credential_name_once"),)


class Model(WorkspaceOwned):
    """A model that a credential makes callable. Prices (USD per million tokens) and sizes override LiteLLM's map where set."""

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="models")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=20, choices=ModelType.choices)
    enabled = models.BooleanField(default=True)
    context_size = models.IntegerField(null=True)
    input_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    output_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    features = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["credential", "name", "type"], name="model_once"),)


class DefaultModel(WorkspaceOwned):
    """The model a workspace uses for a type where a flow names none."""

    type = models.CharField(max_length=20, choices=ModelType.choices)
    provider = models.CharField(max_length=60)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "type"], name="default_model_once"),)
