"""What is built and published: apps, their one draft, their immutable versions."""

from __future__ import annotations

import secrets

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


def new_site_token() -> str:
    """Return what an address needs so that nobody guesses it: 128 random bits."""
    return secrets.token_urlsafe(16)


FLOW_MODES = frozenset({Mode.WORKFLOW, Mode.CHATFLOW})
CHAT_MODES = frozenset({Mode.CHATFLOW, Mode.CHAT, Mode.AGENT})


class App(WorkspaceOwned):
    """An app. `published` is the version that callers get; None: never published.

    `site` holds the texts and colours of its own page in the names of the published API; `limits` what is allowed less than the
    installation allows: `requests_per_minute`, `concurrent_runs`. `imported` keeps what the file it came from said beyond the
    flow, so that an export can say it again.
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
    limits = models.JSONField(default=dict)
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


class Access(models.TextChoices):
    """Who may open an app's own page."""

    MEMBERS = "members"
    PASSWORD = "password"
    PUBLIC = "public"


class Site(WorkspaceOwned):
    """The page of an app for its end users, at an address with an unguessable `token`.

    `password` is a hash in Django's form. `origins` are the sites that may embed the page; none: nobody may. `identity_secret` is
    sealed; host pages sign their visitors' identity with it.
    """

    app = models.OneToOneField(App, on_delete=models.CASCADE, related_name="page")
    token = models.CharField(max_length=32, unique=True, default=new_site_token)
    enabled = models.BooleanField(default=True)
    access = models.CharField(max_length=10, choices=Access.choices, default=Access.MEMBERS)
    password = models.CharField(max_length=255, blank=True)
    origins = models.JSONField(default=list)
    identity_secret = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)


class Webhook(WorkspaceOwned):
    """Where the end of an app's published runs is told. `secret` is sealed and signs what is sent."""

    app = models.OneToOneField(App, on_delete=models.CASCADE, related_name="webhook")
    url = models.CharField(max_length=2000)
    secret = models.TextField()
    enabled = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)
