"""Test sets: questions to an app with what should come of them. Nothing measures an app by them yet."""

from __future__ import annotations

from django.db import models

from backend.core.models import WorkspaceOwned


class TestSet(WorkspaceOwned):
    """Named cases of one app."""

    __test__ = False  # no test class of pytest

    app = models.ForeignKey("studio.App", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["app", "name"], name="eval_set_name_once"),)


class TestCase(WorkspaceOwned):
    """What is given to the app, as a run is given it, and what is expected, in words. `run` is the one it was kept from, if any."""

    __test__ = False

    test_set = models.ForeignKey(TestSet, on_delete=models.CASCADE, related_name="cases")
    name = models.CharField(max_length=200, blank=True)
    inputs = models.JSONField(default=dict)
    query = models.TextField(blank=True)
    files = models.JSONField(default=list)
    expected = models.TextField(blank=True)
    run = models.ForeignKey("runs.Run", null=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (models.Index(fields=["test_set", "created_at"]),)
