"""What is built and published: apps, their one draft, their immutable versions."""

from __future__ import annotations

from django.db import models

from backend.core.models import WorkspaceOwned
from backend.studio.fields import DocumentField


class Mode(models.TextChoices):
    """Kinds of app; the names are those of the app file format."""

    WORKFLOW = "workflow"
    CHATFLOW = "advanced-chat"
    CHAT = "chat"
    AGENT = "agent-chat"
    COMPLETION = "completion"


FLOW_MODES = frozenset({Mode.WORKFLOW, Mode.CHATFLOW})
CHAT_MODES = frozenset({Mode.CHATFLOW, Mode.CHAT, Mode.AGENT})


class App(WorkspaceOwned):
    """An app. `published` is the version that callers get; None: never published.

    `imported` keeps what the file it came from said beyond the flow, so that an export can say it again.
    """

    name = models.CharField(max_length=100)
    description = models.CharField(max_length=2000, blank=True)
    mode = models.CharField(max_length=20, choices=Mode.choices)
    icon_type = models.CharField(max_length=10, default="emoji")
    icon = models.CharField(max_length=255, default="🌊")
    icon_background = models.CharField(max_length=20, default="#D5F5F6")
    tags = models.JSONField(default=list)
    api_enabled = models.BooleanField(default=True)
    site = models.JSONField(default=dict)
    published = models.ForeignKey("studio.Version", null=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)
    imported = DocumentField(default=dict)
    deleted_at = models.DateTimeField(null=True, db_index=True)

    class Meta(WorkspaceOwned.Meta):
        abstract = False
        indexes = (models.Index(fields=["workspace", "-updated_at"], name="app_by_workspace"),)


class Draft(models.Model):
    """The one mutable flow of an app.

    `document` is the `workflow` part of an app file. `revision` rises by one with each save; a save
    that names another base revision is refused. `digest` tells whether it differs from a version.
    """

    app = models.OneToOneField(App, primary_key=True, on_delete=models.CASCADE, related_name="draft")
    document = DocumentField()
    digest = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")


class Version(WorkspaceOwned):
    """An immutable copy of a flow.

    `number` counts published ones from 1; None: frozen for a debug run, or with a name, kept before a restore.
    """

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    document = DocumentField()
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["app", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["app", "digest"], condition=models.Q(number=None), name="version_frozen_once"),
        )
